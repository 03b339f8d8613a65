"""`counterfoil storm`: the worst day as a rehearsal, with real processes, and an auditor who has the last word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from counterfoil.storm.outcome import Outcome

HELP = help_in(
    en="Rehearse the worst day: real processes, a simulated acquirer that lies on the way, tills that retry, "
    "`kill -9`; an auditor of its own compares the acquirer's truth with the books. 1 if anything disagrees unnoticed.",
    zh="演练最糟糕的一天：真实进程、途中出错的模拟收单机构、反复重试的收银台、kill -9；"
    "独立审计把收单机构的真相与账本逐笔核对。存在未被发现的不符时退出码为 1。",
)

_STAGES = {
    "shopping": Text(en="Shopping", zh="营业中"),
    "settling": Text(en="Settling what is unknown", zh="处理结果未知的付款"),
    "looking": Text(en="Looking for disagreements", zh="查找不符"),
    "auditing": Text(en="Auditing", zh="审计"),
}
#: What each count says, in the order in which the auditor counts.
NAMES = {
    "charged_without_order": Text(en="charged without an order", zh="已扣款无订单"),
    "order_without_charge": Text(en="order without a charge", zh="有订单未扣款"),
    "charged_twice": Text(en="charged twice", zh="重复扣款"),
    "unknown_beyond_time": Text(en="unknown beyond its time", zh="结果逾期未知"),
    "one_charge_twice": Text(en="one charge taken twice", zh="同一笔扣了两次"),
    "refunded_twice": Text(en="refunded twice, or unasked", zh="重复退款或无人要求的退款"),
    "refunded_above_capture": Text(en="refunded above what was taken", zh="退款超过收款"),
    "lost_sales": Text(en="sales lost", zh="丢失的销售"),
    "slip_missing": Text(en="slips missing or too many", zh="小票缺失或多余"),
    "stock_off": Text(en="items whose stock is off", zh="库存不符的商品"),
    "fact_fold_differs": Text(en="rows that differ from their facts", zh="与事实流水不一致的记录"),
    "findings_outlived": Text(en="findings that outlived their cause", zh="原因已消失仍未关闭的问题"),
    "findings_missing": Text(en="disagreements without a finding", zh="未被发现的不符"),
}
_SOLD = Text(
    en="{sales} sales, seed {seed}: {rate} sales/s, {kills} kills, {faults} faults on the wire, {repeats} retries",
    zh="{sales} 笔销售，种子 {seed}：每秒 {rate} 笔，强杀 {kills} 次，线路故障 {faults} 次，重试 {repeats} 次",
)
_UNKNOWN = Text(
    en="{n} unknown payments: known again after {median} s in the median, {p99} s in 99 of 100, {most} s at most",
    zh="{n} 笔结果未知的付款：中位 {median} 秒后查明，99% 在 {p99} 秒内，最长 {most} 秒",
)
_KNOWN = Text(en="{name}: {count}, each with its finding", zh="{name}：{count}，均有对应问题")
_BAD = Text(en="{name}: {count}: {ids}", zh="{name}：{count} 处：{ids}")
_CLEAN = Text(en="Clean: nothing lost, nothing twice, nothing unnoticed.", zh="干净：无丢失，无重复，无遗漏。")
_AGAIN = Text(en="The same story again: {command}", zh="重现同一情形：{command}")
_KEPT = Text(en="Books, truth and logs are kept in {folder}", zh="账本、真相与日志保存在 {folder}")
_IDS_SHOWN_MAX = 5


def storm(
    lang: LangOption,
    sales: Annotated[int, typer.Option(min=1, help=help_in(en="How many purchases.", zh="购买笔数。"))] = 1_000,
    seed: Annotated[int, typer.Option(min=0, help=help_in(en="The same seed, the same story.", zh="随机种子。"))] = 1,
    faults: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.3, help=help_in(en="The share of messages that meet a fault.", zh="遭遇故障的消息比例。")
        ),
    ] = 0.05,
    kill: Annotated[
        bool,
        typer.Option(
            "--kill",
            help=help_in(
                en="Kill web processes, worker and PostgreSQL, at random and at named moments.",
                zh="随机并在指定时刻强杀 Web 进程、后台任务与 PostgreSQL。",
            ),
        ),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            help=help_in(en="An empty folder to keep everything in.", zh="保存全部数据的空文件夹。"),
            show_default=help_in(en="one that is thrown away, unless the storm is lost", zh="临时文件夹，失败时保留"),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Write JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Run one storm."""
    import json
    import shutil

    from counterfoil.commands.console import progress_in
    from counterfoil.storm.outcome import Asked
    from counterfoil.storm.run import storm as run

    asked = Asked(sales=sales, seed=seed, faults=faults, kill=kill)
    folder = data if data is not None else _folder_of_its_own()
    try:
        with progress_in(lang, _STAGES) as progress:
            outcome = run(asked, folder, progress.advance)
    except BaseException:
        typer.echo(_AGAIN.to(lang, command=asked.command), err=True)
        typer.echo(_KEPT.to(lang, folder=folder), err=True)
        raise
    if as_json:
        typer.echo(json.dumps(outcome.told(), indent=2, ensure_ascii=False))
    else:
        _tell(outcome, lang)
    if not outcome.is_clean:
        typer.echo(_AGAIN.to(lang, command=asked.command), err=True)
        typer.echo(_KEPT.to(lang, folder=folder), err=True)
        raise typer.Exit(1)
    if data is None:
        shutil.rmtree(folder, ignore_errors=True)


def _folder_of_its_own() -> Path:
    """Return a new folder that everybody may pass through: where root asks, PostgreSQL runs as somebody else."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="counterfoil-storm-"))
    folder.chmod(0o711)
    return folder


def _tell(outcome: Outcome, lang: Language) -> None:
    figures = outcome.figures
    typer.echo(
        _SOLD.to(
            lang,
            sales=f"{outcome.asked.sales:,}",
            seed=outcome.asked.seed,
            rate=figures["sales_per_second"],
            kills=figures["kills_n"],
            faults=figures["faults_n"],
            repeats=figures["repeats"],
        )
    )
    unknowns = outcome.unknowns
    if unknowns.n:
        typer.echo(_UNKNOWN.to(lang, n=unknowns.n, median=unknowns.median_s, p99=unknowns.p99_s, most=unknowns.most_s))
    for count in outcome.counts:
        name = NAMES[count.name].to(lang)
        if count.known_ids:
            typer.echo(_KNOWN.to(lang, name=name, count=len(count.known_ids)))
        if count.ids:
            shown = ", ".join(count.ids[:_IDS_SHOWN_MAX]) + (" …" if len(count.ids) > _IDS_SHOWN_MAX else "")
            typer.echo(_BAD.to(lang, name=name, count=len(count.ids), ids=shown))
    if outcome.is_clean:
        typer.echo(_CLEAN.to(lang))
