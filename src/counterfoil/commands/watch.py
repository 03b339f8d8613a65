"""`counterfoil watch`: the five rules over what moved in the live books, now or every minute."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption, opened
from counterfoil.languages import Text, help_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.desk.watching import Look

HELP = help_in(
    en="Let the five rules look at what moved in a shop's books, every minute until told to end; the worker of "
    "`counterfoil serve` does the same.",
    zh="让五条规则检查店铺账本的变动，每分钟一次，直到收到停止信号；`counterfoil serve` 的后台任务同样如此。",
)

EVERY_SECONDS = 60

_LOOKED = Text(
    en="{at}: looked at {due} and {judged} in all; {seen} findings stand there, {lost} are gone ({seconds} s)",
    zh="{at}：待查 {due} 项，连同相关共 {judged} 项；其中发现 {seen} 项，已消除 {lost} 项（{seconds} 秒）",
)


def watch(
    merchant: MerchantOption,
    lang: LangOption,
    *,
    once: Annotated[bool, typer.Option(help=help_in(en="Look once, and end.", zh="只检查一次。"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=help_in(en="Print JSON.", zh="输出 JSON。"))] = False,
) -> None:
    """Watch a merchant's books."""
    from counterfoil import clock
    from counterfoil.desk.watching import Watcher

    with opened(merchant) as shop:
        with shop.known():
            pass
        with Watcher.over(shop.database.address) as watcher:
            while True:
                began, now = time.monotonic(), clock.now()
                looks = watcher.look_until_done(shop.merchant_id, now=now)
                seconds = round(time.monotonic() - began, 2)
                told = {"at": now.isoformat(timespec="seconds"), **_summed(looks), "seconds": seconds}
                typer.echo(json.dumps(told) if as_json else _LOOKED.to(lang, **told))
                if once:
                    return
                time.sleep(max(0.0, EVERY_SECONDS - seconds))


def _summed(looks: Sequence[Look]) -> dict[str, int]:
    each = [asdict(look) for look in looks]
    return {name: sum(look[f"{name}_n"] for look in each) for name in ("due", "judged", "seen", "lost")}
