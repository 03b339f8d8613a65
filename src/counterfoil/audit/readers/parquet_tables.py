"""A Parquet file as a raw table: every column as text, `source_line` is the row's number from 1.

Columns that hold floats are written as the shortest text that means the same float; whether a float may carry money
is for the reader to say.
"""

from __future__ import annotations

import duckdb

from counterfoil.audit.readers.contract import SourceFile
from counterfoil.audit.readers.headers import normalise, unique_names
from counterfoil.audit.readers.raw_table import Layout, RawTable
from counterfoil.audit.readers.sql_text import fresh_table, identifier, literal
from counterfoil.errors import BadFile

#: The four bytes with which a Parquet file begins and ends.
MAGIC = b"PAR1"


def parquet_columns(connection: duckdb.DuckDBPyConnection, source: SourceFile) -> tuple[tuple[str, str], ...]:
    """Return (name, type) of each column of the file."""
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(source.path))})").fetchall()
    except duckdb.Error as error:
        raise BadFile(file=source.name, expected="a Parquet file", found="one that cannot be read") from error
    return tuple((row[0], row[1]) for row in rows)


def read_parquet_table(connection: duckdb.DuckDBPyConnection, source: SourceFile, layout: Layout) -> RawTable:
    """Read a Parquet file; BadFile where a required column is missing."""
    columns = parquet_columns(connection, source)
    labels = tuple(name for name, _ in columns)
    missing = {normalise(label) for label in layout.required} - {normalise(label) for label in labels}
    if missing:
        raise BadFile(
            file=source.name, expected=f"the columns {', '.join(layout.required[:6])}", found=f"no {min(missing)}"
        )
    names = unique_names(labels)
    kept = [(label, name) for label, name in zip(labels, names, strict=True) if layout.keeps(name)]
    cells = "".join(f", nullif(trim(CAST({identifier(a)} AS VARCHAR)), '') AS {identifier(b)}" for a, b in kept)
    table = fresh_table("table")
    scan = f"read_parquet({literal(str(source.path))}, file_row_number = true)"
    try:
        connection.execute(f"CREATE TEMP TABLE {table} AS SELECT file_row_number + 1 AS source_line{cells} FROM {scan}")
        counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    except duckdb.Error as error:
        raise BadFile(file=source.name, expected="a Parquet file", found="one that cannot be read") from error
    return RawTable(
        table=table,
        labels=labels,
        names=tuple(name for _, name in kept),
        header_line=0,
        rows=0 if counted is None else counted[0],
    )
