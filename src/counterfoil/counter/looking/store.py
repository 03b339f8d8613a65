"""Reads orders as people want to see them: whole, with lines and payments. Never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.books.orders.days import business_date_of
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.model import Kind, Standing
from counterfoil.books.payments.states import State as PaymentState
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.counter.closing.store import first_open_date
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import MerchantId, OrderId, StoreId, TerminalId
from counterfoil.shop.catalogue.tables import ITEMS, TAXES

#: Parked orders of one store that are listed at once.
PARKED_MAX = 200
#: Orders of one terminal that are listed at once: what a cashier looks back on.
LATEST_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTax:
    """The tax of one line, as far as the books and the catalogue know it."""

    tax_code: str
    #: Contained in the line, or added to the order by a line of kind `tax`; None: nobody said how much.
    amount_minor: int | None
    #: A fraction; None where the catalogue has no such code. A rate never changes.
    rate: Decimal | None
    name_en: str | None
    name_zh: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """One line of an order."""

    line_no: int
    sku: str
    name: str | None
    quantity: Decimal
    amount_minor: int
    line_kind: str
    voided_at: datetime | None
    refunded_quantity: Decimal
    refund_reserved_quantity: Decimal
    #: What was asked for a piece or a kilogram; None where nobody said so.
    unit_price_minor: int | None
    #: `piece`, or `weight` in kilograms; None where the catalogue has no such item.
    sold_by: str | None
    tax: LineTax | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSeen:
    """One payment of an order."""

    payment_id: str
    kind: str
    tender: str
    amount_minor: int
    #: Cash that was handed over for it; None where nobody said so.
    tendered_minor: int | None
    state: str
    standing: str | None
    original_payment_id: str | None
    occurred_at: datetime
    decided_at: datetime | None
    refunded_minor: int
    refund_reserved_minor: int
    instrument_tail: str | None
    response_code: str | None
    #: When the acquirer is asked next, where the outcome is not known.
    resolve_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as a whole."""

    order_id: str
    store_id: str | None
    terminal_id: str | None
    operator_id: str | None
    placed_at: datetime
    closed_at: datetime | None
    parked_at: datetime | None
    business_date: date | None
    state: str
    total_minor: int
    currency: str
    training: bool
    repeat_of: str | None
    lines: tuple[LineSeen, ...]
    payments: tuple[PaymentSeen, ...]

    @property
    def due_minor(self) -> int:
        """What is still to be paid of an open order; 0 of any other."""
        if self.state != OrderState.OPEN:
            return 0
        held = (
            paid.amount_minor - paid.refunded_minor
            for paid in self.payments
            if paid.kind == Kind.SALE and paid.state == PaymentState.APPROVED and paid.standing != Standing.VOIDED
        )
        return max(self.total_minor - sum(held), 0)


#: Lines with what the catalogue knows of them, read along: a till that shows a sale waits for no further question.
_LINES = (
    sa.select(ORDER_LINES, ITEMS.c.sold_by, TAXES.c.rate, TAXES.c.name_en, TAXES.c.name_zh)
    .join(
        ITEMS, sa.and_(ITEMS.c.merchant_id == ORDER_LINES.c.merchant_id, ITEMS.c.sku == ORDER_LINES.c.sku), isouter=True
    )
    .join(
        TAXES,
        sa.and_(TAXES.c.merchant_id == ORDER_LINES.c.merchant_id, TAXES.c.tax_code == ORDER_LINES.c.tax_code),
        isouter=True,
    )
    .order_by(ORDER_LINES.c.line_no)
)


def order_seen(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> OrderSeen | None:
    """Return an order with its lines and payments; None where there is none."""
    row = (
        connection.execute(sa.select(ORDERS).where(ORDERS.c.merchant_id == merchant_id, ORDERS.c.order_id == order_id))
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    lines = connection.execute(
        _LINES.where(ORDER_LINES.c.merchant_id == merchant_id, ORDER_LINES.c.order_id == order_id)
    ).mappings()
    paid = connection.execute(
        sa.select(PAYMENTS)
        .where(PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.order_id == order_id)
        .order_by(PAYMENTS.c.occurred_at, PAYMENTS.c.payment_id)
    ).mappings()
    of_order = {name: row[name] for name in OrderSeen.__dataclass_fields__ if name not in {"lines", "payments"}}
    return OrderSeen(
        **of_order | {"training": bool(row["training"])},
        lines=tuple(map(_line, lines)),
        payments=tuple(PaymentSeen(**{name: one[name] for name in PaymentSeen.__dataclass_fields__}) for one in paid),
    )


def _line(row: sa.RowMapping) -> LineSeen:
    of_line = {name: row[name] for name in LineSeen.__dataclass_fields__ if name not in {"line_kind", "tax"}}
    return LineSeen(**of_line, line_kind=row["line_kind"] or "goods", tax=_tax(row))


def _tax(row: sa.RowMapping) -> LineTax | None:
    if row["tax_code"] is None:
        return None
    return LineTax(
        tax_code=row["tax_code"],
        amount_minor=row["tax_minor"],
        rate=row["rate"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
    )


def parked_orders(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId) -> Sequence[OrderSeen]:
    """Return the parked orders of a store, the longest parked first."""
    query = (
        sa.select(ORDERS.c.order_id)
        .where(
            ORDERS.c.merchant_id == merchant_id,
            ORDERS.c.store_id == store_id,
            ORDERS.c.state == "open",
            ORDERS.c.parked_at.is_not(None),
        )
        .order_by(ORDERS.c.parked_at)
        .limit(PARKED_MAX)
    )
    found = [order_seen(connection, merchant_id, order_id) for order_id in connection.execute(query).scalars()]
    return [order for order in found if order is not None]


def latest_orders(connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId) -> Sequence[OrderSeen]:
    """Return the orders that a terminal took last, the latest first."""
    query = (
        sa.select(ORDERS.c.order_id)
        .where(ORDERS.c.merchant_id == merchant_id, ORDERS.c.terminal_id == terminal_id)
        .order_by(ORDERS.c.placed_at.desc(), ORDERS.c.order_id.desc())
        .limit(LATEST_MAX)
    )
    found = [order_seen(connection, merchant_id, order_id) for order_id in connection.execute(query).scalars()]
    return [order for order in found if order is not None]


def business_date_now(connection: sa.Connection, shop: ShopView, store_id: StoreId, now: datetime) -> date:
    """Return the date on which a store trades now: by its clock, or the one after the last that it closed."""
    by_clock = business_date_of(now, shop.zone, shop.business_day_starts_at)
    return first_open_date(connection, shop.merchant_id, store_id, by_clock)
