"""All the live books at once, judged by the same rules on the engine of the audit: the watch's cross-check.

The books are copied out of one snapshot into a DuckDB that spills to scratch; nothing is judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.books.format import TABLES
from counterfoil.desk.copies.store import copy_out, engine_over, load_books, scratch_database
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.run import detect

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from counterfoil.desk.watch.session import WatchSession
    from counterfoil.detectors.ground import Calendar

#: What DuckDB may use for itself before it writes to disk.
MEMORY_LIMIT = "2GB"


def copy_books(session: WatchSession, folder: Path) -> None:
    """Copy all books of the session's merchant out, as its transaction sees them; nothing else is done in it.

    Judging takes minutes where a shop is large, and no transaction waits for that long.
    """
    for name, table in TABLES.items():
        copy_out(session.driver, table, folder / f"{name}.csv")


def judged(folder: Path, calendar: Calendar) -> pa.Table:
    """Return what the rules find in books that were copied out, in the schema of the findings file; the copies go."""
    with scratch_database(folder, memory_limit=MEMORY_LIMIT) as connection:
        load_books(connection, folder)
        engine = engine_over(connection)
        findings, _core = finish(detect(engine, engine.books(), calendar), frozenset(TABLES))
        return findings
