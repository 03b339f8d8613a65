"""Baskets: whether two orders hold the same goods, line for line.

There is no portable aggregate of a multiset, so the lines of candidate pairs are counted and joined: two baskets
are the same when they have equally many lines and every (sku, quantity, amount) stands equally often in both.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.workbench import Workbench

_LINE = ["sku", "quantity", "amount_minor"]


def same_baskets(bench: Workbench, pairs: ir.Table, lines: ir.Table) -> ir.Table:
    """Return those of `pairs` (merchant_id, order_id, other_order_id, …) whose unvoided lines are the same multiset."""
    kept = bench.keep("basket_pairs", pairs)
    orders = ibis.union(
        kept.select("merchant_id", "order_id"), kept.select("merchant_id", order_id="other_order_id"), distinct=True
    )
    counted = bench.keep(
        "basket_lines",
        lines.filter(lines.voided_at.isnull())
        .semi_join(orders, ["merchant_id", "order_id"])
        .group_by(["merchant_id", "order_id", *_LINE])
        .agg(times_n=ibis._.count()),
    )
    sizes = counted.group_by(["merchant_id", "order_id"]).agg(kinds_n=ibis._.count())
    mine = kept.select("merchant_id", "order_id", "other_order_id").distinct()
    theirs = counted.rename(other_order_id="order_id")
    common = (
        mine.inner_join(counted, ["merchant_id", "order_id"])
        .inner_join(theirs, ["merchant_id", "other_order_id", *_LINE, "times_n"])
        .group_by(["merchant_id", "order_id", "other_order_id"])
        .agg(common_n=ibis._.count())
    )
    joined = (
        kept.left_join(sizes, ["merchant_id", "order_id"])
        .drop("merchant_id_right", "order_id_right")
        .left_join(
            sizes.select("merchant_id", other_order_id="order_id", other_n="kinds_n"), ["merchant_id", "other_order_id"]
        )
        .drop("merchant_id_right", "other_order_id_right")
        .left_join(common, ["merchant_id", "order_id", "other_order_id"])
    )
    mine_n, other_n = joined.kinds_n.fill_null(0), joined.other_n.fill_null(0)
    return joined.filter((mine_n == other_n) & (joined.common_n.fill_null(0) == mine_n)).select(*kept.columns)
