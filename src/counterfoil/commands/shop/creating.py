"""`counterfoil shop create`: sets a merchant up with its first store."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import opened
from counterfoil.errors import BadOption
from counterfoil.languages import Text, help_in

HELP = help_in(
    en="Set a merchant up, with its first store. The currency is never changed afterwards.",
    zh="新建商户及其第一家门店。币种此后不可更改。",
)

_MADE = Text(en="made: merchant {merchant}, store {store}", zh="已新建：商户 {merchant}，门店 {store}")


def create(
    merchant: Annotated[str, typer.Argument(help=help_in(en="Its id.", zh="商户编号。"))],
    lang: LangOption,
    currency: Annotated[str, typer.Option(help=help_in(en="ISO 4217, such as CNY.", zh="币种代码，如 CNY。"))],
    zone: Annotated[str, typer.Option(help=help_in(en="Such as Asia/Shanghai.", zh="时区，如 Asia/Shanghai。"))],
    name: Annotated[
        str | None,
        typer.Option(
            help=help_in(en="What people read.", zh="显示名称。"), show_default=help_in(en="its id", zh="同编号")
        ),
    ] = None,
    store: Annotated[str, typer.Option(help=help_in(en="The id of its first store.", zh="首家门店编号。"))] = "main",
    cash_step: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=help_in(
                en="Smallest coin, in minor units, where it is not that of the currency.",
                zh="最小硬币（以最小货币单位计），仅在与币种惯例不同时填写。",
            ),
        ),
    ] = None,
) -> None:
    """Set a merchant up."""
    from counterfoil.ids import StoreId
    from counterfoil.shop.merchants import store as merchants
    from counterfoil.shop.merchants.model import Merchant, Store
    from counterfoil.shop.merchants.rules import WORDS, flaw_of, flaw_of_name

    with opened(merchant) as shop:
        made = Merchant(
            merchant_id=shop.merchant_id,
            name=name or merchant,
            currency=currency,
            time_zone=zone,
            created_at=shop.now,
            cash_step_minor=cash_step,
        )
        first = Store(store_id=StoreId(store), name=name or store)
        flaw = flaw_of(made) or flaw_of_name(first.store_id, first.name)
        if flaw is not None:
            raise BadOption(f"shop create: {WORDS[flaw].to(lang)}")
        with shop.database.transaction(shop.merchant_id) as connection:
            if not merchants.add_merchant(connection, made):
                raise BadOption(f"merchant {merchant!r}: there is one of this id already; nothing was changed")
            merchants.add_store(connection, shop.merchant_id, first, now=shop.now)
    typer.echo(_MADE.to(lang, merchant=merchant, store=store))
