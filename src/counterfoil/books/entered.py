"""How a row entered its book. Our own counter keeps laws that nobody else's history has to keep."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Time, words

COUNTER, IMPORT = "counter", "import"


def entered() -> tuple[sa.schema.SchemaItem, ...]:
    """Return the columns that say where a row came from, and when it reached the database."""
    return (
        sa.Column("entered_by", sa.Text(), nullable=False, server_default=COUNTER),
        words("entered_by", (COUNTER, IMPORT)),
        sa.Column("recorded_at", Time, nullable=False, server_default=sa.func.clock_timestamp()),
    )


def imported(table: str) -> sa.Index:
    """Return the index by which the watch finds what was imported; what the counter writes it finds in the journal."""
    return sa.Index(f"{table}_by_import", "merchant_id", "recorded_at", postgresql_where=f"entered_by = '{IMPORT}'")


def recorded(table: str) -> sa.Index:
    """Return the index by which the watch finds what came in, however it came."""
    return sa.Index(f"{table}_by_recorded", "merchant_id", "recorded_at")


def named_by(table: str, *columns: str) -> sa.Index:
    """Return an index over rows that carry a name or number; rows without one cost nothing."""
    return sa.Index(f"{table}_by_{columns[0]}", "merchant_id", *columns, postgresql_where=f"{columns[0]} IS NOT NULL")
