"""What an acquirer's word does to the books: one transaction for the payment, its original, its order and its slip.

Locks are taken in one order everywhere: the order, then its payments by id, then stock rows by key. A verdict is always
passed on the row as it is locked, so two answers that arrive together are taken one after the other, and the second
finds what the first has left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.ports import Answer, Decline
from counterfoil.books.payments.refunds import store as refunds
from counterfoil.books.payments.rules import Verdict, judge, judge_inquiry, judge_reversal
from counterfoil.books.payments.states import ENDS, OPEN, Event, State, advance
from counterfoil.counter.ending_orders import end_if_due, owe_slip_of
from counterfoil.counter.expiring import lose_expired, raise_denied, raise_unneeded
from counterfoil.counter.reversals import give_up, overtake_proven, reversal_of
from counterfoil.ids import MerchantId, PaymentId
from counterfoil.journal import store as journal

if TYPE_CHECKING:
    import sqlalchemy as sa

#: A cancelled payment is looked for once more after this long: an approval may have been under way.
LATE_ARRIVAL = timedelta(minutes=15)
#: Why the system reverses a sale that was approved after its end.
CAME_LATE = "approved_after_its_end"


class Source(StrEnum):
    """How an acquirer's word came."""

    ANSWER = "answer"  #: to the payment's own message
    INQUIRY = "inquiry"  #: we asked
    LATE = "late"  #: an answer that nobody waited for any more
    WEBHOOK = "webhook"
    BILL = "bill"
    REVERSAL = "reversal"  #: the answer to a reversal of it


_JUDGES: dict[Source, Callable[[Payment, Answer], Verdict]] = {
    Source.ANSWER: judge,
    Source.INQUIRY: judge_inquiry,
    Source.LATE: judge_inquiry,
    Source.WEBHOOK: judge_inquiry,
    Source.BILL: judge_inquiry,
    Source.REVERSAL: judge_reversal,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How a payment stands after an answer was taken."""

    payment: Payment
    event: Event | None
    because: str
    decline: Decline | None = None
    #: The same was asked for before, and nothing was done again.
    is_repeat: bool = False


def lock_payment(connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId) -> Payment | None:
    """Lock a payment in the order of locks: its order's row first; None where there is no such payment."""
    seen = payments.payment(connection, merchant_id, payment_id)
    if seen is None:
        return None
    if seen.order_id is not None:
        orders.locked(connection, merchant_id, seen.order_id)
        payments.of_order(connection, merchant_id, seen.order_id)
    return payments.locked(connection, merchant_id, payment_id)


def take_answer(
    connection: sa.Connection,
    merchant_id: MerchantId,
    payment_id: PaymentId,
    answer: Answer,
    *,
    source: Source,
    now: datetime,
) -> Taken:
    """Take one answer into the books. KeyError where there is no such payment."""
    payment = lock_payment(connection, merchant_id, payment_id)
    if payment is None:
        raise KeyError(payment_id)
    verdict = _JUDGES[source](payment, answer)
    if verdict.event is Event.APPROVED and payment.state is State.UNKNOWN:
        verdict = _unless_reversing(connection, payment, verdict, source)
    if verdict.event is Event.CONTRADICTED:
        verdict = _unless_excluded(connection, payment, verdict, source, now=now)
    _note(connection, payment, verdict, answer, source, now=now)
    if verdict.event is None:
        return Taken(payment=payment, event=None, because=verdict.because)
    moved = _move(connection, payment, verdict.event, answer, now=now)
    if verdict.event is Event.CONTRADICTED and payment.kind is Kind.REVERSAL and source is Source.BILL:
        # The bill is the proof itself; a reversal is not sent again to hear what it says.
        return take_answer(connection, merchant_id, payment_id, answer, source=source, now=now)
    return Taken(payment=moved, event=verdict.event, because=verdict.because, decline=answer.decline)


def settle_in_hand(connection: sa.Connection, payment: Payment, *, now: datetime) -> Taken:
    """Approve what moves in our own hands, such as cash: there is nobody to ask. The payment must be locked."""
    verdict = Verdict(event=Event.APPROVED, because="it moved in our own hands")
    _note(connection, payment, verdict, None, None, now=now)
    return Taken(
        payment=_move(connection, payment, Event.APPROVED, None, now=now), event=Event.APPROVED, because=verdict.because
    )


def withdraw(connection: sa.Connection, payment: Payment, *, now: datetime, because: str) -> Payment:
    """Take back an intent of which nothing was sent; the payment must be locked."""
    verdict = Verdict(event=Event.WITHDRAWN, because=because)
    _note(connection, payment, verdict, None, None, now=now)
    return _move(connection, payment, Event.WITHDRAWN, None, now=now)


def _unless_reversing(connection: sa.Connection, payment: Payment, verdict: Verdict, source: Source) -> Verdict:
    """Leave a payment unknown while it is being reversed: no goods and no money must move on what is being undone.

    Once its ladder has come to the end, nobody reverses it any more, and the bill decides.
    """
    if payments.open_undo(connection, payment.merchant_id, payment.payment_id) is None:
        return verdict
    if source is Source.BILL and not payments.is_driven(connection, payment):
        return verdict
    return Verdict(event=None, because="it happened, and it is being reversed")


def _unless_excluded(
    connection: sa.Connection, payment: Payment, verdict: Verdict, source: Source, *, now: datetime
) -> Verdict:
    """Let an undo or a refund stay ended where what was done since leaves no place for it; a finding says so."""
    if payment.original_payment_id is None:
        return verdict
    original = payments.locked(connection, payment.merchant_id, payment.original_payment_id)
    assert original is not None
    if payment.kind is Kind.REFUND:
        is_excluded = original.standing is not Standing.HELD
    else:
        other = payments.open_undo(connection, payment.merchant_id, original.payment_id)
        if other is not None and _is_replaced(payment, other):
            if source is not Source.BILL or other.state is not State.APPROVED:
                return Verdict(event=None, because="a newer reversal has taken its place")
            # Nothing is undone twice, and the bill names the one that did it.
            give_up(connection, other, now=now)
            return verdict
        is_refunded = original.refund_reserved_minor + original.refunded_minor > 0
        is_excluded = is_refunded or (other is not None and other.payment_id != payment.payment_id)
    if not is_excluded:
        return verdict
    raise_denied(connection, payment, original, now=now)
    return Verdict(event=None, because="the acquirer says that it happened, and what was done since excludes it")


def _is_replaced(payment: Payment, other: Payment) -> bool:
    """Say whether a reversal has a newer one."""
    return payment.kind is other.kind is Kind.REVERSAL and other.payment_id != payment.payment_id


def _move(
    connection: sa.Connection, payment: Payment, event: Event, answer: Answer | None, *, now: datetime
) -> Payment:
    state = advance(payment.state, event)
    payments.move(connection, payment, state, answer, now=now, resolve_at=_next_look(payment, state, event, now))
    moved = replace(payment, state=state)
    if state in ENDS:
        lose_expired(connection, moved, now=now)
        if payment.state is State.UNKNOWN:
            _end_reversal(connection, moved, now=now)
    if event is Event.CONTRADICTED and payment.kind is not Kind.REVERSAL:
        overtake_proven(connection, moved, now=now)
    match payment.kind:
        case Kind.SALE:
            moved = replace(moved, standing=Standing.HELD) if state is State.APPROVED else moved
            if event is Event.CONTRADICTED:
                # Everybody was told that it had failed: the customer has left, or has paid otherwise.
                reversal_of(connection, moved, reason=CAME_LATE, now=now, resolve_at=None)
        case Kind.VOID | Kind.REVERSAL:
            _undo(connection, moved, now=now)
        case Kind.REFUND:
            _refund(connection, moved, now=now)
    _move_order(connection, moved, now=now)
    return moved


def _move_order(connection: sa.Connection, moved: Payment, *, now: datetime) -> None:
    """Let the order of a payment be what its payments say by now."""
    order = None if moved.order_id is None else orders.locked(connection, moved.merchant_id, moved.order_id)
    if order is None:
        return
    raise_unneeded(connection, moved, order, now=now)
    ended = end_if_due(connection, order, now=now)
    is_voided = moved.kind is Kind.VOID and moved.state is State.APPROVED
    # An order that ends with its payment has a slip of its own.
    if is_voided and ended.state is OrderState.PAID and not ended.training:
        owe_slip_of(connection, moved, now=now)


def _next_look(payment: Payment, state: State, event: Event, now: datetime) -> datetime | None:
    if state in OPEN:
        # At once: the resolver knows the channel's ladder, and puts it off to when the next rung is due.
        return now if payment.acquirer is not None else None
    # "Reversed" is believed for now; an approval may still be under way, and the acquirer is asked once more.
    return now + LATE_ARRIVAL if event is Event.REVERSED else None


def _end_reversal(connection: sa.Connection, ended: Payment, *, now: datetime) -> None:
    """End the reversal of a payment that was decided otherwise: the payment's ladder, which drove it, is over."""
    reversal = payments.open_undo(connection, ended.merchant_id, ended.payment_id)
    if reversal is not None and reversal.kind is Kind.REVERSAL and reversal.state in OPEN:
        verdict = Verdict(event=Event.DECLINED, because=f"what it was to reverse is {ended.state}")
        _note(connection, reversal, verdict, None, None, now=now)
        _move(connection, reversal, Event.DECLINED, None, now=now)


def _undo(connection: sa.Connection, undo: Payment, *, now: datetime) -> None:
    """Let the original stand as its undo says; what was unknown is cancelled by the proof of its reversal."""
    assert undo.original_payment_id is not None
    original = payments.locked(connection, undo.merchant_id, undo.original_payment_id)
    assert original is not None
    if original.state is State.UNKNOWN and undo.state is State.APPROVED:
        verdict = Verdict(event=Event.REVERSED, because="its reversal is proven")
        _note(connection, original, verdict, None, Source.REVERSAL, now=now)
        _move(connection, original, Event.REVERSED, None, now=now)
        return
    if original.standing is None:
        return
    match undo.state:
        case State.APPROVED:
            standing = Standing.VOIDED
        case State.INTENDED:
            standing = Standing.VOID_INTENDED
        case State.UNKNOWN:
            standing = Standing.VOID_UNKNOWN
        case State.DECLINED | State.CANCELLED:
            standing = Standing.HELD
    payments.stand(connection, original, standing)


def _refund(connection: sa.Connection, refund: Payment, *, now: datetime) -> None:
    """Count what goes back of the sale and its lines; the slip of a refund is due with its approval."""
    assert refund.original_payment_id is not None
    original = payments.locked(connection, refund.merchant_id, refund.original_payment_id)
    assert original is not None
    refunds.count_refunds(connection, original)
    lines = refunds.refunded_quantities(connection, refund)
    orders.count_lines(connection, refund.merchant_id, refund.order_id, lines)
    if refund.state is State.APPROVED:
        owe_slip_of(connection, refund, now=now)


def _note(
    connection: sa.Connection,
    payment: Payment,
    verdict: Verdict,
    answer: Answer | None,
    source: Source | None,
    *,
    now: datetime,
) -> None:
    told = (
        {}
        if answer is None
        else {
            "outcome": answer.outcome,
            "decline": answer.decline,
            "response_code": answer.response_code,
            "note": answer.note or None,
            "amount_minor": answer.amount_minor,
            "acquirer_reference": answer.acquirer_reference,
        }
    )
    journal.note(
        connection,
        payment.merchant_id,
        f"payment:{payment.kind}:{verdict.event or 'heard'}",
        f"payment:{payment.payment_id}",
        occurred_at=now,
        body={"because": verdict.because, "source": source, **told},
        terminal_id=payment.terminal_id,
    )
