"""Did goods or money go back without their order, twice, beyond it, or unseen?

The subject of a return is `return:`, of a refund payment without one `payment:`, of a record that nobody
claims `acquirer_record:` (convention 12).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.slips import handed_out
from counterfoil.detectors.orphan_return.caps import beyond_cap
from counterfoil.detectors.orphan_return.doubles import doubled_at_acquirer, doubled_in_return
from counterfoil.detectors.orphan_return.habits import serial_returners
from counterfoil.detectors.orphan_return.originless import originless_records, originless_refunds, originless_returns
from counterfoil.detectors.orphan_return.subjects import EXCEPTION, refund_findings, return_findings


def findings(ground: Ground) -> list[ir.Table]:
    """Return the core findings, a table a diagnosis and branch, in order of precedence."""
    capped = cache(partial(beyond_cap, ground))
    refunds = ground.bench.keep("refunds", _refunds(ground))
    rules: tuple[tuple[str, str | None, Callable[[], ir.Table]], ...] = (
        ("double_refund", "a", lambda: capped().doubles),
        ("double_refund", "b", lambda: doubled_in_return(ground)),
        ("double_refund", "c", lambda: doubled_at_acquirer(ground)),
        ("refund_exceeds_order", None, lambda: capped().excesses),
        ("refund_without_order", "a", lambda: originless_returns(ground)),
        ("refund_without_order", "b", lambda: originless_refunds(ground)),
        ("refund_without_order", "c", lambda: originless_records(ground)),
        ("refund_amount_differs", None, lambda: _amount_differs(refunds)),
        ("refund_not_received", None, lambda: _not_received(ground, refunds)),
        ("unauthorised_refund", None, lambda: _unauthorised(ground, refunds)),
        ("return_without_slip", "returns", lambda: _without_slip(ground)),
        ("return_without_slip", "refunds", lambda: _refund_without_slip(ground, refunds)),
        ("outside_window", None, lambda: _outside_window(ground)),
        ("not_restocked", None, lambda: _not_restocked(ground)),
        ("serial_returner", None, lambda: serial_returners(ground)),
    )
    return [rule() for diagnosis, branch, rule in rules if ground.examined(EXCEPTION, diagnosis, branch)]


def _refunds(ground: Ground) -> ir.Table:
    """Refund payments with who did them."""
    told = ground.books["payments"].select("merchant_id", "payment_id", "operator_id", "authoriser_id", "terminal_id")
    backs = ground.backs.filter(ground.backs.side == "refund")
    return backs.inner_join(told, ["merchant_id", "payment_id"])


def _amount_differs(refunds: ir.Table) -> ir.Table:
    """Their row names our refund, with another amount."""
    claimed = refunds.filter(
        (refunds.step == "reference").fill_null(False) & (refunds.record_minor != refunds.amount_minor)
    )
    differing = claimed.mutate(difference_minor=(claimed.record_minor - claimed.amount_minor).abs())
    return refund_findings(differing, "refund_amount_differs", amount="difference_minor", other_minor="record_minor")


def _not_received(ground: Ground, refunds: ir.Table) -> ir.Table:
    """We say refunded, the acquirer's book does not; or nobody knows."""
    calendar = ground.calendar
    refused = refunds.record_id.notnull() & refunds.record_state.isin(["failed", "pending"]) & refunds.decidable
    lacking = (refunds.state == "approved") & (refunds.missing_there | refused)
    hanging = (
        refunds.state.isin(["intended", "unknown"])
        & calendar.past(refunds.occurred_at, calendar.policy.unknown_settle)
        & ~(refunds.record_state == "succeeded").fill_null(False)
    )
    return refund_findings(refunds.filter(lacking | hanging), "refund_not_received")


def _unauthorised(ground: Ground, refunds: ir.Table) -> ir.Table:
    """Money went back on one person's word alone."""
    alone = refunds.authoriser_id.isnull() | (refunds.authoriser_id == refunds.operator_id).fill_null(False)
    limit = ground.calendar.policy.refund_authoriser_from_minor
    return refund_findings(
        refunds.filter((refunds.state == "approved") & (refunds.amount_minor >= limit) & alone),
        "unauthorised_refund",
    )


def _slips_of_returns(ground: Ground) -> ir.Table:
    return handed_out(ground.books["slips"], ["refund", "return"])


def _without_slip(ground: Ground) -> ir.Table:
    """A return was paid out or exchanged, and the customer got no paper."""
    returns, calendar = ground.books["returns"], ground.calendar
    ended = returns.filter(
        returns.state.isin(["refunded", "exchanged"])
        & calendar.past(returns.decided_at.coalesce(returns.requested_at), calendar.policy.slip_within)
    )
    slips = _slips_of_returns(ground)
    by_payment = _paid_by_slip(ground, slips)
    by_order = slips.filter(slips.return_id.isnull() & slips.payment_id.isnull() & slips.order_id.notnull())
    bare = (
        ended.anti_join(slips, ["merchant_id", "return_id"])
        .anti_join(by_payment, ["merchant_id", "return_id"])
        .anti_join(by_order, ["merchant_id", "order_id"])
    )
    return return_findings(bare, "return_without_slip")


def _paid_by_slip(ground: Ground, slips: ir.Table) -> ir.Table:
    """Refunds of returns that a slip names; one slip for a return is enough."""
    refunds = ground.backs.filter((ground.backs.side == "refund") & ground.backs.return_id.notnull())
    return refunds.semi_join(slips, ["merchant_id", "payment_id"])


def _refund_without_slip(ground: Ground, refunds: ir.Table) -> ir.Table:
    calendar = ground.calendar
    paid = refunds.filter((refunds.state == "approved") & calendar.past(refunds.ran_at, calendar.policy.slip_within))
    slips = _slips_of_returns(ground)
    by_order = slips.filter(slips.return_id.isnull() & slips.payment_id.isnull() & slips.order_id.notnull())
    bare = (
        paid.anti_join(slips, ["merchant_id", "payment_id"])
        .anti_join(slips, ["merchant_id", "return_id"])
        .anti_join(_paid_by_slip(ground, slips), ["merchant_id", "return_id"])
        .anti_join(by_order.select("merchant_id", home_order_id="order_id"), ["merchant_id", "home_order_id"])
    )
    return refund_findings(bare, "return_without_slip")


def _outside_window(ground: Ground) -> ir.Table:
    """The return came later than the shop takes goods back."""
    returns, orders = ground.books["returns"], ground.books["orders"]
    accepted = returns.filter(~returns.state.isin(["requested", "rejected"]) & returns.order_id.notnull())
    bought = orders.select("merchant_id", "order_id", sold_at=orders.closed_at.coalesce(orders.placed_at))
    parcels = ground.books["parcels"].semi_join(accepted, ["merchant_id", "order_id"])
    events = ground.books["tracking_events"].filter(ibis._.status == "delivered")
    # What our own book says of a parcel counts before what its carrier says.
    unsaid = parcels.filter(parcels.delivered_at.isnull())
    scanned = unsaid.inner_join(events, ["merchant_id", "parcel_id"]).select(
        "merchant_id", "order_id", arrived_at="occurred_at"
    )
    arrived = (
        ibis.union(
            parcels.filter(parcels.delivered_at.notnull()).select("merchant_id", "order_id", arrived_at="delivered_at"),
            scanned,
        )
        .group_by(["merchant_id", "order_id"])
        .agg(arrived_at=ibis._.arrived_at.max())
    )
    dated = (
        accepted.inner_join(bought, ["merchant_id", "order_id"])
        .left_join(arrived, ["merchant_id", "order_id"])
        .drop("merchant_id_right", "order_id_right")
    )
    base = dated.arrived_at.coalesce(dated.sold_at)
    window = ibis.interval(seconds=int(ground.calendar.policy.return_window.total_seconds()))
    return return_findings(
        dated.mutate(base_at=base).filter(dated.requested_at > base + window), "outside_window", since="base_at"
    )


def _not_restocked(ground: Ground) -> ir.Table:
    """Good goods came back and never reached the shelf."""
    returns, calendar = ground.books["returns"], ground.calendar
    good = ground.books["return_lines"].filter(ibis._.condition == "good")
    waiting = returns.filter(
        returns.restocked_at.isnull() & calendar.past(returns.received_at, calendar.policy.restock_within)
    )
    return return_findings(waiting.semi_join(good, ["merchant_id", "return_id"]), "not_restocked", since="received_at")
