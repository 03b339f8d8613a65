"""Whether lines are sold as the catalogue says: as what, in whole pieces, at the listed price, for the product. Pure.

A till says what it asks; what is listed is known here. Another price than the listed one is an override and names both,
and what is taken off is a discount, a line of its own: whether somebody may do so is asked by `checking_sales`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import refused
from counterfoil.money import round_to_minor, to_major
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.listings import listed_at
from counterfoil.shop.catalogue.model import Listed, Listing, SoldBy
from counterfoil.shop.catalogue.rules import Picked

#: A weight that somebody worked out of a label's price is exact to the gram, and an amount to the minor unit.
_HALF_A_GRAM = Decimal("0.0005")
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What is known of the items of a sale."""

    items: Mapping[str, Listing]
    #: Of the store; None: the items' own prices hold there.
    price_list: str | None
    #: By line: what the scale's code means that was scanned for it.
    labels: Mapping[int, Picked] = field(default_factory=dict)


def skus_of(sale: Sale) -> frozenset[str]:
    """Return what the lines of a sale may be items by."""
    return frozenset(line.sku for line in sale.lines if _may_be_item(line))


def check_lines(sale: Sale, shelf: Shelf) -> Refused | tuple[int, ...]:
    """Return the first reason for which a line is not sold as it is told.

    Where there is none: the lines that were taken as they were told, because nobody knows any more what was listed when
    they were rung up.
    """
    as_told: list[int] = []
    for line_no, line in enumerate(sale.lines, 1):
        item = shelf.items.get(line.sku) if _may_be_item(line) else None
        if item is None and line.line_kind is not LineKind.GOODS:
            continue
        if item is None:
            return refused(SaleRefusal.UNKNOWN_ITEM, line_no=line_no, found=line.sku)
        if line.line_kind is not LineKind.GOODS and line.line_kind.value != item.kind.value:
            told, known = line.line_kind, item.kind
            return refused(SaleRefusal.OTHER_KIND, line_no=line_no, sku=line.sku, told=told, known=known)
        if item.sold_by is SoldBy.PIECE and line.quantity != line.quantity.to_integral_value():
            return refused(SaleRefusal.QUANTITY_NOT_WHOLE, line_no=line_no, sku=line.sku, found=line.quantity)
        listed = listed_at(item, shelf.price_list, sale.placed_at)
        if listed is None:
            as_told.append(line_no)
        no = _other_price(line_no, line, listed)
        price = _unit_price(line, listed)
        if no is None and price is not None and not _comes_to(line, price, item, shelf.labels.get(line_no)):
            no = _other_amount(line_no, line, price, sale.currency)
        if no is not None:
            return no
    return tuple(as_told)


def _may_be_item(line: Line) -> bool:
    """Say whether a line may sell an item: what is taken off, and what the state takes, is none, whatever its sku."""
    return line.line_kind is not LineKind.DISCOUNT and line.line_kind is not LineKind.TAX


def _other_price(line_no: int, line: Line, listed: Listed | None) -> Refused | None:
    """Say that what the till takes for the listed price is not what is listed."""
    if listed is None or listed.price_minor is None:
        return None
    told = line.unit_price_minor if line.list_price_minor is None else line.list_price_minor
    if told is None or told == listed.price_minor:
        return None
    return refused(SaleRefusal.PRICE_NOT_LISTED, line_no=line_no, sku=line.sku, told=told, known=listed.price_minor)


def _unit_price(line: Line, listed: Listed | None) -> int | None:
    """Return what a piece or a kilogram is sold at; None where only the line's amount says it."""
    if line.unit_price_minor is not None or listed is None:
        return line.unit_price_minor
    return listed.price_minor


def _comes_to(line: Line, price: int, item: Listing, label: Picked | None) -> bool:
    """Say whether a line comes to its quantity times its price, or to what a scale has printed on the piece."""
    exact = line.quantity * price
    if exact == line.amount_minor:
        return True
    if label is not None and _is_label_of(label, line):
        return True
    return item.sold_by is SoldBy.WEIGHT and abs(exact - line.amount_minor) <= _HALF + price * _HALF_A_GRAM


def _is_label_of(label: Picked, line: Line) -> bool:
    told = (line.sku, line.quantity, line.amount_minor)
    return told == (label.sellable.item.sku, label.quantity, label.labelled_minor)


def _other_amount(line_no: int, line: Line, price: int, currency: str) -> Refused:
    return refused(
        SaleRefusal.AMOUNT_NOT_PRICED,
        line_no=line_no,
        sku=line.sku,
        quantity=line.quantity,
        price=price,
        told=line.amount_minor,
        known=round_to_minor(to_major(1, currency) * line.quantity * price, currency),
    )
