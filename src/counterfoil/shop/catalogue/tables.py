"""The tables of the catalogue. Prices of lists and rates of taxes are facts: a new one is a new row."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Minor, Time, merchant_table, words
from counterfoil.shop.catalogue.model import ItemKind, SoldBy

TAXES = merchant_table(
    "taxes",
    sa.Column("tax_code", Id, nullable=False),
    sa.Column("name_en", sa.Text()),
    sa.Column("name_zh", sa.Text()),
    # A fraction: 0.13 is thirteen per cent.
    sa.Column("rate", sa.Numeric(7, 6), nullable=False),
    sa.Column("included", sa.Boolean(), nullable=False),
    sa.CheckConstraint("rate BETWEEN 0 AND 1", name="rate_is_a_fraction"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    key=("tax_code",),
    updatable=("name_en", "name_zh"),
    note="A rate is never changed: a new rate has a new code, and sales of yesterday keep theirs.",
)

ITEMS = merchant_table(
    "items",
    sa.Column("sku", Id, nullable=False),
    sa.Column("name_en", sa.Text()),
    sa.Column("name_zh", sa.Text()),
    sa.Column("kind", sa.Text(), nullable=False, server_default=ItemKind.GOODS.value),
    sa.Column("tax_code", Id),
    sa.Column("sold_by", sa.Text(), nullable=False, server_default=SoldBy.PIECE.value),
    # For a piece or a kilogram; null: it has no price of its own and must be given one at the till.
    sa.Column("price_minor", Minor),
    # Since when that price holds; null: since the item is there. Whoever changes the price says when.
    sa.Column("priced_at", Time),
    sa.Column("tracks_stock", sa.Boolean(), nullable=False, server_default=sa.true()),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("retired_at", Time),
    words("kind", ItemKind),
    words("sold_by", SoldBy),
    sa.CheckConstraint("name_en IS NOT NULL OR name_zh IS NOT NULL", name="has_a_name"),
    sa.CheckConstraint("price_minor >= 0", name="price_is_not_negative"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    sa.ForeignKeyConstraint(["merchant_id", "tax_code"], ["taxes.merchant_id", "taxes.tax_code"]),
    key=("sku",),
    updatable=(
        *("name_en", "name_zh", "kind", "tax_code", "sold_by", "price_minor", "priced_at", "tracks_stock"),
        "retired_at",
    ),
)

BARCODES = merchant_table(
    "barcodes",
    # As `codes.canonical` writes it: a GTIN as fourteen digits, whatever was printed; anything else as it is.
    sa.Column("barcode", Id, nullable=False),
    sa.Column("sku", Id, nullable=False),
    sa.ForeignKeyConstraint(["merchant_id", "sku"], ["items.merchant_id", "items.sku"]),
    sa.Index("barcodes_by_sku", "merchant_id", "sku"),
    key=("barcode",),
    updatable=("sku",),
    deletable=True,
    note="What a scanner or a cashier may enter for an item; PLU numbers and in-store codes too.",
)

PRICES = merchant_table(
    "prices",
    sa.Column("price_list", Id, nullable=False),
    sa.Column("sku", Id, nullable=False),
    sa.Column("valid_from", Time, nullable=False),
    # Null: from here on the list has no price for it, and the item's own holds.
    sa.Column("price_minor", Minor),
    sa.CheckConstraint("price_minor >= 0", name="price_is_not_negative"),
    sa.ForeignKeyConstraint(["merchant_id", "sku"], ["items.merchant_id", "items.sku"]),
    key=("price_list", "sku", "valid_from"),
    note="A price holds from its moment until the next one of its list; it is never rewritten.",
)
