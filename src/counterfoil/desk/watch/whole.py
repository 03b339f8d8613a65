"""All the live books at once, judged by the same rules on the engine of the audit: the watch's cross-check.

The books are copied out of one snapshot into a DuckDB that spills to scratch; nothing is judged here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.books.format import TABLES
from counterfoil.desk.copies.store import copy_out, engine_over, load, scratch_database
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.run import detect

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.desk.watch.session import WatchSession
    from counterfoil.detectors.ground import Calendar

#: What DuckDB may use for itself before it writes to disk.
MEMORY_LIMIT = "2GB"


def audited(session: WatchSession, calendar: Calendar) -> pa.Table:
    """Return what the rules find in all books of the session's merchant, in the schema of the findings file."""
    with (
        tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch,
        scratch_database(Path(scratch), memory_limit=MEMORY_LIMIT) as connection,
    ):
        for name, table in TABLES.items():
            file = Path(scratch) / f"{name}.csv"
            copy_out(session.driver, table, file)
            load(connection, table, file)
            file.unlink()
        engine = engine_over(connection)
        findings, _core = finish(detect(engine, engine.books(), calendar), frozenset(TABLES))
        return findings
