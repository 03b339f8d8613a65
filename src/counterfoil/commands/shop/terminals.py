"""`counterfoil shop terminal …`: devices at the counter. A token is shown once, when it is made, and never again."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption, opened
from counterfoil.errors import BadOption
from counterfoil.languages import Text, help_in

HELP = help_in(en="Set up and retire terminals.", zh="维护收银机。")
HELP_ADD = help_in(
    en="Set a terminal up and print its token, once; whoever has it is this terminal.",
    zh="新增收银机并输出其令牌（仅此一次）；持有令牌者即视为该收银机。",
)
HELP_LIST = help_in(en="List the terminals.", zh="列出收银机。")
HELP_RETIRE = help_in(
    en="Take a terminal out of use; its token lets nobody in any more.", zh="停用收银机，其令牌随即失效。"
)

TerminalArgument = Annotated[str, typer.Argument(help=help_in(en="The id of the terminal.", zh="收银机编号。"))]

_TOKEN = Text(en="Keep this token; it is not shown again:", zh="请妥善保存此令牌，之后不再显示：")
_RETIRED = Text(en="{terminal} is out of use", zh="已停用 {terminal}")
_OUT = Text(en="out of use", zh="已停用")


def add(
    terminal: TerminalArgument,
    merchant: MerchantOption,
    lang: LangOption,
    store: Annotated[str, typer.Option(help=help_in(en="At which store.", zh="所在门店。"))] = "main",
    name: Annotated[
        str | None,
        typer.Option(
            help=help_in(en="What people read.", zh="显示名称。"), show_default=help_in(en="its id", zh="同编号")
        ),
    ] = None,
) -> None:
    """Set a terminal up."""
    from counterfoil.ids import StoreId, TerminalId
    from counterfoil.shop.merchants import store as merchants
    from counterfoil.shop.merchants.model import Terminal
    from counterfoil.shop.merchants.rules import WORDS, flaw_of_name
    from counterfoil.shop.tokens.model import OF_TERMINALS
    from counterfoil.shop.tokens.store import add_token

    flaw = flaw_of_name(terminal, name or terminal)
    if flaw is not None:
        raise BadOption(f"terminal {terminal!r}: {WORDS[flaw].to(lang)}")
    made = Terminal(terminal_id=TerminalId(terminal), store_id=StoreId(store), name=name or terminal)
    with opened(merchant) as shop, shop.known() as connection:
        if merchants.store(connection, shop.merchant_id, made.store_id) is None:
            raise BadOption(f"store {store!r}: there is none of this id; --store names one that is there")
        if not merchants.add_terminal(connection, shop.merchant_id, made, now=shop.now):
            raise BadOption(f"terminal {terminal!r}: there is one of this id already; nothing was changed")
        token = add_token(
            connection,
            shop.merchant_id,
            scopes=OF_TERMINALS,
            now=shop.now,
            name=made.name,
            terminal_id=made.terminal_id,
        )
    # The token alone on standard output, so that a script can keep it.
    typer.echo(_TOKEN.to(lang), err=True)
    typer.echo(token.text())


def list_terminals(merchant: MerchantOption, lang: LangOption) -> None:
    """List the terminals."""
    from counterfoil.shop.merchants import store as merchants

    with opened(merchant) as shop, shop.known() as connection:
        terminals = merchants.terminals(connection, shop.merchant_id)
    for each in terminals:
        marks = [_OUT.to(lang)] if each.retired_at is not None else []
        typer.echo("  ".join([each.terminal_id, each.store_id, each.name, *marks]))


def retire(terminal: TerminalArgument, merchant: MerchantOption, lang: LangOption) -> None:
    """Take a terminal out of use."""
    from counterfoil.ids import TerminalId
    from counterfoil.shop.merchants import store as merchants

    with opened(merchant) as shop, shop.known() as connection:
        if not merchants.retire_terminal(connection, shop.merchant_id, TerminalId(terminal), now=shop.now):
            raise BadOption(f"terminal {terminal!r}: none of this id is in use")
    typer.echo(_RETIRED.to(lang, terminal=terminal))
