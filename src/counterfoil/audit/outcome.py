"""A whole audit in one call: findings, checks, timelines and the report, and what there is to say about them.

The outcome is plain data; no connection and no engine outlives the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.audit.checks import QuarantinedRow, checks_document, checks_of, quarantined_of
from counterfoil.audit.flows import sales_totals
from counterfoil.audit.intake.collect import PassedOver
from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.reasons import Reason
from counterfoil.audit.intake.shelf import FileRead
from counterfoil.audit.outputs import write_json, write_table
from counterfoil.audit.report.assemble import write_report
from counterfoil.audit.report.fill import report_input
from counterfoil.audit.report.model import Check, CoverageLine, Language, SalesTotal, UncoveredDay
from counterfoil.audit.run import Audit, AuditRequest, auditing
from counterfoil.audit.stories import tell_stories

if TYPE_CHECKING:
    import pyarrow as pa

#: Steps of the part after the findings, for the progress bar.
_TELLING = ("checks", "timelines", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an audit found and where it lies."""

    as_of: datetime
    as_of_given: bool
    #: In the schema of the findings file, worst first.
    findings: pa.Table
    coverage: Sequence[CoverageLine]
    uncovered_days: Sequence[UncoveredDay]
    checks: Sequence[Check]
    totals: Sequence[SalesTotal]
    files: Sequence[FileRead]
    passed_over: Sequence[PassedOver]
    #: The words of every reason for which rows of `files` took no part.
    reasons: Mapping[str, Reason]
    #: The first quarantined rows of each reason.
    quarantined: Sequence[QuarantinedRow]
    #: What was written: `findings`, `checks`, `timelines`, `report`.
    written: Mapping[str, Path]


def audit(
    request: AuditRequest, *, language: Language = "en", report: bool = True, progress: Progress | None = None
) -> Outcome:
    """Audit files and write findings, checks, timelines and, if wanted, the report.

    BadInput before anything is written.
    """
    with auditing(request, progress) as done:
        return tell(done, language, progress, report=report)


def tell(done: Audit, language: Language, progress: Progress | None = None, *, report: bool = True) -> Outcome:
    """Write what stands beside the findings of a finished audit: checks, timelines and, if wanted, the report."""

    def step(number: int) -> None:
        if progress is not None:
            progress.advance("tell", number, len(_TELLING))

    out = done.request.out
    checks = checks_of(done.shelf)
    quarantined = quarantined_of(done.shelf)
    document = checks_document(checks, quarantined)
    written = {"findings": done.findings_path, "checks": write_json(out, "checks.json", document)}
    step(1)
    stories = tell_stories(done.shelf, done.verdict, done.core)
    written["timelines"] = write_table(out, "timelines", stories, "parquet")
    step(2)
    data = report_input(done, stories, checks, language)
    if report:
        written["report"] = out / "report.html"
        write_report(written["report"], data)
    step(3)
    return Outcome(
        as_of=done.as_of,
        as_of_given=done.as_of_given,
        findings=done.findings,
        coverage=done.coverage,
        uncovered_days=data.uncovered_days,
        checks=checks,
        totals=sales_totals(done.shelf),
        files=done.shelf.files,
        passed_over=done.shelf.passed_over,
        reasons=done.shelf.reasons,
        quarantined=quarantined,
        written=written,
    )
