"""`counterfoil doctor`: asks the live database whether everything holds that must always hold."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.errors import BadOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.doctor.model import Examined

HELP = help_in(
    en="Check what must always hold: money, charges, journal, states, walls, secrets; 1 if anything is broken.",
    zh="检查必须始终成立的事：款项、扣款、流水账、状态、隔离与保密；有不成立者退出码为 1。",
)

EXIT_BROKEN = 1
STAGES = {"check": Text(en="Checking", zh="检查"), "verify": Text(en="Verifying the journal", zh="校验流水账")}

_HOLDS = Text(
    en="Everything holds: {checks} checks, {merchants} merchants.",
    zh="一切成立：检查 {checks} 项，商户 {merchants} 个。",
)
_BROKEN = Text(en="{severity} · {n} {broken} ({name})", zh="{severity} · {n} 处：{broken}（{name}）")
_OF = Text(en="merchant {merchant}: ", zh="商户 {merchant}：")
_MORE = Text(en="… and {n} more", zh="……另有 {n} 处")
_COUNT = Text(
    en="{broken} of {checks} checks are broken; docs/reference/doctor.md says what to do.",
    zh="{checks} 项检查中有 {broken} 项不成立；处理办法见 docs/reference/doctor.md。",
)
_SEVERITIES = {"high": Text(en="HIGH", zh="严重"), "critical": Text(en="CRITICAL", zh="危急")}

Merchant = Annotated[
    str | None,
    typer.Option("--merchant", help=help_in(en="Only this one (default: all).", zh="只限该商户（默认全部）。")),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help=help_in(
            en="Look for card numbers in every row, not only in the newest of each table.",
            zh="在所有行中查找卡号，而不只是各表最新的行。",
        ),
    ),
]
Logs = Annotated[
    list[Path] | None,
    typer.Option(
        "--logs", help=help_in(en="A folder or file of logs to look through.", zh="要检查的日志文件或文件夹。")
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=help_in(en="Print JSON.", zh="输出 JSON。"))]


def doctor(
    lang: LangOption, merchant: Merchant = None, full: Full = False, logs: Logs = None, as_json: AsJson = False
) -> None:
    """Examine the database."""
    from counterfoil import clock
    from counterfoil.commands.console import progress_in
    from counterfoil.db.embedded.home import home_of
    from counterfoil.db.opening import open_database
    from counterfoil.doctor.examining import Patient, examine
    from counterfoil.journal.checkpoints import checkpoints_of
    from counterfoil.journal.seals.store import merchant_ids

    home = home_of(os.environ)
    with open_database(application="counterfoil doctor") as database, progress_in(lang, STAGES) as progress:
        with database.engine.begin() as connection:
            known = merchant_ids(connection)
        if merchant is not None and merchant not in known:
            raise BadOption(f"--merchant: there is no merchant {merchant}")
        chosen = [one for one in known if merchant in {None, one}]
        patient = Patient(
            database=database,
            checkpoints=checkpoints_of(os.environ, home.path),
            logs=[*(logs or []), home.data / "log", home.start_log],
            full=full,
        )
        examined = examine(patient, chosen, now=clock.now(), heard=progress.advance)
    broken = [found for found in examined if not found.holds]
    if as_json:
        typer.echo(json.dumps(_as_json(examined), ensure_ascii=False, indent=2))
    else:
        for found in broken:
            _show(lang, found)
        summary = _COUNT if broken else _HOLDS
        typer.echo(summary.to(lang, broken=len(broken), checks=len(examined), merchants=len(chosen)))
    if broken:
        raise typer.Exit(EXIT_BROKEN)


def _show(lang: Language, found: Examined) -> None:
    about = "" if found.merchant_id is None else _OF.to(lang, merchant=found.merchant_id)
    said = _BROKEN.to(
        lang,
        severity=_SEVERITIES[found.check.severity].to(lang),
        n=f"{found.n:,}",
        broken=found.check.broken.to(lang),
        name=found.check.name,
    )
    typer.echo(f"{about}{said}")
    for subject in found.subjects:
        typer.echo(f"  {subject}")
    if found.n > len(found.subjects):
        typer.echo(f"  {_MORE.to(lang, n=f'{found.n - len(found.subjects):,}')}")


def _as_json(examined: Sequence[Examined]) -> dict[str, object]:
    return {
        "holds": all(found.holds for found in examined),
        "checks": [
            {
                "check": found.check.name,
                "invariant": int(found.check.invariant),
                "severity": found.check.severity,
                "merchant_id": found.merchant_id,
                "holds": found.holds,
                "n": found.n,
                "subjects": list(found.subjects),
                "explanation_en": found.check.broken.en,
                "explanation_zh": found.check.broken.zh,
            }
            for found in examined
        ],
    }
