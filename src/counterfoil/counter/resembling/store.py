"""Reads recent orders of a store for as long as a double could be told from a repeat. Never writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.ids import MerchantId, OrderId, StoreId, TerminalId

#: More of the same total in one window are a kiosk that sells one thing; the nearest ones are looked at.
LOOKED_AT_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """An order of a little while ago, as far as a likeness needs it."""

    order_id: OrderId
    terminal_id: TerminalId
    placed_at: datetime
    state: str
    total_minor: int
    currency: str
    customer_key: str | None
    instrument_keys: frozenset[str]
    #: (sku, quantity, amount) of every line that is not voided, sorted.
    basket: tuple[tuple[str, Decimal, int], ...]


def recent_orders(
    connection: sa.Connection,
    merchant_id: MerchantId,
    store_id: StoreId,
    *,
    total_minor: int,
    currency: str,
    until: datetime,
    window: timedelta,
    states: Collection[str] = ("open", "paid"),
) -> Sequence[Recent]:
    """Return the orders of a store over the same total within a window around `until`, the nearest first."""
    found = (
        sa.select(ORDERS)
        .where(
            ORDERS.c.merchant_id == merchant_id,
            ORDERS.c.placed_at.between(until - window, until + window),
            ORDERS.c.store_id == store_id,
            ORDERS.c.total_minor == total_minor,
            ORDERS.c.currency == currency,
            ORDERS.c.state.in_(list(states)),
            sa.func.coalesce(ORDERS.c.training, sa.false()).is_(sa.false()),
        )
        .order_by(sa.func.abs(sa.extract("epoch", ORDERS.c.placed_at - until)), ORDERS.c.order_id)
        .limit(LOOKED_AT_MAX)
    )
    rows = connection.execute(found).mappings().all()
    ids = [row["order_id"] for row in rows]
    lines = connection.execute(
        sa.select(ORDER_LINES.c.order_id, ORDER_LINES.c.sku, ORDER_LINES.c.quantity, ORDER_LINES.c.amount_minor).where(
            ORDER_LINES.c.merchant_id == merchant_id, ORDER_LINES.c.order_id.in_(ids), ORDER_LINES.c.voided_at.is_(None)
        )
    ).all()
    keys = connection.execute(
        sa.select(PAYMENTS.c.order_id, PAYMENTS.c.instrument_key).where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.order_id.in_(ids),
            PAYMENTS.c.kind == "sale",
            PAYMENTS.c.instrument_key.is_not(None),
        )
    ).all()
    return [
        Recent(
            order_id=row["order_id"],
            terminal_id=row["terminal_id"],
            placed_at=row["placed_at"],
            state=row["state"],
            total_minor=row["total_minor"],
            currency=row["currency"],
            customer_key=row["customer_key"],
            instrument_keys=frozenset(key for order_id, key in keys if order_id == row["order_id"]),
            basket=tuple(
                sorted(
                    (sku, quantity, amount) for order_id, sku, quantity, amount in lines if order_id == row["order_id"]
                )
            ),
        )
        for row in rows
    ]
