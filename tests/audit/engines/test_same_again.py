"""The same rows give the same findings twice in a row, and in whatever order and files they come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.audit.run import AuditRequest, auditing
from counterfoil.audit.stories import tell_stories
from counterfoil.books.format import TABLES, Kind
from counterfoil.detectors.catalogue import catalogue

from .histories import History, whole_shops

#: Into so many files each table is split.
PARTS = 3

_ARROW = {
    Kind.MONEY: pa.int64(),
    Kind.INT: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.TIME: pa.timestamp("us", tz="UTC"),
    Kind.DATE: pa.date32(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}


def test_the_same_files_give_the_same_findings_and_stories_twice_in_a_row(
    history: History, as_written: Path, first: Said, tmp_path: Path
) -> None:
    again = _audited(history, as_written, tmp_path)
    assert set(first.findings["diagnosis"].to_pylist()) == {
        diagnosis.id for detector in catalogue().values() for diagnosis in detector.diagnoses
    }
    assert again.findings.equals(first.findings)
    assert again.timelines.equals(first.timelines)


def test_shuffled_rows_in_several_files_give_the_same_findings_and_stories(
    history: History, first: Said, tmp_path: Path
) -> None:
    _write(history.books, tmp_path / "books", PARTS, Random(7))  # noqa: S311  # a test history, not a secret
    shuffled = _audited(history, tmp_path / "books", tmp_path / "out")
    assert _without_places(shuffled.findings) == _without_places(first.findings)
    assert shuffled.timelines.drop(["file", "line"]).equals(first.timelines.drop(["file", "line"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an audit says."""

    findings: pa.Table
    timelines: pa.Table


@pytest.fixture(scope="module")
def history() -> History:
    return whole_shops(1, shops_n=40, size=16)


@pytest.fixture(scope="module")
def as_written(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each table in one file, its rows in their own order."""
    folder = tmp_path_factory.mktemp("as_written")
    _write(history.books, folder, 1, None)
    return folder


@pytest.fixture(scope="module")
def first(history: History, as_written: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    return _audited(history, as_written, tmp_path_factory.mktemp("first"))


def _audited(history: History, files: Path, out: Path) -> Said:
    """Audit files and return the findings and the timelines; every row must find its way into the books."""
    request = AuditRequest(paths=[files], out=out, policy=history.policy, as_of=history.as_of)
    with auditing(request) as done:
        assert all(file.rows_read == file.rows_kept for file in done.shelf.files)
        assert sum(file.rows_read for file in done.shelf.files) == sum(map(len, history.books.values()))
        timelines = tell_stories(done.shelf, done.verdict, done.core)
        return Said(findings=done.findings, timelines=timelines)


def _without_places(findings: pa.Table) -> list[dict[str, object]]:
    """Leave out in which file and line the evidence stands, and nothing else."""
    evidence = [
        [{"table": row["table"], "id": row["id"]} for row in json.loads(text)]
        for text in findings["evidence"].to_pylist()
    ]
    rows = findings.drop(["evidence"]).to_pylist()
    return [row | {"evidence": found} for row, found in zip(rows, evidence, strict=True)]


def _write(books: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path, parts: int, dice: Random | None) -> None:
    """Write each table as so many Parquet files; with dice, in another order."""
    folder.mkdir(exist_ok=True)
    for name, given in books.items():
        rows = list(given)
        if dice is not None:
            dice.shuffle(rows)
        for part in range(parts):
            own = rows[part::parts]
            columns = {
                column.name: pa.array([row[column.name] for row in own], _ARROW.get(column.kind, pa.string()))
                for column in TABLES[name]
            }
            pq.write_table(pa.table(columns), folder / f"{name}-{part}.parquet")
