"""Gives money back: a void before settlement, a refund after it. Each is intended and durable before it is sent.

Two people are needed: who asks, and who allows it with a reason and a PIN (checked before this, at the door). What is
refunded is set aside when it is intended, on the row that the database guards, so no two refunds can spend it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.rules import LINES_MAX, is_quantity
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.refunds import store as refunds
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import UndoWish, refused, undo_kind, why_no_undo
from counterfoil.books.payments.states import State
from counterfoil.counter.acquiring import Acquirers, patience_with, why_no_channel
from counterfoil.counter.charging import Charging
from counterfoil.counter.closing.store import open_date
from counterfoil.counter.taking_answers import Taken, lock_payment, settle_in_hand
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, PaymentId, StaffId, TerminalId
from counterfoil.journal import store as journal
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa

#: Says why money goes back no more, once the day is kept; locks what it judges by, orders first, each by id.
Judge = Callable[["sa.Connection"], "Refused | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoOrder:
    """What somebody asks for; the same on every retry."""

    merchant_id: MerchantId
    #: Made by whoever asks, before they ask.
    payment_id: PaymentId
    original_payment_id: PaymentId
    amount_minor: int
    reason: str
    operator_id: StaffId
    authoriser_id: StaffId | None
    terminal_id: TerminalId | None
    #: The business date on which it is asked for.
    today: date
    #: How much of which line goes back; the books keep each within what was sold.
    lines: Mapping[int, Decimal]
    #: Equal orders that went back before, of which somebody says that this one goes back all the same.
    also_back: tuple[str, ...] = ()
    #: None: whichever is right by the settlement; else only this kind will do.
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """Voids and refunds; one for a process, used by many threads."""

    database: Database
    acquirers: Acquirers
    charging: Charging
    clock: Callable[[], datetime]

    def undo(self, asked: UndoOrder, *, still: Judge | None = None) -> Taken | Refused:
        """Give money back and return how that stands; a repeat of the same order returns how the first one stands.

        `still`: what else must be so in the moment in which it is intended.
        """
        try:
            with self.database.transaction(asked.merchant_id) as connection:
                today = _open_date(connection, asked)
                no = None if still is None else still(connection)
                original = lock_payment(connection, asked.merchant_id, asked.original_payment_id)
                there = payments.payment(connection, asked.merchant_id, asked.payment_id)
                if there is not None:
                    # Whoever asked first sent it, or the resolver asks for it: it is never sent a second time.
                    return _as_before(connection, there, asked)
                if no is not None:
                    return no
                intended = self._intend(connection, replace(asked, today=today), original)
                if isinstance(intended, Refused):
                    return intended
                if intended.acquirer is None:
                    return settle_in_hand(connection, intended, now=self.clock())
        except _TakenBack as taken_back:
            return taken_back.refused
        return self.charging.send_intended(asked.merchant_id, asked.payment_id)

    def _intend(self, connection: sa.Connection, asked: UndoOrder, original: Payment | None) -> Payment | Refused:
        if original is None:
            return refused(PaymentRefusal.NO_SUCH_PAYMENT, payment_id=asked.original_payment_id)
        wish = UndoWish(
            amount_minor=asked.amount_minor,
            reason=asked.reason,
            operator_id=asked.operator_id,
            authoriser_id=asked.authoriser_id,
        )
        no = why_no_undo(original, wish) or why_no_channel(
            self.acquirers, original.merchant_id, original.acquirer, original.payment_id
        )
        if no is not None:
            return no
        kind = undo_kind(
            original,
            wish,
            today=asked.today,
            batch_is_open=payments.batch_is_open(connection, original),
            can_void=self._can_void(original),
        )
        if asked.kind is not None and asked.kind is not kind:
            return refused(PaymentRefusal.NOT_THIS_KIND, payment_id=original.payment_id, asked=asked.kind, right=kind)
        return self._write(connection, asked, original, kind)

    def _write(self, connection: sa.Connection, asked: UndoOrder, original: Payment, kind: Kind) -> Payment | Refused:
        now = self.clock()
        payment = _payment_of(asked, original, kind, now)
        if original.stan is not None and original.terminal_id is not None:
            stan = payments.next_stan(connection, asked.merchant_id, original.terminal_id)
            payment = _payment_of(asked, original, kind, now, stan=stan)
        if kind is Kind.REFUND:
            refunds.reserve(connection, original, asked.amount_minor)
            if asked.lines and _is_open(connection, original):
                raise _TakenBack(refused(PaymentRefusal.GOODS_NOT_SOLD, order_id=original.order_id))
            above = _odd_line(asked.lines)
            if above is None:
                above = orders.reserve_lines(connection, asked.merchant_id, original.order_id, asked.lines)
            if above is not None:
                raise _TakenBack(refused(PaymentRefusal.ABOVE_SOLD, line_no=above, found=asked.lines[above]))
        else:
            payments.stand(connection, original, Standing.VOID_INTENDED)
        resolve_at = None if payment.acquirer is None else now + patience_with(self.acquirers, payment)
        made = payments.intend(connection, payment, resolve_at=resolve_at)
        if not made:
            # An undo of another payment took the id in this very moment.
            raise _TakenBack(refused(PaymentRefusal.ID_TAKEN, payment_id=asked.payment_id))
        if kind is Kind.REFUND:
            refunds.write_refund_lines(connection, payment, asked.lines)
        journal.note(
            connection,
            asked.merchant_id,
            f"payment:{kind}:intended",
            f"payment:{payment.payment_id}",
            occurred_at=now,
            body={
                "of": original.payment_id,
                "amount_minor": asked.amount_minor,
                "reason": asked.reason,
                "authoriser_id": asked.authoriser_id,
                "lines": {str(line_no): str(quantity) for line_no, quantity in asked.lines.items()} or None,
                "also_back": list(asked.also_back) or None,
            },
            actor_id=asked.operator_id,
            terminal_id=asked.terminal_id,
        )
        return payment

    def _can_void(self, original: Payment) -> bool:
        return original.acquirer is None or self.acquirers.named(original.merchant_id, original.acquirer).can_void


class _TakenBack(Exception):
    """The transaction is rolled back, and this is why."""

    def __init__(self, why: Refused) -> None:
        self.refused = why
        super().__init__(why.code)


def _payment_of(asked: UndoOrder, original: Payment, kind: Kind, now: datetime, *, stan: str | None = None) -> Payment:
    return Payment(
        merchant_id=asked.merchant_id,
        payment_id=asked.payment_id,
        kind=kind,
        tender=original.tender,
        amount_minor=asked.amount_minor,
        currency=original.currency,
        state=State.INTENDED,
        occurred_at=now,
        order_id=original.order_id,
        store_id=original.store_id,
        terminal_id=original.terminal_id,
        operator_id=asked.operator_id,
        authoriser_id=asked.authoriser_id,
        original_payment_id=original.payment_id,
        acquirer=original.acquirer,
        business_date=asked.today,
        reason=asked.reason,
        stan=stan,
        instrument_key=original.instrument_key,
        instrument_tail=original.instrument_tail,
    )


def _open_date(connection: sa.Connection, asked: UndoOrder) -> date:
    """Keep the day on which money goes back from being closed meanwhile; a closed one moves it on."""
    seen = payments.payment(connection, asked.merchant_id, asked.original_payment_id)
    if seen is None or seen.store_id is None:
        return asked.today
    return open_date(connection, asked.merchant_id, seen.store_id, asked.today)


def _is_open(connection: sa.Connection, original: Payment) -> bool:
    """Say whether the sale of a payment is not paid in full; its row is locked already."""
    if original.order_id is None:
        return False
    order = orders.locked(connection, original.merchant_id, original.order_id)
    return order is not None and order.state is OrderState.OPEN


def _odd_line(lines: Mapping[int, Decimal]) -> int | None:
    """Return the first line that cannot be, or of which no such quantity can go back."""
    return next((line_no for line_no, quantity in sorted(lines.items()) if _is_odd(line_no, quantity)), None)


def _is_odd(line_no: int, quantity: Decimal) -> bool:
    return not 1 <= line_no <= LINES_MAX or not is_quantity(quantity)


def _as_before(connection: sa.Connection, there: Payment, asked: UndoOrder) -> Taken | Refused:
    same = (
        there.original_payment_id == asked.original_payment_id
        and there.amount_minor == asked.amount_minor
        and asked.kind in {None, there.kind}
        and (there.kind is not Kind.REFUND or refunds.refund_lines(connection, there) == asked.lines)
    )
    if not same:
        return refused(PaymentRefusal.ID_TAKEN, payment_id=asked.payment_id)
    return Taken(payment=there, event=None, because="it was asked for before", is_repeat=True)
