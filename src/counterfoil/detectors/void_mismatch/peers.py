"""Who voids how often, against the others of the same store.

The rule counts; the exact test and the control of false discoveries are added in Python, for they are no SQL.
"""

from __future__ import annotations

import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core, subject


def outlier_candidates(ground: Ground, exception: str, noun: str) -> ir.Table:
    """Return every operator or terminal that has enough peers to be tested, with its counts.

    k approved voids among n approved sale payments, against peers_k among peers_n of the store's others.
    """
    column = f"{noun}_id"
    payments = ground.books["payments"].select(
        "merchant_id", "payment_id", "order_id", "kind", "state", column, "amount_minor", "currency", "occurred_at"
    )
    stores = ground.books["orders"].select("merchant_id", "order_id", "store_id")
    homes = ground.backs.select("merchant_id", "payment_id", "home_order_id")
    counted = payments.filter(
        payments[column].notnull() & payments.kind.isin(["sale", "void"]) & (payments.state == "approved")
    )
    placed = counted.left_join(homes, ["merchant_id", "payment_id"]).drop("merchant_id_right", "payment_id_right")
    at = placed.mutate(order_id=placed.home_order_id.coalesce(placed.order_id)).inner_join(
        stores.filter(stores.store_id.notnull()), ["merchant_id", "order_id"]
    )
    is_void = at.kind == "void"
    each = at.group_by(["merchant_id", "store_id", column]).agg(
        k=is_void.ifelse(1, 0).sum(),
        n=is_void.ifelse(0, 1).sum(),
        voided_minor=is_void.ifelse(at.amount_minor, 0).sum(),
        last_at=at.occurred_at.max(),
        currency=at.currency.min(),
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
