"""`counterfoil bench`: measures Counterfoil on this machine and prints what it found beside what is promised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands import bench_previews
from counterfoil.commands.help_pages import HelpfulCommand, HelpfulGroup
from counterfoil.commands.options import LangOption
from counterfoil.commands.promises import hold_to
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from counterfoil.bench.audit import Measured

HELP = help_in(en="Measure the speed of Counterfoil on this machine.", zh="在本机上测量 Counterfoil 的速度。")

bench = typer.Typer(cls=HelpfulGroup, help=HELP, no_args_is_help=True)


@bench.command(
    "startup",
    cls=HelpfulCommand,
    help=help_in(
        en="Time `--help` beside that of a bare Typer program; 1 if it costs more than promised.",
        zh="测量 `--help` 的耗时，并与一个空的 Typer 程序对比；超过承诺值时退出码为 1。",
    ),
)
def startup(
    rounds: Annotated[
        int, typer.Option(min=1, max=1000, help=help_in(en="How often each is started.", zh="各启动多少次。"))
    ] = 10,
) -> None:
    """Measure the start."""
    from counterfoil.bench.startup import RATIO_MAX, measure_startup

    found = measure_startup(rounds)
    typer.echo(
        f"counterfoil --help {found.ours_ms:.0f} ms, bare Typer --help {found.bare_ms:.0f} ms "
        f"(medians of {found.rounds}): {found.ratio:.2f} times, at most {RATIO_MAX}"
    )
    if found.ratio > RATIO_MAX:
        raise typer.Exit(1)


_STAGE = "books"
STAGES = {_STAGE: Text(en="Making the books", zh="生成账本")}
_MEASURED = Text(
    en="{orders} orders: findings {findings} s, report {report} s more; DuckDB reads every column in {read} s "
    "({ratio} times); at most {memory} MiB",
    zh="{orders} 张订单：得出问题清单 {findings} 秒，报告另需 {report} 秒；DuckDB 读完所有列需 {read} 秒"
    "（{ratio} 倍）；内存峰值 {memory} MiB",
)


@bench.command(
    "audit",
    cls=HelpfulCommand,
    help=help_in(
        en="Audit books of each size, beside what DuckDB needs to read them; 1 if a promise is not kept.",
        zh="按各种规模核对账本，并与 DuckDB 读取所需时间对比；未达到承诺值时退出码为 1。",
    ),
)
def audit(
    lang: LangOption,
    orders: Annotated[
        list[int] | None,
        typer.Option(
            min=1000,
            help=help_in(en="How many orders; may be repeated.", zh="订单数量，可重复指定。"),
            show_default="1000000, 10000000",
        ),
    ] = None,
    books: Annotated[
        Path, typer.Option(help=help_in(en="Where the books are made and kept.", zh="生成并保留账本的文件夹。"))
    ] = Path(".local/bench"),
) -> None:
    """Measure the audit."""
    from counterfoil.bench.audit import broken_promises, measure_audit
    from counterfoil.commands.console import progress_in

    books.mkdir(parents=True, exist_ok=True)
    found: list[Measured] = []
    for size in orders or (1_000_000, 10_000_000):
        with progress_in(lang, STAGES) as progress:
            found.append(measure_audit(size, books, lambda done, total: progress.advance(_STAGE, done, total)))
        typer.echo(_line(found[-1], lang))
    hold_to(broken_promises(found))


def _line(each: Measured, lang: Language) -> str:
    return _MEASURED.to(
        lang,
        orders=f"{each.orders:,}",
        findings=f"{each.findings_seconds:.1f}",
        report=f"{each.report_seconds:.1f}",
        read=f"{each.read_seconds:.1f}",
        ratio=f"{each.read_ratio:.1f}",
        memory=f"{each.memory_bytes >> 20:,}",
    )


_SALES_STAGES = {
    "history": Text(en="Making the shop's past", zh="生成门店历史"),
    "measuring": Text(en="Measuring", zh="测量中"),
}
_SOLD = Text(
    en="{kind}, {clients} clients, {merchants} merchants: {rate} sales/s, p50 {p50} ms, p99 {p99} ms",
    zh="{kind}，{clients} 个客户端，{merchants} 个商户：每秒 {rate} 笔，p50 {p50} 毫秒，p99 {p99} 毫秒",
)
_PGBENCH = Text(
    en="pgbench, {clients} clients: {rate} sales/s; {ratio} times that through HTTP",
    zh="pgbench，{clients} 个客户端：每秒 {rate} 笔；HTTP 方式为其 {ratio} 倍",
)


@bench.command(
    "sales",
    cls=HelpfulCommand,
    help=help_in(
        en="Measure durable sales a second through HTTP beside pgbench with the same sale; 1 if a promise breaks.",
        zh="测量经 HTTP 每秒可持久记录的销售笔数，并与 pgbench 对比；未达到承诺值时退出码为 1。",
    ),
)
def sales(
    lang: LangOption,
    history: Annotated[
        int, typer.Option(min=0, help=help_in(en="Sales that the shop has already.", zh="门店已有的销售笔数。"))
    ] = 1_000_000,
    seconds: Annotated[
        int, typer.Option(min=1, help=help_in(en="How long each variant is measured.", zh="每种情形测量的秒数。"))
    ] = 15,
    shop: Annotated[
        Path, typer.Option(help=help_in(en="Where the shop is made and kept.", zh="生成并保留门店的文件夹。"))
    ] = Path(".local/bench/shop"),
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Write JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Measure the counter."""
    import json

    from counterfoil.bench.sales.run import CLIENTS, broken_promises, measure_sales
    from counterfoil.commands.console import progress_in

    with progress_in(lang, _SALES_STAGES) as progress:
        found = measure_sales(shop, history=history, seconds=seconds, told=progress.advance)
    if as_json:
        typer.echo(json.dumps(found.told(), indent=2))
    else:
        for one in found.sold:
            said = {"kind": one.kind, "clients": one.clients, "merchants": one.merchants}
            rates = {"rate": f"{one.sales_per_second:,.0f}", "p50": f"{one.p50_ms:.1f}", "p99": f"{one.p99_ms:.1f}"}
            typer.echo(_SOLD.to(lang, **said, **rates))
        for clients in CLIENTS:
            rate = found.baseline(clients)
            ratio = found.of("cash", clients).sales_per_second / rate
            typer.echo(_PGBENCH.to(lang, clients=clients, rate=f"{rate:,.0f}", ratio=f"{ratio:.2f}"))
    hold_to(broken_promises(found))


_DESK_STAGES = {
    "history": _SALES_STAGES["history"],
    "cases": Text(en="Making cases", zh="生成个案"),
    "measuring": _SALES_STAGES["measuring"],
}
_OPENED = Text(
    en="{name}: p50 {p50} ms, p95 {p95} ms, worst {most} ms ({n} times)",
    zh="{name}：p50 {p50} 毫秒，p95 {p95} 毫秒，最慢 {most} 毫秒（{n} 次）",
)


@bench.command(
    "desk",
    cls=HelpfulCommand,
    help=help_in(
        en="Time the inbox and the pages of cases of a shop with a long past; 1 if a promise is not kept.",
        zh="测量历史数据很多的门店的收件箱与个案页面耗时；未达到承诺值时退出码为 1。",
    ),
)
def desk(
    lang: LangOption,
    sales: Annotated[
        int, typer.Option(min=1000, help=help_in(en="Sales that the shop has already.", zh="门店已有的销售笔数。"))
    ] = 1_000_000,
    cases: Annotated[
        int, typer.Option(min=1000, help=help_in(en="Cases that are in hand.", zh="处理中的个案数量。"))
    ] = 100_000,
    rounds: Annotated[
        int, typer.Option(min=1, help=help_in(en="How often each address is opened.", zh="每个地址打开多少次。"))
    ] = 30,
    shop: Annotated[
        Path, typer.Option(help=help_in(en="Where the shop is made and kept.", zh="生成并保留门店的文件夹。"))
    ] = Path(".local/bench/desk"),
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Write JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Measure the desk."""
    import json

    from counterfoil.bench.desk.run import broken_promises, measure_desk
    from counterfoil.commands.console import progress_in

    with progress_in(lang, _DESK_STAGES) as progress:
        found = measure_desk(shop, sales=sales, cases=cases, rounds=rounds, told=progress.advance)
    if as_json:
        typer.echo(json.dumps(found.told(), indent=2))
    else:
        for one in found.times:
            figures = {"p50": f"{one.p50_ms:.1f}", "p95": f"{one.p95_ms:.1f}", "most": f"{one.most_ms:.1f}"}
            typer.echo(_OPENED.to(lang, name=one.name, n=one.n, **figures))
    hold_to(broken_promises(found))


bench.command("previews", cls=HelpfulCommand, help=bench_previews.HELP)(bench_previews.previews)

_PAGE = Text(
    en="{findings} findings: {size} MB, written in {written} ms; first view {view} ms, slowest filter {filter} ms "
    "({cpu} ms of processor), "
    "search {search} ms, a case {case} ms",
    zh="{findings} 个问题：{size} MB，写出 {written} 毫秒；首屏 {view} 毫秒，"
    "最慢筛选 {filter} 毫秒（处理器 {cpu} 毫秒），"
    "搜索 {search} 毫秒，打开个案 {case} 毫秒",
)


@bench.command(
    "report",
    cls=HelpfulCommand,
    help=help_in(
        en="Time the report's page in a real browser; 1 if a promise is not kept.",
        zh="在真实浏览器中测量报告页面；未达到承诺值时退出码为 1。",
    ),
)
def report(
    lang: LangOption,
    findings: Annotated[
        int, typer.Option(min=1, help=help_in(en="How many findings the page shows.", zh="页面上的问题数量。"))
    ] = 50_000,
) -> None:
    """Measure the report."""
    from counterfoil.bench.report import bench_report, broken_promises

    found = bench_report(findings)
    said = {
        "findings": f"{findings:,}",
        "size": f"{found['size_bytes'] / 1e6:.1f}",
        "written": f"{found['write_ms']:,.0f}",
        "view": f"{found['first_view_ms']:,.0f}",
        "filter": f"{found['filter_ms_max']:,.0f}",
        "cpu": f"{found['filter_cpu_ms_max']:,.0f}",
        "search": f"{found['search_ms']:,.0f}",
        "case": f"{found['case_ms']:,.0f}",
    }
    typer.echo(_PAGE.to(lang, **said))
    hold_to(broken_promises(found))
