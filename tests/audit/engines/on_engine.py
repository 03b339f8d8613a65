"""Runs books on an engine of choice, from the shelf to the findings, as the audit does it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from counterfoil.audit.engines import Engine, open_engine
from counterfoil.audit.intake.shelf import VIEW, Shelf
from counterfoil.audit.report.fill import report_input
from counterfoil.audit.run import AuditRequest, auditing
from counterfoil.audit.stories import tell_stories
from counterfoil.books.format import TABLES
from counterfoil.books.schema import ibis_schema
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.policy import Policy
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world
from tests.detectors.laid import lay_books

from .histories import History

#: A zone in which nobody's midnight is that of UTC; no engine may think in it.
FAR = "Asia/Shanghai"


def shelf_of(history: History, *, shuffle: str = "", zone: str = "UTC") -> Shelf:
    """Put a history on a shelf; `shuffle` is any word, and each word gives another order of the rows."""
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{zone}'")
    lay_books(connection, history.books, history.carried)
    for table in history.books:
        order = f"ORDER BY md5(source_line::VARCHAR || '{shuffle}')" if shuffle else ""
        connection.execute(f'CREATE VIEW {VIEW.format(table=table)} AS SELECT * FROM "{table}" {order}')
    return Shelf(
        connection=connection,
        tables={table: VIEW.format(table=table) for table in history.books},
        carried=history.carried,
        files=(),
        quarantined="",
    )


@contextmanager
def engine_over(name: str, shelf: Shelf) -> Iterator[Engine]:
    """Open an engine over a shelf, with a scratch folder as the audit makes it."""
    with (
        tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch,
        open_engine(name, shelf, Path(scratch), None) as engine,
    ):
        yield engine


def findings_on(
    name: str, history: History, *, shuffle: str = "", zone: str = "UTC", narrow: bool | None = None
) -> pa.Table:
    """Return the findings file of a history, as the engine of that name has it.

    `narrow` says whether quiet sales are set aside first; None: as the audit decides for so few.
    """
    shelf = shelf_of(history, shuffle=shuffle, zone=zone)
    earliest = history.as_of.replace(year=history.as_of.year - 1)
    calendar = Calendar.over(as_of=history.as_of, policy=history.policy, earliest=earliest)
    with engine_over(name, shelf) as engine:
        verdict = detect(engine, engine.books(), calendar, narrow=narrow)
        findings, _ = finish(verdict, frozenset(shelf.tables))
        return findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit of files says, on whatever engine."""

    findings: pa.Table
    #: One row per moment of every row that belongs to a finding.
    timelines: pa.Table
    #: Payments against bills day by day, days without a bill, what was examined, and where the money went.
    told_beside: tuple[object, ...]


def audited(paths: Sequence[Path], out: Path, engine: str, policy: Policy | None = None) -> Audited:
    """Audit files on an engine, as the command does it."""
    request = AuditRequest(paths=paths, out=out, engine=engine, policy=policy or Policy())
    with auditing(request) as done:
        timelines = tell_stories(done.shelf, done.verdict, done.core)
        report = report_input(done, timelines, [], "en")
        beside = (report.days, report.uncovered_days, report.coverage, report.totals, report.flow)
        return Audited(findings=done.findings, timelines=timelines, told_beside=beside)


def differences(one: pa.Table, other: pa.Table) -> Mapping[str, tuple[object, object]]:
    """Say where two findings files differ: by the id of the finding, what the one has and what the other has."""
    assert one.schema == other.schema
    mine, theirs = ({row["finding_id"]: row for row in table.to_pylist()} for table in (one, other))
    assert len(mine) == one.num_rows, "an id stands twice"
    found: dict[str, tuple[object, object]] = {
        key: (mine.get(key), theirs.get(key)) for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)
    }
    if not found and not one.equals(other):
        found["order"] = (one["finding_id"].to_pylist(), other["finding_id"].to_pylist())
    return found


def assert_a_town_reads_the_same(engine: str, folder: Path) -> None:
    """Audit a small town with many faults on DuckDB and on another engine, and compare all that is said."""
    run_world(WorldParameters(seed=5, orders=600, faults=0.3), folder / "town", truth=False)
    one, other = (audited([folder / "town"], folder / name, name) for name in ("duckdb", engine))
    assert one.findings.num_rows >= 100
    assert differences(one.findings, other.findings) == {}
    assert one.timelines.equals(other.timelines)
    assert one.told_beside == other.told_beside


def assert_absent_books_are_empty(name: str, history: History) -> None:
    """Look whether books that nobody gave are there, empty and of the right shape."""
    with engine_over(name, shelf_of(history)) as engine:
        for book, table in engine.books().tables.items():
            assert engine.is_empty(table) == (book not in history.books)
            assert engine.fetch(table).schema == ibis_schema(TABLES[book]).to_pyarrow()
