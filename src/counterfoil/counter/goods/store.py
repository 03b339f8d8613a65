"""Stock that leaves with a sale, or comes back with its void. Rows are changed in the order of their key.

What a sale takes is told by its lines, which are facts; what comes back by a movement of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.ids import MerchantId, OrderId, StoreId, new_id
from counterfoil.shop.stock.model import Reason
from counterfoil.shop.stock.tables import STOCK, STOCK_MOVEMENTS


def take_out(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, goods: Mapping[str, Decimal]
) -> None:
    """Take goods off the shelf; below zero it is told, never refused, for they are on the counter."""
    _change(connection, merchant_id, store_id, {sku: -quantity for sku, quantity in goods.items()})


def put_back(
    connection: sa.Connection,
    merchant_id: MerchantId,
    store_id: StoreId,
    goods: Mapping[str, Decimal],
    *,
    order_id: OrderId,
    now: datetime,
) -> None:
    """Put the goods of a voided sale back on the shelf."""
    _change(connection, merchant_id, store_id, goods)
    movements = [
        {
            "merchant_id": merchant_id,
            "movement_id": new_id(now),
            "store_id": store_id,
            "sku": sku,
            "quantity": quantity,
            "reason": Reason.VOIDED,
            "occurred_at": now,
            "subject": f"order:{order_id}"[:64],
        }
        for sku, quantity in sorted(goods.items())
    ]
    if movements:
        connection.execute(STOCK_MOVEMENTS.insert(), movements)


def _change(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, goods: Mapping[str, Decimal]
) -> None:
    for sku, quantity in sorted(goods.items()):
        connection.execute(
            sa.update(STOCK)
            .where(STOCK.c.merchant_id == merchant_id, STOCK.c.store_id == store_id, STOCK.c.sku == sku)
            .values(on_hand=STOCK.c.on_hand + quantity)
        )
