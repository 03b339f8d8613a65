"""Books as rows written out as files of book format 1, so that a tape can be audited like a folder of a shop.

An absent table gets no file; a column that is not carried gets no column.
"""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.books.format import TABLES, Column, Kind

from .tape import Books, Carried

_TYPES: dict[Kind, pa.DataType] = {
    Kind.MONEY: pa.int64(),
    Kind.INT: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.TIME: pa.timestamp("us", tz="UTC"),
    Kind.DATE: pa.date32(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}


def books_to_parquet(books: Books, carried: Carried, folder: Path) -> list[Path]:
    """Write one Parquet file per table and return their paths."""
    paths = []
    for table, rows in books.items():
        columns = _columns(table, carried)
        fields = [pa.field(c.name, _TYPES.get(c.kind, pa.string()), nullable=not c.required) for c in columns]
        narrow = [{c.name: _parquet_value(c, row[c.name]) for c in columns} for row in rows]
        path = folder / f"{table}.parquet"
        pq.write_table(pa.Table.from_pylist(narrow, schema=pa.schema(fields)), path)
        paths.append(path)
    return paths


def books_to_csv(books: Books, carried: Carried, folder: Path) -> list[Path]:
    """Write one CSV file per table and return their paths; null is an empty field."""
    paths = []
    for table, rows in books.items():
        columns = _columns(table, carried)
        path = folder / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([c.name for c in columns])
            writer.writerows([[_text(row[c.name]) for c in columns] for row in rows])
        paths.append(path)
    return paths


def _columns(table: str, carried: Carried) -> list[Column]:
    return [c for c in TABLES[table] if c.required or c.name in carried[table]]


def _parquet_value(column: Column, value: object) -> object:
    """A decimal goes in with the four digits that the format has."""
    if column.kind is Kind.DECIMAL and isinstance(value, int | Decimal):
        return Decimal(value).quantize(Decimal("0.0001"))
    return value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
