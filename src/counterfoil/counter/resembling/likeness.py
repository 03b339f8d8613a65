"""What makes two sales look alike, and when that is worth a question to the cashier. Pure.

A likeness is a question, never a refusal: the answer "a genuine repeat" travels with the sale as `repeat_of`, and the
rules leave such a pair alone afterwards (requirement D2; field case 22).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    mine = _as_recent(sale, instrument_keys)
    known = {sale.order_id, sale.repeat_of}
    alike = [one for one in recent if one.order_id not in known and is_alike(mine, one)]
    alike.sort(key=lambda one: (abs(sale.placed_at - one.placed_at), one.order_id))
    return [_said(mine, one, in_common(mine, one)) for one in alike]


def is_alike(mine: Recent, one: Recent) -> bool:
    """Say whether an order may be another one entered twice, as far as the two of them show it."""
    reasons = in_common(mine, one)
    if reasons & {Reason.SAME_CUSTOMER, Reason.SAME_INSTRUMENT}:
        return Reason.SAME_GOODS in reasons
    other_customer = None not in {mine.customer_key, one.customer_key}
    near = abs(mine.placed_at - one.placed_at) <= ANONYMOUS_WINDOW
    return near and not other_customer and {Reason.SAME_GOODS, Reason.SAME_TERMINAL} <= reasons


def in_common(mine: Recent, one: Recent) -> frozenset[Reason]:
    """Return what two orders have in common."""
    held = {
        Reason.SAME_CUSTOMER: mine.customer_key is not None and mine.customer_key == one.customer_key,
        Reason.SAME_INSTRUMENT: bool(mine.instrument_keys & one.instrument_keys),
        Reason.SAME_GOODS: mine.basket == one.basket,
        Reason.SAME_TOTAL: mine.total_minor == one.total_minor,
        Reason.SAME_TERMINAL: mine.terminal_id == one.terminal_id,
    }
    return frozenset(reason for reason, holds in held.items() if holds)


def _as_recent(sale: Sale, instrument_keys: frozenset[str]) -> Recent:
    return Recent(
        order_id=sale.order_id,
        terminal_id=sale.terminal_id,
        placed_at=sale.placed_at,
        state="open",
        total_minor=sale.total_minor,
        currency=sale.currency,
        customer_key=sale.customer_key,
        instrument_keys=instrument_keys,
        basket=tuple(sorted((line.sku, line.quantity, line.amount_minor) for line in sale.lines)),
    )


def _said(mine: Recent, one: Recent, reasons: frozenset[Reason]) -> Resemblance:
    number, age = number_of(one.order_id, one.placed_at), _age(abs(mine.placed_at - one.placed_at))
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
