"""One audit: files in, findings out; nothing appears in the output folder before it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from counterfoil.audit.coverage import coverage_of
from counterfoil.audit.engines import Engine, open_engine, refuse_unusable_engine
from counterfoil.audit.intake.options import IntakeOptions, Progress
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.audit.intake.taking import take_in
from counterfoil.audit.moments import HistorySpan, refuse_unusable, span_of
from counterfoil.audit.outputs import FORMATS, write_table
from counterfoil.audit.readers.contract import Reader
from counterfoil.audit.report.model import CoverageLine
from counterfoil.audit.secret import hash_key
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import Verdict, detect
from counterfoil.errors import BadInput, BadOption, first_line
from counterfoil.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa

#: What DuckDB may use for itself before it writes to disk; the process needs about half as much again.
MEMORY_LIMIT = "5GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRequest:
    """What the user asked for."""

    paths: Sequence[Path]
    out: Path
    #: Aware; None: the newest event of the books.
    as_of: datetime | None = None
    policy: Policy = field(default_factory=Policy)
    #: `parquet`, `csv` or `ndjson`.
    form: str = "parquet"
    #: `duckdb`, `postgres` or `spark`.
    engine: str = "duckdb"
    accept_broken_totals: bool = False
    #: The zone of local times in files that carry no offset; None: the format's own.
    time_zone: str | None = None
    #: The currency of amounts in files that name none, and the year of dates without one.
    currency: str | None = None
    year: int | None = None
    merchant_id: str = "default"
    #: Readers made from the user's own mappings; they have the first word.
    mapped: Sequence[Reader] = ()
    #: Threads for DuckDB; None: one a core.
    threads: int | None = None
    memory_limit: str = MEMORY_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A finished audit, with everything that a report or a summary tells of it.

    Its tables live in the connection of `shelf`; it is good inside `auditing` only.
    """

    request: AuditRequest
    as_of: datetime
    as_of_given: bool
    span: HistorySpan
    shelf: Shelf
    verdict: Verdict
    #: In the schema of the findings file, worst first.
    findings: pa.Table
    #: The core findings with their ids.
    core: pa.Table
    coverage: Sequence[CoverageLine]
    findings_path: Path

    def count_by_severity(self) -> Mapping[str, int]:
        """Return how many findings there are of each severity."""
        counts = self.findings["severity"].value_counts().to_pylist()
        return {row["values"]: row["counts"] for row in counts}


@contextmanager
def auditing(request: AuditRequest, progress: Progress | None = None) -> Iterator[Audit]:
    """Read the files, run the five rules, write `findings`, and hand out the audit for reports and summaries.

    BadInput where the input cannot be used; then nothing was written. What does not fit into memory goes to a
    temporary folder that is gone when the audit is.
    """
    _refuse_unusable(request)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="counterfoil-")))
        connection = stack.enter_context(_connected(request, scratch))
        _refuse_unrunnable(connection, request.policy)
        shelf = take_in(connection, request.paths, _intake_options(request, scratch), progress)
        span = span_of(shelf)
        as_of = request.as_of or span.latest
        calendar = Calendar.over(as_of=as_of, policy=request.policy, earliest=min(span.earliest, as_of))
        engine = stack.enter_context(open_engine(request.engine, shelf, scratch, progress))
        yield _judged(request, engine, shelf, span, calendar)


def _judged(request: AuditRequest, engine: Engine, shelf: Shelf, span: HistorySpan, calendar: Calendar) -> Audit:
    verdict = detect(engine, engine.books(), calendar)
    findings, core = finish(verdict, frozenset(shelf.tables))
    request.out.mkdir(parents=True, exist_ok=True)
    return Audit(
        request=request,
        as_of=calendar.as_of,
        as_of_given=request.as_of is not None,
        span=span,
        shelf=shelf,
        verdict=verdict,
        findings=findings,
        core=core,
        coverage=coverage_of(verdict.ground.books),
        findings_path=write_table(request.out, "findings", findings, request.form),
    )


def _refuse_unusable(request: AuditRequest) -> None:
    if request.form not in FORMATS:
        raise BadOption(f"--format: expected one of {', '.join(FORMATS)}, found {request.form!r}")
    if request.as_of is not None:
        refuse_unusable(request.as_of)
    _refuse_unwritable(request.out)
    refuse_unusable_engine(request.engine)


def _refuse_unrunnable(connection: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Raise BadOption where DuckDB cannot run the policy's pattern, before anybody has waited for an audit."""
    try:
        connection.execute("SELECT regexp_matches('', $1)", [policy.goods_sku_pattern])
    except duckdb.InvalidInputException as error:
        raise BadOption(
            f"policy: goods_sku_pattern cannot be run by DuckDB: {first_line(error)}; write a simpler one"
        ) from error


def _refuse_unwritable(out: Path) -> None:
    """Raise BadOption where the folder cannot be made or written, before anybody has waited for an audit."""
    nearest = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise BadOption(f"--out: expected a folder, found the file {nearest}")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BadOption(f"--out: expected a folder that can be written, found {nearest}, which cannot")


def _intake_options(request: AuditRequest, scratch: Path) -> IntakeOptions:
    return IntakeOptions(
        scratch=scratch,
        accept_broken_totals=request.accept_broken_totals,
        time_zone=request.time_zone,
        currency=request.currency,
        year=request.year,
        key=hash_key(os.environ),
        merchant_id=request.merchant_id,
        mapped=request.mapped,
    )


@contextmanager
def _connected(request: AuditRequest, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that keeps to its memory and spills into the scratch folder."""
    spill = scratch / "spill"
    spill.mkdir()
    connection = duckdb.connect(
        config={
            "memory_limit": request.memory_limit,
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
            **({"threads": request.threads} if request.threads else {}),
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise BadInput(f"the disk or the memory does not suffice for this audit: {first_line(error)}") from error
    finally:
        connection.close()
