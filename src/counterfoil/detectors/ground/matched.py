"""Records of the acquirers and payments of ours, laid together: folded, claimed, and what nobody claims.

Where there are many sales, the plain claims are set aside first and brought back for the sales in question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.books import Books
from counterfoil.detectors.ground.calendar import Calendar
from counterfoil.detectors.ground.claim import claim, claim_by_payment_id
from counterfoil.detectors.ground.fold import fold
from counterfoil.detectors.ground.originals import resolve_originals
from counterfoil.detectors.ground.plain_claims import PlainClaims, plain_claims
from counterfoil.detectors.ground.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Records and payments laid together."""

    #: None: everything was matched the long way.
    plain: PlainClaims | None
    records: ir.Table
    #: Payments that could claim a record, practice sales aside.
    asking: ir.Table
    events: ir.Table
    pairs: ir.Table
    leftovers: ir.Table
    originals: ir.Table
    #: Payments with an acquirer of which it could say something and does not.
    missing: ir.Table


def match(bench: Workbench, given: Books, calendar: Calendar, *, narrow: bool) -> Matched:
    """Fold the acquirers' records and let our payments claim them; the plain claims aside, if there are many."""
    payments, records = given["payments"], given["acquirer_records"]
    plain = None
    asking = payments.filter(payments.acquirer.notnull())
    if narrow and given.carries("orders"):
        plain = plain_claims(bench, payments, records, calendar.policy)
        asking, records = plain.rest_payments, plain.rest_records
    events = fold(bench, records, calendar.policy)
    claims = claim(bench, asking, payments, events, calendar)
    backward = events.filter(events.kind != "sale")
    originals = resolve_originals(bench, backward, events, claims.pairs, payments)
    practised = bench.keep("practised_records", claims.pairs.filter(claims.pairs.in_training))
    pairs = claims.pairs
    if not bench.is_empty(practised):
        events = events.anti_join(practised, ["merchant_id", "record_id"])
        pairs = pairs.filter(~pairs.in_training)
    missing = claims.payments.filter(~claims.payments.in_training)
    return Matched(
        plain=plain,
        records=records,
        asking=asking.filter(~asking.in_training),
        events=events,
        pairs=pairs,
        leftovers=claims.records,
        originals=originals,
        # Without the acquirers' book nothing can be decided, and an approved payment is as plain as cash.
        missing=missing if given.carries("acquirer_records") else missing.filter(ibis.literal(False)),
    )


def spoken_of(bench: Workbench, matched: Matched, books: Books) -> ir.Table:
    """Return (merchant_id, payment_id) of the payments that undos, refunds or charges without a payment speak of."""
    assert matched.plain is not None
    payments = books["payments"]
    named = payments.filter(payments.original_payment_id.notnull())
    left = matched.leftovers.filter((matched.leftovers.kind == "sale") & (matched.leftovers.state == "succeeded"))
    # Key and terminal of one event may come from two records, so the key alone has to do.
    card = ["merchant_id", "acquirer", "instrument_key", "amount_minor", "currency"]
    left = bench.keep("leftover_cards", left.filter(left.instrument_key.notnull()).select(*card))
    events, record = matched.events, ["merchant_id", "record_id"]
    twins = ibis.union(
        events.semi_join(left, card).select(*record),
        events.semi_join(matched.leftovers, ["merchant_id", "our_reference"]).select(*record),
    )
    owners = matched.pairs.semi_join(twins, record)
    return ibis.union(
        named.select("merchant_id", payment_id="original_payment_id"),
        matched.originals.filter(matched.originals.original_payment_id.notnull()).select(
            "merchant_id", payment_id="original_payment_id"
        ),
        matched.plain.like(left, card),
        owners.select("merchant_id", "payment_id"),
    )


def with_recalled(bench: Workbench, matched: Matched, payments: ir.Table, calendar: Calendar) -> Matched:
    """Bring back the plain claims of the payments that are in question, and keep no others."""
    assert matched.plain is not None
    records = matched.plain.records_of(bench, payments)
    events = fold(bench, records, calendar.policy)
    plain = payments.filter(payments.acquirer.notnull()).mutate(in_training=ibis.literal(False))
    pairs = claim_by_payment_id(plain, events)
    return replace(
        matched,
        records=ibis.union(matched.records, records.select(*matched.records.columns)),
        events=ibis.union(matched.events, events.select(*matched.events.columns)),
        pairs=ibis.union(matched.pairs, bench.keep("recalled_claims", pairs.select(*matched.pairs.columns))),
    )
