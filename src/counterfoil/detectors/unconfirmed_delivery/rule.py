"""Was a paid order sent, did it arrive, and did anybody confirm it?

Examined are paid orders with money left in them that are to be delivered, or picked up as a parcel. Any parcel of
the order decides that is unconfirmed, or was disputed later than it was confirmed.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.unconfirmed_delivery.parcels import examined_parcels, owed_orders, without_cured

EXCEPTION = "unconfirmed_delivery"


def findings(ground: Ground) -> list[ir.Table]:
    """Return the core findings, a table a diagnosis, in order of precedence."""
    orders = ground.bench.keep("owed_orders", owed_orders(ground))
    parcels = ground.bench.keep("examined_parcels", examined_parcels(ground, orders))
    found = [
        _parcel_findings(parcels, diagnosis, met, since)
        for diagnosis, met, since in (
            ("returned_to_sender", _came_to(ground, parcels, "returned"), "last_at"),
            ("lost", _came_to(ground, parcels, "lost"), "last_at"),
            (
                "wrong_goods",
                parcels.dispute.isin(["wrong_goods", "missing_goods", "damaged", "other"]),
                "disputed_at",
            ),
            ("receipt_disputed", parcels.dispute == "not_received", "disputed_at"),
            ("bad_address", _bad_address(ground, parcels), "last_at"),
            ("delivery_failed", _failed(ground, parcels), "last_at"),
            ("status_not_synced", _not_synced(ground, parcels), "first_delivered_at"),
            ("delivered_unconfirmed", _unconfirmed(ground, parcels), "arrived_at"),
            ("tracking_missing", _tracking_missing(ground, parcels), "shipped_at"),
            ("stalled", _stalled(ground, parcels), "moved_at"),
            ("late", _late(ground, parcels), "promise"),
        )
        if ground.examined(EXCEPTION, diagnosis)
    ]
    if ground.examined(EXCEPTION, "not_shipped"):
        found.append(_not_shipped(ground, orders))
    return found


def _parcel_findings(parcels: ir.Table, diagnosis: str, met: ir.BooleanValue, since: str) -> ir.Table:
    caught = parcels.filter(met.fill_null(False))
    return core(
        caught,
        EXCEPTION,
        diagnosis,
        subject=subject("order", caught.order_id),
        occurred_at="paid_at",
        since=since,
        amount_at_risk_minor="net_minor",
        currency="currency",
        order_id="order_id",
        parcel_id="parcel_id",
        fault="last_reason",
    )


def _came_to(ground: Ground, parcels: ir.Table, end: str) -> ir.BooleanValue:
    met = parcels.state == end
    return met | (parcels.last_status == end).fill_null(False) if ground.books.carries("tracking_events") else met


def _bad_address(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    stuck = parcels.last_status.isin(["delivery_failed", "on_hold"]) & parcels.last_reason.contains("address")
    return parcels.undelivered & ((~parcels.address_ok).fill_null(False) | stuck.fill_null(False))


def _failed(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    return (parcels.last_status == "delivery_failed") & ground.calendar.past(
        parcels.last_at, ground.calendar.policy.failed_retry
    )


def _not_synced(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    """The carrier says delivered, our book does not."""
    told = ground.calendar.past(parcels.first_delivered_at, ground.calendar.policy.sync_within)
    return told & parcels.state.isin(["created", "shipped"])


def _unconfirmed(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    waited = ground.calendar.past(parcels.arrived_at, ground.calendar.policy.confirm_after)
    return waited & parcels.confirmed_at.isnull()


def _tracking_missing(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    unsaid = ibis.literal(False)
    if ground.books.carries("parcels.tracking_number"):
        unsaid = unsaid | parcels.tracking_number.isnull()
    if ground.books.carries("parcels.uploaded_at"):
        unsaid = unsaid | parcels.uploaded_at.isnull()
    waited = ground.calendar.past(parcels.shipped_at, ground.calendar.policy.tracking_within)
    return parcels.undelivered & waited & parcels.last_at.isnull() & unsaid


def _waits_for_pickup(parcels: ir.Table) -> ir.BooleanValue:
    return (parcels.last_status == "ready_for_pickup").fill_null(False)


def _stalled(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    still = ground.calendar.past(parcels.moved_at, ground.calendar.policy.stalled_after)
    return parcels.shipped_at.notnull() & parcels.undelivered & ~_waits_for_pickup(parcels) & still


def _late(ground: Ground, parcels: ir.Table) -> ir.BooleanValue:
    broken = ground.calendar.past(parcels.promise, ground.calendar.policy.late_after)
    return parcels.shipped_at.notnull() & parcels.undelivered & ~_waits_for_pickup(parcels) & broken


def _not_shipped(ground: Ground, orders: ir.Table) -> ir.Table:
    """Paid, to be delivered, and nothing left the shop; a cured parcel still counts as shipped."""
    calendar = ground.calendar
    shipped = ground.books["parcels"].filter(ibis._.shipped_at.notnull()).select("merchant_id", "order_id")
    waiting = orders.filter(
        (orders.fulfilment == "delivery") & calendar.past(orders.paid_at, calendar.policy.ship_within)
    ).anti_join(shipped, ["merchant_id", "order_id"])
    waiting = without_cured(ground, waiting)
    return core(
        waiting,
        EXCEPTION,
        "not_shipped",
        subject=subject("order", waiting.order_id),
        occurred_at="paid_at",
        since="paid_at",
        amount_at_risk_minor="net_minor",
        currency="currency",
        order_id="order_id",
    )
