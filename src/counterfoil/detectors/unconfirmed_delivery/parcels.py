"""Parcels with their way: the last and the delivered events, and whether the parcel may decide anything."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground

#: A return in one of these states made good for a parcel that was returned, lost or disputed.
CURED_BY = ("refunded", "exchanged", "reshipped", "closed")

_ORDER = ("merchant_id", "order_id", "fulfilment", "net_minor", "paid_at", "currency")


def owed_orders(ground: Ground) -> ir.Table:
    """Return paid orders with money left in them that are not carried out of the shop at once."""
    accounts = ground.accounts_of(ground.bench.keep("open_deliveries", _in_question(ground)))
    owed = accounts.filter(accounts.net_minor > 0)
    facts = ground.books["orders"].select("merchant_id", "order_id", "address_ok", order_promised_at="promised_at")
    return owed.select(*_ORDER).inner_join(facts, ["merchant_id", "order_id"])


def _in_question(ground: Ground) -> ir.Table:
    """Return (merchant_id, order_id) of paid orders with a parcel that decides, or to be delivered and not shipped."""
    orders, parcels = ground.books["orders"], ground.books["parcels"]
    paid = orders.filter((orders.state == "paid") & (orders.fulfilment != "carry_out"))
    shipped = parcels.filter(parcels.shipped_at.notnull())
    unshipped = paid.filter(paid.fulfilment == "delivery").anti_join(shipped, ["merchant_id", "order_id"])
    undecided = paid.semi_join(_deciding(ground), ["merchant_id", "order_id"])
    return ibis.union(
        unshipped.select("merchant_id", "order_id"), undecided.select("merchant_id", "order_id"), distinct=True
    )


def _deciding(ground: Ground) -> ir.Table:
    """Return the parcels that decide: unconfirmed, or disputed later than confirmed."""
    parcels = ground.books["parcels"]
    if not ground.books.carries("parcels.confirmed_at"):
        return parcels.filter(ibis.literal(False))
    unconfirmed = parcels.confirmed_at.isnull() & (parcels.state != "confirmed")
    disputed_again = (parcels.disputed_at > parcels.confirmed_at).fill_null(False)
    return parcels.filter(unconfirmed | disputed_again)


def examined_parcels(ground: Ground, orders: ir.Table) -> ir.Table:
    """Return the parcels that may decide, with their order, their last event and their times of arrival.

    Adds `last_status?`, `last_at?`, `last_reason?`, `first_delivered_at?`, `arrived_at?` (delivered), `moved_at?`
    (the later of shipping and the last event), `promise?` and `undelivered`.
    """
    deciding = _deciding(ground).semi_join(orders, ["merchant_id", "order_id"])
    way = ground.bench.keep("parcels_with_way", _with_way(ground, deciding, orders))
    sound = way.filter(~_troubled(way))
    if not ground.books.carries("returns.order_id"):
        # Whether a troubled parcel was made good cannot be known without the returns book.
        return sound
    return ibis.union(sound, way.filter(_troubled(way)).anti_join(_cures(ground), ["merchant_id", "order_id"]))


def without_cured(ground: Ground, orders: ir.Table) -> ir.Table:
    """Leave out the orders with a parcel that was made good, or may have been: such a one counts as shipped."""
    parcels = ground.books["parcels"].semi_join(orders, ["merchant_id", "order_id"])
    told = parcels.left_join(_last_events(ground, parcels), ["merchant_id", "parcel_id"])
    troubled = told.filter(_troubled(told))
    if ground.books.carries("returns.order_id"):
        troubled = troubled.semi_join(_cures(ground), ["merchant_id", "order_id"])
    return orders.anti_join(troubled, ["merchant_id", "order_id"])


def _cures(ground: Ground) -> ir.Table:
    returns = ground.books["returns"]
    return returns.filter(returns.state.isin(list(CURED_BY)) & returns.order_id.notnull())


def _troubled(parcels: ir.Table) -> ir.BooleanValue:
    """Returned, lost or disputed: what a return of the order can make good."""
    ended = parcels.last_status.isin(["returned", "lost"]).fill_null(False)
    disputed = parcels.dispute.notnull() | parcels.disputed_at.notnull()
    return parcels.state.isin(["returned", "lost"]) | ended | disputed


def _events_of(ground: Ground, parcels: ir.Table) -> ir.Table:
    return ground.books["tracking_events"].semi_join(parcels, ["merchant_id", "parcel_id"])


def _last_events(ground: Ground, parcels: ir.Table) -> ir.Table:
    """Return what the carrier said last of some parcels: last_status, last_at, last_reason."""
    ranked = _events_of(ground, parcels).mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "parcel_id"], order_by=[ibis.desc("occurred_at"), ibis.desc("status")]
        )
    )
    return ranked.filter(ranked.place == 0).select(
        "merchant_id", "parcel_id", last_status="status", last_at="occurred_at", last_reason="reason"
    )


def _with_way(ground: Ground, parcels: ir.Table, orders: ir.Table) -> ir.Table:
    last, events = _last_events(ground, parcels), _events_of(ground, parcels)
    delivered = (
        events.filter(events.status == "delivered")
        .group_by(["merchant_id", "parcel_id"])
        .agg(first_delivered_at=ibis._.occurred_at.min(), last_delivered_at=ibis._.occurred_at.max())
    )
    key = ["merchant_id", "parcel_id"]
    joined = (
        parcels.inner_join(orders, ["merchant_id", "order_id"])
        .left_join(last, key)
        .drop(*(f"{name}_right" for name in key))
        .left_join(delivered, key)
        .drop(*(f"{name}_right" for name in key))
    )
    return joined.mutate(
        arrived_at=joined.delivered_at.coalesce(joined.last_delivered_at),
        moved_at=ibis.greatest(joined.shipped_at, joined.last_at.coalesce(joined.shipped_at)),
        promise=joined.promised_at.coalesce(joined.order_promised_at),
        undelivered=joined.delivered_at.isnull()
        & joined.first_delivered_at.isnull()
        & ~joined.state.isin(["delivered", "confirmed"]),
    )
