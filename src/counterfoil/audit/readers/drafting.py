"""Drafts from sifted rows: our columns beside the SQL that gives them.

What a draft carries follows from its columns, so that a reader cannot say one thing and give another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import Draft
from counterfoil.audit.readers.sql_text import identifier, literal
from counterfoil.books.format import TABLES
from counterfoil.errors import Bug

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def draft(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: str) -> Draft:
    """Return a draft of one book: `columns` maps our names to SQL over `rows` (SQL for FROM, with `source_line`)."""
    known = TABLES[table]
    for name in columns:
        if name not in known.names:
            raise Bug(f"{table} has no column {name}")
    listed = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in columns.items())
    return Draft(
        table=table,
        rows=connection.sql(f"SELECT source_line, {listed} FROM {rows}"),
        carries=carried(table, columns),
    )


def carried(table: str, columns: Mapping[str, str] | frozenset[str]) -> frozenset[str]:
    """Return those of the columns that are optional in the format."""
    return frozenset(columns) & frozenset(TABLES[table].optional)


def constant(text: str) -> str:
    """Return SQL for a text that is the same in every row."""
    return f"CAST({literal(text)} AS VARCHAR)"
