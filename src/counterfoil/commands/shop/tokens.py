"""`counterfoil shop token …`: tokens of programs that are no terminal. One is shown once, when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption, opened
from counterfoil.errors import BadOption
from counterfoil.ids import is_id
from counterfoil.languages import Language, Text, help_in
from counterfoil.shop.tokens.model import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.shop.tokens.model import Token

HELP = help_in(en="Make, list and revoke tokens of programs.", zh="维护程序所用的令牌。")
HELP_ADD = help_in(
    en="Make a token for a program and print it, once; whoever has it may do what its scopes say.",
    zh="为程序生成令牌并输出（仅此一次）；持有者可在其权限范围内操作。",
)
HELP_LIST = help_in(
    en="List every token, those of terminals too, with what it is good for; never the token itself.",
    zh="列出全部令牌（含收银机的）及其权限；不显示令牌本身。",
)
HELP_REVOKE = help_in(
    en="Take a token back; it lets nobody in any more, after ten seconds at the latest.",
    zh="撤销令牌；最迟十秒后，持有者不能再进入。",
)

#: Days for which a token may be made; longer than any key should be left lying about.
DAYS_MAX = 3_650

_MADE = Text(
    en="{token} may: {scopes}. Keep this token; it is not shown again:",
    zh="{token} 的权限：{scopes}。请妥善保存此令牌，之后不再显示：",
)
_NONE = Text(en="There is no token yet.", zh="尚无令牌。")
_GOOD = Text(en="good", zh="有效")
_UNTIL = Text(en="good until {at}", zh="有效期至 {at}")
_EXPIRED = Text(en="expired at {at}", zh="已于 {at} 过期")
_WAS_REVOKED = Text(en="revoked at {at}", zh="已于 {at} 撤销")
_REVOKED = Text(
    en="{token} is revoked; within ten seconds it lets nobody in any more", zh="已撤销 {token}；十秒内即不可再用"
)
_BAD_NAME = Text(
    en="--name: say in a few words who will use the token, so that somebody can tell later which one to revoke",
    zh="--name：请用几个字说明由谁使用，以便日后知道该撤销哪一个",
)
_NO_SUCH = Text(
    en="token {token!r}: none of this id is good; `counterfoil shop token list` shows them all",
    zh="令牌 {token!r}：没有此编号的有效令牌；`counterfoil shop token list` 可列出全部",
)


def add(
    merchant: MerchantOption,
    lang: LangOption,
    name: Annotated[
        str,
        typer.Option(help=help_in(en="Who will use it, such as 'accounting'.", zh="由谁使用，如“财务”。")),
    ],
    scope: Annotated[
        list[Scope],
        typer.Option(
            help=help_in(
                en="What it is good for; may be given several times.",
                zh="权限；可多次给出。",
            )
        ),
    ],
    days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=DAYS_MAX,
            help=help_in(en="For how many days.", zh="有效天数。"),
            show_default=help_in(en="until it is revoked", zh="直至撤销"),
        ),
    ] = None,
) -> None:
    """Make a token."""
    from datetime import timedelta

    from counterfoil.shop.merchants.rules import is_name
    from counterfoil.shop.tokens.store import add_token

    if not is_name(name):
        raise BadOption(_BAD_NAME)
    scopes = frozenset(scope)
    with opened(merchant) as shop, shop.known() as connection:
        until = None if days is None else shop.now + timedelta(days=days)
        made = add_token(connection, shop.merchant_id, scopes=scopes, now=shop.now, name=name, expires_at=until)
    # The token alone on standard output, so that a script can keep it.
    typer.echo(_MADE.to(lang, token=made.token_id, scopes=", ".join(sorted(scopes))), err=True)
    typer.echo(made.text())


def list_tokens(merchant: MerchantOption, lang: LangOption) -> None:
    """List the tokens."""
    from counterfoil.shop.tokens.store import tokens

    with opened(merchant) as shop, shop.known() as connection:
        found = tokens(connection, shop.merchant_id)
    for each in found:
        scopes = ", ".join(sorted(each.scopes))
        typer.echo("  ".join([each.token_id, each.name or "—", scopes, _standing(each, shop.now, lang)]))
    if not found:
        typer.echo(_NONE.to(lang))


def revoke(
    token: Annotated[str, typer.Argument(help=help_in(en="Its id, as `list` shows it.", zh="`list` 所示的令牌编号。"))],
    merchant: MerchantOption,
    lang: LangOption,
) -> None:
    """Take a token back."""
    from counterfoil.shop.tokens.store import revoke_token

    with opened(merchant) as shop, shop.known() as connection:
        if not is_id(token) or not revoke_token(connection, shop.merchant_id, token, now=shop.now):
            raise BadOption(_NO_SUCH.filled(token=token))
    typer.echo(_REVOKED.to(lang, token=token))


def _standing(token: Token, now: datetime, lang: Language) -> str:
    if token.revoked_at is not None:
        return _WAS_REVOKED.to(lang, at=_at(token.revoked_at))
    if token.expires_at is None:
        return _GOOD.to(lang)
    return (_UNTIL if now < token.expires_at else _EXPIRED).to(lang, at=_at(token.expires_at))


def _at(moment: datetime) -> str:
    from datetime import UTC

    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
