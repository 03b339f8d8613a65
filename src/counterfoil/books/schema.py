"""What each kind of column is in an engine: its Ibis type and its DuckDB type.

Everything is derived from book format 1; no column list stands here. Times are naive and mean UTC, because
every engine session is pinned to UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.books.format import TABLES, Kind, Table

if TYPE_CHECKING:
    import ibis

#: Columns that every loaded row carries besides those of the format: where it came from.
PROVENANCE = ("source_file", "source_line")

#: Quantities have this many digits in all, and this many after the point.
DECIMAL_DIGITS, DECIMAL_SCALE = 18, 4

_IBIS_TYPES = {
    Kind.ID: "string",
    Kind.TEXT: "string",
    Kind.MONEY: "int64",
    Kind.DECIMAL: f"decimal({DECIMAL_DIGITS}, {DECIMAL_SCALE})",
    Kind.CURRENCY: "string",
    Kind.TIME: "timestamp(6)",
    Kind.DATE: "date",
    Kind.KEY: "string",
    Kind.BOOL: "boolean",
    Kind.INT: "int64",
    Kind.DEGREES: "float64",
    Kind.ENUM: "string",
}

_DUCKDB_TYPES = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.MONEY: "BIGINT",
    Kind.DECIMAL: f"DECIMAL({DECIMAL_DIGITS},{DECIMAL_SCALE})",
    Kind.CURRENCY: "VARCHAR",
    Kind.TIME: "TIMESTAMP",
    Kind.DATE: "DATE",
    Kind.KEY: "VARCHAR",
    Kind.BOOL: "BOOLEAN",
    Kind.INT: "BIGINT",
    Kind.DEGREES: "DOUBLE",
    Kind.ENUM: "VARCHAR",
}


def ibis_type(kind: Kind) -> str:
    """Return the Ibis type of a kind of column."""
    return _IBIS_TYPES[kind]


def duckdb_type(kind: Kind) -> str:
    """Return the DuckDB type of a kind of column."""
    return _DUCKDB_TYPES[kind]


def ibis_schema(table: Table) -> ibis.Schema:
    """Return the columns of a loaded table in the order of the format, then those of `PROVENANCE`."""
    import ibis  # noqa: PLC0415  # importing Ibis costs a second, and most commands never need it

    columns = {column.name: ibis_type(column.kind) for column in table}
    return ibis.schema(columns | dict(zip(PROVENANCE, ("string", "int64"), strict=True)))


def ibis_schemas() -> dict[str, ibis.Schema]:
    """Return the schema of every table of the books."""
    return {name: ibis_schema(table) for name, table in TABLES.items()}
