"""`counterfoil demo`: a whole shop on this machine, with a week behind it, to walk around in."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.errors import BadOption
from counterfoil.languages import Text, help_in

if TYPE_CHECKING:
    from counterfoil.db.embedded.home import Home
    from counterfoil.languages import Language
    from counterfoil.playing.keeping import Kept

HELP = help_in(
    en="Open a made shop with a busy Saturday behind it: till, desk and office, with logins for everybody.",
    zh="打开一家虚构的店铺：刚过完繁忙的星期六，含收银台、工作台与后台，附各角色登录信息。",
)

_STAGES = {"play": Text(en="Playing the week of busy_saturday (once)", zh="演练 busy_saturday 的一周（仅一次）")}
_THEIRS = Text(
    en="demo: COUNTERFOIL_DATABASE_URL names a database of yours; a made shop is never written into one. Unset it.",
    zh="demo：COUNTERFOIL_DATABASE_URL 指定了您自己的数据库；虚构店铺绝不会写入其中。请取消该变量。",
)
_SECURED = Text(
    en="demo: [web] address is set to {address}: this is no machine for logins that everybody knows.",
    zh="demo：已配置 [web] address 为 {address}：不可在此启用人人皆知的登录信息。",
)
_KEPT = Text(
    en="The shop is as it was left; it was played up to {until}. `--fresh` plays it again, up to now.",
    zh="店铺保持上次离开时的样子，演练至 {until}。用 `--fresh` 可重新演练至此刻。",
)
_READY = Text(en="Ready: {address}", zh="已就绪：{address}")
_LOGINS = Text(
    en="Sign in to the shop {merchant!r} as one of these; everybody's password is {password!r}:",
    zh="店铺编号 {merchant!r}，可用以下身份登录，密码均为 {password!r}：",
)
_PERSON = Text(en="  {who} {does} (PIN at the till: {pin})", zh="  {who} {does}（收银台 PIN：{pin}）")
_DOES = {
    "wen": Text(en="owner, may do everything", zh="店主，可做任何事"),
    "marta": Text(en="store manager at River Street", zh="河街店店长"),
    "omar": Text(en="supervisor at River Street", zh="河街店领班"),
    "ada": Text(en="cashier at River Street", zh="河街店收银员"),
    "ines": Text(en="customer support, works on cases", zh="客服，处理个案"),
    "jun": Text(en="finance, reconciles", zh="财务，对账"),
    "kofi": Text(en="auditor, reads and changes nothing", zh="审计，只读"),
}
_PLACES = Text(
    en="{address}/till sells · {address}/desk has the cases · {address}/office has the shop",
    zh="{address}/till 收银 · {address}/desk 处理个案 · {address}/office 管理店铺",
)
#: As a reader types the second track; the play's own cards have other numbers.
CARD = "4242424242424242=2912"
_BANK = Text(
    en="A card at the till: {card}. The bank takes orders at port {port}: docs/how-to/walk-around-a-shop.md",
    zh="收银台刷卡可输入：{card}。银行在端口 {port} 接受指令，见 docs/zh/how-to/walk-around-a-shop.md",
)
_STOPPED = Text(en="The database of the shop was stopped, too.", zh="店铺的数据库也已停止。")
_GOES_ON = Text(
    en="The database of the shop was running before, and goes on; this stops it: {command}",
    zh="店铺的数据库此前已在运行，现仍继续运行；停止命令：{command}",
)


def demo(
    lang: LangOption,
    data: Annotated[
        Path,
        typer.Option(help=help_in(en="Where the shop is kept.", zh="店铺数据所在的文件夹。")),
    ] = Path(".local/busy_saturday"),
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help=help_in(en="Throw the kept one away and play again.", zh="丢弃已保存的，重新演练。")
        ),
    ] = False,
    port: Annotated[
        int,
        typer.Option(min=0, max=65_535, help=help_in(en="The port; 0 takes a free one.", zh="端口；0 表示自动选择。")),
    ] = 8080,
    prepare: Annotated[
        bool,
        typer.Option(
            "--prepare",
            help=help_in(
                en="Only play the week where it is not there yet, and end.", zh="仅在尚未演练时演练这一周，然后结束。"
            ),
        ),
    ] = False,
) -> None:
    """Open the shop, and serve it until told to end."""
    from counterfoil import clock
    from counterfoil.commands.console import progress_in
    from counterfoil.playing.keeping import bank_of, database_left_as_it_was, home_in, prepared
    from counterfoil.serving.levels import Level
    from counterfoil.serving.logs import tell_on_stderr

    _refuse_where_it_matters(lang)
    tell_on_stderr(Level.WARNING, process="demo", pid=os.getpid())
    home = home_in(data.absolute())
    with database_left_as_it_was(home, lambda is_stopped: _tell_of_database(home, lang, is_stopped=is_stopped)):
        with progress_in(lang, _STAGES) as progress:
            shop = prepared(
                data.absolute(),
                fresh=fresh,
                now=clock.now(),
                told=lambda done, total: progress.advance("play", done, total),
            )
        if prepare:
            return
        if not shop.is_new:
            typer.echo(_KEPT.to(lang, until=f"{shop.until:%Y-%m-%d %H:%M} UTC"))
        with bank_of(shop) as bank:
            _serve(shop, lang, port, bank_port=bank.started.control_port)


def _tell_of_database(home: Home, lang: Language, *, is_stopped: bool) -> None:
    """Say whether the database has ended with this run, and how it is ended where it has not."""
    from counterfoil.db.embedded.home import HOME_VARIABLE

    command = f"{HOME_VARIABLE}={shlex.quote(str(home.path))} counterfoil db down"
    typer.echo(_STOPPED.to(lang) if is_stopped else _GOES_ON.to(lang, command=command))


def _refuse_where_it_matters(lang: Language) -> None:
    """Refuse to open a shop whose logins everybody knows where somebody has a shop of their own."""
    from counterfoil.bootstrap import settings_of
    from counterfoil.db.address import URL_VARIABLE

    if os.environ.get(URL_VARIABLE):
        raise BadOption(_THEIRS.to(lang))
    address = settings_of(os.environ).web.address
    if address is not None:
        raise BadOption(_SECURED.to(lang, address=address))


def _serve(shop: Kept, lang: Language, port: int, *, bank_port: int) -> None:
    """Serve the shop to this machine, and to nobody else."""
    from counterfoil.commands.serve import open_counter
    from counterfoil.db.embedded.home import HOME_VARIABLE
    from counterfoil.serving.levels import Level
    from counterfoil.settings import DEMO_VARIABLE

    os.environ |= {HOME_VARIABLE: str(shop.home.path), DEMO_VARIABLE: "1"}
    open_counter(
        lang,
        host="127.0.0.1",
        port=port,
        processes=1,
        log_level=Level.WARNING,
        ready=lambda address: _welcome(address, lang, bank_port=bank_port),
    )


def _welcome(address: str, lang: Language, *, bank_port: int) -> None:
    """Say where the shop is, and who may be whom."""
    from counterfoil.playing.busy_saturday.cast import MERCHANT, PASSWORD, PINS, SHOWN

    typer.echo(_READY.to(lang, address=address))
    typer.echo(_PLACES.to(lang, address=address))
    typer.echo(_LOGINS.to(lang, merchant=MERCHANT, password=PASSWORD))
    for staff_id in SHOWN:
        typer.echo(_PERSON.to(lang, who=f"{staff_id:8}", does=_DOES[staff_id].to(lang), pin=PINS[staff_id]))
    typer.echo(_BANK.to(lang, card=CARD, port=bank_port))
