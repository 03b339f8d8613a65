"""Books laid out for tests: valid rows of every table, and files of every shape."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from counterfoil.audit.intake.shelf import Shelf
from counterfoil.books.format import TABLES, Column, Kind, Table
from counterfoil.books.schema import duckdb_type

Row = Mapping[str, str | None]

_SAMPLES = {
    Kind.ID: "X1",
    Kind.TEXT: "text",
    Kind.MONEY: "1250",
    Kind.DECIMAL: "1.5",
    Kind.CURRENCY: "CNY",
    Kind.TIME: "2025-03-01T09:30:00+08:00",
    Kind.DATE: "2025-03-01",
    Kind.KEY: "k1",
    Kind.BOOL: "true",
    Kind.INT: "1",
    Kind.DEGREES: "31.25",
}


def sample(column: Column) -> str:
    """Return a valid cell of a column, as text."""
    return column.words[0] if column.kind is Kind.ENUM else _SAMPLES[column.kind]


def row_of(table: str, *, whole: bool = False, **cells: str | None) -> dict[str, str | None]:
    """Return a valid row with its required columns (or all of them), changed by `cells`."""
    filled = {column.name: sample(column) for column in TABLES[table] if whole or column.required}
    return {**filled, **cells}


def order(order_id: str = "O1", **cells: str | None) -> dict[str, str | None]:
    """Return a valid order."""
    return row_of("orders", order_id=order_id, **cells)


def csv_text(rows: Sequence[Row], *, delimiter: str = ",", line_end: str = "\n") -> str:
    """Write rows as CSV; the columns are those of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_csv(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8") -> Path:
    """Write rows as a CSV file."""
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def write_shape(path: Path, table: Table, rows: Sequence[Row]) -> Path:
    """Write valid rows in the shape that the ending of the path names."""
    if path.name.endswith(".csv"):
        write_csv(path, rows)
    elif path.name.endswith(".csv.gz"):
        path.write_bytes(gzip.compress(csv_text(rows).encode()))
    elif path.name.endswith(".ndjson"):
        path.write_text("".join(json.dumps(_native(table, row), ensure_ascii=False) + "\n" for row in rows), "utf-8")
    else:
        write_parquet(path, table, rows)
    return path


def write_parquet(path: Path, table: Table, rows: Sequence[Row]) -> Path:
    """Write valid rows as Parquet with the types of the format; times with a zone."""
    names = list(rows[0])
    types = {column.name: duckdb_type(column.kind).replace("TIMESTAMP", "TIMESTAMPTZ") for column in table}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {types[name]}' for name in names)})")
        marks = ", ".join("?" for _ in names)
        connection.executemany(f"INSERT INTO t VALUES ({marks})", [list(row.values()) for row in rows])
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def _native(table: Table, row: Row) -> dict[str, object]:
    """Give whole numbers and truth values as JSON has them; a decimal stays text, for JSON has no exact one."""
    return {
        name: value
        if value is None or table.column(name).kind not in (Kind.MONEY, Kind.INT, Kind.BOOL)
        else json.loads(value)
        for name, value in row.items()
    }


def rows_of(shelf: Shelf, table: str, *, columns: str = "*") -> list[tuple[object, ...]]:
    """Return the clean rows of a table in order of file and line."""
    return shelf.connection.execute(
        f"SELECT {columns} FROM {shelf.tables[table]} ORDER BY source_file, source_line"
    ).fetchall()


def cell_of(shelf: Shelf, query: str) -> object:
    """Return the one cell that a query gives."""
    row = shelf.connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def quarantined(shelf: Shelf, columns: str = "source_line, column_name, reason") -> list[tuple[object, ...]]:
    """Return what was laid aside, in order of file and line."""
    return shelf.connection.execute(f"SELECT {columns} FROM {shelf.quarantined}").fetchall()


def is_balanced(shelf: Shelf) -> bool:
    """Say whether of every native file kept, laid aside and collapsed rows are the rows that were read."""
    return all(
        file.rows_read == file.rows_kept + sum(file.set_aside.values()) + file.counts.get("repeats_collapsed", 0)
        for file in shelf.files
    )
