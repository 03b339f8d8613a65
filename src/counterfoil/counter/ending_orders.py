"""How an order ends: paid when its tenders reach the total, voided when every one of them is undone.

Called with the order locked, in the transaction that decided a payment; writes the order, its slip and its stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.states import Event, State, advance
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.states import OPEN
from counterfoil.books.payments.states import State as PaymentState
from counterfoil.books.slips import store as slips
from counterfoil.counter.goods import store as goods
from counterfoil.ids import new_id
from counterfoil.journal import store as journal

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What an order's payments come to."""

    #: Approved sales that are not undone, less what was refunded of them, in minor units.
    held_minor: int
    #: What of that nobody is taking back: only this pays an order.
    sure_minor: int
    #: Payments whose outcome nobody knows yet; undos and refunds too, for they decide what is held.
    open: tuple[Payment, ...]
    #: Whether something was taken, and every bit of it undone.
    is_undone: bool


def money_of(of_order: Sequence[Payment]) -> Money:
    """Add up an order's payments."""
    approved = [paid for paid in of_order if paid.kind is Kind.SALE and paid.state is PaymentState.APPROVED]
    held = [paid for paid in approved if paid.standing is not Standing.VOIDED]
    sure = [paid for paid in held if paid.standing is Standing.HELD]
    undecided = tuple(paid for paid in of_order if paid.state in OPEN)
    return Money(
        held_minor=sum(paid.amount_minor - paid.refunded_minor for paid in held),
        sure_minor=sum(paid.amount_minor - paid.refunded_minor - paid.refund_reserved_minor for paid in sure),
        open=undecided,
        is_undone=bool(approved) and not held and all(paid.kind is not Kind.SALE for paid in undecided),
    )


def end_if_due(connection: sa.Connection, order: orders.Order, *, now: datetime) -> orders.Order:
    """Move an order on where its payments say so, and return it as it is then.

    A parked one that is paid in full waits for nobody: whoever had to take it up first would be the only one to know.
    """
    of_order = payments.of_order(connection, order.merchant_id, order.order_id)
    money, waits = money_of(of_order), order.parked_at is not None and not of_order
    if order.state is State.OPEN and money.sure_minor >= order.total_minor and not waits:
        return move_order(connection, order, Event.PAID, now=now)
    if order.state is State.PAID and money.is_undone:
        return move_order(connection, order, Event.VOIDED, now=now)
    return order


def move_order(
    connection: sa.Connection,
    order: orders.Order,
    event: Event,
    *,
    now: datetime,
    actor_id: str | None = None,
    reason: str | None = None,
) -> orders.Order:
    """Write an event of an order, with the slip and the stock that go with it."""
    state = advance(order.state, event)
    orders.move(connection, order, state, now=now)
    journal.note(
        connection,
        order.merchant_id,
        f"order:sale:{event}",
        f"order:{order.order_id}",
        occurred_at=now,
        body={"reason": reason},
        actor_id=actor_id,
        terminal_id=order.terminal_id,
    )
    if not order.training and event in {Event.PAID, Event.VOIDED}:
        _owe_slip(connection, order, event, now=now)
        _move_goods(connection, order, event, now=now)
    return replace(order, state=state, parked_at=None)


def owe_slip_of(connection: sa.Connection, back: Payment, *, now: datetime) -> None:
    """Owe a slip for a refund, or for one payment that was voided: for what went back, and no more of its order."""
    slips.due(
        connection,
        back.merchant_id,
        new_id(now),
        kind=back.kind.value,
        order_id=back.order_id,
        payment_id=back.payment_id,
        amount_minor=back.amount_minor,
        currency=back.currency,
        terminal_id=back.terminal_id,
        now=now,
    )


def _owe_slip(connection: sa.Connection, order: orders.Order, event: Event, *, now: datetime) -> None:
    slips.due(
        connection,
        order.merchant_id,
        order.order_id if event is Event.PAID else new_id(now),
        kind="sale" if event is Event.PAID else "void",
        order_id=order.order_id,
        payment_id=None,
        amount_minor=order.total_minor,
        currency=order.currency,
        terminal_id=order.terminal_id,
        now=now,
    )


def _move_goods(connection: sa.Connection, order: orders.Order, event: Event, *, now: datetime) -> None:
    moved = orders.goods_of(connection, order.merchant_id, order.order_id)
    if event is Event.PAID:
        goods.take_out(connection, order.merchant_id, order.store_id, moved)
    else:
        goods.put_back(connection, order.merchant_id, order.store_id, moved, order_id=order.order_id, now=now)
