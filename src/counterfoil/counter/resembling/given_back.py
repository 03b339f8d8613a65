"""Before money goes back: did the other one of two equal sales go back already? Then nothing of the two stays paid.

Of a sale that was entered twice the desk gives one back, and a day later a till gives the other one back, to a customer
who says the same again (field case 22). So it is asked, once: the answer "both came back" travels with the giving back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.orders.tables import ORDERS
from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.books.payments.states import State
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.counter.goods_back import goods_cost, goods_of_refunds
from counterfoil.counter.paper.numbers import number_of
from counterfoil.counter.resembling.likeness import is_alike
from counterfoil.counter.resembling.store import Recent, recent_orders
from counterfoil.counter.undoing import Judge, UndoOrder
from counterfoil.ids import MerchantId, OrderId
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence


def unless_equal_went_back(order: UndoOrder, original: Payment, *, window: timedelta) -> Judge:
    """Return what refuses money of a sale that has an equal one which went back, unless the order names that one.

    `window`: how far apart two sales may be one.
    """

    def judge(connection: sa.Connection) -> Refused | None:
        equal = [one for one in _equal_to(connection, original, window) if one.order_id not in order.also_back]
        # A sale has no equal at all as a rule, and then there is nothing to lock for this.
        if original.order_id is None or not equal:
            return None
        own = original.order_id
        together = sorted({own, *(one.order_id for one in equal)})
        for order_id in together:
            orders.locked(connection, order.merchant_id, order_id)
        held = _held(connection, order.merchant_id, together)
        left = held.get(own, 0) - order.amount_minor
        due = equal[0].total_minor - _goods_back(connection, order, own)
        gone = [one for one in equal if held.get(one.order_id, one.total_minor) < one.total_minor]
        torn = [one for one in gone if left + held[one.order_id] < due]
        if not torn:
            return None
        return refused(
            PaymentRefusal.EQUAL_WENT_BACK,
            orders=" ".join(one.order_id for one in torn),
            numbers=", ".join(number_of(one.order_id, one.placed_at) for one in torn),
        )

    return judge


def _equal_to(connection: sa.Connection, original: Payment, window: timedelta) -> Sequence[Recent]:
    """Return the orders that may be the sale of a payment entered twice, the nearest first."""
    query = sa.select(ORDERS.c.store_id, ORDERS.c.total_minor, ORDERS.c.currency, ORDERS.c.placed_at).where(
        ORDERS.c.merchant_id == original.merchant_id, ORDERS.c.order_id == original.order_id
    )
    sold = connection.execute(query).one_or_none()
    if sold is None or sold.placed_at is None:
        return []
    near = recent_orders(
        connection,
        original.merchant_id,
        sold.store_id,
        total_minor=sold.total_minor,
        currency=sold.currency,
        until=sold.placed_at,
        window=window,
        states=[state.value for state in OrderState],
    )
    mine = next((one for one in near if one.order_id == original.order_id), None)
    # That one was rung up as a repeat says nothing here: of such two, one going back is what speaks against it.
    return [] if mine is None else [one for one in near if one is not mine and is_alike(mine, one)]


def _goods_back(connection: sa.Connection, order: UndoOrder, order_id: OrderId) -> int:
    """Return what of the sale's money went back for its goods, and goes back for them now: those are on the shelf."""
    before = sa.select(PAYMENTS.c.payment_id).where(
        PAYMENTS.c.merchant_id == order.merchant_id, PAYMENTS.c.order_id == order_id
    )
    for_goods = sum(goods_of_refunds(connection, order.merchant_id, connection.scalars(before).all()).values())
    return for_goods + min(order.amount_minor, goods_cost(connection, order.merchant_id, order_id, order.lines))


def _held(connection: sa.Connection, merchant_id: MerchantId, order_ids: Sequence[str]) -> dict[str, int]:
    """Return what is held of the money that was taken for some orders; without those for which none was."""
    columns = PAYMENTS.c
    left = columns.amount_minor - columns.refunded_minor - columns.refund_reserved_minor
    query = (
        sa.select(
            columns.order_id,
            sa.cast(
                sa.func.sum(sa.case((columns.standing == Standing.HELD.value, left), else_=0)),
                sa.BigInteger,
            ),
        )
        .where(
            columns.merchant_id == merchant_id,
            columns.order_id.in_(order_ids),
            columns.kind == Kind.SALE.value,
            columns.state == State.APPROVED.value,
        )
        .group_by(columns.order_id)
    )
    # A result has `keys`, so `dict` would take the result itself for a mapping.
    return dict(connection.execute(query).all())
