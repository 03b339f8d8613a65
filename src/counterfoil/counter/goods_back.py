"""SQL of what goods cost that come back: which of the money that went back was theirs. It reads, and never commits.

A refund keeps which lines it gives back. What these cost is their share of what was paid: a discount of the whole sale
lowers every line, and tax that stands beside the lines is left out, so that the goods are rather worth too little.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from counterfoil.books.orders.model import LineKind
from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.states import OPEN, State
from counterfoil.books.payments.tables import PAYMENTS, REFUND_LINES
from counterfoil.ids import MerchantId, OrderId, PaymentId

#: Lines that say something of the others, and are nothing that a customer takes home.
_BESIDE = (LineKind.DISCOUNT.value, LineKind.TAX.value)


def goods_cost(
    connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId, lines: Mapping[int, Decimal]
) -> int:
    """Return what so much of some lines of an order cost, in minor units."""
    prices = _prices(connection, merchant_id, [order_id])
    return int(sum(prices.get((order_id, no), Fraction(0)) * Fraction(quantity) for no, quantity in lines.items()))


def goods_of_refunds(
    connection: sa.Connection, merchant_id: MerchantId, refund_ids: Collection[PaymentId]
) -> dict[PaymentId, int]:
    """Return which part of each refund is for the goods that it gives back, in minor units; of some payments.

    What was refused is left out, and so is what gives back no goods. No more is for goods than goes back in all.
    """
    named = sa.select(REFUND_LINES, PAYMENTS.c.order_id, PAYMENTS.c.amount_minor).where(
        REFUND_LINES.c.merchant_id == merchant_id,
        REFUND_LINES.c.payment_id.in_(list(refund_ids)),
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.payment_id == REFUND_LINES.c.payment_id,
        PAYMENTS.c.state.in_([*OPEN, State.APPROVED]),
    )
    rows = connection.execute(named).all()
    prices = _prices(connection, merchant_id, {row.order_id for row in rows})
    cost: dict[PaymentId, Fraction] = {}
    for row in rows:
        price = prices.get((row.order_id, row.line_no), Fraction(0))
        cost[row.payment_id] = cost.get(row.payment_id, Fraction(0)) + price * Fraction(row.quantity)
    return {row.payment_id: min(row.amount_minor, int(cost[row.payment_id])) for row in rows}


def _prices(
    connection: sa.Connection, merchant_id: MerchantId, order_ids: Collection[OrderId]
) -> dict[tuple[OrderId, int], Fraction]:
    """Return what one piece or kilogram of each line of some orders cost, in minor units."""
    columns = ORDER_LINES.c
    query = sa.select(columns.order_id, columns.line_no, columns.amount_minor, columns.quantity, ORDERS.c.total_minor)
    rows = connection.execute(
        query.join(
            ORDERS, sa.and_(ORDERS.c.merchant_id == columns.merchant_id, ORDERS.c.order_id == columns.order_id)
        ).where(
            columns.merchant_id == merchant_id,
            columns.order_id.in_(list(order_ids)),
            columns.voided_at.is_(None),
            sa.func.coalesce(columns.line_kind, LineKind.GOODS.value).not_in(_BESIDE),
        )
    ).all()
    listed: dict[OrderId, int] = {}
    for row in rows:
        listed[row.order_id] = listed.get(row.order_id, 0) + row.amount_minor
    return {
        (row.order_id, row.line_no): row.amount_minor
        * _share(row.total_minor, listed[row.order_id])
        * (1 / Fraction(row.quantity))
        for row in rows
        if row.quantity > 0
    }


def _share(total_minor: int | None, listed_minor: int) -> Fraction:
    """Return which part of the listed amounts was paid for them."""
    if total_minor is None or listed_minor <= total_minor:
        return Fraction(1)
    return Fraction(total_minor, listed_minor)
