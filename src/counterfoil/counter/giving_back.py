"""Money goes back at somebody's wish: who asks, who allows it by their PIN, how much, and of which lines.

Whether it is a void or a refund, and how it is sent, is `undoing`'s. The PIN is checked and nothing else.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from counterfoil.books.orders.rules import is_quantity
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.authorising import Consent
from counterfoil.counter.house import House
from counterfoil.counter.looking.store import business_date_now
from counterfoil.counter.resembling.given_back import unless_equal_went_back
from counterfoil.counter.shop_view.at_work import at_work
from counterfoil.counter.taking_answers import Taken
from counterfoil.counter.undoing import UndoOrder
from counterfoil.ids import PaymentId, StaffId, StoreId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.staff.pins import Pin

#: What a refusal shows of a quantity that is none.
_SHOWN_MAX = 32
#: Equal sales of one customer; more than this are another story.
ALSO_BACK_MAX = 20


class ConsentIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The second person, who allows it."""

    staff_id: str
    pin: str

    def __repr__(self) -> str:
        """Say who, and no more."""
        return f"ConsentIn(staff_id={self.staff_id!r})"


class LineIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How much of a line goes back."""

    line_no: int
    quantity: Decimal


class UndoIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A void or a refund; the same on every retry."""

    #: Made by whoever asks, before they ask.
    payment_id: str
    operator_id: str
    reason: str
    consent: ConsentIn
    #: None: all that is left.
    amount_minor: int | None = None
    lines: list[LineIn] = []
    #: Equal orders that went back before, where every one of them was brought back, or is another customer's.
    also_back: list[str] = []


def give_back(house: House, original: Payment, asked: UndoIn, kind: Kind | None) -> Taken | Refused:
    """Give money of a payment back, by this kind or by whichever is right now; a repeat tells how the first stands."""
    merchant_id = original.merchant_id
    if not is_id(asked.payment_id):
        return refused(PaymentRefusal.BAD_ID, field="payment_id")
    if len(asked.also_back) > ALSO_BACK_MAX or not all(is_id(order_id) for order_id in asked.also_back):
        return refused(PaymentRefusal.BAD_ID, field="also_back")
    odd = next((line for line in asked.lines if not is_quantity(line.quantity)), None)
    if odd is not None:
        return refused(PaymentRefusal.ABOVE_SOLD, line_no=odd.line_no, found=f"{odd.quantity}"[:_SHOWN_MAX])
    store_id = original.store_id or StoreId("")
    shop = house.knowledge.view(merchant_id)
    no = at_work(shop, asked.operator_id, store_id)
    if no is not None:
        return no
    assert shop is not None
    amount = _amount(house, original, asked)
    operator = StaffId(asked.operator_id)
    allowed = house.authorising.consent(
        merchant_id,
        operator,
        store_id,
        Verb.VOID if kind is Kind.VOID else Verb.REFUND,
        Consent(authoriser_id=StaffId(asked.consent.staff_id), pin=Pin(digits=asked.consent.pin), reason=asked.reason),
        amount_minor=max(amount, 0),
    )
    if isinstance(allowed, Refused):
        return allowed
    with house.database.transaction(merchant_id) as connection:
        today = business_date_now(connection, shop, store_id, house.selling.clock())
    order = UndoOrder(
        merchant_id=merchant_id,
        payment_id=PaymentId(asked.payment_id),
        original_payment_id=original.payment_id,
        amount_minor=amount,
        reason=allowed.reason,
        operator_id=operator,
        authoriser_id=allowed.authoriser_id,
        terminal_id=original.terminal_id,
        today=today,
        lines=_lines(asked.lines),
        also_back=tuple(sorted(set(asked.also_back))),
        kind=kind,
    )
    return house.undoing.undo(order, still=unless_equal_went_back(order, original, window=shop.duplicate_window))


def _amount(house: House, original: Payment, asked: UndoIn) -> int:
    """Return how much is asked for; all that is left, or what all was when the same was asked before."""
    if asked.amount_minor is not None:
        return asked.amount_minor
    with house.database.transaction(original.merchant_id) as connection:
        before = payments.payment(connection, original.merchant_id, PaymentId(asked.payment_id))
    if before is not None and before.original_payment_id == original.payment_id:
        return before.amount_minor
    return original.amount_minor - original.refunded_minor - original.refund_reserved_minor


def _lines(told: list[LineIn]) -> dict[int, Decimal]:
    """Add up what goes back of each line; one that is named twice gives back twice."""
    lines: dict[int, Decimal] = {}
    for line in told:
        lines[line.line_no] = lines.get(line.line_no, Decimal(0)) + line.quantity
    return lines
