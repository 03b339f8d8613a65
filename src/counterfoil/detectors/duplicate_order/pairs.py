"""Pairs of orders that may be one purchase: the same request, or the same person, goods and amount close in time.

B is the later by (`placed_at`, `order_id`), A an earlier one. The ground knows which orders look like another one;
here their money is asked.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.lookalikes import as_other, is_earlier, unsaid

_ORDER = ("merchant_id", "order_id", "placed_at", "total_minor", "currency", "state")


def replayed_pairs(ground: Ground) -> ir.Table:
    """Return pairs of live orders with one request id."""
    requests = ground.alike.requests
    live = ground.bench.keep("replayed_live", _live(ground).inner_join(requests, ["merchant_id", "order_id"]))
    pairs = unsaid(ground.books, live).inner_join(as_other(live, "request_id"), ["merchant_id", "request_id"])
    return pairs.filter(is_earlier(pairs))


def twin_pairs(ground: Ground) -> ir.Table:
    """Return pairs of live orders of one customer or instrument, same goods and total, within the window.

    Both orders come with `net_minor`, `terminal_id` and `state`, those of A with `other_` in front.
    """
    same = with_money(ground, "twin_orders", ground.alike.twins)
    places = ground.books["orders"].select("merchant_id", "order_id", "terminal_id", "state")
    places = places.semi_join(_both_ids(same), ["merchant_id", "order_id"])
    with_place = same.left_join(places, ["merchant_id", "order_id"]).drop("merchant_id_right", "order_id_right")
    others = places.rename(other_order_id="order_id", other_terminal_id="terminal_id", other_state="state")
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
