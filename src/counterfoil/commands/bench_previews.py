"""`counterfoil bench previews`: how long somebody waits who tries another policy on a month of a large shop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.exchange import STAGES as TAKING_IN
from counterfoil.commands.options import LangOption
from counterfoil.commands.promises import hold_to
from counterfoil.commands.world import STAGES as SELLING
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from counterfoil.bench.previews.run import Measured

HELP = help_in(
    en="Time what another policy would have found in a month of a large shop; 1 if a promise is not kept.",
    zh="测量大店试算一个月政策的耗时；未达到承诺值时退出码为 1。",
)

STAGES = {
    **SELLING,
    **TAKING_IN,
    "judging": Text(en="Judging the books", zh="审视账本"),
    "measuring": Text(en="Measuring", zh="测量中"),
}
_NIGHT = Text(
    en="{orders} orders, {rows} rows: all copied in {copying} s and judged in {judging} s, with {findings} findings",
    zh="{orders} 张订单、{rows} 行：全部复制 {copying} 秒，审视 {judging} 秒，得出 {findings} 个问题",
)
_TRIED = Text(
    en="{key} = {value}, {days}, {books}: median {median} s, worst {most} s of {n}; {share} of judging everything "
    "anew; {differing} findings differ",
    zh="{key} = {value}，{days}，{books}：{n} 次中位 {median} 秒、最慢 {most} 秒，为全部重新审视耗时的 {share}；"
    "{differing} 个问题有变化",
)
_DAY = Text(en="the last day", zh="最近一天")
_DAYS = Text(en="{n} days", zh="{n} 天")
_OF_THE_NIGHT = Text(en="books of the night", zh="昨夜的账本")
_COPIED = Text(en="{rows} rows copied", zh="复制 {rows} 行")


def previews(
    lang: LangOption,
    orders: Annotated[
        int, typer.Option(min=1000, help=help_in(en="Orders that the shop has.", zh="门店的订单数量。"))
    ] = 1_000_000,
    rounds: Annotated[
        int, typer.Option(min=1, help=help_in(en="How often each value is tried.", zh="每个取值试算多少次。"))
    ] = 3,
    shop: Annotated[
        Path, typer.Option(help=help_in(en="Where the shop is made and kept.", zh="生成并保留门店的文件夹。"))
    ] = Path(".local/bench/previews"),
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Write JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Measure previews."""
    import json

    from counterfoil.bench.previews.run import broken_promises, measure_previews
    from counterfoil.commands.console import progress_in

    with progress_in(lang, STAGES) as progress:
        found = measure_previews(shop, orders=orders, rounds=rounds, progress=progress)
    if as_json:
        typer.echo(json.dumps(found.told(), indent=2))
    else:
        _show(found, lang)
    hold_to(broken_promises(found))


def _show(found: Measured, lang: Language) -> None:
    night = found.night
    took = {"copying": f"{night.copying_seconds:.1f}", "judging": f"{night.judging_seconds:.1f}"}
    counts = {"orders": f"{found.orders:,}", "rows": f"{night.rows_n:,}", "findings": f"{night.findings_n:,}"}
    typer.echo(_NIGHT.to(lang, **counts, **took))
    for one in found.tried:
        books = _OF_THE_NIGHT.to(lang) if one.is_of_the_night else _COPIED.to(lang, rows=f"{one.rows_n:,}")
        figures = {"median": f"{one.median_seconds:.1f}", "most": f"{max(one.seconds):.1f}", "n": len(one.seconds)}
        days = _DAY.to(lang) if one.days == 1 else _DAYS.to(lang, n=one.days)
        said = {"key": one.key, "value": one.value, "days": days, "differing": f"{one.differing_n:,}"}
        typer.echo(_TRIED.to(lang, books=books, share=f"{found.share(one):.0%}", **said, **figures))
