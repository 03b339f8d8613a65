"""Was one purchase booked or charged twice?

B is the later of two orders, A the nearest earlier one that meets the row. A genuine repeat purchase differs in
key, goods, amount or time, or the cashier said so with `repeat_of`.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.duplicate_order.pairs import replayed_pairs, twin_pairs, with_money
from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.calendar import apart, within
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.ground.given_there import not_given_back_there
from counterfoil.detectors.ground.takings import standing_sales

EXCEPTION = "duplicate_order"


def findings(ground: Ground) -> list[ir.Table]:
    """Return the core findings, a table a diagnosis, in order of precedence."""
    found: list[ir.Table] = []
    if ground.examined(EXCEPTION, "replayed_request"):
        found.append(_replayed_request(ground))
    if ground.examined(EXCEPTION, "one_order_two_payments", "a"):
        found.append(_paid_beyond_total(ground))
    if ground.examined(EXCEPTION, "one_order_two_payments", "b"):
        found.append(_charged_again(ground))
    twins = twin_pairs(ground) if ground.books.carries("order_lines") else None
    if twins is not None:
        named = ("double_entry", "paid_and_unpaid", "double_charge")
        found += [_twin_findings(twins, each, ground) for each in named if ground.examined(EXCEPTION, each)]
    return found


def _nearest(pairs: ir.Table) -> ir.Table:
    """Keep of each B the nearest earlier A."""
    ranked = pairs.mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "order_id"],
            order_by=[ibis.desc("other_placed_at"), ibis.desc("other_order_id")],
        )
    )
    return ranked.filter(ranked.place == 0)


def _replayed_request(ground: Ground) -> ir.Table:
    """One request id, two orders, whatever lies between them."""
    replayed = with_money(ground, "replayed_orders", _nearest(replayed_pairs(ground)))
    risky = replayed.mutate(risk_minor=ibis.greatest(replayed.net_minor, 0))
    return _pair_findings(risky, "replayed_request", amount="risk_minor", mutes="order_id")


def _twin_findings(twins: ir.Table, diagnosis: str, ground: Ground) -> ir.Table:
    both_paid = (twins.net_minor > 0) & (twins.other_net_minor > 0)
    if diagnosis == "double_entry":
        met = both_paid & (twins.terminal_id != twins.other_terminal_id).fill_null(False)
        return _pair_findings(_nearest(twins.filter(met)), diagnosis, amount="net_minor", mutes="order_id")
    if diagnosis == "double_charge":
        return _pair_findings(_nearest(twins.filter(both_paid)), diagnosis, amount="net_minor", mutes="order_id")
    open_later = (twins.state == "open") & (twins.net_minor == 0) & (twins.other_net_minor > 0)
    open_earlier = (twins.other_state == "open") & (twins.other_net_minor == 0) & (twins.net_minor > 0)
    settled = ground.calendar.past(twins.placed_at, ground.calendar.policy.unknown_settle)
    met = twins.filter((open_later | open_earlier) & settled).mutate(
        unpaid_id=open_later.ifelse(twins.order_id, twins.other_order_id), nothing=ibis.literal(0)
    )
    return _pair_findings(_nearest(met), diagnosis, amount="nothing", mutes="unpaid_id")


def _pair_findings(pairs: ir.Table, diagnosis: str, *, amount: str, mutes: str) -> ir.Table:
    return core(
        pairs,
        EXCEPTION,
        diagnosis,
        subject=subject("order", pairs.order_id),
        other_subject=subject("order", pairs.other_order_id),
        occurred_at="placed_at",
        since="other_placed_at",
        amount_at_risk_minor=amount,
        currency="currency",
        order_id="order_id",
        other_order_id="other_order_id",
        mutes_order_id=mutes,
    )


def standing_payments(ground: Ground) -> ir.Table:
    """Return the sale payments that stand, of live orders of which more was taken than their total."""
    return ground.once("standing_payments", lambda: _standing(ground))


def _standing(ground: Ground) -> ir.Table:
    payments = ground.books["payments"]
    key = ["merchant_id", "order_id"]
    paid = payments.filter((payments.kind == "sale") & payments.order_id.notnull())
    several = ground.bench.crowded("orders_paid_in_parts", paid.select(*key), key)
    accounts = ground.accounts_of(several)
    beyond = accounts.filter(
        accounts.state.isin(["open", "paid"]) & (accounts.taken_minor > accounts.total_minor)
    ).select(*key, "currency", "total_minor")
    beyond = ground.bench.keep("orders_paid_beyond", beyond)
    standing = standing_sales(ground.sales_of(beyond, "order_id"), ground.backs)
    return standing.inner_join(beyond, [*key, "currency"])


def _paid_beyond_total(ground: Ground) -> ir.Table:
    """(a) The standing payments of one order pass its total: that payment, and each after it."""
    standing = standing_payments(ground).mutate(ran_at=ibis._.decided_at.coalesce(ibis._.occurred_at))
    order = {"group_by": ["merchant_id", "order_id"], "order_by": ["ran_at", "payment_id"]}
    running = standing.mutate(
        through_minor=standing.taken_minor.sum().over(**order, rows=(None, 0)),
        place=ibis.row_number().over(**order),
        before_id=standing.payment_id.lag().over(**order),
        before_at=standing.ran_at.lag().over(**order),
    )
    excess = running.through_minor - running.total_minor
    passing = running.mutate(risk_minor=ibis.least(running.taken_minor, excess)).filter(
        (running.place > 0) & (excess > 0)
    )
    return core(
        passing,
        EXCEPTION,
        "one_order_two_payments",
        branch="a",
        subject=subject("payment", passing.payment_id),
        other_subject=subject("payment", passing.before_id),
        occurred_at="occurred_at",
        since="before_at",
        amount_at_risk_minor="risk_minor",
        currency="currency",
        order_id="order_id",
        payment_id="payment_id",
        other_payment_id="before_id",
        record_id="record_id",
    )


def _charged_again(ground: Ground) -> ir.Table:
    """(b) A leftover charge that equals a claimed one, by our reference or by instrument and terminal."""
    left = ground.leftovers.filter((ground.leftovers.kind == "sale") & (ground.leftovers.state == "succeeded"))
    left = ground.bench.keep("leftover_charges", not_given_back_there(ground, "leftover_sales", left))
    twins = ground.bench.keep("claimed_beside_leftovers", _claimed_like(ground, left))
    shape = ["merchant_id", "acquirer", "amount_minor", "currency"]
    window = ground.calendar.policy.duplicate_window
    by_reference = left.inner_join(twins, [*shape, "our_reference"])
    by_instrument = left.inner_join(twins, [*shape, "instrument_key", "terminal_id"])
    by_instrument = by_instrument.filter(within(by_instrument.occurred_at, by_instrument.other_at, window))
    columns = [*shape, "record_id", "occurred_at", "claimant_id", "other_record_id", "other_at"]
    pairs = ibis.union(by_reference.select(columns), by_instrument.select(columns), distinct=True)
    ranked = pairs.mutate(gap=apart(pairs.occurred_at, pairs.other_at))
    ranked = ranked.mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "record_id"], order_by=["gap", "other_at", "other_record_id"]
        )
    )
    nearest = ranked.filter(ranked.place == 0)
    return core(
        nearest,
        EXCEPTION,
        "one_order_two_payments",
        branch="b",
        subject=subject("acquirer_record", nearest.record_id),
        other_subject=subject("payment", nearest.claimant_id),
        occurred_at="occurred_at",
        since="other_at",
        amount_at_risk_minor="amount_minor",
        currency="currency",
        record_id="record_id",
        other_record_id="other_record_id",
        other_payment_id="claimant_id",
    )


def _claimed_like(ground: Ground, left: ir.Table) -> ir.Table:
    """Return claimed succeeded charges that share a reference, or instrument and till, with one of `left`."""
    charges = ground.events.filter(ground.events.kind == "sale")
    alike = ibis.union(
        charges.semi_join(left, ["merchant_id", "acquirer", "our_reference"]),
        charges.semi_join(left, ["merchant_id", "acquirer", "instrument_key", "terminal_id"]),
        distinct=True,
    )
    claims = ground.claims.filter((ground.claims.side == "sale") & (ground.claims.record_state == "succeeded"))
    owners = claims.select("merchant_id", "record_id", claimant_id="payment_id")
    return alike.inner_join(owners, ["merchant_id", "record_id"]).select(
        *("merchant_id", "acquirer", "amount_minor", "currency", "our_reference", "instrument_key", "terminal_id"),
        claimant_id="claimant_id",
        other_record_id="record_id",
        other_at="occurred_at",
    )
