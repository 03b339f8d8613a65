"""The tables of the merchant, its stores and its terminals. Nothing here is deleted: it is retired."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table

MERCHANTS = merchant_table(
    "merchants",
    sa.Column("name", sa.Text(), nullable=False),
    # ISO 4217; a merchant keeps its books in one currency, and never changes it.
    sa.Column("currency", sa.Text(), nullable=False),
    sa.Column("time_zone", sa.Text(), nullable=False),
    # A shop's day may end after midnight: what is sold before this local time belongs to the day before.
    sa.Column("business_day_starts_at", sa.Time(), nullable=False, server_default="04:00"),
    # The smallest coin, where it is not the one that the currency says (in the euro, some countries round to 5).
    sa.Column("cash_step_minor", sa.BigInteger()),
    sa.Column("created_at", Time, nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso_4217"),
    sa.CheckConstraint("cash_step_minor >= 1", name="cash_step_is_a_coin"),
    key=(),
    updatable=("name", "time_zone", "business_day_starts_at", "cash_step_minor"),
    note="One row: the merchant itself.",
)

STORES = merchant_table(
    "stores",
    sa.Column("store_id", Id, nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("address", sa.Text()),
    # Whose prices hold here; null: those of the items themselves.
    sa.Column("price_list", Id),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("retired_at", Time),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    key=("store_id",),
    updatable=("name", "address", "price_list", "retired_at"),
)

TERMINALS = merchant_table(
    "terminals",
    sa.Column("terminal_id", Id, nullable=False),
    sa.Column("store_id", Id, nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("retired_at", Time),
    sa.ForeignKeyConstraint(["merchant_id", "store_id"], ["stores.merchant_id", "stores.store_id"]),
    key=("terminal_id",),
    updatable=("name", "retired_at"),
    note="A terminal that moves to another store is retired, and gets a new id there: its past stays where it was.",
)
