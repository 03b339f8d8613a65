"""One fault, one finding: precedence within an exception, silence across exceptions (convention 1).

What silences what stands in the detectors' `suppresses` lines; this module only knows the scopes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.catalogue import Suppression, catalogue
from counterfoil.detectors.duplicate_order.rule import standing_payments
from counterfoil.detectors.ground import Ground

#: The exceptions whose findings silence others, in the order in which they speak.
_SPEAKERS = ("duplicate_order", "orphan_return", "void_mismatch", "missing_slip")

#: Breaks ties between equal diagnoses of one subject, so that every engine reports the same one, in every column.
_TIE = (
    "occurred_at since parcel_id other_payment_id payment_id record_id other_record_id slip_id notice_id "
    "return_id other_order_id branch currency other_minor order_id mutes_order_id fault store_id terminal_id "
    "operator_id is_info k n"
).split()


def judge(ground: Ground, found: list[ir.Table]) -> ir.Table:
    """Return the findings that remain of all that the rules found, as core findings."""
    everything = ibis.union(*found)
    ranks = [
        ((everything.exception == detector.id) & (everything.diagnosis == diagnosis.id), diagnosis.rank)
        for detector in catalogue().values()
        for diagnosis in detector.diagnoses
    ]
    ranked = everything.mutate(rank=ibis.cases(*ranks, else_=len(ranks)))
    left = ground.bench.keep("first_of_subject", _first(ranked, ["merchant_id", "exception", "subject"]))
    left = _with_homes(ground, left)
    for speaker in _SPEAKERS:
        for diagnosis in catalogue()[speaker].diagnoses:
            for line in diagnosis.suppresses:
                voice = left.filter((left.exception == speaker) & (left.diagnosis == diagnosis.id))
                if line.branch is not None:
                    voice = voice.filter(voice.branch == line.branch)
                left = ground.bench.keep("heard", left.anti_join(_silenced(ground, left, voice, line), "row_no"))
    return left.mutate(order_id=left.home_order_id).drop("rank", "row_no", "home_order_id")


def _first(ranked: ir.Table, subject: list[str]) -> ir.Table:
    """Keep of each subject the first row of the law that holds; where that holds more than once, the most at risk."""
    order = ["rank", ibis.desc("amount_at_risk_minor"), *_TIE]
    placed = ranked.mutate(place=ibis.row_number().over(group_by=subject, order_by=order))
    return placed.filter(placed.place == 0).drop("place")


def _with_homes(ground: Ground, findings: ir.Table) -> ir.Table:
    """Add a number to each finding, and the order that it is about, be it through its payment (convention 10)."""
    payments = ground.books["payments"].filter((ibis._.kind == "sale") & ibis._.order_id.notnull())
    homes = ibis.union(
        payments.select("merchant_id", "payment_id", paid_order_id="order_id"),
        ground.backs.select("merchant_id", "payment_id", paid_order_id="home_order_id"),
    ).semi_join(findings, ["merchant_id", "payment_id"])
    returns = ground.books["returns"].semi_join(findings, ["merchant_id", "return_id"])
    joined = (
        findings.left_join(homes, ["merchant_id", "payment_id"])
        .drop("merchant_id_right", "payment_id_right")
        .left_join(
            returns.select("merchant_id", "return_id", returned_order_id="order_id"), ["merchant_id", "return_id"]
        )
        .drop("merchant_id_right", "return_id_right")
    )
    return ground.bench.keep(
        "numbered_findings",
        joined.mutate(
            home_order_id=joined.order_id.coalesce(joined.paid_order_id, joined.returned_order_id),
            row_no=ibis.row_number().over(order_by=["merchant_id", "exception", "subject"]),
        ).drop("paid_order_id", "returned_order_id"),
    )


def _silenced(ground: Ground, left: ir.Table, voice: ir.Table, line: Suppression) -> ir.Table:
    """Return the `row_no` of the findings that a line silences."""
    targets = left.filter(ibis.or_(*(_named(left, name) for name in line.diagnoses)))
    scopes: Mapping[str, Callable[[Ground, ir.Table, ir.Table], ir.Table]] = {
        "order": _on_order,
        "open_order": _on_order,
        "order_and_payments": _on_order_and_payments,
        "standing_payments": _on_standing_payments,
        "payment": _on_payment,
        "record": _on_record,
        "reference": _on_reference,
    }
    return scopes[line.on](ground, targets, voice).select("row_no").distinct()


def _named(findings: ir.Table, name: str) -> ir.BooleanValue:
    exception, _, diagnosis = name.partition(".")
    same = findings.exception == exception
    return same if diagnosis == "*" else same & (findings.diagnosis == diagnosis)


def _on_order(ground: Ground, targets: ir.Table, voice: ir.Table) -> ir.Table:  # one shape of scopes
    orders = voice.select("merchant_id", home_order_id="mutes_order_id")
    return targets.semi_join(orders, ["merchant_id", "home_order_id"])


def _on_order_and_payments(ground: Ground, targets: ir.Table, voice: ir.Table) -> ir.Table:
    on_order = _on_order(ground, targets, voice)
    paper = on_order.subject.startswith("slip:") | on_order.subject.startswith("notice:")
    return on_order.filter(~paper)


def _on_standing_payments(ground: Ground, targets: ir.Table, voice: ir.Table) -> ir.Table:
    standing = standing_payments(ground).semi_join(voice, ["merchant_id", "order_id"])
    money = targets.subject.startswith("payment:") | targets.subject.startswith("acquirer_record:")
    return targets.filter(money).semi_join(standing, ["merchant_id", "payment_id"])


def _on_payment(ground: Ground, targets: ir.Table, voice: ir.Table) -> ir.Table:  # one shape of scopes
    """What names the payment, and what names only the order that it pays."""
    direct = targets.semi_join(voice, ["merchant_id", "payment_id"])
    orders = voice.select("merchant_id", order_id="home_order_id")
    orderly = targets.filter(targets.payment_id.isnull() & ~targets.subject.startswith("notice:"))
    through = orderly.semi_join(orders, ["merchant_id", "order_id"])
    return ibis.union(direct.select("row_no"), through.select("row_no"))


def _on_record(ground: Ground, targets: ir.Table, voice: ir.Table) -> ir.Table:  # one shape of scopes
    return targets.semi_join(voice.select("merchant_id", record_id="other_record_id"), ["merchant_id", "record_id"])


def _on_reference(ground: Ground, targets: ir.Table, voice: ir.Table) -> ir.Table:
    """The record itself, and the notices that name what the record names."""
    direct = targets.semi_join(voice, ["merchant_id", "record_id"])
    records = ground.events.filter(ground.events.our_reference.notnull()).semi_join(voice, ["merchant_id", "record_id"])
    names = ibis.union(
        records.select("merchant_id", said="our_reference"), voice.select("merchant_id", said="payment_id")
    )
    notices = ground.books["notices"].semi_join(targets, ["merchant_id", "notice_id"])
    sayings = [
        notices.filter(notices[column].notnull()).select("merchant_id", "notice_id", said=column)
        for column in ("our_reference", "order_id", "payment_id")
    ]
    meant = ibis.union(*sayings).semi_join(names, ["merchant_id", "said"])
    return ibis.union(direct.select("row_no"), targets.semi_join(meant, ["merchant_id", "notice_id"]).select("row_no"))
