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
