"""The tables of the stock. `on_hand` is a projection of its movements; below zero it is told, never refused."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Quantity, Time, merchant_table, words
from counterfoil.shop.stock.model import Reason

STOCK = merchant_table(
    "stock",
    sa.Column("store_id", Id, nullable=False),
    sa.Column("sku", Id, nullable=False),
    sa.Column("on_hand", Quantity, nullable=False, server_default="0"),
    sa.Column("low_at", Quantity),
    sa.CheckConstraint("low_at >= 0", name="low_at_is_not_negative"),
    sa.ForeignKeyConstraint(["merchant_id", "store_id"], ["stores.merchant_id", "stores.store_id"]),
    sa.ForeignKeyConstraint(["merchant_id", "sku"], ["items.merchant_id", "items.sku"]),
    key=("store_id", "sku"),
    updatable=("on_hand", "low_at"),
    note="Rows are locked and changed in the order of their key; otherwise two sales wait for each other for ever.",
)

STOCK_MOVEMENTS = merchant_table(
    "stock_movements",
    sa.Column("movement_id", Id, nullable=False),
    sa.Column("store_id", Id, nullable=False),
    sa.Column("sku", Id, nullable=False),
    # What leaves is negative.
    sa.Column("quantity", Quantity, nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("occurred_at", Time, nullable=False),
    sa.Column("operator_id", Id),
    # The row that it belongs to, such as `order:…` or `return:…`.
    sa.Column("subject", Id),
    sa.Column("note", sa.Text()),
    words("reason", Reason),
    sa.CheckConstraint("quantity <> 0", name="something_moved"),
    sa.CheckConstraint("reason <> 'sold' OR quantity < 0", name="sold_leaves"),
    sa.CheckConstraint("reason NOT IN ('received', 'voided', 'returned') OR quantity > 0", name="received_comes_in"),
    sa.Index("stock_movements_by_item", "merchant_id", "store_id", "sku", "occurred_at"),
    sa.Index("stock_movements_by_subject", "merchant_id", "subject", postgresql_where="subject IS NOT NULL"),
    key=("movement_id",),
    note="Every movement of stock: facts.",
)
