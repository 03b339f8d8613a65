"""One event, one row: a webhook beside its bill row beside its settlement row is a single event (convention 7).

Rows of different sources that name the same event are paired one to one; the best source gives id, state, time
and amount, and what it lacks comes from the next. Rows of webhooks, inquiries and settlement files are sent more
than once and fold among themselves too; rows of one bill never do, for there a double is a double.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.calendar import apart, span, within
from counterfoil.detectors.ground.pairing import one_to_one
from counterfoil.detectors.ground.workbench import Workbench
from counterfoil.policy import Policy

#: Best first.
SOURCES = ("settlement", "bill", "inquiry", "webhook")

#: What a better row takes from a worse one where it has nothing itself.
_LENT = (
    "settled_on our_reference original_reference acquirer_reference stan rrn approval_code store_id terminal_id "
    "operator_id instrument_key instrument_tail"
).split()

_SAME = ("merchant_id", "acquirer", "kind", "currency")

#: No events of a sale; they only prove that a day is covered.
NO_EVENTS = ("fee", "chargeback")

EVENT_COLUMNS = (
    "merchant_id",
    "record_id",
    "acquirer",
    "source",
    "kind",
    "state",
    "amount_minor",
    "currency",
    "occurred_at",
    *_LENT,
)


def fold(bench: Workbench, records: ir.Table, policy: Policy) -> ir.Table:
    """Return one row per event, in `EVENT_COLUMNS`; fees and chargebacks are no events of a sale."""
    rows = (
        records.filter(~ibis._.kind.isin(list(NO_EVENTS)))
        .mutate(source=ibis._.source.fill_null("bill"))
        .select(*EVENT_COLUMNS)
    )
    sent = rows.filter(rows.source != "bill")
    if bench.is_empty(sent):
        return rows
    sent = _resent_once(bench, sent, policy)
    bills = rows.filter(rows.source == "bill")
    touched = bench.keep("billed_beside_sent", _beside(bills, sent))
    events: ir.Table | None = None
    for source in SOURCES:
        layer = touched if source == "bill" else sent.filter(sent.source == source)
        events = layer if events is None else _merge(bench, source, events, layer, policy)
    assert events is not None
    untouched = bills.anti_join(touched, ["merchant_id", "record_id"])
    return bench.keep("events", ibis.union(untouched, events))


def _beside(bills: ir.Table, sent: ir.Table) -> ir.Table:
    """Bill rows that share a number or a reference of ours with a row that was sent."""
    numbers = sent.filter(sent.acquirer_reference.notnull()).select(*_SAME, "acquirer_reference").distinct()
    ours = sent.filter(sent.our_reference.notnull()).select(*_SAME, "our_reference", "amount_minor").distinct()
    by_number = bills.semi_join(numbers, [*_SAME, "acquirer_reference"])
    by_ours = bills.semi_join(ours, [*_SAME, "our_reference", "amount_minor"])
    return ibis.union(by_number, by_ours, distinct=True)


def _resent_once(bench: Workbench, sent: ir.Table, policy: Policy) -> ir.Table:
    """Fold rows of one source that were sent more than once: the earliest gives the id, the latest the rest."""
    # What is not known is written as an empty text here, for two rows without a number are alike in that.
    like = sent.select(
        *_SAME,
        "source",
        "amount_minor",
        "record_id",
        number=sent.acquirer_reference.fill_null(""),
        ours=sent.our_reference.fill_null(""),
    )
    named = like.filter((like.number != "") | (like.ours != ""))
    again = bench.crowded("records_sent_again", named, [name for name in named.columns if name != "record_id"])
    if bench.is_empty(again):
        return sent
    likes = bench.keep("resent_records", sent.semi_join(again, ["merchant_id", "record_id"]))
    alone = sent.anti_join(likes, ["merchant_id", "record_id"])
    return bench.keep("sent_records", ibis.union(alone, _last_of_each_sitting(likes, policy)))


def _last_of_each_sitting(rows: ir.Table, policy: Policy) -> ir.Table:
    """Of rows that are alike and follow each other within the window, keep the latest, with the id of the earliest."""
    same = [*_SAME, "source", "acquirer_reference", "our_reference", "amount_minor"]
    ordered = {"group_by": same, "order_by": ["occurred_at", "record_id"]}
    before = rows.occurred_at.lag().over(**ordered)
    opens = before.isnull() | (before + span(policy.ref_match_window) < rows.occurred_at)
    marked = rows.mutate(opens=opens.ifelse(1, 0))
    sittings = marked.mutate(
        sitting=marked.opens.sum().over(**ordered, rows=(None, 0)),
    )
    one = [*same, "sitting"]
    ranked = sittings.mutate(
        first_id=sittings.record_id.first().over(group_by=one, order_by=["occurred_at", "record_id"]),
        from_last=ibis.row_number().over(group_by=one, order_by=[ibis.desc("occurred_at"), ibis.desc("record_id")]),
    )
    latest = ranked.filter(ranked.from_last == 0)
    return latest.mutate(record_id=latest.first_id).select(*EVENT_COLUMNS)


def _merge(bench: Workbench, source: str, events: ir.Table, layer: ir.Table, policy: Policy) -> ir.Table:
    """Pair the events so far with the rows of the next source, and lend them what they lack."""
    pairs = one_to_one(
        bench,
        f"fold_{source}",
        _pairs(events, layer, policy),
        left=("merchant_id", "record_id"),
        right=("merchant_id", "other_id"),
        order_by=("unlike", "gap", "occurred_at", "record_id", "other_at", "other_id"),
    ).select("merchant_id", "record_id", "other_id")
    lender = layer.select("merchant_id", other_id="record_id", **{f"{name}_lent": name for name in _LENT})
    lent = (
        events.left_join(pairs, ["merchant_id", "record_id"])
        .drop("merchant_id_right", "record_id_right")
        .left_join(lender, ["merchant_id", "other_id"])
    )
    filled = lent.select(
        *(name for name in EVENT_COLUMNS if name not in _LENT),
        **{name: lent[name].coalesce(lent[f"{name}_lent"]) for name in _LENT},
    ).select(*EVENT_COLUMNS)
    alone = layer.anti_join(pairs.select("merchant_id", record_id="other_id"), ["merchant_id", "record_id"])
    return bench.keep(f"events_with_{source}", ibis.union(filled, alone))


def _pairs(events: ir.Table, layer: ir.Table, policy: Policy) -> ir.Table:
    """Candidate pairs of one event: the same number, or the same reference of ours and amount where one has none."""
    other = layer.select(
        *_SAME,
        "acquirer_reference",
        "our_reference",
        "amount_minor",
        other_id="record_id",
        other_at="occurred_at",
        other_source="source",
    )
    columns = {
        "merchant_id": ibis._.merchant_id,
        "record_id": ibis._.record_id,
        "other_id": ibis._.other_id,
        "occurred_at": ibis._.occurred_at,
        "other_at": ibis._.other_at,
        "settled": (ibis._.source == "settlement"),
        "our_reference": ibis._.our_reference,
        "other_reference": ibis._.our_reference_right,
        "amount_minor": ibis._.amount_minor,
        "other_minor": ibis._.amount_minor_right,
    }
    by_number = events.inner_join(other, [*_SAME, "acquirer_reference"], rname="{name}_right").select(**columns)
    columns["other_reference"] = ibis._.our_reference
    columns["other_minor"] = ibis._.amount_minor
    by_ours = events.inner_join(other, [*_SAME, "our_reference", "amount_minor"])
    one_unnumbered = by_ours.acquirer_reference.isnull() | by_ours.acquirer_reference_right.isnull()
    by_ours = by_ours.filter(one_unnumbered).select(**columns)
    pairs = ibis.union(by_number, by_ours)
    agree = pairs.our_reference.identical_to(pairs.other_reference)
    contradict = (pairs.our_reference != pairs.other_reference).fill_null(False)
    return pairs.filter(
        ~contradict & (pairs.settled | within(pairs.occurred_at, pairs.other_at, policy.ref_match_window))
    ).select(
        "merchant_id",
        "record_id",
        "other_id",
        "occurred_at",
        "other_at",
        unlike=(agree & (pairs.amount_minor == pairs.other_minor)).ifelse(0, 1),
        gap=apart(pairs.occurred_at, pairs.other_at),
    )
