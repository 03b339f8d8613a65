"""How the cells of one column are read: the one place that decides between text and typed cells."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.cells import ColumnReading, Physical, physical_of
from counterfoil.audit.intake.text_cells import text_reading
from counterfoil.audit.intake.typed_cells import typed_reading
from counterfoil.books.format import Column, Table
from counterfoil.books.schema import duckdb_type


def readings_of(table: Table, types: Mapping[str, str], *, zone: str | None) -> tuple[ColumnReading, ...]:
    """Return how every column of `table` is read, in the order of the format; `types` by column name."""
    return tuple(reading_of(column, types.get(column.name), zone=zone) for column in table)


def reading_of(column: Column, type_name: str | None, *, zone: str | None) -> ColumnReading:
    """Return how a column of this DuckDB type is read; `type_name` None: the file does not carry it.

    `zone` is the zone of local times. None refuses them in text, and takes them for UTC in typed files.
    """
    if type_name is None:
        nothing = f"CAST(NULL AS {duckdb_type(column.kind)})"
        return ColumnReading(column=column, value=nothing, value_unsuspected=nothing, checks=(), suspect="FALSE")
    cell, physical = sql.name(column.name), physical_of(type_name)
    if physical is not Physical.TEXT:
        return typed_reading(column, cell, physical, zone=zone)
    return text_reading(column, cell if type_name.upper() == "VARCHAR" else f"CAST({cell} AS VARCHAR)", zone=zone)
