"""`counterfoil sell`: a till on the terminal, for rehearsals and a first sale; it sells as every till does.

What the customer presents (a number or token, a payment code) is asked for, and stands in no command line.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption
from counterfoil.errors import BadOption
from counterfoil.languages import Language, Text, help_in

if TYPE_CHECKING:
    from counterfoil.books.orders.model import Sale
    from counterfoil.books.payments.ports import Presented
    from counterfoil.counter.answers import SaleAnswer
    from counterfoil.counter.house import House
    from counterfoil.counter.ringing_up import Counter, Wanted
    from counterfoil.refusals import Refused
    from counterfoil.shop.pricing.model import Priced

HELP = help_in(
    en="Sell from the terminal: codes, each with ×quantity where it is not one, and how it is paid.",
    zh="在终端上收银：输入商品代码（数量不为一时加 ×数量）及付款方式。",
)

EXIT_NOT_PAID = 1

_CODE = re.compile(r"(?P<code>.+?)(?:[×*](?P<quantity>[0-9]+(?:\.[0-9]+)?))?")
#: The book's longest price, and the form of the table.
_NAME_WIDTH = 32
_AMOUNT_WIDTH = 12

_TOTAL = Text(en="Total", zh="合计")
_TAX = Text(en="tax in it", zh="其中税额")
_TENDER = {
    "cash": Text(en="Cash", zh="现金"),
    "card": Text(en="Card", zh="银行卡"),
    "wechat": Text(en="WeChat Pay", zh="微信支付"),
    "alipay": Text(en="Alipay", zh="支付宝"),
}
_CHANGE = Text(en="Change", zh="找零")
_STATES = {
    "approved": Text(en="approved", zh="已批准"),
    "declined": Text(en="declined", zh="已拒绝"),
    "unknown": Text(en="unknown", zh="未知"),
    "intended": Text(en="not sent", zh="未发送"),
    "cancelled": Text(en="taken back", zh="已撤回"),
}
_PAID = Text(en="Paid. Order {order}", zh="已付款。订单 {order}")
_OPEN = Text(
    en="NOT PAID: {due} is due. Order {order} is recorded and stays open. Give the goods out once it is paid.",
    zh="未付款：尚欠 {due}。订单 {order} 已记录，保持未结。付款后再交付商品。",
)
_UNKNOWN = Text(
    en="Nobody knows yet whether {tender} was charged: the worker finds out. Do not take the money again.",
    zh="{tender}是否扣款尚不清楚，后台会查明。请勿再次收款。",
)
_NOT_SOLD = Text(en="Not sold: {why}", zh="未售出：{why}")
_NUMBER = Text(en="Card number, or the acquirer's token", zh="卡号，或收单机构的令牌")
_EXPIRY = Text(en="Valid until (YYMM)", zh="有效期（YYMM）")
_CODE_SHOWN = Text(en="Payment code", zh="付款码")

#: Nobody's card: the simulated acquirer takes it, and a real one declines it.
TEST_CARD, TEST_EXPIRY = "4000000000000002", "3012"
_CARD, _YYMM = re.compile("[0-9]{12,19}"), re.compile("[0-9]{2}(?:0[1-9]|1[0-2])")


def sell(
    codes: Annotated[
        list[str],
        typer.Argument(
            metavar="CODE[×QUANTITY]...",
            help=help_in(en="What is sold, such as tea×2 or ham*0.250.", zh="售出商品，如 tea×2 或 ham*0.250。"),
        ),
    ],
    merchant: MerchantOption,
    terminal: Annotated[
        str, typer.Option("--terminal", "-t", help=help_in(en="At which terminal.", zh="收银机编号。"))
    ],
    operator: Annotated[str, typer.Option("--operator", "-o", help=help_in(en="Who sells.", zh="收银员编号。"))],
    lang: LangOption,
    cash: Annotated[
        str | None,
        typer.Option(help=help_in(en="Cash that was handed over: 20.00.", zh="收到的现金，如 20.00。")),
    ] = None,
    card: Annotated[
        bool,
        typer.Option(
            "--card", help=help_in(en="Paid by card; its number is asked for.", zh="刷卡付款，随后询问卡号。")
        ),
    ] = False,
    test_card: Annotated[
        bool,
        typer.Option(
            "--test-card",
            help=help_in(
                en="Paid by the test card, for rehearsals with the simulated acquirer.",
                zh="用测试卡付款，配合模拟收单机构演练。",
            ),
        ),
    ] = False,
    wechat: Annotated[bool, typer.Option("--wechat", help=help_in(en="Paid by WeChat Pay.", zh="微信付款。"))] = False,
    alipay: Annotated[bool, typer.Option("--alipay", help=help_in(en="Paid by Alipay.", zh="支付宝付款。"))] = False,
) -> None:
    """Ring up, sell, and print what came of it."""
    from counterfoil.bootstrap import open_house
    from counterfoil.ids import MerchantId

    said = {"card": card, "test card": test_card, "wechat": wechat, "alipay": alipay}
    chosen = [name for name, is_it in said.items() if is_it]
    if len(chosen) + (cash is not None) != 1:
        raise BadOption("sell: expected one of --cash AMOUNT, --card, --test-card, --wechat, --alipay")
    wanted = [_wanted(code) for code in codes]
    house = open_house(os.environ, application="counterfoil sell", pool_size=2)
    is_paid = asyncio.run(
        _sold(
            house,
            MerchantId(merchant),
            (terminal, operator),
            wanted,
            means=chosen[0] if chosen else "cash",
            cash=cash,
            lang=lang,
        )
    )
    if not is_paid:
        raise typer.Exit(EXIT_NOT_PAID)


async def _sold(
    house: House,
    merchant_id: str,
    who: tuple[str, str],
    wanted: list[Wanted],
    *,
    means: str,
    cash: str | None,
    lang: Language,
) -> bool:
    """Sell, and print the answer; returns whether it is paid."""
    try:
        counter, priced = _rung_up(house, merchant_id, who, wanted, is_cash=means == "cash", lang=lang)
        handed = _minor(cash, priced) if cash is not None else None
        if handed is not None and handed < priced.total_minor:
            raise BadOption(f"--cash {cash}: {_amount(priced.total_minor, priced)} {priced.currency} is due")
        _print_basket(counter, priced, lang)
        shown = None if means == "cash" else _presented(means, lang)
        sale = _sale(counter, priced, "card" if means == "test card" else means, handed)
        answer = await _offered(house, merchant_id, sale, shown)
    finally:
        await house.close()
    return _print_answer(answer, priced, handed, lang)


def _rung_up(
    house: House, merchant_id: str, who: tuple[str, str], wanted: list[Wanted], *, is_cash: bool, lang: Language
) -> tuple[Counter, Priced]:
    from counterfoil import clock
    from counterfoil.counter.ringing_up import NotRungUp, counter_at, ring_up, rounded_for_cash
    from counterfoil.ids import MerchantId, StaffId, TerminalId

    with house.database.transaction(MerchantId(merchant_id)) as connection:
        counter = counter_at(connection, MerchantId(merchant_id), TerminalId(who[0]), StaffId(who[1]))
        if counter is None:
            raise BadOption(f"merchant {merchant_id!r} has no terminal {who[0]!r}; `counterfoil shop terminal list`")
        priced = ring_up(connection, counter, wanted, language=lang, now=clock.now())
    if isinstance(priced, NotRungUp):
        raise BadOption(f"{priced.code or 'basket'}: {priced.text.to(lang)}")
    return counter, rounded_for_cash(counter, priced, lang) if is_cash else priced


def _sale(counter: Counter, priced: Priced, tender: str, handed_minor: int | None) -> Sale:
    from counterfoil import clock
    from counterfoil.books.orders.model import Sale, Tendered
    from counterfoil.counter.ringing_up import lines_of
    from counterfoil.ids import OrderId, PaymentId, new_id

    now = clock.now()
    tendered = Tendered(
        payment_id=PaymentId(new_id(now)), tender=tender, amount_minor=priced.total_minor, handed_minor=handed_minor
    )
    return Sale(
        order_id=OrderId(new_id(now)),
        store_id=counter.store.store_id,
        terminal_id=counter.terminal.terminal_id,
        operator_id=counter.operator_id,
        placed_at=now,
        currency=priced.currency,
        total_minor=priced.total_minor,
        lines=lines_of(priced),
        tenders=(tendered,),
    )


async def _offered(house: House, merchant_id: str, sale: Sale, shown: Presented | None) -> SaleAnswer | Refused:
    from counterfoil.counter.selling import Offered
    from counterfoil.ids import MerchantId

    presented = {} if shown is None else {sale.tenders[0].payment_id: shown}
    offered = Offered(sale=sale, presented=presented, consents={})
    return await house.selling.sell(MerchantId(merchant_id), offered)


def _presented(means: str, lang: Language) -> Presented:
    """Ask for what pays. BadOption, before anything is written, where that pays nothing; what was typed is not said."""
    from counterfoil.books.payments.ports import Entry, Presented

    if means == "test card":
        return Presented(entry=Entry.KEYED, number=TEST_CARD, expiry=TEST_EXPIRY)
    number = _asked(_NUMBER if means == "card" else _CODE_SHOWN, lang)
    if not number and means == "card":
        raise BadOption("--card: expected the card's number or token, asked for or piped in; nothing was sold")
    if not number:
        raise BadOption(f"--{means}: expected the payment code, asked for or piped in; nothing was sold")
    if means != "card":
        return Presented(entry=Entry.CODE, number=number)
    if not number.replace(" ", "").isdigit():
        return Presented(entry=Entry.TOKEN, number=number)
    number, expiry = number.replace(" ", ""), _asked(_EXPIRY, lang)
    if not _CARD.fullmatch(number) or not _YYMM.fullmatch(expiry):
        raise BadOption("--card: expected a number of 12 to 19 digits and an expiry as YYMM; nothing was sold")
    return Presented(entry=Entry.KEYED, number=number, expiry=expiry)


def _asked(what: Text, lang: Language) -> str:
    """Ask for what nobody may read over a shoulder; from a pipe, one line for each question."""
    if sys.stdin.isatty():
        return str(typer.prompt(what.to(lang), hide_input=True)).strip()
    return sys.stdin.readline().strip()


def _wanted(text: str) -> Wanted:
    from counterfoil.counter.ringing_up import Wanted

    found = _CODE.fullmatch(text)
    assert found is not None
    return Wanted(code=found["code"], quantity=Decimal(found["quantity"] or 1))


def _minor(text: str, priced: Priced) -> int:
    from counterfoil.money import scale_of

    try:
        exact = Decimal(text).scaleb(scale_of(priced.currency))
    except InvalidOperation:
        exact = Decimal("nan")
    if not exact.is_finite() or exact != exact.to_integral_value() or exact <= 0:
        raise BadOption(f"--cash {text}: expected an amount in {priced.currency}, such as 20.00")
    return int(exact)


def _amount(minor: int, priced: Priced) -> str:
    from counterfoil.money import to_major

    return f"{to_major(minor, priced.currency):f}"


def _print_basket(counter: Counter, priced: Priced, lang: Language) -> None:
    typer.echo(f"{counter.merchant.name} · {counter.store.name} · {counter.terminal.name} · {counter.operator_id}")
    for line in priced.lines:
        _row(f"{line.quantity.normalize():f} × {line.name}", _amount(line.signed_minor, priced))
    _row(f"{_TOTAL.to(lang)} {priced.currency}", _amount(priced.total_minor, priced))
    if priced.tax_minor:
        _row(f"  {_TAX.to(lang)}", _amount(priced.tax_minor, priced))


def _print_answer(answer: SaleAnswer | Refused, priced: Priced, handed: int | None, lang: Language) -> bool:
    from counterfoil.books.orders.states import State
    from counterfoil.refusals import Refused

    if isinstance(answer, Refused):
        typer.echo(_NOT_SOLD.to(lang, why=answer.said(lang)))
        return False
    for tender in answer.tenders:
        name, state = _TENDER[tender.tender].to(lang), _STATES[tender.state].to(lang)
        _row(name if handed is not None else f"{name}: {state}", _amount(handed or tender.amount_minor, priced))
        if tender.state == "unknown":
            typer.echo(_UNKNOWN.to(lang, tender=name))
    if handed is not None:
        _row(_CHANGE.to(lang), _amount(handed - priced.total_minor, priced))
    is_paid = answer.state is State.PAID
    due = f"{_amount(answer.due_minor, priced)} {priced.currency}"
    typer.echo((_PAID if is_paid else _OPEN).to(lang, order=answer.order_id, due=due))
    return is_paid


def _row(what: str, amount: str) -> None:
    from rich.cells import cell_len

    typer.echo(f"{what}{' ' * max(_NAME_WIDTH - cell_len(what), 1)}{amount:>{_AMOUNT_WIDTH}}")
