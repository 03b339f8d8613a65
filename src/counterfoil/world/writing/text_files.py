"""Turns the Parquet books of a town into CSV or NDJSON, table by table, streaming, in the same order of rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from counterfoil.world.writing.schema import SCHEMAS

_OPTIONS = {"csv": "FORMAT csv, HEADER true", "ndjson": "FORMAT json, ARRAY false"}
#: ISO 8601 with offset, as the book format wants it.
_TIME = "strftime({0}, '%Y-%m-%dT%H:%M:%S.%fZ')"
_THREADS = 2


def to_text(folder: Path, ending: str, *, keep: tuple[str, ...] = ()) -> None:
    """Write every table of a folder as text beside its Parquet file, which then goes, except where it is kept."""
    with duckdb.connect(config={"threads": _THREADS}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, schema in SCHEMAS.items():
            source, target = folder / f"{name}.parquet", folder / f"{name}.{ending}"
            columns = ", ".join(_as_text(field) for field in schema)
            connection.execute(
                f"COPY (SELECT {columns} FROM read_parquet($source)) TO '{_quoted(target)}' ({_OPTIONS[ending]})",
                {"source": str(source)},
            )
            if name not in keep:
                source.unlink()


def _as_text(field: pa.Field) -> str:
    name = f'"{field.name}"'
    return f"{_TIME.format(name)} AS {name}" if pa.types.is_timestamp(field.type) else name


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
