"""Writes what an audit found: findings as Parquet, CSV or NDJSON, the checks as JSON.

A file appears under its name only when it is whole, and the same rows never lie there in two forms: whoever reads
the folder later must not meet those of an earlier audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from counterfoil.audit.intake.formulas import neutralised
from counterfoil.errors import BadOption, first_line

FORMATS = ("parquet", "csv", "ndjson")

_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER",
    "ndjson": "FORMAT json",
}


def write_table(folder: Path, stem: str, rows: pa.Table, form: str) -> Path:
    """Write rows as `stem.form` and return the path; text that a spreadsheet would run is neutralised in CSV.

    BadOption where the folder takes no file.
    """
    columns = ", ".join(
        f"{neutralised(_quoted(field.name))} AS {_quoted(field.name)}"
        if form == "csv" and pa.types.is_string(field.type)
        else _quoted(field.name)
        for field in rows.schema
    )
    with _whole_or_not_at_all(folder, f"{stem}.{form}") as fresh, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", rows)
        target = str(fresh).replace("'", "''")
        try:
            connection.execute(f"COPY (SELECT {columns} FROM rows) TO '{target}' ({_OPTIONS[form]})")
        except duckdb.IOException as error:
            raise BadOption(f"--out: expected a folder that takes {stem}.{form}, found: {first_line(error)}") from error
    for other in FORMATS:
        if other != form:
            (folder / f"{stem}.{other}").unlink(missing_ok=True)
    return folder / f"{stem}.{form}"


def write_json(folder: Path, name: str, value: Mapping[str, object]) -> Path:
    """Write a JSON document and return its path."""
    with _whole_or_not_at_all(folder, name) as fresh:
        fresh.write_text(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False) + "\n", encoding="utf-8")
    return folder / name


@contextmanager
def _whole_or_not_at_all(folder: Path, name: str) -> Iterator[Path]:
    """Lend a path to write to; the file gets its name when it is whole, and is gone where it is not."""
    fresh = folder / f".{name}.part"
    try:
        yield fresh
        fresh.replace(folder / name)
    finally:
        fresh.unlink(missing_ok=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
