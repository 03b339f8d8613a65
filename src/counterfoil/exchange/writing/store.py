"""SQL of DuckDB that turns the unloaded rows of one table into a file of the book format."""

from __future__ import annotations

from pathlib import Path

import duckdb

from counterfoil.books.format import Column, Kind, Table
from counterfoil.books.schema import duckdb_type
from counterfoil.errors import BadOption, first_line
from counterfoil.paths import literal_path

FORMS = ("parquet", "csv", "ndjson")

_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true",
    "ndjson": "FORMAT json, ARRAY false",
}
_MEMORY_LIMIT = "1GB"


def write(table: Table, raw: Path, target: Path, form: str, *, spill: Path) -> int:
    """Write rows that PostgreSQL unloaded as CSV, in their order; returns how many. BadOption where it cannot."""
    types = ", ".join(f"'{column.name}': '{duckdb_type(column.kind)}'" for column in table)
    columns = ", ".join(_shown(column, form) for column in table)
    # A text that is empty stands between quotes there, and what is nothing stands for nothing.
    source = (
        f"read_csv({_quoted(literal_path(raw))}, header = false, auto_detect = false, columns = {{{types}}}, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, new_line = '\\n', "
        "parallel = false, max_line_size = 33554432)"
    )
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY_LIMIT,
        "temp_directory": str(spill),
        "preserve_insertion_order": "true",
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            written = connection.execute(
                f"COPY (SELECT {columns} FROM {source}) TO {_quoted(str(target))} ({_OPTIONS[form]})"
            ).fetchone()
        except duckdb.IOException as error:
            raise BadOption(f"{target.name}: it cannot be written: {first_line(error)}") from error
    assert written is not None
    return int(written[0])


def _shown(column: Column, form: str) -> str:
    name = f'"{column.name}"'
    if column.kind is not Kind.TIME:
        return name
    if form == "parquet":
        return f"{name} AT TIME ZONE 'UTC' AS {name}"
    return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {name}"


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"
