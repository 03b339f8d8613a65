"""Lays a slip out: from an order as the books have it to what stands on paper. Pure.

Nothing is reckoned that the books do not hold: a price for a piece is shown where it comes to the amount of its line,
and a tax where every line of its code says what it contains. The rows of payments, less the change, sum to the total,
unless money went back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from counterfoil.books.orders.model import LineKind
from counterfoil.books.payments.model import Kind, Tender
from counterfoil.books.payments.states import State
from counterfoil.counter.looking.store import LineSeen, LineTax, OrderSeen, PaymentSeen
from counterfoil.counter.paper.model import Paper, Place, Row
from counterfoil.counter.paper.numbers import number_of
from counterfoil.counter.paper.words import BACK, CHANGE, OF_WHICH_TAX, STATES, TENDERS
from counterfoil.ids import OrderId
from counterfoil.languages import Language
from counterfoil.shop.catalogue.model import SoldBy
from counterfoil.shop.pricing.line_names import LineNames

#: What is counted or weighed.
_COUNTED = frozenset({LineKind.GOODS, LineKind.SERVICE})
#: No money moved by it, or none that stayed where it went.
_NOTHING = frozenset({State.DECLINED, State.CANCELLED})
#: A line is rounded once, and a scale rounds by itself.
_ROUNDING_MINOR = 1


def paper_of(order: OrderSeen, place: Place, language: Language, names: LineNames) -> Paper:
    """Return what stands on the slip of an order now, its goods called by the names of today in a language."""
    lines = [line for line in order.lines if line.voided_at is None]
    return Paper(
        number=number_of(OrderId(order.order_id), order.placed_at),
        place=place,
        placed_at=order.placed_at,
        currency=order.currency,
        lines=(
            *(_sold(line, language, names) for line in lines if not _is_discount(line)),
            *_taken_off(lines, language, names),
        ),
        total_minor=order.total_minor,
        paid=(*_paid(order.payments, language), *_change(order.payments, language)),
        taxes=tuple(_contained(lines, language)),
    )


def _is_discount(line: LineSeen) -> bool:
    return line.line_kind == LineKind.DISCOUNT


def _sold(line: LineSeen, language: Language, names: LineNames) -> Row:
    called = names.told(line.line_kind, line.sku, line.name, language)
    name = called.name
    if line.line_kind not in _COUNTED:
        label = _with_rate(name, line.tax) if line.line_kind == LineKind.TAX and line.tax is not None else name
        return Row(label=label, amount_minor=line.amount_minor, sold_as=called.sold_as)
    is_weighed = line.sold_by == SoldBy.WEIGHT or line.quantity % 1 != 0
    return Row(
        label=name,
        amount_minor=line.amount_minor,
        quantity=_trimmed(line.quantity),
        is_weighed=is_weighed,
        unit_price_minor=_unit_price(line) if is_weighed or line.quantity != 1 else None,
        sold_as=called.sold_as,
    )


def _unit_price(line: LineSeen) -> int | None:
    """Return what a piece or a kilogram costs; None where the books do not say, or say what does not come to the line.

    A line without its price may have been sold at any; one that divides into whole minor units was sold at that.
    """
    if line.unit_price_minor is None:
        if line.quantity <= 0 or line.quantity % 1 or line.amount_minor % int(line.quantity):
            return None
        return line.amount_minor // int(line.quantity)
    asked = line.quantity * line.unit_price_minor
    return line.unit_price_minor if abs(asked - line.amount_minor) <= _ROUNDING_MINOR else None


def _taken_off(lines: Sequence[LineSeen], language: Language, names: LineNames) -> Iterator[Row]:
    """What is taken off the whole sale is parted among its lines in the books, and one sum for people."""
    sums: dict[str, int] = {}
    for line in filter(_is_discount, lines):
        name = names.told(line.line_kind, line.sku, line.name, language).name
        sums[name] = sums.get(name, 0) + line.amount_minor
    for name, minor in sums.items():
        yield Row(label=name, amount_minor=-minor)


def _contained(lines: Sequence[LineSeen], language: Language) -> Iterator[Row]:
    """Yield the taxes that amounts contain; a tax that was added stands among the lines."""
    added = {name for line in lines if line.line_kind == LineKind.TAX for name in (line.sku, _code(line))}
    by_code: dict[str, list[LineTax]] = {}
    for line in lines:
        if line.tax is not None and line.tax.tax_code not in added:
            by_code.setdefault(line.tax.tax_code, []).append(line.tax)
    for taxes in by_code.values():
        known = [tax.amount_minor for tax in taxes if tax.amount_minor is not None]
        contained: int = sum(known)
        # Part of a tax is no tax of a rate.
        if contained and len(known) == len(taxes):
            label = OF_WHICH_TAX.to(language, tax=_with_rate(_name_of(taxes[0], language), taxes[0]))
            yield Row(label=label, amount_minor=contained)


def _code(line: LineSeen) -> str | None:
    return None if line.tax is None else line.tax.tax_code


def _name_of(tax: LineTax, language: Language) -> str:
    first, second = (tax.name_zh, tax.name_en) if language is Language.ZH else (tax.name_en, tax.name_zh)
    return first or second or tax.tax_code


def _with_rate(name: str, tax: LineTax) -> str:
    """Return a tax with its rate; many are called by it already."""
    if tax.rate is None:
        return name
    rate = _trimmed(tax.rate * 100) + "%"
    return name if rate in name.replace(" ", "") else f"{name} {rate}"


def _paid(payments: Sequence[PaymentSeen], language: Language) -> Iterator[Row]:
    """Yield the payments that were kept or given back; cash as it was handed over."""
    # Of a sale or of what gave it back: what never happened moves nothing, and neither does the proof of that.
    never = {paid.payment_id for paid in payments if paid.state in _NOTHING}
    for paid in payments:
        if paid.state in _NOTHING or paid.original_payment_id in never or _is_open_reversal(paid):
            continue
        minor = paid.amount_minor + _change_of(paid) if paid.kind == Kind.SALE else -paid.amount_minor
        yield Row(label=_tender(paid, language), amount_minor=minor)


def _is_open_reversal(paid: PaymentSeen) -> bool:
    """Say whether it undoes what nobody knows yet: until that is known, it is no money given back."""
    return paid.kind == Kind.REVERSAL and paid.state != State.APPROVED


def _tender(paid: PaymentSeen, language: Language) -> str:
    label = TENDERS[paid.tender].to(language) + (f" ****{paid.instrument_tail}" if paid.instrument_tail else "")
    if paid.kind != Kind.SALE:
        label += BACK.to(language)
    if paid.state in STATES:
        label += STATES[paid.state].to(language)
    return label


def _change(payments: Sequence[PaymentSeen], language: Language) -> Iterator[Row]:
    """Yield what went back to the customer at once, of cash that was handed over."""
    change = sum(_change_of(paid) for paid in payments if paid.kind == Kind.SALE and paid.state not in _NOTHING)
    if change:
        yield Row(label=CHANGE.to(language), amount_minor=change)


def _change_of(paid: PaymentSeen) -> int:
    if paid.tender != Tender.CASH or paid.tendered_minor is None:
        return 0
    return max(paid.tendered_minor - paid.amount_minor, 0)


def _trimmed(figure: Decimal) -> str:
    """Return a figure without the zeros that the books keep behind it."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
