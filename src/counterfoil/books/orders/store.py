"""SQL of the orders book: in go values, out come values. It never commits, and it never decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from counterfoil.books.orders.states import State
from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.ids import MerchantId, OrderId, StaffId, StoreId, TerminalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a verb needs to know of an order."""

    merchant_id: MerchantId
    order_id: OrderId
    store_id: StoreId
    terminal_id: TerminalId
    operator_id: StaffId
    state: State
    total_minor: int
    currency: str
    business_date: date | None
    training: bool
    parked_at: datetime | None


_COLUMNS = [ORDERS.c[name] for name in Order.__dataclass_fields__]


def locked(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> Order | None:
    """Return one order and keep others from changing it until the transaction ends; None where there is none."""
    query = sa.select(*_COLUMNS).where(ORDERS.c.merchant_id == merchant_id, ORDERS.c.order_id == order_id)
    row = connection.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        return None
    values: dict[str, Any] = dict(row)
    values["state"] = State(values["state"])
    values["training"] = bool(values["training"])
    return Order(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an order was rung up, and on which business date."""

    store_id: StoreId
    business_date: date


def day_of(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> Placed | None:
    """Return where and on which date an order was rung up, without locking it; None where there is none."""
    query = sa.select(ORDERS.c.store_id, ORDERS.c.business_date).where(
        ORDERS.c.merchant_id == merchant_id, ORDERS.c.order_id == order_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None or None in row else Placed(store_id=row.store_id, business_date=row.business_date)


def move(connection: sa.Connection, moved: Order, to: State, *, now: datetime) -> None:
    """Write an order's new state; the row is locked, so what was read still holds."""
    done = connection.execute(
        sa.update(ORDERS)
        .where(
            ORDERS.c.merchant_id == moved.merchant_id,
            ORDERS.c.order_id == moved.order_id,
            ORDERS.c.state == moved.state,
        )
        .values(state=to, closed_at=None if to is State.OPEN else now, parked_at=None)
    )
    assert done.rowcount == 1


def park(connection: sa.Connection, parked: Order, at: datetime | None) -> None:
    """Write since when an open order waits without anybody in front of it; None: somebody is there again."""
    connection.execute(
        sa.update(ORDERS)
        .where(ORDERS.c.merchant_id == parked.merchant_id, ORDERS.c.order_id == parked.order_id)
        .values(parked_at=at)
    )


def goods_of(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> dict[str, Decimal]:
    """Return how much of each item an order holds; lines that were voided are not counted."""
    query = (
        sa.select(ORDER_LINES.c.sku, sa.func.sum(ORDER_LINES.c.quantity))
        .where(
            ORDER_LINES.c.merchant_id == merchant_id,
            ORDER_LINES.c.order_id == order_id,
            ORDER_LINES.c.voided_at.is_(None),
            sa.func.coalesce(ORDER_LINES.c.line_kind, "goods") == "goods",
        )
        .group_by(ORDER_LINES.c.sku)
    )
    # A result has `keys`, so `dict` would take the result itself for a mapping.
    return dict(connection.execute(query).all())


def reserve_lines(
    connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId | None, lines: Mapping[int, Decimal]
) -> int | None:
    """Set quantities aside that are about to be given back; returns the first line of which so much is not left.

    The caller rolls back then. The rows are taken in the order of their numbers.
    """
    left = ORDER_LINES.c.quantity - ORDER_LINES.c.refunded_quantity - ORDER_LINES.c.refund_reserved_quantity
    for line_no, quantity in sorted(lines.items()):
        done = connection.execute(
            sa.update(ORDER_LINES)
            .where(*_line(merchant_id, order_id, line_no), left >= quantity)
            .values(refund_reserved_quantity=ORDER_LINES.c.refund_reserved_quantity + quantity)
        )
        if done.rowcount != 1:
            return line_no
    return None


def count_lines(
    connection: sa.Connection,
    merchant_id: MerchantId,
    order_id: OrderId | None,
    lines: Mapping[int, tuple[Decimal, Decimal]],
) -> None:
    """Write how much of some lines is being given back and how much has been, never more than was sold."""
    for line_no, (giving, given) in sorted(lines.items()):
        refunded = sa.func.least(given, ORDER_LINES.c.quantity)
        changes = {
            "refunded_quantity": refunded,
            "refund_reserved_quantity": sa.func.least(giving, ORDER_LINES.c.quantity - refunded),
        }
        connection.execute(sa.update(ORDER_LINES).where(*_line(merchant_id, order_id, line_no)).values(changes))


def _line(merchant_id: MerchantId, order_id: OrderId | None, line_no: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ORDER_LINES.c.merchant_id == merchant_id,
        ORDER_LINES.c.order_id == order_id,
        ORDER_LINES.c.line_no == line_no,
    )
