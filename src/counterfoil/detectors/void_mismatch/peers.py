"""Who voids how often, against the others of the same store.

The rule counts; the exact test and the control of false discoveries are added in Python, for they are no SQL.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core, subject


def outlier_candidates(ground: Ground, exception: str, noun: str) -> ir.Table:
    """Return every operator or terminal that has enough peers to be tested, with its counts.

    k approved voids beside n closed sales of a store, against peers_k beside peers_n of the store's others.
    """
    column = f"{noun}_id"
    orders = ground.whole["orders"]
    rung = orders.filter((orders.state != "open") & orders.store_id.notnull() & orders[column].notnull())
    sales = rung.group_by(["merchant_id", "store_id", column]).agg(
        n=ibis._.count(), sold_at=ibis._.placed_at.max(), sold_in=ibis._.currency.min()
    )
    voids = _voids_by_store(ground, column)
    key = ["merchant_id", "store_id", column]
    joined = sales.left_join(voids, key).drop(*(f"{name}_right" for name in key))
    each = joined.mutate(
        k=joined.k.fill_null(0),
        voided_minor=joined.voided_minor.fill_null(0),
        last_at=joined.last_at.coalesce(joined.sold_at),
        currency=joined.currency.coalesce(joined.sold_in),
    )
    store = {"group_by": ["merchant_id", "store_id"]}
    beside = each.mutate(
        peers_k=each.k.sum().over(**store) - each.k,
        peers_n=each.n.sum().over(**store) - each.n,
        peers=each.n.count().over(**store) - 1,
    )
    tested = beside.filter((beside.peers >= ground.calendar.policy.outliers.peers_min) & (beside.n > 0))
    return core(
        tested,
        exception,
        f"{noun}_outlier",
        subject=subject(noun, tested[column]),
        occurred_at="last_at",
        amount_at_risk_minor="voided_minor",
        currency="currency",
        store_id="store_id",
        k="k",
        n="n",
        peers_k="peers_k",
        peers_n="peers_n",
        peers="peers",
        **{column: column},
    )


def _voids_by_store(ground: Ground, column: str) -> ir.Table:
    """Count the approved voids of each, by the store of the order that they undo.

    Currencies are never added up: `voided_minor` is the largest sum of one currency.
    """
    who = ground.books["payments"].filter(ibis._.kind == "void").select("merchant_id", "payment_id", column)
    done = ground.backs.filter((ground.backs.kind == "void") & (ground.backs.state == "approved"))
    voids = done.select(
        "merchant_id", "payment_id", "amount_minor", "currency", "occurred_at", order_id="home_order_id"
    ).inner_join(who, ["merchant_id", "payment_id"])
    stores = ground.books["orders"].filter(ibis._.store_id.notnull()).select("merchant_id", "order_id", "store_id")
    placed = voids.filter(voids[column].notnull()).inner_join(stores, ["merchant_id", "order_id"])
    key = ["merchant_id", "store_id", column]
    sums = placed.group_by([*key, "currency"]).agg(
        k=ibis._.count(), voided_minor=ibis._.amount_minor.sum(), last_at=ibis._.occurred_at.max()
    )
    ranked = sums.mutate(
        all_k=sums.k.sum().over(group_by=key),
        all_last_at=sums.last_at.max().over(group_by=key),
        place=ibis.row_number().over(group_by=key, order_by=[ibis.desc("voided_minor"), ibis.desc("currency")]),
    )
    return ranked.filter(ranked.place == 0).select(*key, "voided_minor", "currency", k="all_k", last_at="all_last_at")
