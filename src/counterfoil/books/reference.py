"""The reference page and the CSV templates of book format 1, made from its typed source.

Nothing is said here that the source does not say; the page in docs/reference is written by this file.
"""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.books.format import (
    ENDINGS,
    FORMAT_VERSION,
    ID_LENGTH_MAX,
    NOT_BOOKS,
    TABLES,
    Column,
    Kind,
    Table,
)
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR

_MEANING = {
    Kind.ID: f"text of 1 to {ID_LENGTH_MAX} characters that names a row",
    Kind.TEXT: "free text",
    Kind.MONEY: "whole minor units (cents, 分), never negative; the row's kind says the direction",
    Kind.DECIMAL: "a decimal number, at most 14 digits before the point and 4 behind it",
    Kind.CURRENCY: "ISO 4217 code of three letters",
    Kind.TIME: "ISO 8601 with offset, such as `2026-03-01T09:30:00+08:00`; kept as UTC",
    Kind.DATE: "`2026-03-01`",
    Kind.KEY: "keyed hash of a person or an instrument; equal keys mean the same one",
    Kind.BOOL: "`true` or `false`",
    Kind.INT: "a whole number",
    Kind.DEGREES: "geographic degrees",
    Kind.ENUM: "one of the words listed",
}


def csv_template(table: Table) -> str:
    """Return the header line of a CSV file for one table."""
    return ",".join(table.names) + "\n"


def format_reference() -> str:
    """Return the reference of the format as a Markdown page."""
    return "\n".join([*_introduction(), *(line for table in TABLES.values() for line in _table_lines(table))]) + "\n"


def _introduction() -> Iterator[str]:
    yield f"# Book format {FORMAT_VERSION}"
    yield ""
    yield f"A folder with one file for each table: `<table>` and one of {_listed(ENDINGS)}, in UTF-8."
    yield "A table without a file is *absent*, which is not the same as empty: what needs it is *not examined*."
    yield f"Files called {_listed(f'{name}.*' for name in NOT_BOOKS)} may lie beside them and are not read as books."
    yield ""
    yield "Columns marked ! must have a value in every row. Other columns may be empty, or left out altogether."
    yield "Columns that the format does not know are kept out and told."
    yield ""
    yield "A row is quarantined, with its file, line and reason, when a value is missing that must be there, when a"
    yield f"word is not on its list, when its key was seen before, or when a time lies before {EARLIEST_YEAR} or"
    yield f"after {LATEST_YEAR}. The other rows go on."
    yield ""
    yield "| type | what it holds |"
    yield "|---|---|"
    yield from (f"| {kind.value} | {meaning} |" for kind, meaning in _MEANING.items())


def _table_lines(table: Table) -> Iterator[str]:
    yield ""
    yield f"## {table.name}"
    yield ""
    where = "Terminal telemetry." if table.book == "telemetry" else f"In the book of {table.book}."
    yield f"{where} Key: {_listed(table.key)}.{' ' + table.note if table.note else ''}"
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    yield from (_column_line(column) for column in table)


def _column_line(column: Column) -> str:
    words = _listed(column.words) if column.words else ""
    meaning = "; ".join(part for part in (words, column.note) if part)
    return f"| `{column.name}`{'!' if column.required else ''} | {column.kind.value} | {meaning} |"


def _listed(words: Iterator[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
