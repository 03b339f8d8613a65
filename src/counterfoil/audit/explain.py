"""Everything that the five books say about one finding, on one timeline, from the folder of a finished audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from counterfoil.audit.outputs import FORMATS
from counterfoil.detectors.catalogue import catalogue
from counterfoil.errors import BadFile, BadOption, first_line
from counterfoil.paths import literal_path

_READERS = {
    ".parquet": "read_parquet($path)",
    ".csv": "read_csv($path, header = true, all_varchar = true)",
    ".ndjson": "read_json($path, format = 'newline_delimited')",
}

#: What is shown of a finding.
_NEEDED = (
    "exception",
    "diagnosis",
    "severity",
    "amount_at_risk_minor",
    "explanation_en",
    "explanation_zh",
    "next_step",
)

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
    wanted = finding_id.strip().upper()
    if len(wanted) < PREFIX_MIN or not wanted.isalnum():
        raise BadOption(f"finding id: expected at least {PREFIX_MIN} letters and digits, found {finding_id!r}")
    path = _findings_path(folder)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        with _told_as_bad(path):
            rows = _findings(connection, path, wanted)
        if not rows:
            raise BadOption(f"no finding {wanted} in {folder}; the ids stand in the findings file and in the report")
        if len(rows) > 1:
            raise BadOption(f"several findings begin with {wanted}; give more of the id")
        _refuse_unknown(rows[0], path)
        return Explanation(finding=rows[0], moments=_moments(connection, folder, str(rows[0]["finding_id"])))


def _findings_path(folder: Path) -> Path:
    for form in FORMATS:
        path = folder / f"findings.{form}"
        if path.is_file():
            return path
    raise BadFile(
        file=str(folder),
        expected="the folder of a finished audit, with a findings file",
        found="none" if folder.is_dir() else "no such folder",
        advice="Give the folder that was behind --out",
    )


def _findings(connection: duckdb.DuckDBPyConnection, path: Path, wanted: str) -> list[dict[str, Any]]:
    """Return the findings whose id begins so, two at most, every value as the text that it is in CSV."""
    rows: list[dict[str, Any]] = (
        connection.execute(
            f"SELECT COLUMNS(*)::VARCHAR FROM {_READERS[path.suffix]} WHERE starts_with(finding_id::VARCHAR, $wanted)"
            " ORDER BY finding_id LIMIT 2",
            {"path": literal_path(path), "wanted": wanted},
        )
        .to_arrow_table()
        .to_pylist()
    )
    return rows


def _refuse_unknown(finding: Mapping[str, Any], path: Path) -> None:
    """Raise BadFile for a finding that this version of Counterfoil has not written."""
    missing = [name for name in _NEEDED if finding.get(name) is None]
    if missing:
        raise BadFile(file=str(path), expected="findings of an audit", found=f"no {', '.join(missing)}")
    exception, diagnosis = finding["exception"], finding["diagnosis"]
    known = catalogue().get(exception)
    if known is None or diagnosis not in {each.id for each in known.diagnoses}:
        raise BadFile(file=str(path), expected="a diagnosis that we know", found=f"{exception}: {diagnosis}")
    if not finding["amount_at_risk_minor"].isdecimal():
        found = repr(finding["amount_at_risk_minor"])
        raise BadFile(file=str(path), expected="whole minor units in amount_at_risk_minor", found=found)


def _moments(connection: duckdb.DuckDBPyConnection, folder: Path, finding_id: str) -> list[Moment]:
    path = folder / "timelines.parquet"
    if not path.is_file():
        raise BadFile(file=str(folder), expected="timelines.parquet beside the findings", found="none")
    with _told_as_bad(path):
        rows = connection.execute(
            'SELECT occurred_at, moment, "table", id, "row", file, line FROM read_parquet($path) '
            'WHERE finding_id = $finding_id ORDER BY occurred_at NULLS LAST, "table", id, moment',
            {"path": literal_path(path), "finding_id": finding_id},
        ).fetchall()
        return [
            Moment(at=at, moment=moment, table=table, id=identity, row=json.loads(row), file=file, line=line)
            for at, moment, table, identity, row, file, line in rows
        ]


@contextmanager
def _told_as_bad(path: Path) -> Iterator[None]:
    """Tell in one line what cannot be read of an audit's folder."""
    try:
        yield
    except (duckdb.Error, json.JSONDecodeError) as error:
        raise BadFile(
            file=str(path), expected="a whole file of an audit", found=first_line(error), advice="Audit again"
        ) from error
