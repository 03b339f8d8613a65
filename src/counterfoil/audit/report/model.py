"""What the report is made from: plain data that the audit fills in and the page shows.

Nothing here reads a file, a clock or a policy; text that people read comes in both languages. The module
must never carry personal data: people and instruments are keyed hashes, cards their last four digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import pyarrow as pa

#: The language that the page opens in; the reader of the page may switch at any time.
Language = Literal["en", "zh"]

#: The columns of `ReportInput.findings`, as `BOOKS.md` gives them. Other column types are cast to these.
FINDINGS_SCHEMA = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        pa.field("exception", pa.string(), nullable=False),
        pa.field("diagnosis", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("merchant_id", pa.string(), nullable=False),
        pa.field("store_id", pa.string()),
        pa.field("terminal_id", pa.string()),
        pa.field("operator_id", pa.string()),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("other_subject", pa.string()),
        pa.field("occurred_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("amount_at_risk_minor", pa.int64(), nullable=False),
        pa.field("currency", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("explanation_en", pa.string(), nullable=False),
        pa.field("explanation_zh", pa.string(), nullable=False),
        pa.field("next_step", pa.string(), nullable=False),
        pa.field("evidence", pa.string(), nullable=False),
    ]
)

#: The columns of `ReportInput.timelines`: one row for each moment of each row of a book that a case shows.
#: An order gives two rows (`placed_at`, `closed_at`); a row without a time of its own, such as an order line,
#: gives one with `occurred_at` and `moment` null.
TIMELINES_SCHEMA = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        pa.field("table", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("occurred_at", pa.timestamp("us", tz="UTC")),
        pa.field("moment", pa.string()),
        pa.field("row", pa.string(), nullable=False),
        pa.field("file", pa.string()),
        pa.field("line", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One thing with a stable key and its name in both languages."""

    key: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTotal:
    """A figure that a file states about itself, beside the one that its rows give; both as the file writes them."""

    name: str
    label: str
    stated: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSetAside:
    """How many rows of a file took no part, and why."""

    reason: str
    text_en: str
    text_zh: str
    #: `quarantined`: the row breaks the format. `by_rule`: the reader's stated rule keeps it out.
    why: Literal["quarantined", "by_rule"]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """One file that the audit read."""

    name: str
    reader: str
    reader_en: str
    reader_zh: str
    encoding: str
    rows_read: int
    rows_kept: int
    #: Which books the file gave rows to, by table name.
    gave: Mapping[str, int] = field(default_factory=dict)
    set_aside: Sequence[FileSetAside] = ()
    control_totals: Sequence[FileTotal] = ()
    #: Plain remarks as (english, chinese).
    remarks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When, with what and over which files the audit ran."""

    as_of: datetime
    #: `given`: by the user. `newest_event`: the newest event of the books.
    as_of_chosen: Literal["given", "newest_event"]
    version: str
    #: The policy's zone, such as `Asia/Shanghai`; every time on the page is shown in it.
    time_zone: str
    language: Language = "en"
    #: What to write behind `--in` of `counterfoil explain`.
    explain_in: str = "audit-out"
    engine: str = "duckdb"
    #: Rows of each table of the books; None: the table is absent. Empty: not told.
    books: Mapping[str, int | None] = field(default_factory=dict)
    #: The policy that was applied, as (key, value) in the spelling of its TOML file.
    policy: Sequence[tuple[str, str]] = ()
    files: Sequence[FileRead] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """Whether one diagnosis could be examined, and if not, what it lacked."""

    exception: str
    diagnosis: str
    examined: bool
    reason_en: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoveredDay:
    """A local day for which no bill of an acquirer was given."""

    acquirer: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesTotal:
    """What one merchant sold in one currency; None: not known from the books that were given."""

    merchant_id: str
    currency: str
    sales_n: int
    sales_minor: int
    voided_n: int | None = None
    voided_minor: int | None = None
    refunded_n: int | None = None
    refunded_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEdge:
    """So many sales went from `source` to `target` on their way to an end; the edges must have no circle."""

    source: Label
    target: Label
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDay:
    """One acquirer's bill against our payments, one local day, one currency."""

    acquirer: str
    currency: str
    day: date
    ours_n: int
    ours_minor: int
    theirs_n: int
    theirs_minor: int
    matched_n: int
    matched_minor: int
    left_ours_n: int
    left_theirs_n: int
    #: False: no bill lies on the day, so that nothing can be said to be missing there.
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A count that is no finding, but that people want to see."""

    name: str
    label_en: str
    label_zh: str
    value: str
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisText:
    """One diagnosis as people read it."""

    name: str
    title_en: str
    title_zh: str
    question_en: str
    question_zh: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionText:
    """One of the five exceptions as people read it, with its playbook as Markdown."""

    name: str
    title_en: str
    title_zh: str
    question_en: str
    question_zh: str
    playbook_en: str
    playbook_zh: str
    diagnoses: Sequence[DiagnosisText]
    #: What the detector is known not to see, as (english, chinese).
    gaps: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """Everything that the page shows."""

    run: Run
    #: In the shape of `FINDINGS_SCHEMA`, in any order.
    findings: pa.Table
    #: In the shape of `TIMELINES_SCHEMA`, in any order; for the findings that `cases_with_timelines` names.
    timelines: pa.Table
    catalogue: Sequence[ExceptionText]
    coverage: Sequence[CoverageLine] = ()
    uncovered_days: Sequence[UncoveredDay] = ()
    totals: Sequence[SalesTotal] = ()
    flow: Sequence[FlowEdge] = ()
    days: Sequence[BillDay] = ()
    checks: Sequence[Check] = ()
    #: Names of next steps (verbs of the playbook); a step without a label is shown by its key.
    next_steps: Sequence[Label] = ()
