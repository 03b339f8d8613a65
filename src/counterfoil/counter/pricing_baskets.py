"""Prices a basket as a till has it: with weights, discounts and other prices. Sells nothing, and asks nobody's consent.

The till tells what it has rung up, the catalogue says what that costs now; what comes out are the lines of a sale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from counterfoil.books.orders.model import Line, LineEntry, Sale
from counterfoil.books.orders.rules import check_sale
from counterfoil.counter.checking_sales import check_against_shop
from counterfoil.counter.ringing_up import Counter, NotRungUp, lines_of, rounded_for_cash
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import OrderId, StaffId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.rules import WORDS as CODE_WORDS
from counterfoil.shop.catalogue.rules import CodeRefusal
from counterfoil.shop.catalogue.store import sellables
from counterfoil.shop.pricing.basket import price
from counterfoil.shop.pricing.model import Basket, BasketLine, Discount, Entry, Override, Priced
from counterfoil.shop.pricing.rules import WORDS as BASKET_WORDS
from counterfoil.shop.pricing.rules import Refused as BasketRefused

if TYPE_CHECKING:
    import sqlalchemy as sa

#: A basket by itself has no id yet; no id that is made looks like this.
_NO_ORDER = OrderId("basket")


class DiscountIn(msgspec.Struct, kw_only=True):
    """What is taken off: a share in thousandths, or an amount."""

    reason: str
    permille: int | None = None
    amount_minor: int | None = None
    authoriser_id: StaffId | None = None


class OverrideIn(msgspec.Struct, kw_only=True):
    """Another price, for a piece or a kilogram."""

    price_minor: int
    reason: str
    authoriser_id: StaffId | None = None


class BasketLineIn(msgspec.Struct, kw_only=True):
    """One line; its number is its place, from 1."""

    sku: str
    quantity: Decimal
    entry: LineEntry
    #: Of a scale's label: what was scanned, and what is printed on the piece.
    code: str | None = None
    labelled_minor: int | None = None
    override: OverrideIn | None = None
    discount: DiscountIn | None = None


class BasketIn(msgspec.Struct, kw_only=True):
    """Everything that one customer buys in one go, as a till has it."""

    lines: list[BasketLineIn]
    discount: DiscountIn | None = None

    def permille_asked(self, staff_id: StaffId) -> int:
        """Return the largest share that somebody is named for as having allowed it; 0 where it is none, or amounts."""
        discounts = [self.discount, *(line.discount for line in self.lines)]
        return max((one.permille or 0 for one in discounts if one and one.authoriser_id == staff_id), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedBasket:
    """A basket as the lines of a sale."""

    lines: tuple[Line, ...]
    total_minor: int
    tax_minor: int
    #: The same, payable in the shop's coins, where that is another total.
    cash_lines: tuple[Line, ...] | None
    cash_total_minor: int


def priced_basket(
    connection: sa.Connection, counter: Counter, told: BasketIn, *, language: Language, now: datetime
) -> PricedBasket | NotRungUp:
    """Price a basket with the prices that hold at this store now."""
    known = sellables(
        connection,
        counter.merchant.merchant_id,
        {line.sku for line in told.lines},
        price_list=counter.store.price_list,
        now=now,
    )
    missing = next((line.sku for line in told.lines if line.sku not in known), None)
    if missing is not None:
        return NotRungUp(text=CODE_WORDS[CodeRefusal.UNKNOWN], code=missing, refusal=CodeRefusal.UNKNOWN)
    lines = tuple(
        BasketLine(
            line_no=line_no,
            sellable=known[line.sku],
            quantity=line.quantity,
            entry=Entry(line.entry),
            override=_override(line.override),
            labelled_minor=line.labelled_minor,
            label=line.code,
            discount=_discount(line.discount),
        )
        for line_no, line in enumerate(told.lines, 1)
    )
    basket = Basket(
        currency=counter.merchant.currency, lines=lines, discount=_discount(told.discount), language=language
    )
    priced = price(basket)
    if isinstance(priced, BasketRefused):
        about = None if priced.line_no is None else told.lines[priced.line_no - 1].sku
        return NotRungUp(text=BASKET_WORDS[priced.refusal], code=about, refusal=priced.refusal, line_no=priced.line_no)
    return _both(counter, priced, language)


def why_not_sold(counter: Counter, shop: ShopView, priced: PricedBasket, *, now: datetime) -> Refused | None:
    """Return why these lines would not be taken as a sale of this operator now; None where they would."""
    sale = sale_of(counter, priced, now=now)
    return check_sale(sale, now=now, offline=False) or check_against_shop(sale, shop)


def sale_of(counter: Counter, priced: PricedBasket, *, now: datetime) -> Sale:
    """Lay a priced basket out as the sale that it would be, without tenders."""
    return Sale(
        order_id=_NO_ORDER,
        store_id=counter.store.store_id,
        terminal_id=counter.terminal.terminal_id,
        operator_id=counter.operator_id,
        placed_at=now,
        currency=counter.merchant.currency,
        total_minor=priced.total_minor,
        lines=priced.lines,
    )


def _both(counter: Counter, priced: Priced, language: Language) -> PricedBasket:
    rounded = rounded_for_cash(counter, priced, language)
    return PricedBasket(
        lines=_in_place(lines_of(priced)),
        total_minor=priced.total_minor,
        tax_minor=priced.tax_minor,
        cash_lines=None if rounded is priced else _in_place(lines_of(rounded)),
        cash_total_minor=rounded.total_minor,
    )


def _in_place(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Leave out what the sale does not say: an empty reason is no reason."""
    return tuple(replace(line, reason=line.reason or None) for line in lines)


def _override(told: OverrideIn | None) -> Override | None:
    if told is None:
        return None
    return Override(price_minor=told.price_minor, reason=told.reason, authoriser_id=told.authoriser_id)


def _discount(told: DiscountIn | None) -> Discount | None:
    if told is None:
        return None
    return Discount(
        permille=told.permille,
        amount_minor=told.amount_minor,
        reason=told.reason,
        authoriser_id=told.authoriser_id,
    )
