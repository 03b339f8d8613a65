"""The tables of the slips book. A sale owes its slip in the same transaction: a `due` row."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.books import format as books
from counterfoil.books.entered import entered, imported, named_by, recorded
from counterfoil.db.metadata import book_table

SLIPS = book_table(
    books.SLIPS,
    *entered(),
    sa.Index("slips_by_order", "merchant_id", "order_id"),
    named_by("slips", "payment_id"),
    named_by("slips", "return_id"),
    imported("slips"),
    updatable=("state", "fault"),
)
NOTICES = book_table(
    books.NOTICES,
    *entered(),
    named_by("notices", "order_id"),
    named_by("notices", "payment_id"),
    named_by("notices", "our_reference"),
    recorded("notices"),
    updatable=("state",),
)
