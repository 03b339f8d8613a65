"""Tables in and out of PostgreSQL as columns: Arrow on our side, COPY on theirs, a batch at a time.

CSV between them tells a null (nothing) from an empty text (two quotes), and loses no digit of any type of the books.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pyarrow.csv as arrow_csv
from psycopg import sql

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

#: Rows in one batch; a batch of the widest book takes some ten megabytes.
BATCH_ROWS = 65_536

_TYPES = {
    "string": 'text COLLATE "C"',  # ids compare and sort by their bytes
    "int": "bigint",
    "decimal": "numeric",
    "timestamp": "timestamp",
    "date": "date",
    "boolean": "boolean",
    "float": "double precision",
}


def column_type(kind: ibis.expr.datatypes.DataType) -> str:
    """Return the type of a kept or loaded column, whatever the server made of it on the way."""
    for name in ("string", "decimal", "timestamp", "date", "boolean"):
        if getattr(kind, f"is_{name}")():
            return _TYPES[name]
    return _TYPES["int"] if kind.is_integer() else _TYPES["float"]


def load(connection: psycopg.Connection, table: str, batches: Iterator[pa.RecordBatch]) -> None:
    """Append batches to a table whose columns stand in the same order."""
    copying = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(table))
    options = arrow_csv.WriteOptions(include_header=False)
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for batch in batches:
            text = pa.BufferOutputStream()
            arrow_csv.write_csv(batch, text, options)
            copy.write(memoryview(text.getvalue()))


def unload(connection: psycopg.Connection, query: str, schema: ibis.Schema) -> pa.Table:
    """Return the rows of a query, in exactly the types of `schema`."""
    kinds = schema.to_pyarrow()
    text = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()) as copy:
        for block in copy:
            text.write(block)
    if not text.tell():
        return kinds.empty_table()
    text.seek(0)
    return arrow_csv.read_csv(
        text,
        read_options=arrow_csv.ReadOptions(column_names=kinds.names, use_threads=False),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=kinds,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def promised(query: str, schema: ibis.Schema) -> str:
    """Write a query whose columns have the types that the expression promises, and text that sorts by its bytes."""
    columns = ", ".join(f"{_cast(name, kind)} AS {_quoted(name)}" for name, kind in schema.items())
    return f"SELECT {columns} FROM ({query}) AS computed"


def _cast(name: str, kind: ibis.expr.datatypes.DataType) -> str:
    wanted, _, collation = column_type(kind).partition(" COLLATE ")
    cast = f"CAST({_quoted(name)} AS {wanted})"
    return f"{cast} COLLATE {collation}" if collation else cast


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def shape(table: ir.Table) -> str:
    """Write the columns of a table for CREATE TABLE."""
    return ", ".join(f"{_quoted(name)} {column_type(kind)}" for name, kind in table.schema().items())
