"""SQL of the overview: who took how many sales and voided how many, store by store. It reads, and never commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.books.orders.tables import ORDERS
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.states import State
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.ids import MerchantId, StaffId, StoreId


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorTally:
    """What one operator did at one store; an order with several tenders counts once."""

    store_id: StoreId
    operator_id: StaffId
    #: Orders that they took money for.
    sales_n: int
    #: Orders that they voided.
    voids_n: int
    #: What they voided, in minor units.
    voided_minor: int


def operator_tallies(
    connection: sa.Connection, merchant_id: MerchantId, store_ids: Iterable[StoreId], *, since: datetime
) -> Sequence[OperatorTally]:
    """Count the approved sales and voids of each operator since a moment; practice sales are left out."""
    orders_of = {
        kind: sa.func.count(sa.distinct(PAYMENTS.c.order_id)).filter(PAYMENTS.c.kind == kind)
        for kind in (Kind.SALE, Kind.VOID)
    }
    voided = sa.func.coalesce(sa.func.sum(PAYMENTS.c.amount_minor).filter(PAYMENTS.c.kind == Kind.VOID), 0)
    query = (
        sa.select(
            PAYMENTS.c.store_id,
            PAYMENTS.c.operator_id,
            orders_of[Kind.SALE],
            orders_of[Kind.VOID],
            voided.cast(sa.BigInteger),
        )
        .select_from(
            PAYMENTS.join(
                ORDERS,
                sa.and_(ORDERS.c.merchant_id == PAYMENTS.c.merchant_id, ORDERS.c.order_id == PAYMENTS.c.order_id),
            )
        )
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.store_id.in_(sorted(store_ids)),
            PAYMENTS.c.occurred_at >= since,
            PAYMENTS.c.kind.in_([Kind.SALE, Kind.VOID]),
            PAYMENTS.c.state == State.APPROVED,
            PAYMENTS.c.operator_id.is_not(None),
            PAYMENTS.c.entered_by == "counter",
            ORDERS.c.training.is_(sa.false()),
        )
        .group_by(PAYMENTS.c.store_id, PAYMENTS.c.operator_id)
        .order_by(PAYMENTS.c.store_id, PAYMENTS.c.operator_id)
    )
    return [
        OperatorTally(
            store_id=StoreId(store_id),
            operator_id=StaffId(operator_id),
            sales_n=sales_n,
            voids_n=voids_n,
            voided_minor=voided_minor,
        )
        for store_id, operator_id, sales_n, voids_n, voided_minor in connection.execute(query)
    ]
