"""`counterfoil serve`: the counter is open until it is told to end; API and worker, watched over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.languages import Text, help_in
from counterfoil.serving.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.counter.house import House
    from counterfoil.languages import Language
    from counterfoil.serving.opening import StillOpening

HELP = help_in(
    en="Open the counter: the API and the worker, until told to end (Ctrl-C); what was taken is answered first.",
    zh="开店营业：运行接口与后台任务，直到收到停止信号（Ctrl-C）；已接收的请求都会先得到答复。",
)

_DATA = Text(en="Data: {home}", zh="数据：{home}")
_THEIRS = Text(en="Data: the database of {name}; keys in {home}", zh="数据：{name} 指定的数据库；密钥位于 {home}")
_SETTINGS = Text(en="Settings: {file} ({count} acquirers)", zh="配置：{file}（收单渠道 {count} 个）")
_NO_SETTINGS = Text(
    en="Settings: none ({file} is not there): cash is taken, and nothing else",
    zh="配置：无（{file} 不存在），只收现金",
)
_FRESH_KEY = Text(
    en="NOTE: a fresh secret key was made in {place}, and the books have merchants already: PINs, passwords and "
    "vouchers of before do not fit. Stop, put the key of then there, and start again.",
    zh="注意：{place} 处新建了密钥，而账本中已有商户：此前的 PIN、密码与礼券都不再相符。"
    "请停止，把当时的密钥放到该处，再重新启动。",
)
_READY = Text(en="Ready: {address}", zh="已就绪：{address}")
_STILL = Text(
    en="Still opening after {waited_s} s: {names} must load, open the books and answer at port {port}. A busy machine "
    "needs longer; it is waited for up to {most} minutes.",
    zh="已等待 {waited_s} 秒，仍在启动：{names} 需完成加载、打开账本，并在端口 {port} 应答。"
    "机器繁忙时会更久，最多等待 {most} 分钟。",
)
_ENDED = Text(en="Ended; everything that was taken was answered.", zh="已停止；已接收的请求均已答复。")

PROCESSES_MAX = 64


def serve(
    lang: LangOption,
    host: Annotated[str, typer.Option(help=help_in(en="The address to listen at.", zh="监听地址。"))] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(min=0, max=65_535, help=help_in(en="The port; 0 takes a free one.", zh="端口；0 表示自动选择。")),
    ] = 8080,
    processes: Annotated[
        int,
        typer.Option(
            min=1, max=PROCESSES_MAX, help=help_in(en="How many processes answer requests.", zh="处理请求的进程数。")
        ),
    ] = 1,
    log_level: Annotated[
        Level, typer.Option(help=help_in(en="From which level on events are logged.", zh="日志级别。"))
    ] = Level.INFO,
) -> None:
    """Serve until told to end."""
    open_counter(
        lang,
        host=host,
        port=port,
        processes=processes,
        log_level=log_level,
        ready=lambda address: typer.echo(_READY.to(lang, address=address)),
    )


def open_counter(
    lang: Language, *, host: str, port: int, processes: int, log_level: Level, ready: Callable[[str], None]
) -> None:
    """Serve what the environment names until told to end; `ready` hears the address."""
    import asyncio

    from counterfoil.bootstrap import open_house, settings_of
    from counterfoil.db.address import place_of
    from counterfoil.db.embedded.home import home_of
    from counterfoil.measures.counters import FOLDER_VARIABLE, emptied_folder
    from counterfoil.serving.logs import tell_on_stderr
    from counterfoil.serving.supervising import Serving, listening, only_one, supervise
    from counterfoil.shop.secret_keys import place_of_key, secret_key_at_hand

    tell_on_stderr(log_level, process="serve", pid=os.getpid())
    home, place, settings = home_of(os.environ), place_of(os.environ), settings_of(os.environ)
    where = _DATA if place.theirs is None else _THEIRS
    typer.echo(where.to(lang, home=home.path, name="" if place.theirs is None else place.theirs.name))
    said = _SETTINGS if settings.is_there else _NO_SETTINGS
    typer.echo(said.to(lang, file=settings.file, count=len(settings.acquirers)))
    with only_one(home), listening(host, port) as opened:
        # Whatever cannot be opened is told here, in one line, and not by each process for itself.
        had_key = secret_key_at_hand(os.environ, home.path) is not None
        house = open_house(application="counterfoil serve")
        if not had_key and _has_merchants(house):
            typer.echo(_FRESH_KEY.to(lang, place=place_of_key(os.environ, home.path)))
        asyncio.run(house.close())
        os.environ[FOLDER_VARIABLE] = str(emptied_folder(home.path))
        serving = Serving(
            host=host, port=port, processes=processes, level=log_level, home=home, is_embedded=place.ours is not None
        )
        asyncio.run(supervise(serving, opened, ready, lambda waiting: _tell_of_opening(waiting, lang)))
    typer.echo(_ENDED.to(lang))


def _tell_of_opening(waiting: StillOpening, lang: Language) -> None:
    """Say for what it is still waited."""
    names = ", ".join(waiting.names)
    typer.echo(_STILL.to(lang, waited_s=waiting.waited_s, names=names, port=waiting.port, most=waiting.most_s // 60))


def _has_merchants(house: House) -> bool:
    from counterfoil.jobs.store import merchants

    with house.database.engine.begin() as connection:
        return bool(merchants(connection))
