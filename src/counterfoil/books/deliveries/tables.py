"""The tables of the deliveries book, and what terminals say about themselves."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.books import format as books
from counterfoil.books.entered import entered, recorded
from counterfoil.db.metadata import book_table

PARCELS = book_table(
    books.PARCELS,
    *entered(),
    sa.Index("parcels_by_order", "merchant_id", "order_id"),
    recorded("parcels"),
    updatable=(
        "state",
        "shipped_at",
        "uploaded_at",
        "delivered_at",
        "disputed_at",
        "dispute",
        "confirmed_at",
        "confirmed_by",
    ),
)
TRACKING_EVENTS = book_table(books.TRACKING_EVENTS, *entered(), recorded("tracking_events"))

TERMINAL_EVENTS = book_table(books.TERMINAL_EVENTS, *entered(), recorded("terminal_events"))
