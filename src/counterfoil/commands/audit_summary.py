"""What an audit says on the terminal: findings by exception and diagnosis, money at risk, coverage, checks, files.

It shows what the audit found, in the order in which somebody would act on it, and counts nothing anew but sums.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.audit.check_words import book_title
from counterfoil.books.format import TABLES
from counterfoil.commands.console import answers, printable
from counterfoil.commands.severities import SEVERITIES
from counterfoil.detectors.catalogue import Severity, catalogue, diagnosis_of
from counterfoil.languages import Language, Text
from counterfoil.money import to_major

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    import pyarrow as pa
    from rich.console import Console
    from rich.table import Table

    from counterfoil.audit.checks import QuarantinedRow
    from counterfoil.audit.outcome import Outcome

_READ = Text(
    en="files: {files} · rows: {rows} · as of {as_of}{chosen}",
    zh="文件：{files} · 行数：{rows} · 截止：{as_of}{chosen}",
)
_NEWEST = Text(en=" (the newest event of the books)", zh="（账本中最新的事件）")
_FINDING = Text(en="finding", zh="问题")
_SEVERITY = Text(en="severity", zh="级别")
_COUNT = Text(en="count", zh="数量")
_AT_RISK = Text(en="money at risk", zh="涉险金额")
_CLEAN = Text(
    en="Nothing was found in what could be examined.",
    zh="在能够检查的范围内没有发现问题。",
)
_NOT_EXAMINED = Text(en="Not examined: {missed} of {all} diagnoses", zh="未检查：{all} 种诊断中的 {missed} 种")
_NO_BOOK = Text(en="nobody gave", zh="未提供的账本")
_ALL_OF_IT = Text(en="all {all}", zh="全部 {all} 种")
_SET_ASIDE = Text(en="Rows that took no part", zh="未采用的行")
_FURTHER = Text(en="{count} more; checks.json names the first hundred", zh="另有 {count} 行；checks.json 列出前一百行")
_PASSED_OVER = Text(en="Files that were not read", zh="未读取的文件")
_TOTALS = Text(en="Control totals: {right} right", zh="控制总数：{right} 项正确")
_TOTALS_WRONG = Text(en=", {wrong} WRONG", zh="，{wrong} 项不符")
_NO_BILL = Text(en="days without a bill", zh="没有账单的日子")
_WRITTEN: Mapping[str, Text] = {
    "findings": Text(en="Findings:", zh="问题清单："),
    "checks": Text(en="Checks:  ", zh="核对项：  "),
    "report": Text(en="Report:  ", zh="报告：    "),
}
#: So many quarantined rows of each reason are shown.
_SHOWN_MAX = 3
_STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.LOW: "yellow", Severity.INFO: "dim"}


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many findings of one diagnosis and severity there are, and what they put at risk."""

    count: int = 0
    at_risk_minor: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, count: int, currency: str | None, at_risk_minor: int) -> None:
        """Count some more."""
        self.count += count
        if currency is not None and at_risk_minor:
            self.at_risk_minor[currency] += at_risk_minor


def tallies_of(findings: pa.Table) -> Mapping[tuple[str, str, Severity], Tally]:
    """Count findings by exception, diagnosis and severity, in the order of the law, the worst severity first."""
    keys = ["exception", "diagnosis", "severity", "currency"]
    grouped = findings.group_by(keys).aggregate([("finding_id", "count"), ("amount_at_risk_minor", "sum")])
    tallies: dict[tuple[str, str, Severity], Tally] = defaultdict(Tally)
    for row in grouped.to_pylist():
        key = (row["exception"], row["diagnosis"], Severity(row["severity"]))
        tallies[key].add(row["finding_id_count"], row["currency"], row["amount_at_risk_minor_sum"])
    order = list(catalogue())
    return dict(
        sorted(
            tallies.items(),
            key=lambda item: (order.index(item[0][0]), -item[0][2].rank, diagnosis_of(item[0][0], item[0][1]).rank),
        )
    )


def money(at_risk_minor: Mapping[str, int]) -> str:
    """Write sums in each currency, as `1,234.50 CNY`."""
    return "  ".join(f"{to_major(minor, code):,f} {code}" for code, minor in sorted(at_risk_minor.items()))


def show_summary(outcome: Outcome, zone: ZoneInfo, language: Language) -> None:
    """Show what an audit found; times in the shop's zone."""
    console = answers()
    rows = sum(file.rows_read for file in outcome.files)
    as_of = outcome.as_of.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    chosen = "" if outcome.as_of_given else _NEWEST.to(language)
    console.print(_READ.to(language, files=len(outcome.files), rows=f"{rows:,}", as_of=as_of, chosen=chosen))
    console.print()
    if outcome.findings.num_rows:
        _show_findings(console, tallies_of(outcome.findings), language)
    else:
        console.print(_CLEAN.to(language))
    _show_not_examined(console, outcome, language)
    _show_set_aside(console, outcome, language)
    _show_passed_over(console, outcome, language)
    _show_totals(console, outcome, language)
    console.print()
    for name, path in outcome.written.items():
        if name in _WRITTEN:
            console.print(f"{_WRITTEN[name].to(language)} {path}", soft_wrap=True)


def _show_findings(console: Console, tallies: Mapping[tuple[str, str, Severity], Tally], language: Language) -> None:
    from rich.table import Table
    from rich.text import Text as Styled

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(_FINDING.to(language))
    table.add_column(_SEVERITY.to(language))
    table.add_column(_COUNT.to(language), justify="right")
    table.add_column(_AT_RISK.to(language), justify="right")
    told = ""
    for (exception, diagnosis, severity), tally in tallies.items():
        if exception != told:
            told = exception
            table.add_row(Styled(catalogue()[exception].title[language], style="bold"))
        table.add_row(
            f"  {diagnosis_of(exception, diagnosis).title[language]}",
            Styled(SEVERITIES[severity].to(language), style=_STYLES[severity]),
            f"{tally.count:,}",
            money(tally.at_risk_minor),
        )
    console.print(table)


def _show_not_examined(console: Console, outcome: Outcome, language: Language) -> None:
    """Show what could not be judged; the report says for each diagnosis what it lacked."""
    missed = [line for line in outcome.coverage if not line.examined]
    if not missed:
        return
    console.print()
    console.print(_NOT_EXAMINED.to(language, missed=len(missed), all=len(outcome.coverage)), style="bold")
    given = {name for file in outcome.files for name in file.gave}
    absent = [name for name in TABLES if name not in given]
    grid = _columns(2)
    if absent:
        grid.add_row(f"  {_NO_BOOK.to(language)}", _books(absent, language))
    for exception, detector in catalogue().items():
        titles = [
            diagnosis_of(exception, line.diagnosis).title[language] for line in missed if line.exception == exception
        ]
        if titles:
            whole = len(titles) == len(detector.diagnoses)
            said = _ALL_OF_IT.to(language, all=len(titles)) if whole else " · ".join(titles)
            grid.add_row(f"  {detector.title[language]}", said)
    if outcome.uncovered_days:
        grid.add_row(f"  {_NO_BILL.to(language)}", f"{len(outcome.uncovered_days):,}")
    console.print(grid, style="dim")


def _books(tables: Sequence[str], language: Language) -> str:
    """Name books as their files are called, in Chinese with what they are."""
    if language is Language.EN:
        return ", ".join(tables)
    return "、".join(f"{book_title(table).zh} {table}" for table in tables)


def _columns(count: int) -> Table:
    """Return a table without lines or headings, whose long cells wrap under themselves."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(count):
        grid.add_column(overflow="fold")
    return grid


def _show_set_aside(console: Console, outcome: Outcome, language: Language) -> None:
    """Show how many rows took no part, and why; of those that break the format the first, to be looked up."""
    from rich.text import Text as Styled

    counts: dict[str, int] = defaultdict(int)
    for file in outcome.files:
        for word, rows in file.set_aside.items():
            counts[word] += rows
    if not counts:
        return
    console.print()
    console.print(_SET_ASIDE.to(language), style="bold")
    grid = _columns(2)
    for word, rows in sorted(counts.items(), key=lambda item: -item[1]):
        reason = outcome.reasons[word]
        grid.add_row(f"  {rows:,}", Text(en=reason.text_en, zh=reason.text_zh).to(language))
        shown = [row for row in outcome.quarantined if row.reason == word][:_SHOWN_MAX]
        for row in shown:
            grid.add_row("", Styled(_place(row)))
        if shown and rows > len(shown):
            grid.add_row("", _FURTHER.to(language, count=f"{rows - len(shown):,}"))
    console.print(grid, style="dim")


def _place(row: QuarantinedRow) -> str:
    """Say where a quarantined row stands and what was found there."""
    column = ".".join(part for part in (row.table, row.column) if part)
    parts = (f"{row.file}:{row.line}", column, row.found or "")
    return "  " + " · ".join(printable(part) for part in parts if part)


def _show_passed_over(console: Console, outcome: Outcome, language: Language) -> None:
    """Show which files were met and left alone, and why."""
    from rich.text import Text as Styled

    if not outcome.passed_over:
        return
    console.print()
    console.print(_PASSED_OVER.to(language), style="bold")
    grid = _columns(2)
    for passed in outcome.passed_over:
        why = Text(en=passed.text_en, zh=passed.text_zh).to(language)
        grid.add_row(Styled(f"  {printable(passed.name)}"), Styled(why))
    console.print(grid, style="dim")


def _show_totals(console: Console, outcome: Outcome, language: Language) -> None:
    """Show whether what the files state about themselves is right."""
    totals = [total for file in outcome.files for total in file.control_totals]
    if not totals:
        return
    wrong = sum(not total.agrees for total in totals)
    said = _TOTALS.to(language, right=len(totals) - wrong)
    console.print()
    console.print(said + (_TOTALS_WRONG.to(language, wrong=wrong) if wrong else ""))
