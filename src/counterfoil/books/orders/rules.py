"""Whether a sale can be taken as it is told, by itself: ids, quantities, sums, tenders, clock. Pure.

What the shop knows is asked by `counter.checking_sales` (people) and `counter.checking_prices` (items, prices); what
the books know, by the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.books.orders.refusals import TEXTS, SaleRefusal
from counterfoil.ids import is_id
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused

LINES_MAX = 500
TENDERS_MAX = 20
TEXT_LENGTH_MAX = 300
QUANTITY_MAX = Decimal(100_000)
_QUANTITY_DIGITS_MAX = 4
#: What something may be taken off; a tip, a deposit or the postage are others' money.
DISCOUNTABLE = frozenset({LineKind.GOODS, LineKind.SERVICE})
#: Any sale of a shop is far below this, and sums of them stay far below 2^63.
AMOUNT_MINOR_MAX = 10**12

#: A till's clock may be ahead by this much; a sale that is told at once may be behind by that much, and one of a till
#: that was offline by that much.
CLOCK_AHEAD_MAX = timedelta(minutes=5)
CLOCK_BEHIND_MAX = timedelta(hours=24)
OFFLINE_MAX = timedelta(days=31)
#: Nobody promises goods for later than this.
PROMISED_MAX = timedelta(days=366)


def refused(code: SaleRefusal, **facts: object) -> Refused:
    """Make the refusal of a sale."""
    return Refused(code=code, text=TEXTS[code], facts=facts)


def check_sale(sale: Sale, *, now: datetime, offline: bool) -> Refused | None:
    """Return the first reason for which this sale cannot be taken; None where it can, as far as itself tells."""
    return next(_reasons(sale, now, CLOCK_BEHIND_MAX if not offline else OFFLINE_MAX), None)


def _reasons(sale: Sale, now: datetime, behind_max: timedelta) -> Iterator[Refused]:
    yield from _unusable_ids(sale)
    if not sale.lines:
        yield refused(SaleRefusal.NO_LINES)
    if len(sale.lines) > LINES_MAX:
        yield refused(SaleRefusal.TOO_MANY_LINES, found=len(sale.lines), allowed=LINES_MAX)
    if len(sale.tenders) > TENDERS_MAX:
        yield refused(SaleRefusal.TOO_MANY_TENDERS, found=len(sale.tenders), allowed=TENDERS_MAX)
    for line_no, line in enumerate(sale.lines, 1):
        yield from _unusable_line(line_no, line, sale.lines)
    if not 0 <= sale.total_minor <= AMOUNT_MINOR_MAX:
        yield _out_of_range("total_minor", sale.total_minor)
    if (found := sum(signed(line) for line in sale.lines)) != sale.total_minor:
        yield refused(SaleRefusal.LINES_DO_NOT_ADD_UP, found=found, expected=sale.total_minor)
    yield from _unusable_tenders(sale)
    yield from _unusable_times(sale, now, behind_max)


def _unusable_times(sale: Sale, now: datetime, behind_max: timedelta) -> Iterator[Refused]:
    promised = sale.promised_at
    for field, moment in (("placed_at", sale.placed_at), ("promised_at", promised)):
        if moment is not None and moment.tzinfo is None:
            yield refused(SaleRefusal.TIME_WITHOUT_ZONE, field=field)
            return
    if sale.placed_at > now + CLOCK_AHEAD_MAX:
        yield refused(SaleRefusal.CLOCK_AHEAD, found=sale.placed_at.isoformat(), now=now.isoformat())
    if sale.placed_at < now - behind_max:
        yield refused(SaleRefusal.CLOCK_BEHIND, found=sale.placed_at.isoformat(), now=now.isoformat())
    if promised is not None and not sale.placed_at <= promised <= sale.placed_at + PROMISED_MAX:
        yield refused(SaleRefusal.PROMISED_OUT_OF_RANGE, found=promised.isoformat())


def signed(line: Line) -> int:
    """Return what a line adds to the total, in minor units; negative for a discount."""
    return -line.amount_minor if line.line_kind is LineKind.DISCOUNT else line.amount_minor


def _unusable_ids(sale: Sale) -> Iterator[Refused]:
    named = {
        "order_id": sale.order_id,
        "store_id": sale.store_id,
        "terminal_id": sale.terminal_id,
        "operator_id": sale.operator_id,
        "request_id": sale.request_id,
        "repeat_of": sale.repeat_of,
        "customer_key": sale.customer_key,
        **{f"lines[{n}].authoriser_id": line.authoriser_id for n, line in enumerate(sale.lines)},
        **{f"tenders[{n}].payment_id": tender.payment_id for n, tender in enumerate(sale.tenders)},
    }
    for field, value in named.items():
        if value is not None and not is_id(value):
            yield refused(SaleRefusal.BAD_ID, field=field)
    # An order may be numbered by digits alone, and one number in ten checks as a card's does; these two are no numbers.
    for field, text in (("customer_key", sale.customer_key), ("sequence_no", sale.sequence_no)):
        if text is not None and holds_secret(text):
            yield refused(SaleRefusal.TEXT_HOLDS_NUMBER, field=field)
    if len({tender.payment_id for tender in sale.tenders}) < len(sale.tenders):
        yield refused(SaleRefusal.BAD_ID, field="tenders[].payment_id (twice the same)")
    if sale.sequence_no is not None and not _is_text(sale.sequence_no):
        yield refused(SaleRefusal.TEXT_UNUSABLE, field="sequence_no")


def _unusable_line(line_no: int, line: Line, lines: tuple[Line, ...]) -> Iterator[Refused]:
    for field, text in (
        *(("sku", line.sku), ("name", line.name), ("code", line.code)),
        *(("reason", line.reason), ("tax_code", line.tax_code)),
    ):
        if text is not None and not _is_text(text):
            yield refused(SaleRefusal.TEXT_UNUSABLE, field=f"lines[{line_no - 1}].{field}")
        elif text is not None and holds_secret(text):
            yield refused(SaleRefusal.TEXT_HOLDS_NUMBER, field=f"lines[{line_no - 1}].{field}")
    if not is_quantity(line.quantity):
        yield refused(SaleRefusal.QUANTITY_OUT_OF_RANGE, line_no=line_no, found=line.quantity, allowed=QUANTITY_MAX)
    for field, amount in (
        ("amount_minor", line.amount_minor),
        ("unit_price_minor", line.unit_price_minor),
        ("list_price_minor", line.list_price_minor),
        ("tax_minor", line.tax_minor),
    ):
        if amount is not None and not 0 <= amount <= AMOUNT_MINOR_MAX:
            yield _out_of_range(f"lines[{line_no - 1}].{field}", amount)
    if line.of_line_no is not None:
        yield from _odd_owner(line_no, line, line.of_line_no, lines)


def _odd_owner(line_no: int, line: Line, of: int, lines: tuple[Line, ...]) -> Iterator[Refused]:
    """Say why a line cannot belong to another one."""
    if line.line_kind is not LineKind.DISCOUNT:
        yield refused(SaleRefusal.OF_NO_LINE, line_no=line_no, of_line_no=of, kind=line.line_kind)
    elif not 1 <= of <= len(lines) or lines[of - 1].line_kind is LineKind.DISCOUNT:
        yield refused(SaleRefusal.DISCOUNT_OF_NOTHING, line_no=line_no, of_line_no=of)
    elif lines[of - 1].line_kind not in DISCOUNTABLE:
        kind = lines[of - 1].line_kind
        yield refused(SaleRefusal.NOT_DISCOUNTABLE, line_no=line_no, of_line_no=of, kind=kind)


def _unusable_tenders(sale: Sale) -> Iterator[Refused]:
    for n, tender in enumerate(sale.tenders):
        if not 0 < tender.amount_minor <= AMOUNT_MINOR_MAX:
            yield _out_of_range(f"tenders[{n}].amount_minor", tender.amount_minor)
        handed = tender.handed_minor
        if handed is not None and handed < tender.amount_minor:
            yield refused(
                SaleRefusal.CASH_HANDED_TOO_LITTLE, field=f"tenders[{n}]", found=handed, expected=tender.amount_minor
            )
        if handed is not None and handed > AMOUNT_MINOR_MAX:
            yield _out_of_range(f"tenders[{n}].handed_minor", handed)
    if (found := sum(tender.amount_minor for tender in sale.tenders)) > sale.total_minor:
        yield refused(SaleRefusal.TENDERS_EXCEED_TOTAL, found=found, expected=sale.total_minor)


def _out_of_range(field: str, found: int) -> Refused:
    return refused(SaleRefusal.AMOUNT_OUT_OF_RANGE, field=field, found=found, allowed=AMOUNT_MINOR_MAX)


def _is_text(text: str) -> bool:
    return 0 < len(text) <= TEXT_LENGTH_MAX and text.isprintable()


def is_quantity(quantity: Decimal) -> bool:
    """Say whether so much of something can be sold, or go back."""
    if not quantity.is_finite() or not 0 < quantity <= QUANTITY_MAX:
        return False
    _sign, _digits, exponent = quantity.as_tuple()
    return isinstance(exponent, int) and exponent >= -_QUANTITY_DIGITS_MAX
