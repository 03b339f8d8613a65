"""All the live books at once, judged by the same rules on the engine of the audit: the watch's cross-check.

The books are copied out of one snapshot into a DuckDB that spills to scratch; nothing is judged here. Where there is
room they are kept as they were judged, so that another policy can be tried on them by day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from counterfoil.books.format import TABLES
from counterfoil.desk.copies import judging
from counterfoil.desk.copies.store import copy_out, load_books, scratch_database

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg
    import pyarrow as pa

    from counterfoil.desk.copies.kept import KeptBooks
    from counterfoil.detectors.ground import Calendar
    from counterfoil.ids import MerchantId

log = structlog.get_logger()

#: What DuckDB may use for itself before it writes to disk.
MEMORY_LIMIT = "2GB"


def copy_books(driver: psycopg.Connection, folder: Path) -> int:
    """Copy all books of a merchant out, as the transaction sees them, and return how many rows.

    Nothing else is done in it: judging takes minutes where a shop is large, and no transaction waits for that long.
    """
    return sum(copy_out(driver, table, folder / f"{name}.csv") for name, table in TABLES.items())


def judged(folder: Path, calendar: Calendar) -> pa.Table:
    """Return what the rules find in books that were copied out, in the schema of the findings file; the copies go."""
    with scratch_database(folder, memory_limit=MEMORY_LIMIT) as connection:
        load_books(connection, folder)
        return judging.judged(connection, calendar)


def judged_and_kept(
    folder: Path, calendar: Calendar, merchant_id: MerchantId, kept: KeptBooks, *, rows_n: int
) -> pa.Table:
    """Return what `judged` does, and keep the books as they were judged, where there is room for them."""
    if not kept.has_room_for(folder):
        log.warning("judged_books_not_kept", merchant_id=merchant_id, why="no room")
        return judged(folder, calendar)
    with kept.new(merchant_id) as file:
        with scratch_database(folder, file=file, memory_limit=MEMORY_LIMIT) as connection:
            load_books(connection, folder)
            books = judging.JudgedBooks.over(connection, as_of=calendar.as_of, offsets=calendar.offsets, lasting=True)
            judgement = books.keep(calendar.policy, rows_n=rows_n)
            findings = books.findings(calendar.policy)
        kept.put(merchant_id, file, judgement)
        return findings
