"""SQL of slips as people see them: where an order was rung up, and which order a number is of. It never writes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from counterfoil.books.orders.model import LineKind
from counterfoil.books.orders.tables import ORDERS
from counterfoil.counter.looking.store import OrderSeen
from counterfoil.counter.paper.model import Place
from counterfoil.counter.paper.numbers import number_of, number_typed
from counterfoil.ids import MerchantId, OrderId, StoreId, is_id
from counterfoil.shop.catalogue.store import names_of, tax_names_of
from counterfoil.shop.merchants.tables import MERCHANTS, STORES, TERMINALS
from counterfoil.shop.pricing.line_names import LineNames
from counterfoil.shop.staff.tables import STAFF

#: Orders of one second that are looked at; the fastest shop has fewer.
SECOND_MAX = 5_000
#: Orders that are shown to whoever looks for a number; more have none in common.
CHOICES_MAX = 20


def orders_numbered(
    connection: sa.Connection, merchant_id: MerchantId, typed: str, *, store_id: StoreId | None = None
) -> list[OrderId]:
    """Return the orders that a number is of, the latest first: mostly one, or none. `store_id`: of that store alone."""
    number = number_typed(typed)
    if number is None:
        return []
    within = [
        sa.and_(ORDERS.c.placed_at >= second, ORDERS.c.placed_at < second + timedelta(seconds=1))
        for second in number.seconds
    ]
    query = (
        sa.select(ORDERS.c.order_id, ORDERS.c.placed_at)
        .where(ORDERS.c.merchant_id == merchant_id, sa.or_(*within))
        .order_by(ORDERS.c.placed_at.desc(), ORDERS.c.order_id)
        .limit(SECOND_MAX)
    )
    if store_id is not None:
        query = query.where(ORDERS.c.store_id == store_id)
    of_these = (OrderId(name) for name, at in connection.execute(query) if number_of(name, at) == number.text)
    return list(of_these)[:CHOICES_MAX]


def orders_meant(
    connection: sa.Connection, merchant_id: MerchantId, typed: str, *, store_id: StoreId | None = None
) -> list[OrderId]:
    """Return the orders that somebody means by what they typed: a whole id, else the number on a slip."""
    whole = sa.select(ORDERS.c.order_id).where(ORDERS.c.merchant_id == merchant_id, ORDERS.c.order_id == typed)
    if store_id is not None:
        whole = whole.where(ORDERS.c.store_id == store_id)
    found = connection.execute(whole).scalar_one_or_none() if is_id(typed) else None
    return [OrderId(found)] if found is not None else orders_numbered(connection, merchant_id, typed, store_id=store_id)


def names_on(connection: sa.Connection, merchant_id: MerchantId, orders: Collection[OrderSeen]) -> LineNames:
    """Return what all lines of some orders are called; asked at once."""
    skus = {line.sku for order in orders for line in order.lines}
    taxes = {line.sku for order in orders for line in order.lines if line.line_kind == LineKind.TAX}
    return LineNames(items=names_of(connection, merchant_id, skus), taxes=tax_names_of(connection, merchant_id, taxes))


def place_of(connection: sa.Connection, merchant_id: MerchantId, order: OrderSeen) -> Place:
    """Return where an order was rung up, and by whom; what the shop does not know is called by its id."""
    own = {"merchant_id": merchant_id}
    query = sa.select(
        MERCHANTS.c.name.label("merchant"),
        _one(STORES.c.name, own | {"store_id": order.store_id}).label("store"),
        _one(STORES.c.address, own | {"store_id": order.store_id}).label("address"),
        _one(TERMINALS.c.name, own | {"terminal_id": order.terminal_id}).label("terminal"),
        _one(STAFF.c.name, own | {"staff_id": order.operator_id}).label("operator"),
    ).where(MERCHANTS.c.merchant_id == merchant_id)
    row = connection.execute(query).mappings().one()
    return Place(
        merchant=row["merchant"],
        store=row["store"] or order.store_id or "",
        address=row["address"] or "",
        terminal=row["terminal"] or order.terminal_id or "",
        operator=row["operator"] or order.operator_id or "",
    )


def _one(column: sa.Column[str], key: dict[str, str | None]) -> sa.ScalarSelect[str]:
    return sa.select(column).where(*(column.table.c[name] == value for name, value in key.items())).scalar_subquery()
