"""Whether a return may be the return of an order: the caps of the rules, asked before somebody says so. Pure.

The same that the detector of orphan returns holds any return to: no more pieces come back than were sold, by the line
that the return names where it is a line of that article, else by article; and no more money than was taken. What would
only be another finding is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from counterfoil.desk.ties.refusals import TieRefusal, refused
from counterfoil.ids import OrderId
from counterfoil.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """So much of one article: of a line of an order, or of a line of a return that may name one."""

    sku: str
    quantity: Decimal
    line_no: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A return, as far as its sale has to fit."""

    return_id: str
    #: The order that it names, where that is in the books.
    known_order_id: OrderId | None
    #: The order that somebody has tied it to.
    tied_to: OrderId | None
    requested_at: datetime
    #: Minor units.
    amount_minor: int
    currency: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An order, with what was taken for it and what came back of it already, the return in question aside."""

    order_id: OrderId
    placed_at: datetime
    currency: str
    is_practice: bool
    sold: Sequence[Piece]
    back: Sequence[Piece]
    #: Minor units: approved sales less approved voids and reversals.
    taken_minor: int
    #: Minor units of other returns that are done.
    returned_minor: int
    #: Minor units of approved refunds, those of the return in question among them.
    refunded_minor: int


def why_not_of(back: Return, original: Original) -> Refused | None:
    """Return why a return is not that of an order; None where it fits."""
    order_id = original.order_id
    if back.known_order_id is not None:
        return refused(TieRefusal.HAS_ITS_ORDER, return_id=back.return_id, order_id=back.known_order_id)
    if back.tied_to is not None:
        return refused(TieRefusal.TIED_ALREADY, return_id=back.return_id, order_id=back.tied_to)
    if original.is_practice:
        return refused(TieRefusal.ORIGINAL_IS_PRACTICE, order_id=order_id)
    if back.currency != original.currency:
        return refused(
            TieRefusal.ORIGINAL_IN_OTHER_CURRENCY, order_id=order_id, asked=back.currency, found=original.currency
        )
    if original.placed_at > back.requested_at:
        return refused(TieRefusal.ORIGINAL_IS_LATER, order_id=order_id)
    return _why_not_sold(back, original) or _why_not_taken(back, original)


def _why_not_sold(back: Return, original: Original) -> Refused | None:
    sold_by_line = {(piece.sku, piece.line_no): piece.quantity for piece in original.sold}
    for piece in back.pieces:
        sold = _sum(each.quantity for each in original.sold if each.sku == piece.sku)
        if sold == 0:
            return refused(TieRefusal.NOT_SOLD_THERE, order_id=original.order_id, sku=piece.sku)
        gone = _sum(each.quantity for each in original.back if each.sku == piece.sku)
        asked = _sum(each.quantity for each in back.pieces if each.sku == piece.sku)
        no = _beyond(original, piece.sku, asked=asked, left=sold - gone)
        if no is not None:
            return no
        line = (piece.sku, piece.line_no)
        if line in sold_by_line:
            gone = _sum(each.quantity for each in original.back if (each.sku, each.line_no) == line)
            asked = _sum(each.quantity for each in back.pieces if (each.sku, each.line_no) == line)
            no = _beyond(original, piece.sku, asked=asked, left=sold_by_line[line] - gone)
            if no is not None:
                return no
    return None


def _beyond(original: Original, sku: str, *, asked: Decimal, left: Decimal) -> Refused | None:
    if asked <= left:
        return None
    found = max(left, Decimal(0))
    return refused(TieRefusal.BEYOND_SOLD, order_id=original.order_id, sku=sku, asked=f"{asked:f}", found=f"{found:f}")


def _why_not_taken(back: Return, original: Original) -> Refused | None:
    through = max(original.refunded_minor, original.returned_minor + back.amount_minor)
    if through <= original.taken_minor:
        return None
    return refused(
        TieRefusal.BEYOND_TAKEN,
        order_id=original.order_id,
        asked=through,
        found=original.taken_minor,
        currency=back.currency,
    )


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    return sum(quantities, Decimal(0))
