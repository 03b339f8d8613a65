"""Rings goods up: from codes and quantities to a priced sale, as the shop's catalogue says now. Sells nothing.

Every till of ours prices a basket by the same rules; this is where they meet the catalogue of a store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.books.orders.model import Line, LineEntry, LineKind
from counterfoil.ids import MerchantId, StaffId, TerminalId
from counterfoil.languages import Language, Text
from counterfoil.shop.catalogue.rules import WORDS as CODE_WORDS
from counterfoil.shop.catalogue.rules import CodeRefusal
from counterfoil.shop.catalogue.store import pick_code
from counterfoil.shop.merchants.model import Merchant, Store, Terminal
from counterfoil.shop.merchants.store import merchant, store, terminal
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.pricing.basket import price
from counterfoil.shop.pricing.cash import cash_rounding_line, cash_step
from counterfoil.shop.pricing.model import Basket, BasketLine, Entry, Priced, PricedLine
from counterfoil.shop.pricing.rules import WORDS as BASKET_WORDS
from counterfoil.shop.pricing.rules import BasketRefusal, Refused

if TYPE_CHECKING:
    import sqlalchemy as sa


_ONE_PIECE = Text(
    en="The label says the price of one piece: scan the label of each.", zh="标签只对应一件的价格：请逐件扫描。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One code that was entered, and how much of it."""

    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where it is rung up, and by whom."""

    merchant: Merchant
    store: Store
    terminal: Terminal
    operator_id: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRungUp:
    """Why goods cannot be rung up."""

    text: Text
    #: The code that it is about; None: the basket as a whole.
    code: str | None = None
    #: Its name, and the line that it is about, where a basket was priced.
    refusal: BasketRefusal | CodeRefusal | None = None
    line_no: int | None = None


def counter_at(
    connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId, operator_id: StaffId
) -> Counter | None:
    """Return the counter of a terminal; None where there is no such merchant or terminal."""
    whose, device = merchant(connection, merchant_id), terminal(connection, merchant_id, terminal_id)
    place = None if device is None else store(connection, merchant_id, device.store_id)
    if whose is None or device is None or place is None:
        return None
    return Counter(merchant=whose, store=place, terminal=device, operator_id=operator_id)


def ring_up(
    connection: sa.Connection, counter: Counter, wanted: Sequence[Wanted], *, language: Language, now: datetime
) -> Priced | NotRungUp:
    """Price what is wanted with the prices that hold at this store now."""
    merchant_id = counter.merchant.merchant_id
    patterns = policy_at(connection, merchant_id, now).scale_codes
    lines: list[BasketLine] = []
    for line_no, each in enumerate(wanted, start=1):
        picked = pick_code(
            connection, merchant_id, each.code, patterns=patterns, price_list=counter.store.price_list, now=now
        )
        if isinstance(picked, CodeRefusal):
            return NotRungUp(text=CODE_WORDS[picked], code=each.code)
        is_labelled = picked.labelled_minor is not None
        if is_labelled and each.quantity != 1:
            return NotRungUp(text=_ONE_PIECE, code=each.code)
        lines.append(
            BasketLine(
                line_no=line_no,
                sellable=picked.sellable,
                quantity=picked.quantity * each.quantity,
                entry=Entry.KEYED,
                labelled_minor=picked.labelled_minor,
                label=each.code if is_labelled else None,
            )
        )
    priced = price(Basket(currency=counter.merchant.currency, lines=tuple(lines), language=language))
    if isinstance(priced, Refused):
        about = None if priced.line_no is None else wanted[priced.line_no - 1].code
        return NotRungUp(text=BASKET_WORDS[priced.refusal], code=about)
    return priced


def rounded_for_cash(counter: Counter, priced: Priced, language: Language) -> Priced:
    """Make the total payable in the shop's coins."""
    step = cash_step(counter.merchant.currency, counter.merchant.cash_step_minor)
    more = cash_rounding_line(priced.total_minor, step, line_no=len(priced.lines) + 1, language=language)
    return priced if more is None else Priced(currency=priced.currency, lines=(*priced.lines, more))


def lines_of(priced: Priced) -> tuple[Line, ...]:
    """Return the lines of a sale as the orders book takes them."""
    return tuple(_line(line) for line in priced.lines)


def _line(line: PricedLine) -> Line:
    return Line(
        sku=line.sku,
        quantity=line.quantity,
        amount_minor=line.amount_minor,
        line_kind=LineKind(line.line_kind),
        name=line.name,
        entry=None if line.entry is None else LineEntry(line.entry),
        code=line.label,
        unit_price_minor=line.unit_price_minor,
        list_price_minor=line.list_price_minor,
        tax_code=line.tax_code,
        tax_minor=line.tax_minor,
        of_line_no=line.of_line_no,
        authoriser_id=line.authoriser_id,
        reason=line.reason,
    )
