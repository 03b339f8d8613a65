"""`counterfoil score FINDINGS TRUTH`: precision, recall and F1 by exception and by diagnosis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from counterfoil.score.model import Score, Tally

HELP = help_in(
    en="Score findings against a truth: precision, recall and F1 by exception and by diagnosis.",
    zh="将问题清单与真相比对：按异常和诊断给出精确率、召回率和 F1。",
)

_HEADINGS = (
    Text(en="truths", zh="真相"),
    Text(en="findings", zh="问题"),
    Text(en="matched", zh="命中"),
    Text(en="precision", zh="精确率"),
    Text(en="recall", zh="召回率"),
    Text(en="F1", zh="F1 值"),
)
_EXCEPTION = Text(en="exception", zh="异常")
_DIAGNOSIS = Text(en="diagnosis", zh="诊断")
_RIGHT = Text(en="diagnosis right", zh="诊断正确率")
_ALL = Text(en="all", zh="合计")
_INFO = Text(en="Information, not scored", zh="提示（不计分）")
_CONFUSED = Text(en="Found with another diagnosis", zh="找到了但诊断不同")
_REPEATED = Text(en="Findings beside another of the same subjects: {count}", zh="同一对象重复报告的问题：{count}")


def score(
    lang: LangOption,
    findings: Annotated[
        Path,
        typer.Argument(
            help=help_in(en="A findings file, or the folder of an audit.", zh="问题清单文件，或核对输出的文件夹。")
        ),
    ],
    truth: Annotated[
        Path,
        typer.Argument(help=help_in(en="A truth file, or the folder of a world.", zh="真相文件，或模拟历史的文件夹。")),
    ],
) -> None:
    """Score findings."""
    from counterfoil.commands.console import answers
    from counterfoil.score.run import run_score

    scored = run_score(findings, truth)
    console = answers()
    console.print(_by_exception(scored, lang))
    console.print()
    console.print(_by_diagnosis(scored, lang))
    for heading, lines in (
        (_CONFUSED, [f"{row.exception}: {row.truth} → {row.found} {row.findings:,}" for row in scored.confusions]),
        (_INFO, [f"{row.exception}: {row.diagnosis} {row.findings:,}" for row in scored.info]),
    ):
        if lines:
            console.print(f"\n{heading.to(lang)}", style="bold")
            console.print("\n".join(f"  {line}" for line in lines))
    if scored.repeated:
        console.print(f"\n{_REPEATED.to(lang, count=scored.repeated)}")


def _by_exception(scored: Score, lang: Language) -> Table:
    table = _table(_EXCEPTION, (*_HEADINGS, _RIGHT), lang)
    for row in scored.exceptions:
        table.add_row(row.exception, *_cells(row.tally), _share(row.diagnosis_accuracy))
    whole = scored.overall
    table.add_row(_ALL.to(lang), *_cells(whole.tally), _share(whole.diagnosis_accuracy), style="bold")
    return table


def _by_diagnosis(scored: Score, lang: Language) -> Table:
    table = _table(_DIAGNOSIS, _HEADINGS, lang)
    for row in scored.diagnoses:
        table.add_row(f"{row.exception}: {row.diagnosis}", *_cells(row.tally))
    return table


def _table(first: Text, rest: Sequence[Text], lang: Language) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first.to(lang))
    for heading in rest:
        table.add_column(heading.to(lang), justify="right")
    return table


def _cells(tally: Tally) -> Sequence[str]:
    counts = [f"{number:,}" for number in (tally.truths, tally.findings, tally.matched)]
    return [*counts, *map(_share, (tally.precision, tally.recall, tally.f1))]


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
