"""The tables of the returns book."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.books import format as books
from counterfoil.books.entered import entered, recorded
from counterfoil.db.metadata import book_table

RETURNS = book_table(
    books.RETURNS,
    *entered(),
    sa.Index("returns_by_order", "merchant_id", "order_id"),
    recorded("returns"),
    updatable=("state", "decided_at", "received_at", "restocked_at"),
)
RETURN_LINES = book_table(books.RETURN_LINES)
