"""Pairs of orders that may be one purchase: the same request, or the same person, goods and amount close in time.

B is the later by (`placed_at`, `order_id`), A an earlier one. Nearly all orders leave before anything dear is
computed: first by key, amount and time in buckets, then by the exact window, then by their lines, and only of what
remains is the money asked.
"""

from __future__ import annotations

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.baskets import same_baskets
from counterfoil.detectors.ground.calendar import seconds, within

_ORDER = ("merchant_id", "order_id", "placed_at", "total_minor", "currency", "state")
_SAME = ("merchant_id", "key", "currency", "total_minor")


def replayed_pairs(ground: Ground) -> ir.Table:
    """Return pairs of live orders with one request id."""
    orders = ground.books["orders"]
    named = orders.filter(orders.request_id.notnull()).select("merchant_id", "order_id", "request_id")
    repeated = named.group_by(["merchant_id", "request_id"]).agg(orders_n=ibis._.count()).filter(ibis._.orders_n > 1)
    requests = ground.bench.keep("repeated_requests", named.semi_join(repeated, ["merchant_id", "request_id"]))
    live = ground.bench.keep("replayed_live", _live(ground).inner_join(requests, ["merchant_id", "order_id"]))
    pairs = _unsaid(ground, live).inner_join(_as_other(live, "request_id"), ["merchant_id", "request_id"])
    return pairs.filter(_is_earlier(pairs))


def twin_pairs(ground: Ground) -> ir.Table:
    """Return pairs of live orders of one customer or instrument, same goods and total, within the window.

    Both orders come with `net_minor` and `terminal_id`, those of A with `other_` in front.
    """
    window = ground.calendar.policy.duplicate_window
    keyed = ground.bench.keep("regulars", ibis.union(_of_one_customer(ground), _of_one_instrument(ground)))
    near = ground.bench.keep("near_orders", _near_another(keyed, window))
    pairs = near.inner_join(_as_other(near, *_SAME[1:]), list(_SAME))
    close = pairs.filter(_is_earlier(pairs) & within(pairs.placed_at, pairs.other_placed_at, window))
    unsaid = _unsaid(ground, close.drop("key").distinct())
    same = with_money(ground, "twin_orders", same_baskets(ground.bench, unsaid, ground.books["order_lines"]))
    places = ground.books["orders"].select("merchant_id", "order_id", "terminal_id")
    places = places.semi_join(_both_ids(same), ["merchant_id", "order_id"])
    with_place = same.left_join(places, ["merchant_id", "order_id"]).drop("merchant_id_right", "order_id_right")
    others = places.rename(other_order_id="order_id", other_terminal_id="terminal_id")
    both = with_place.left_join(others, ["merchant_id", "other_order_id"])
    return ground.bench.keep("placed_twins", both.drop("merchant_id_right", "other_order_id_right"))


def with_money(ground: Ground, name: str, pairs: ir.Table) -> ir.Table:
    """Add `net_minor` of B and `other_net_minor` of A."""
    kept = ground.bench.keep(name, pairs)
    money = ground.accounts_of(_both_ids(kept)).select("merchant_id", "order_id", "net_minor")
    money = ground.bench.keep(f"{name}_money", money)
    others = money.rename(other_order_id="order_id", other_net_minor="net_minor")
    return kept.inner_join(money, ["merchant_id", "order_id"]).inner_join(others, ["merchant_id", "other_order_id"])


def _both_ids(pairs: ir.Table) -> ir.Table:
    return ibis.union(
        pairs.select("merchant_id", "order_id"), pairs.select("merchant_id", order_id="other_order_id"), distinct=True
    )


def _live(ground: Ground) -> ir.Table:
    orders = ground.books["orders"]
    return orders.filter(orders.state.isin(["open", "paid"])).select(*_ORDER)


def _unsaid(ground: Ground, orders: ir.Table) -> ir.Table:
    """Leave out what the cashier called a genuine repeat."""
    said = ground.books["orders"].filter(ibis._.repeat_of.notnull()).select("merchant_id", "order_id")
    return orders.anti_join(said, ["merchant_id", "order_id"])


def _is_earlier(pairs: ir.Table) -> ir.BooleanValue:
    """Say whether A lies before B, by time and then by id."""
    return (pairs.other_placed_at < pairs.placed_at) | (
        (pairs.other_placed_at == pairs.placed_at) & (pairs.other_order_id < pairs.order_id)
    )


def _as_other(orders: ir.Table, *also: str) -> ir.Table:
    """The same orders in the place of A; the merchant and `also` keep their names, to be joined on."""
    kept = ("merchant_id", *also)
    return orders.rename({f"other_{name}": name for name in orders.columns if name not in kept})


def _of_one_customer(ground: Ground) -> ir.Table:
    """Return live orders of customers who paid the same total more than once."""
    orders = ground.books["orders"]
    named = orders.filter(orders.state.isin(["open", "paid"]) & orders.customer_key.notnull())
    alike = ["merchant_id", "customer_key", "currency", "total_minor"]
    often = named.group_by(alike).agg(orders_n=ibis._.count()).filter(ibis._.orders_n > 1)
    again = named.semi_join(often, alike)
    return again.select(*_ORDER, key=ibis.literal("c") + again.customer_key)


def _of_one_instrument(ground: Ground) -> ir.Table:
    """Return live orders paid with an instrument that paid the same total more than once."""
    payments = ground.books["payments"]
    paid = payments.filter((payments.kind == "sale") & payments.instrument_key.notnull() & payments.order_id.notnull())
    paid = paid.select("merchant_id", "order_id", "instrument_key")
    alike = ["merchant_id", "instrument_key", "currency", "total_minor"]
    both = _live(ground).inner_join(paid, ["merchant_id", "order_id"])
    often = ground.bench.keep(
        "instruments_again", both.group_by(alike).agg(orders_n=ibis._.count()).filter(ibis._.orders_n > 1)
    )
    known = paid.semi_join(often, ["merchant_id", "instrument_key"])
    again = _live(ground).inner_join(known, ["merchant_id", "order_id"]).semi_join(often, alike)
    return again.select(*_ORDER, key=ibis.literal("i") + again.instrument_key)


def _near_another(keyed: ir.Table, window: timedelta) -> ir.Table:
    """Keep the orders that share key, total and a bucket of time with another.

    Buckets are at least twice as long as the window and laid out twice, shifted by half, so that two orders within
    the window always share one; longer windows than half a day share one bucket.
    """
    unit, half = ("h", 1800) if window <= timedelta(minutes=30) else ("D", 43200)
    layouts = [keyed.mutate(bucket=(keyed.placed_at + seconds(shift)).truncate(unit)) for shift in (0, half)]
    if window > timedelta(hours=12):
        layouts = [keyed.mutate(bucket=ibis.literal(0))]
    crowds = [
        laid.group_by([*_SAME, "bucket"]).agg(orders_n=ibis._.count()).filter(ibis._.orders_n > 1) for laid in layouts
    ]
    near = [
        laid.semi_join(crowd, [*_SAME, "bucket"]).drop("bucket") for laid, crowd in zip(layouts, crowds, strict=True)
    ]
    return ibis.union(*near, distinct=True) if len(near) > 1 else near[0].distinct()
