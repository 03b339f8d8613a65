"""The live books copied out into a DuckDB, so that the engine of the audit can judge them. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from counterfoil.books.format import TABLES, Kind, Table
from counterfoil.books.schema import duckdb_type
from counterfoil.desk.ties.store import column_of

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

    from counterfoil.audit.engines.duckdb import DuckDBEngine

#: A record that a later version of its bill corrects is no part of the books any more; the correction is.
STANDS = {
    "acquirer_records": (
        " AND NOT EXISTS (SELECT FROM public.acquirer_records AS later WHERE later.supersedes = t.record_id)"
    )
}


def copy_out(driver: psycopg.Connection, table: Table, file: Path, *, only: str = "true", rows_max: int = 0) -> int:
    """Write a merchant's rows of a table as CSV, times in UTC; returns how many. `only` is SQL over the table as `t`.

    With `rows_max` no more than so many are written. Rows are as the transaction sees them; what people said of them in
    cases counts before their own word.
    """
    columns = ", ".join(
        f"t.\"{column.name}\" AT TIME ZONE 'UTC'" if column.kind is Kind.TIME else column_of(table.name, column.name)
        for column in table
    )
    most = f" LIMIT {rows_max}" if rows_max else ""
    stands = STANDS.get(table.name, "")
    query = f"COPY (SELECT {columns} FROM public.{table.name} AS t WHERE ({only}){stands}{most}) TO STDOUT (FORMAT csv)"
    with file.open("wb") as out, driver.cursor() as cursor, cursor.copy(query.encode()) as copy:
        # The server sends one row at a time (PostgreSQL, "COPY Operations": PQgetCopyData returns one data row).
        rows_n = 0
        for block in copy:
            out.write(block)
            rows_n += 1
    return rows_n


def load_books(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Read the books that were copied out into a folder into tables of their names; the copies go."""
    for name, table in TABLES.items():
        file = folder / f"{name}.csv"
        _load(connection, table, file)
        file.unlink()


def _load(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """Read what was copied out into a table of the same name."""
    types = ", ".join(f"'{column.name}': '{duckdb_type(column.kind)}'" for column in table)
    connection.execute(
        f"CREATE TABLE {table.name} AS SELECT *, NULL::VARCHAR AS source_file, NULL::BIGINT AS source_line "
        f"FROM read_csv('{file}', header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '', allow_quoted_nulls = false, columns = {{{types}}})"
    )


def engine_over(connection: duckdb.DuckDBPyConnection, *, lasting: bool = False) -> DuckDBEngine:
    """Return the audit's engine over the loaded tables; every book and every column is there.

    What a lasting one computes stays in the file of the connection.
    """
    from counterfoil.audit.engines.duckdb import DuckDBEngine  # noqa: PLC0415 — it takes a while to load

    return DuckDBEngine(
        connection,
        {name: name for name in TABLES},
        {name: frozenset(table.optional) for name, table in TABLES.items()},
        lasting=lasting,
    )


def keep_findings(connection: duckdb.DuckDBPyConnection, findings: pa.Table) -> None:
    """Leave what was found in the file of a connection."""
    connection.register("found", findings)
    connection.execute("CREATE TABLE findings AS SELECT * FROM found")
    connection.unregister("found")


def kept_findings(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return what was found, in the schema of the findings file."""
    return connection.execute("SELECT * FROM findings").to_arrow_table()


@contextmanager
def scratch_database(
    scratch: Path, *, memory_limit: str, threads: int | None = None, file: Path | None = None, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that keeps to its memory and spills into a folder; `file` keeps its tables, and lends them."""
    spill = scratch / "spill"
    spill.mkdir()
    connection = duckdb.connect(
        str(file) if file is not None else ":memory:",
        read_only=read_only,
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
            **({"threads": threads} if threads else {}),
        },
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()
