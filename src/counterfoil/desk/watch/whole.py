"""All the live books at once, judged by the same rules on the engine of the audit: the watch's cross-check.

The books are copied out of one snapshot into a DuckDB that spills to scratch; nothing is judged here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from counterfoil.audit.engines.duckdb import DuckDBEngine
from counterfoil.books.format import TABLES, Kind, Table
from counterfoil.books.schema import duckdb_type
from counterfoil.desk.ties.store import column_of
from counterfoil.desk.watch.neighbourhood import STANDS
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
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch, _connected(Path(scratch)) as connection:
        for name, table in TABLES.items():
            _copy(session, connection, table, Path(scratch) / f"{name}.csv")
        engine = DuckDBEngine(
            connection,
            {name: name for name in TABLES},
            {name: frozenset(table.optional) for name, table in TABLES.items()},
        )
        findings, _core = finish(detect(engine, engine.books(), calendar), frozenset(TABLES))
        return findings


def _copy(session: WatchSession, connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    columns = ", ".join(
        f"t.\"{column.name}\" AT TIME ZONE 'UTC'" if column.kind is Kind.TIME else column_of(table.name, column.name)
        for column in table
    )
    stands = STANDS.get(table.name, "")
    query = f"COPY (SELECT {columns} FROM public.{table.name} AS t WHERE true{stands}) TO STDOUT (FORMAT csv)"
    with file.open("wb") as out, session.driver.cursor() as cursor, cursor.copy(query.encode()) as copy:
        for block in copy:
            out.write(block)
    types = ", ".join(f"'{column.name}': '{duckdb_type(column.kind)}'" for column in table)
    connection.execute(
        f"CREATE TABLE {table.name} AS SELECT *, NULL::VARCHAR AS source_file, NULL::BIGINT AS source_line "
        f"FROM read_csv('{file}', header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '', allow_quoted_nulls = false, columns = {{{types}}})"
    )
    file.unlink()


@contextmanager
def _connected(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = scratch / "spill"
    spill.mkdir()
    connection = duckdb.connect(
        config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill), "preserve_insertion_order": "false"}
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()
