"""Everything that the five books say about one finding, on one timeline, from the folder of a finished audit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from counterfoil.audit.outputs import FORMATS
from counterfoil.errors import BadFile, BadOption

#: The fewest characters of a finding id that may be given instead of the whole.
PREFIX_MIN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that a book says."""

    #: Aware, UTC; None: the row has no time of its own, such as an order line.
    at: datetime | None
    #: Which time of the row this is, such as `placed_at`.
    moment: str | None
    table: str
    id: str
    #: The row's known values.
    row: Mapping[str, object]
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A finding with its story."""

    #: The row of the findings file.
    finding: Mapping[str, object]
    moments: Sequence[Moment]


def explain(finding_id: str, folder: Path) -> Explanation:
    """Return a finding and its timeline; a beginning of the id is enough where only one finding has it.

    BadFile where the folder holds no finished audit, BadOption where there is no such finding or there are several.
    """
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    findings = connection.sql(f"SELECT * FROM {_findings_sql(folder)}")
    wanted = finding_id.strip().upper()
    if len(wanted) < PREFIX_MIN or not wanted.isalnum():
        raise BadOption(f"finding id: expected at least {PREFIX_MIN} letters and digits, found {finding_id!r}")
    rows = findings.filter(f"starts_with(finding_id, '{wanted}')").limit(2).to_arrow_table().to_pylist()
    if not rows:
        raise BadOption(f"no finding {wanted} in {folder}; the ids stand in the findings file and in the report")
    if len(rows) > 1:
        raise BadOption(f"several findings begin with {wanted}; give more of the id")
    return Explanation(finding=rows[0], moments=_moments(connection, folder, str(rows[0]["finding_id"])))


def _findings_sql(folder: Path) -> str:
    readers = {"parquet": "read_parquet", "csv": "read_csv", "ndjson": "read_json"}
    for form in FORMATS:
        path = folder / f"findings.{form}"
        if path.is_file():
            name = str(path).replace("'", "''")
            return f"{readers[form]}('{name}')"
    raise BadFile(
        file=str(folder),
        expected="the folder of a finished audit, with a findings file",
        found="none" if folder.is_dir() else "no such folder",
        advice="Give the folder that was behind --out",
    )


def _moments(connection: duckdb.DuckDBPyConnection, folder: Path, finding_id: str) -> list[Moment]:
    path = folder / "timelines.parquet"
    if not path.is_file():
        raise BadFile(file=str(folder), expected="timelines.parquet beside the findings", found="none")
    name = str(path).replace("'", "''")
    rows = connection.execute(
        'SELECT occurred_at, moment, "table", id, "row", file, line '
        f"FROM read_parquet('{name}') WHERE finding_id = ? ORDER BY occurred_at NULLS LAST, \"table\", id, moment",
        [finding_id],
    ).fetchall()
    return [
        Moment(at=at, moment=moment, table=table, id=identity, row=json.loads(row), file=file, line=line)
        for at, moment, table, identity, row, file, line in rows
    ]
