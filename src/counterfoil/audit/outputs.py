"""Writes what an audit found: findings as Parquet, CSV or NDJSON, the checks as JSON.

A file appears under its name only when it is whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from counterfoil.audit.intake.formulas import neutralised

FORMATS = ("parquet", "csv", "ndjson")

_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER",
    "ndjson": "FORMAT json",
}


def write_table(folder: Path, stem: str, rows: pa.Table, form: str) -> Path:
    """Write rows as `stem.form` and return the path; text that a spreadsheet would run is neutralised in CSV."""
    path = folder / f"{stem}.{form}"
    fresh = folder / f".{stem}.{form}.part"
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("rows", rows)
    columns = ", ".join(
        f"{neutralised(_quoted(field.name))} AS {_quoted(field.name)}"
        if form == "csv" and pa.types.is_string(field.type)
        else _quoted(field.name)
        for field in rows.schema
    )
    target = str(fresh).replace("'", "''")
    connection.execute(f"COPY (SELECT {columns} FROM rows) TO '{target}' ({_OPTIONS[form]})")
    fresh.replace(path)
    return path


def write_json(folder: Path, name: str, value: Mapping[str, object]) -> Path:
    """Write a JSON document and return its path."""
    path = folder / name
    fresh = folder / f".{name}.part"
    fresh.write_text(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False) + "\n", encoding="utf-8")
    fresh.replace(path)
    return path


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
