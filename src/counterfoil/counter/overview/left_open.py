"""SQL of the overview: sales that were never finished and hold somebody's money. It reads, and never commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.orders.tables import ORDERS
from counterfoil.books.payments.model import Kind, Standing
from counterfoil.books.payments.states import State
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.counter.paper.numbers import number_of
from counterfoil.ids import MerchantId, OrderId, StaffId, StoreId, TerminalId

#: A younger one is being paid now.
LEFT_AFTER = timedelta(minutes=15)
#: So far back they are looked for.
LOOKED_BACK = timedelta(days=7)
LEFT_OPEN_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpen:
    """An open order that is paid in part; amounts in minor units of its currency."""

    order_id: OrderId
    #: What stands on its slip, and finds it at a till.
    number: str
    store_id: StoreId
    terminal_id: TerminalId | None
    operator_id: StaffId | None
    placed_at: datetime
    held_minor: int
    total_minor: int
    currency: str


def left_open(
    connection: sa.Connection, merchant_id: MerchantId, store_ids: Iterable[StoreId], *, now: datetime
) -> Sequence[LeftOpen]:
    """Return the open orders of some stores that hold money and that nobody is paying now, the oldest first.

    Nobody else tells of them: a sale that is not finished owes no slip, so the rules ask for none.
    """
    held = sa.func.sum(PAYMENTS.c.amount_minor - PAYMENTS.c.refunded_minor).cast(sa.BigInteger)
    query = (
        sa.select(
            ORDERS.c.order_id,
            ORDERS.c.store_id,
            ORDERS.c.terminal_id,
            ORDERS.c.operator_id,
            ORDERS.c.placed_at,
            held.label("held_minor"),
            ORDERS.c.total_minor,
            ORDERS.c.currency,
        )
        .join(
            PAYMENTS,
            sa.and_(PAYMENTS.c.merchant_id == ORDERS.c.merchant_id, PAYMENTS.c.order_id == ORDERS.c.order_id),
        )
        .where(
            ORDERS.c.merchant_id == merchant_id,
            ORDERS.c.store_id.in_(sorted(store_ids)),
            ORDERS.c.state == OrderState.OPEN,
            ORDERS.c.entered_by == "counter",
            ORDERS.c.training.is_(sa.false()),
            ORDERS.c.placed_at >= now - LOOKED_BACK,
            ORDERS.c.placed_at < now - LEFT_AFTER,
            PAYMENTS.c.kind == Kind.SALE,
            PAYMENTS.c.state == State.APPROVED,
            PAYMENTS.c.standing != Standing.VOIDED,
        )
        .group_by(ORDERS.c.merchant_id, ORDERS.c.order_id)
        .having(held > 0)
        .order_by(ORDERS.c.placed_at, ORDERS.c.order_id)
        .limit(LEFT_OPEN_MAX)
    )
    return [
        LeftOpen(number=number_of(row["order_id"], row["placed_at"]), **row)
        for row in connection.execute(query).mappings()
    ]
