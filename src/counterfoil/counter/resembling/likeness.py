"""What makes two sales look alike, and when that is worth a question to the cashier. Pure.

A likeness is a question, never a refusal: the answer "a genuine repeat" travels with the sale as `repeat_of`, and the
rules leave such a pair alone afterwards (requirement D2; field case 22).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from counterfoil.books.orders.model import Sale
from counterfoil.counter.paper.numbers import number_of
from counterfoil.counter.resembling.store import Recent
from counterfoil.ids import OrderId
from counterfoil.languages import Text

#: Without anything that tells the customer, only a sale of the same lane so short a while ago is worth a question.
ANONYMOUS_WINDOW = timedelta(minutes=2)


class Reason(StrEnum):
    """One thing that two sales have in common."""

    SAME_CUSTOMER = "same_customer"
    SAME_INSTRUMENT = "same_instrument"
    SAME_GOODS = "same_goods"
    SAME_TOTAL = "same_total"
    SAME_TERMINAL = "same_terminal"


REASONS: Mapping[Reason, Text] = MappingProxyType(
    {
        Reason.SAME_CUSTOMER: Text(en="same customer", zh="同一顾客"),
        Reason.SAME_INSTRUMENT: Text(en="same card or account", zh="同一银行卡或账户"),
        Reason.SAME_GOODS: Text(en="same goods", zh="相同商品"),
        Reason.SAME_TOTAL: Text(en="same total", zh="相同金额"),
        Reason.SAME_TERMINAL: Text(en="same till", zh="同一收银台"),
    }
)

#: Its number is that on the slip, which the cashier can compare.
_SAID = Text(
    en="This looks like order {number}, {age}: {reasons}. A repeat, or the same sale twice?",
    zh="与{age}的订单 {number} 相似：{reasons}。是再次购买，还是重复录入？",
)
_MOMENT_AGO = Text(en="less than a minute ago", zh="不到 1 分钟前")
_MINUTE_AGO = Text(en="a minute ago", zh="1 分钟前")
_MINUTES_AGO = Text(en="{minutes} minutes ago", zh="{minutes} 分钟前")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """An order that a sale looks like, and why."""

    order_id: OrderId
    placed_at: datetime
    state: str
    total_minor: int
    currency: str
    reasons: tuple[Reason, ...]
    said_en: str
    said_zh: str


def resemblances(sale: Sale, instrument_keys: frozenset[str], recent: Iterable[Recent]) -> list[Resemblance]:
    """Return the orders that this sale looks like, the nearest in time first."""
    basket = tuple(sorted((line.sku, line.quantity, line.amount_minor) for line in sale.lines))
    looked = ((one, _reasons(sale, basket, instrument_keys, one)) for one in recent if one.order_id != sale.order_id)
    alike = [_said(sale, one, reasons) for one, reasons in looked if _is_worth_a_question(sale, one, reasons)]
    return sorted(alike, key=lambda one: (abs(sale.placed_at - one.placed_at), one.order_id))


def _reasons(
    sale: Sale, basket: tuple[tuple[str, Decimal, int], ...], instrument_keys: frozenset[str], one: Recent
) -> frozenset[Reason]:
    held = {
        Reason.SAME_CUSTOMER: sale.customer_key is not None and sale.customer_key == one.customer_key,
        Reason.SAME_INSTRUMENT: bool(instrument_keys & one.instrument_keys),
        Reason.SAME_GOODS: basket == one.basket,
        Reason.SAME_TOTAL: sale.total_minor == one.total_minor,
        Reason.SAME_TERMINAL: sale.terminal_id == one.terminal_id,
    }
    return frozenset(reason for reason, holds in held.items() if holds)


def _is_worth_a_question(sale: Sale, one: Recent, reasons: frozenset[Reason]) -> bool:
    if sale.repeat_of == one.order_id:
        return False
    if reasons & {Reason.SAME_CUSTOMER, Reason.SAME_INSTRUMENT}:
        return Reason.SAME_GOODS in reasons
    other_customer = None not in {sale.customer_key, one.customer_key}
    near = abs(sale.placed_at - one.placed_at) <= ANONYMOUS_WINDOW
    return near and not other_customer and {Reason.SAME_GOODS, Reason.SAME_TERMINAL} <= reasons


def _said(sale: Sale, one: Recent, reasons: frozenset[Reason]) -> Resemblance:
    number, age = number_of(one.order_id, one.placed_at), _age(abs(sale.placed_at - one.placed_at))
    ordered = tuple(reason for reason in Reason if reason in reasons)
    return Resemblance(
        order_id=one.order_id,
        placed_at=one.placed_at,
        state=one.state,
        total_minor=one.total_minor,
        currency=one.currency,
        reasons=ordered,
        said_en=_SAID.en.format(number=number, age=age.en, reasons=", ".join(REASONS[reason].en for reason in ordered)),
        said_zh=_SAID.zh.format(number=number, age=age.zh, reasons="、".join(REASONS[reason].zh for reason in ordered)),
    )


def _age(ago: timedelta) -> Text:
    minutes = int(ago / timedelta(minutes=1))
    if minutes < 1:
        return _MOMENT_AGO
    if minutes == 1:
        return _MINUTE_AGO
    return Text(en=_MINUTES_AGO.en.format(minutes=minutes), zh=_MINUTES_AGO.zh.format(minutes=minutes))
