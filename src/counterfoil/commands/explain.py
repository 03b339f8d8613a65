"""`counterfoil explain FINDING-ID --in DIR`: everything the five books say about that sale, on one timeline."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from counterfoil.audit.explain import Moment

HELP = help_in(
    en="Show everything the five books say about a finding, on one timeline.",
    zh="把五本账里与某个问题有关的一切，按时间顺序列出。",
)

_AT_RISK = Text(en="at risk", zh="涉险金额")
_NEXT = Text(en="next step: {step}", zh="下一步：{step}")
_TIMELINE = Text(en="What the books say (times in {zone})", zh="各账本的记录（时区：{zone}）")
_NOTHING = Text(en="The books say nothing about it.", zh="账本中没有与它有关的记录。")

#: Stands in a column of its own, or is the same in every row.
_SAID_ELSEWHERE = frozenset({"merchant_id", "currency"})


def explain(
    lang: LangOption,
    finding: Annotated[
        str,
        typer.Argument(
            metavar="FINDING-ID",
            help=help_in(en="The finding's id, or enough of its beginning.", zh="问题编号，或足以区分的开头几位。"),
        ),
    ],
    folder: Annotated[
        Path, typer.Option("--in", help=help_in(en="The folder of the audit.", zh="核对输出的文件夹。"))
    ] = Path("audit-out"),
    time_zone: Annotated[
        str, typer.Option(help=help_in(en="Show times in this zone.", zh="按此时区显示时间。"))
    ] = "UTC",
) -> None:
    """Explain a finding."""
    from counterfoil.audit.explain import explain as explain_finding
    from counterfoil.commands.console import answers
    from counterfoil.policy import policy_from

    zone = policy_from({"time_zone": time_zone}, source="--time-zone").zone
    explanation = explain_finding(finding, folder)
    _show_finding(answers(), explanation.finding, lang)
    _show_moments(answers(), explanation.moments, zone, lang)


def _show_finding(console: Console, finding: Mapping[str, object], lang: Language) -> None:
    from counterfoil.audit.report.next_steps import NEXT_STEPS
    from counterfoil.commands.console import printable
    from counterfoil.commands.severities import SEVERITIES
    from counterfoil.detectors.catalogue import Severity, catalogue, diagnosis_of

    exception, diagnosis = str(finding["exception"]), str(finding["diagnosis"])
    console.print(
        f"{catalogue()[exception].title[lang]} · {diagnosis_of(exception, diagnosis).title[lang]}", style="bold"
    )
    sentence = Text(en=str(finding["explanation_en"]), zh=str(finding["explanation_zh"])).to(lang)
    console.print(printable(sentence))
    at_risk = amount(finding["amount_at_risk_minor"], finding.get("currency"))
    severity = SEVERITIES[Severity(str(finding["severity"]))].to(lang)
    console.print(f"{finding['finding_id']} · {severity} · {_AT_RISK.to(lang)} {at_risk}")
    console.print(_NEXT.to(lang, step=NEXT_STEPS[str(finding["next_step"])].to(lang)))


def _show_moments(console: Console, moments: Sequence[Moment], zone: ZoneInfo, lang: Language) -> None:
    from rich.table import Table
    from rich.text import Text as Plain

    from counterfoil.commands.console import printable

    console.print()
    if not moments:
        console.print(_NOTHING.to(lang))
        return
    console.print(_TIMELINE.to(lang, zone=zone), style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    for moment in moments:
        row = printable(f"{moment.table} {moment.id}")
        table.add_row(_when(moment, zone), Plain(row, style="bold"), Plain(printable(_said(moment))))
    console.print(table)


def _when(moment: Moment, zone: ZoneInfo) -> str:
    if moment.at is None:
        return ""
    at = moment.at.replace(tzinfo=moment.at.tzinfo or UTC).astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _said(moment: Moment) -> str:
    """Write what a row says on one line: the moment, its values, and where it stands."""
    currency = moment.row.get("currency")
    values = [
        f"{name.removesuffix('_minor')} {amount(value, currency) if name.endswith('_minor') else value}"
        for name, value in moment.row.items()
        if name not in _SAID_ELSEWHERE and value is not None
    ]
    place = f"({moment.file}:{moment.line})" if moment.file and moment.line else ""
    return " · ".join(part for part in (moment.moment or "", *values, place) if part)


def amount(minor: object, currency: object) -> str:
    """Write an amount for people."""
    from counterfoil.money import show

    return show(int(str(minor)), str(currency) if currency else None)
