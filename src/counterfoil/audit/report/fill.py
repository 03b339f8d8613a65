"""Fills the report from a finished audit: everything the page shows, as plain data."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from counterfoil import __version__
from counterfoil.audit.bill_days import bill_days
from counterfoil.audit.flows import sales_flow, sales_totals
from counterfoil.audit.intake.recognition import format_title
from counterfoil.audit.intake.shelf import FileRead as Taken
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.audit.report.catalogue import read_catalogue
from counterfoil.audit.report.model import (
    Check,
    FileRead,
    FileSetAside,
    FileTotal,
    Label,
    Language,
    ReportInput,
    Run,
    UncoveredDay,
)
from counterfoil.audit.report.next_steps import NEXT_STEPS
from counterfoil.audit.run import Audit
from counterfoil.books.format import TABLES
from counterfoil.detectors.catalogue import catalogue
from counterfoil.policy_reference import policy_values

#: Days without a bill that the page lists; a year of a dozen acquirers is less.
UNCOVERED_DAYS_MAX = 5_000


def report_input(audit: Audit, stories: pa.Table, checks: Sequence[Check], language: Language) -> ReportInput:
    """Return everything that the page shows of an audit."""
    ground = audit.verdict.ground
    uncovered = ground.bench.fetch(
        ground.uncovered.select("acquirer", "local_date").distinct().order_by("acquirer", "local_date")
    ).slice(0, UNCOVERED_DAYS_MAX)
    return ReportInput(
        run=_run(audit, language),
        findings=audit.findings,
        timelines=_stamped(stories),
        catalogue=read_catalogue(),
        coverage=audit.coverage,
        uncovered_days=[UncoveredDay(acquirer=row["acquirer"], day=row["local_date"]) for row in uncovered.to_pylist()],
        totals=sales_totals(audit.shelf),
        flow=sales_flow(audit.shelf, audit.findings, audit.core),
        days=bill_days(ground),
        checks=checks,
        next_steps=_next_steps(),
    )


def _stamped(stories: pa.Table) -> pa.Table:
    """Give the times of the stories their zone."""
    place = stories.column_names.index("occurred_at")
    stamped = stories["occurred_at"].cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    return stories.set_column(place, "occurred_at", stamped)


def _run(audit: Audit, language: Language) -> Run:
    return Run(
        as_of=audit.as_of,
        as_of_chosen="given" if audit.as_of_given else "newest_event",
        version=__version__,
        time_zone=audit.request.policy.time_zone,
        language=language,
        explain_in=str(audit.request.out),
        engine=audit.request.engine,
        books={name: _rows(audit.shelf, name) for name in TABLES},
        policy=policy_values(audit.request.policy),
        files=[_file(file, audit.shelf) for file in audit.shelf.files],
    )


def _rows(shelf: Shelf, table: str) -> int | None:
    if table not in shelf.tables:
        return None
    row = shelf.connection.execute(f"SELECT count(*) FROM {shelf.tables[table]}").fetchone()
    assert row is not None
    return int(row[0])


def _file(file: Taken, shelf: Shelf) -> FileRead:
    title = format_title(file.reader)
    return FileRead(
        name=file.name,
        reader=file.reader,
        reader_en=title.en,
        reader_zh=title.zh,
        encoding=file.encoding,
        rows_read=file.rows_read,
        rows_kept=file.rows_kept,
        gave=file.gave,
        set_aside=[
            FileSetAside(
                reason=reason,
                text_en=shelf.reasons[reason].text_en,
                text_zh=shelf.reasons[reason].text_zh,
                why="quarantined" if shelf.reasons[reason].quarantines else "by_rule",
                rows=rows,
            )
            for reason, rows in file.set_aside.items()
        ],
        control_totals=[
            FileTotal(name=total.name, label=total.label, stated=total.stated, found=total.found)
            for total in file.control_totals
        ],
        remarks=file.remarks,
    )


def _next_steps() -> list[Label]:
    """Name the verbs of the playbooks as people read them."""
    verbs = {d.next_step for detector in catalogue().values() for d in detector.diagnoses}
    return [Label(key=verb, en=NEXT_STEPS[verb].en, zh=NEXT_STEPS[verb].zh) for verb in sorted(verbs)]
