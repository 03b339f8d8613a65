"""`counterfoil audit FILES…`: lays the books together, shows what was found, and says where the report lies."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import Form, LangOption
from counterfoil.languages import Text, help_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from counterfoil.audit.readers.contract import Reader

HELP = help_in(
    en="Find the sales that did not reach a clean end, in exported files of any kind.",
    zh="核对各种导出文件，找出没有善终的销售。",
)

STAGES: Mapping[str, Text] = {
    "look": Text(en="Looking at the files", zh="识别文件"),
    "read": Text(en="Reading", zh="读取"),
    "match keys": Text(en="Looking for repeats", zh="检查重复行"),
    "rules": Text(en="Comparing the books", zh="核对账本"),
    "tell": Text(en="Writing the report", zh="生成报告"),
}


class EngineName(StrEnum):
    """On which engine the rules run."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SPARK = "spark"


class FailOn(StrEnum):
    """From which severity on a finding ends the program with 1."""

    INFO = "info"
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"


Files = Annotated[
    list[Path],
    typer.Argument(
        help=help_in(en="Files, folders and archives, in any mix of formats.", zh="文件、文件夹或压缩包，格式可混用。")
    ),
]
Out = Annotated[
    Path, typer.Option(help=help_in(en="The folder for findings and report.", zh="存放问题清单和报告的文件夹。"))
]
AsOf = Annotated[
    str | None,
    typer.Option(
        help=help_in(
            en="The moment of the audit, such as 2026-03-01T12:00:00+08:00 (default: the newest event).",
            zh="核对的截止时刻，如 2026-03-01T12:00:00+08:00（默认：最新的事件）。",
        )
    ),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        help=help_in(
            en="The shop's policy, as `counterfoil policy` prints it.",
            zh="本店政策文件（格式见 `counterfoil policy`）。",
        )
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--map", help=help_in(en="What the columns of your own tables mean.", zh="自有表格的列映射文件。")),
]
FindingsForm = Annotated[
    Form, typer.Option("--format", help=help_in(en="In which form findings are written.", zh="问题清单的文件格式。"))
]
Engine = Annotated[EngineName, typer.Option(help=help_in(en="On which engine the rules run.", zh="运行规则的引擎。"))]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        help=help_in(
            en="End with 1 where a finding is at least this severe (default: never).",
            zh="存在不低于此级别的问题时退出码为 1（默认：从不）。",
        ),
        show_default=False,
    ),
]
BrokenTotals = Annotated[
    bool,
    typer.Option(
        "--accept-broken-totals",
        help=help_in(
            en="Read a bill whose footer disagrees with its rows instead of refusing it.",
            zh="账单页脚合计与明细不符时仍然读取，而不是拒绝。",
        ),
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        help=help_in(
            en="The zone of local times in files that carry no offset (default: the format's own).",
            zh="文件中不带时差的时间所属时区（默认：该格式自身的时区）。",
        )
    ),
]
Currency = Annotated[
    str | None,
    typer.Option(
        help=help_in(
            en="The currency of amounts in files that name none, such as CNY.",
            zh="文件未注明币种时，金额所用的币种，如 CNY。",
        )
    ),
]
Year = Annotated[
    int | None,
    typer.Option(
        help=help_in(
            en="The year of dates that are written without one, as ISO 8583 does.",
            zh="日期不带年份（如 ISO 8583）时所属的年份。",
        )
    ),
]
Merchant = Annotated[
    str,
    typer.Option(
        help=help_in(en="Whose rows they are where a format names nobody.", zh="格式未注明商户时，数据所属的商户。")
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=1024,
        help=help_in(en="Threads for the engine (default: one a core).", zh="引擎线程数（默认：每核一个）。"),
    ),
]
Report = Annotated[
    bool,
    typer.Option(
        "--report/--no-report", help=help_in(en="Write report.html as well.", zh="是否同时生成 report.html。")
    ),
]


def audit(
    lang: LangOption,
    files: Files,
    out: Out = Path("audit-out"),
    as_of: AsOf = None,
    policy: PolicyFile = None,
    mapping: MappingFile = None,
    form: FindingsForm = Form.PARQUET,
    engine: Engine = EngineName.DUCKDB,
    fail_on: FailOnOption = None,
    accept_broken_totals: BrokenTotals = False,
    time_zone: TimeZone = None,
    currency: Currency = None,
    year: Year = None,
    merchant: Merchant = "default",
    threads: Threads = None,
    report: Report = True,
) -> None:
    """Audit files, show the summary, and end with 1 where the user wants to fail on what was found."""
    from counterfoil.audit.moments import moment_asked
    from counterfoil.audit.outcome import audit as audit_files
    from counterfoil.audit.run import AuditRequest
    from counterfoil.commands.audit_summary import show_summary
    from counterfoil.commands.console import progress_in
    from counterfoil.policy import Policy, read_policy

    request = AuditRequest(
        paths=files,
        out=out,
        as_of=moment_asked(as_of) if as_of is not None else None,
        policy=read_policy(policy) if policy is not None else Policy(),
        form=form,
        engine=engine,
        accept_broken_totals=accept_broken_totals,
        time_zone=time_zone,
        currency=currency,
        year=year,
        merchant_id=merchant,
        mapped=_mapped(mapping),
        threads=threads,
    )
    with progress_in(lang, STAGES) as progress:
        outcome = audit_files(request, language=lang.value, report=report, progress=progress)
    show_summary(outcome, request.policy.zone, lang)
    if fail_on is not None and is_at_least(outcome.findings, fail_on):
        raise typer.Exit(1)


def is_at_least(findings: pa.Table, fail_on: FailOn) -> bool:
    """Say whether any finding is at least as severe as the user said."""
    severities = list(FailOn)
    found = findings["severity"].unique().to_pylist()
    return any(severity in found for severity in severities[severities.index(fail_on) :])


def _mapped(mapping: Path | None) -> tuple[Reader, ...]:
    if mapping is None:
        return ()
    from counterfoil.audit.readers.mapping.reader import load_mapping

    return load_mapping(mapping)
