"""Before money goes back: did the other one of two equal sales go back already? Then nothing of the two stays paid.

Of a sale that was entered twice the desk gives one back, and a day later a till gives the other one back, to a customer
who says the same again (field case 22). So it is asked, once: the answer "both came back" travels with the giving back.
"""

from __future__ import annotations

from collections.abc import Collection
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
from counterfoil.counter.paper.numbers import number_of
from counterfoil.counter.resembling.likeness import is_alike
from counterfoil.counter.resembling.store import Recent, recent_orders
from counterfoil.counter.undoing import Judge
from counterfoil.ids import MerchantId, OrderId
from counterfoil.policy import Policy
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence


def unless_equal_went_back(original: Payment, also_back: Collection[str]) -> Judge:
    """Return what refuses to give a payment back whose sale has an equal one that went back, unless that was named."""

    def judge(connection: sa.Connection) -> Refused | None:
        equal = _equal_to(connection, original)
        # A payment has no equal at all as a rule, and then there is nothing to lock for this.
        if not equal:
            return None
        for order_id in sorted({str(original.order_id), *(one.order_id for one in equal)}):
            orders.locked(connection, original.merchant_id, OrderId(order_id))
        gone = _gone(connection, original.merchant_id, [one.order_id for one in equal])
        first = next((one for one in equal if one.order_id in gone - set(also_back)), None)
        if first is None:
            return None
        number = number_of(first.order_id, first.placed_at)
        return refused(PaymentRefusal.EQUAL_WENT_BACK, order_id=first.order_id, number=number)

    return judge


def _equal_to(connection: sa.Connection, original: Payment) -> Sequence[Recent]:
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
        window=Policy().duplicate_window,
        states=[state.value for state in OrderState],
    )
    mine = next((one for one in near if one.order_id == original.order_id), None)
    # That one was rung up as a repeat says nothing here: of such two, one going back is what speaks against it.
    return [] if mine is None else [one for one in near if one is not mine and is_alike(mine, one)]


def _gone(connection: sa.Connection, merchant_id: MerchantId, order_ids: Sequence[str]) -> set[str]:
    """Return the orders of which money was taken and all of it went back, or is on its way."""
    columns = PAYMENTS.c
    is_left = sa.and_(
        columns.standing == Standing.HELD.value,
        columns.amount_minor > columns.refunded_minor + columns.refund_reserved_minor,
    )
    query = (
        sa.select(columns.order_id)
        .where(
            columns.merchant_id == merchant_id,
            columns.order_id.in_(order_ids),
            columns.kind == Kind.SALE.value,
            columns.state == State.APPROVED.value,
        )
        .group_by(columns.order_id)
        .having(~sa.func.bool_or(is_left))
    )
    return set(connection.execute(query).scalars())
