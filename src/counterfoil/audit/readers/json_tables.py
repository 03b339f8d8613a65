"""Newline-delimited JSON as a raw table: one object a line, the fields that are asked for as text.

A field inside another is asked for with a point: `customer.phone`. A line that is no JSON object is set aside.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import SetAside
from counterfoil.audit.readers.decoding import lines_of, plain_text
from counterfoil.audit.readers.headers import normalise, unique_names
from counterfoil.audit.readers.numbered_lines import load_lines
from counterfoil.audit.readers.raw_table import RawTable
from counterfoil.audit.readers.sql_text import fresh_table, identifier, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from counterfoil.audit.readers.contract import Sample, SourceFile

#: Objects of the sample whose fields are looked at.
SAMPLE_OBJECTS_MAX = 50


def fields_in(sample: Sample) -> frozenset[str] | None:
    """Return the normalised names of the sample's fields, nested ones with a point; None where it is no NDJSON."""
    lines = [line for line in lines_of(sample.text) if line.strip()][:SAMPLE_OBJECTS_MAX]
    names: set[str] = set()
    for number, line in enumerate(lines):
        try:
            found = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            found = None
        if not isinstance(found, dict):
            if number == 0:
                return None
            continue
        _collect(found, "", names)
    return frozenset(names) if names else None


def _collect(found: dict[str, object], prefix: str, names: set[str]) -> None:
    for key, value in found.items():
        names.add(normalise(prefix + key))
        if isinstance(value, dict) and not prefix.count(".") > 3:  # noqa: PLR2004 - four levels are deep enough
            _collect(value, f"{prefix}{key}.", names)


def read_json_table(connection: duckdb.DuckDBPyConnection, source: SourceFile, fields: Sequence[str]) -> RawTable:
    """Read these fields of every object; a field that an object lacks is null."""
    with plain_text(source) as text:
        lines = load_lines(connection, source, text)
    table, aside = fresh_table("table"), fresh_table("misfits")
    names = unique_names(fields)
    pairs = zip(fields, names, strict=True)
    cells = "".join(f", nullif(trim({_extracted(label)}), '') AS {identifier(name)}" for label, name in pairs)
    is_object = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE FALSE END"
    connection.execute(f"CREATE TEMP TABLE {table} AS SELECT source_line{cells} FROM {lines} WHERE {is_object}")
    connection.execute(
        f"""
        CREATE TEMP TABLE {aside} AS
        SELECT source_line, CAST(NULL AS VARCHAR) AS column_name, CAST(NULL AS VARCHAR) AS found
        FROM {lines} WHERE trim(line) <> '' AND NOT ({is_object})
        """
    )
    counted = connection.execute(
        f"SELECT (SELECT count(*) FROM {table}), (SELECT count(*) FROM {aside})"
    ).fetchone() or (0, 0)
    connection.execute(f"DROP TABLE {lines}")
    misfits = SetAside(
        reason="bad_json",
        text_en="The line is no JSON object.",
        text_zh="该行不是 JSON 对象。",
        why="quarantined",
        rows=connection.table(aside),
    )
    return RawTable(
        table=table,
        labels=tuple(fields),
        names=names,
        header_line=0,
        rows=counted[0] + counted[1],
        misfits=(misfits,) if counted[1] else (),
    )


def _extracted(label: str) -> str:
    """Return SQL for one field: by its whole name, else step by step at the points."""
    whole = f"json_extract_string(line, {literal(_path([label]))})"
    if "." not in label:
        return whole
    return f"coalesce({whole}, json_extract_string(line, {literal(_path(label.split('.')))}))"


def _path(steps: Sequence[str]) -> str:
    return "$" + "".join('."' + step.replace('"', "") + '"' for step in steps)
