"""Prices a basket: lines in, priced lines out. Pure, exact, and the same whatever the order of the lines.

Three sums are rounded, each once: quantity times price for each line, a discount in per mille for what it is taken off,
and a tax for all lines of its code together (half to even, `money.round_to_minor`). What is rounded for several lines
at once is parted among them by largest remainder, so that a single line can be taken back with exactly its part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.languages import Language
from counterfoil.money import round_to_minor, scale_of
from counterfoil.shop.catalogue.model import ItemKind, Tax
from counterfoil.shop.pricing.allocation import by_largest_remainder
from counterfoil.shop.pricing.model import (
    CART_DISCOUNT_SKU,
    LINE_DISCOUNT_SKU,
    OWN_LINES,
    Basket,
    BasketLine,
    Discount,
    LineKind,
    Priced,
    PricedLine,
)
from counterfoil.shop.pricing.rules import DISCOUNTABLE, BasketRefusal, Refused, refused, unit_price_of

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One line with all that is taken off it."""

    line: BasketLine
    amount_minor: int
    off_line_minor: int
    off_cart_minor: int = 0

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.off_line_minor - self.off_cart_minor


def price(basket: Basket) -> Priced | Refused:
    """Price a basket, or say why it cannot be; its lines keep their numbers, and what is added comes after."""
    flaw = refused(basket)
    if flaw is not None:
        return flaw
    lines = sorted(basket.lines, key=lambda line: line.line_no)
    parts: list[_Part] = []
    for line in (each for each in lines if each.voided_at is None):
        amount = _amount(line, basket.currency)
        off = _off(line.discount, amount, basket.currency)
        if off > amount:
            return Refused(refusal=BasketRefusal.DISCOUNT_TOO_LARGE, line_no=line.line_no)
        parts.append(_Part(line=line, amount_minor=amount, off_line_minor=off))
    shared = _with_cart_discount(parts, basket)
    if shared is None:
        return Refused(refusal=BasketRefusal.DISCOUNT_TOO_LARGE)
    taxes = _taxes(shared, basket.currency)
    return Priced(currency=basket.currency, lines=tuple(_lines(lines, shared, taxes, basket)))


def _amount(line: BasketLine, currency: str) -> int:
    if line.labelled_minor is not None and line.override is None:
        return line.labelled_minor
    unit = unit_price_of(line)
    if unit is None:
        assert line.voided_at is not None, "a line without a price is refused, unless it counts for nothing"
        return 0
    return _rounded(line.quantity * unit, currency)


def _off(discount: Discount | None, amount_minor: int, currency: str) -> int:
    if discount is None:
        return 0
    if discount.permille is None:
        assert discount.amount_minor is not None
        return discount.amount_minor
    return _rounded(Decimal(amount_minor * discount.permille).scaleb(-3), currency)


def _with_cart_discount(parts: Sequence[_Part], basket: Basket) -> tuple[_Part, ...] | None:
    """Part the cart's discount among what may be discounted; None where it is larger than that."""
    weights = [part.left_minor if part.line.sellable.item.kind in DISCOUNTABLE else 0 for part in parts]
    off = _off(basket.discount, sum(weights), basket.currency)
    if off > sum(weights):
        return None
    return tuple(
        _Part(line=part.line, amount_minor=part.amount_minor, off_line_minor=part.off_line_minor, off_cart_minor=share)
        for part, share in zip(parts, by_largest_remainder(off, weights), strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taxed:
    """One tax over all its lines."""

    tax: Tax
    amount_minor: int
    #: By the number of the line.
    shares: Mapping[int, int]


def _taxes(parts: Sequence[_Part], currency: str) -> tuple[_Taxed, ...]:
    by_code: dict[str, list[_Part]] = {}
    for part in parts:
        if part.line.sellable.tax is not None:
            by_code.setdefault(part.line.sellable.tax.tax_code, []).append(part)
    return tuple(_taxed(by_code[code], currency) for code in sorted(by_code))


def _taxed(parts: Sequence[_Part], currency: str) -> _Taxed:
    tax = parts[0].line.sellable.tax
    assert tax is not None
    assert all(part.line.sellable.tax == tax for part in parts), "one code has one rate"
    weights = [part.left_minor for part in parts]
    taxable = Decimal(sum(weights)) * tax.rate
    amount = _rounded(taxable / (1 + tax.rate) if tax.included else taxable, currency)
    shares = by_largest_remainder(amount, weights)
    return _Taxed(
        tax=tax,
        amount_minor=amount,
        shares={part.line.line_no: share for part, share in zip(parts, shares, strict=True)},
    )


def _lines(
    lines: Sequence[BasketLine], parts: Sequence[_Part], taxes: Sequence[_Taxed], basket: Basket
) -> Iterator[PricedLine]:
    """Yield the lines of the basket, then their discounts, then the taxes that are added."""
    by_no = {part.line.line_no: part for part in parts}
    tax_of = {line_no: share for taxed in taxes for line_no, share in taxed.shares.items()}
    for line in lines:
        part = by_no.get(line.line_no)
        amount = part.amount_minor if part is not None else _amount(line, basket.currency)
        yield _item_line(line, amount, tax_of.get(line.line_no), basket.language)
    next_no = max(line.line_no for line in lines) + 1
    for part in parts:
        for off, sku, discount in (
            (part.off_line_minor, LINE_DISCOUNT_SKU, part.line.discount),
            (part.off_cart_minor, CART_DISCOUNT_SKU, basket.discount),
        ):
            if off and discount is not None:
                yield _discount_line(next_no, part, off, sku, OWN_LINES[sku].to(basket.language), discount)
                next_no += 1
    for taxed in taxes:
        if taxed.amount_minor and not taxed.tax.included:
            yield _tax_line(next_no, taxed, basket.language)
            next_no += 1


def _item_line(line: BasketLine, amount_minor: int, tax_minor: int | None, language: Language) -> PricedLine:
    item, override = line.sellable.item, line.override
    return PricedLine(
        line_no=line.line_no,
        line_kind=_LINE_KINDS[item.kind],
        sku=item.sku,
        name=item.name(language),
        quantity=line.quantity,
        amount_minor=amount_minor,
        entry=line.entry,
        label=line.label if line.override is None else None,
        unit_price_minor=unit_price_of(line),
        list_price_minor=line.sellable.price_minor,
        tax_code=line.sellable.tax.tax_code if line.sellable.tax is not None else None,
        tax_minor=tax_minor,
        authoriser_id=override.authoriser_id if override is not None else None,
        reason=override.reason if override is not None else None,
        voided_at=line.voided_at,
    )


def _discount_line(line_no: int, part: _Part, off_minor: int, sku: str, name: str, discount: Discount) -> PricedLine:
    return PricedLine(
        line_no=line_no,
        line_kind=LineKind.DISCOUNT,
        sku=sku,
        name=name,
        quantity=_ONE,
        amount_minor=off_minor,
        of_line_no=part.line.line_no,
        authoriser_id=discount.authoriser_id,
        reason=discount.reason,
    )


def _tax_line(line_no: int, taxed: _Taxed, language: Language) -> PricedLine:
    first, second = taxed.tax.name_en, taxed.tax.name_zh
    if language is Language.ZH:
        first, second = second, first
    return PricedLine(
        line_no=line_no,
        line_kind=LineKind.TAX,
        sku=taxed.tax.tax_code,
        name=first or second or taxed.tax.tax_code,
        quantity=_ONE,
        amount_minor=taxed.amount_minor,
        tax_code=taxed.tax.tax_code,
    )


_LINE_KINDS: Mapping[ItemKind, LineKind] = {kind: LineKind(kind.value) for kind in ItemKind}


def _rounded(minor: Decimal, currency: str) -> int:
    return round_to_minor(minor.scaleb(-scale_of(currency)), currency)
