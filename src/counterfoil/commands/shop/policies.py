"""`counterfoil shop policy …`: shows what holds, and decides something new. A version is never changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption, opened
from counterfoil.errors import BadFile, BadOption
from counterfoil.languages import Text, help_in

HELP = help_in(en="Show and decide the policy of the shop.", zh="查看与制定店铺政策。")
HELP_SHOW = help_in(
    en="Print the policy that holds now, as it was decided, as TOML.", zh="输出现行政策（TOML，按制定时原文）。"
)
HELP_SET = help_in(
    en="Decide a new version from FILE; what held before stays readable.", zh="由文件制定新版本；旧版本仍可查阅。"
)

_VERSION = Text(
    en="# version {version}, holds since {since}, decided at {at} by {by}: {reason}",
    zh="# 第 {version} 版，自 {since} 起生效，{at} 由 {by} 制定：{reason}",
)
_CONSOLE = Text(en="the console", zh="服务器控制台")
_NONE = Text(
    en="# nobody has decided anything: the defaults hold (`counterfoil policy` prints them)",
    zh="# 尚未制定政策：按默认值执行（`counterfoil policy` 可输出默认值）",
)
_DECIDED = Text(en="version {version} holds from {since}", zh="第 {version} 版自 {since} 起生效")


def show(merchant: MerchantOption, lang: LangOption) -> None:
    """Print what holds."""
    from counterfoil.shop.policies import store

    with opened(merchant) as shop, shop.known() as connection:
        version = store.version_at(connection, shop.merchant_id, shop.now)
    if version is None:
        typer.echo(_NONE.to(lang))
        return
    said = _VERSION.to(
        lang,
        version=version.version,
        since=version.valid_from.isoformat(),
        at=version.decided_at.isoformat(),
        by=version.decided_by or _CONSOLE.to(lang),
        reason=" ".join(version.reason.split()),
    )
    typer.echo(said)
    typer.echo(version.text, nl=not version.text.endswith("\n"))


def set_policy(
    file: Annotated[Path, typer.Argument(help=help_in(en="TOML.", zh="TOML 文件。"))],
    merchant: MerchantOption,
    lang: LangOption,
    reason: Annotated[str, typer.Option(help=help_in(en="Why; kept with the version.", zh="原因，随版本留存。"))],
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"],
            help=help_in(en="From when on it holds; not in the past.", zh="生效时间，不得早于现在。"),
            show_default=help_in(en="now", zh="立即"),
        ),
    ] = None,
) -> None:
    """Decide a new version."""
    from counterfoil.shop.policies import store

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(file=file.name, expected="a policy in TOML", found=type(error).__name__) from error
    if not reason.strip():
        raise BadOption("--reason: say why")
    with opened(merchant) as shop, shop.known() as connection:
        if since is not None and since < shop.now:
            raise BadOption(f"--from: expected a time that is not in the past, found {since.isoformat()}")
        holds_from = since or shop.now
        version = store.decide(
            connection,
            shop.merchant_id,
            text,
            reason=reason.strip(),
            decided_by=None,
            now=shop.now,
            valid_from=holds_from,
        )
    typer.echo(_DECIDED.to(lang, version=version, since=holds_from.isoformat()))
