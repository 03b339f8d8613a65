"""Baskets for tests: by hand, and drawn up by Hypothesis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from counterfoil.languages import Language
from counterfoil.shop.catalogue.model import Item, ItemKind, Sellable, SoldBy, Tax
from counterfoil.shop.pricing.basket import price
from counterfoil.shop.pricing.model import Basket, BasketLine, Discount, Override, Priced, PricedLine

from .stage import NOW

VAT = Tax(tax_code="vat13", name_en="VAT", name_zh="增值税", rate=Decimal("0.13"), included=True)
SALES = Tax(tax_code="sales", name_en="Sales tax", name_zh="销售税", rate=Decimal("0.08875"), included=False)


def sold(price_minor: int | None = 1_000, tax: Tax | None = None, **more: object) -> Sellable:
    item = replace(Item(sku="tea", name_en="Tea", name_zh="茶", price_minor=price_minor), **more)  # type: ignore[arg-type]  # a test's own words
    return Sellable(item=item, tax=tax, price_minor=price_minor)


def line(line_no: int, what: Sellable, quantity: str = "1", **more: object) -> BasketLine:
    made = BasketLine(line_no=line_no, sellable=what, quantity=Decimal(quantity))
    return replace(made, **more)  # type: ignore[arg-type]  # a test's own words


def basket(*lines: BasketLine, discount: Discount | None = None, currency: str = "CNY") -> Basket:
    return Basket(currency=currency, lines=lines, discount=discount)


def priced(*lines: BasketLine, discount: Discount | None = None, currency: str = "CNY") -> Priced:
    answer = price(basket(*lines, discount=discount, currency=currency))
    assert isinstance(answer, Priced), answer
    return answer


def told(lines: Iterable[PricedLine]) -> list[str]:
    return [f"{each.line_no} {each.line_kind} {each.amount_minor} tax {each.tax_minor}" for each in lines]


DISCOUNTS = st.one_of(
    st.none(),
    st.builds(Discount, permille=st.integers(1, 1000)),
    st.builds(Discount, amount_minor=st.integers(1, 5_000)),
)
WEIGHTS = st.integers(1, 99_999).map(lambda grams: Decimal(grams) / 1000)
PIECES = st.integers(1, 40).map(Decimal)


@st.composite
def lines(draw: st.DrawFn, line_no: int) -> BasketLine:
    by_weight = draw(st.booleans())
    kind = draw(st.sampled_from(ItemKind))
    item = Item(
        sku=draw(st.sampled_from(["tea", "rice", "soap"])),
        name_en="Something",
        name_zh=None,
        kind=kind,
        sold_by=SoldBy.WEIGHT if by_weight else SoldBy.PIECE,
    )
    tax = draw(st.sampled_from([None, VAT, SALES]))
    discount = draw(DISCOUNTS) if kind in {ItemKind.GOODS, ItemKind.SERVICE} else None
    return BasketLine(
        line_no=line_no,
        sellable=Sellable(item=item, tax=tax, price_minor=draw(st.integers(0, 20_000))),
        quantity=draw(WEIGHTS if by_weight else PIECES),
        override=draw(st.none() | st.builds(Override, price_minor=st.integers(0, 20_000))),
        labelled_minor=draw(st.none() | st.integers(0, 9_999)) if by_weight else None,
        discount=discount,
        voided_at=draw(st.sampled_from([None, None, None, NOW])),
    )


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    count = draw(st.integers(1, 8))
    return Basket(
        currency=draw(st.sampled_from(["CNY", "JPY", "KWD", "CHF"])),
        lines=tuple(draw(lines(number)) for number in range(1, count + 1)),
        discount=draw(DISCOUNTS),
        language=draw(st.sampled_from(Language)),
    )
