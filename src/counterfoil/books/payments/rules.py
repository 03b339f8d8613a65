"""What an acquirer's word does to a payment, whether it may be undone or refunded, and by what. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.books.payments.refusals import TEXTS, PaymentRefusal
from counterfoil.books.payments.states import ENDS, Event, State
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one answer means for one payment."""

    #: None: it changes nothing (it says again what is known, or nothing).
    event: Event | None
    #: Why, in one English sentence, for the journal.
    because: str


def judge(payment: Payment, answer: Answer) -> Verdict:
    """Say what the answer to a payment's own message does to it: to the first send, or to a later one under its id."""
    match answer.outcome:
        case Outcome.APPROVED:
            if answer.amount_minor is not None and answer.amount_minor != payment.amount_minor:
                return _silent(payment, "approved for another amount, which cannot be believed")
            return _approved(payment)
        case Outcome.DECLINED:
            return _declined(payment, answer)
        case Outcome.NOT_SENT:
            return (
                _declined(payment, answer) if payment.state is State.INTENDED else _silent(payment, "it was not sent")
            )
        case Outcome.PENDING:
            return _silent(payment, "the acquirer has not decided")
        case Outcome.NOT_FOUND:
            return _silent(payment, "the acquirer does not know of it, and it may still be under way")
        case Outcome.UNKNOWN:
            return _silent(payment, answer.note or "no answer")
    assert_never(answer.outcome)


def judge_inquiry(payment: Payment, answer: Answer) -> Verdict:
    """Say what an inquiry, a webhook or a bill that tells of a payment does to it; an end may be contradicted."""
    if answer.outcome is Outcome.APPROVED and payment.state in {State.DECLINED, State.CANCELLED}:
        return Verdict(event=Event.CONTRADICTED, because="the acquirer says that it happened")
    if answer.outcome is Outcome.DECLINED and payment.state is State.APPROVED:
        return Verdict(event=None, because="a decline after an approval is for the bill to decide")
    if answer.outcome is Outcome.NOT_SENT:
        return Verdict(event=None, because="the question was not sent")
    return judge(payment, answer)


def judge_reversal(payment: Payment, answer: Answer) -> Verdict:
    """Say what the answer to a reversal does to the payment that it reverses.

    "Nothing there to reverse" counts as reversed: what could still arrive late is looked for again, and in the bill.
    """
    nothing_there = answer.outcome is Outcome.DECLINED and answer.decline in {
        Decline.ORIGINAL_NOT_FOUND,
        Decline.ALREADY_UNDONE,
    }
    if payment.state is State.UNKNOWN and (answer.outcome is Outcome.APPROVED or nothing_there):
        return Verdict(event=Event.REVERSED, because="its reversal is proven")
    return Verdict(event=None, because=answer.note or "its reversal is not proven")


def _approved(payment: Payment) -> Verdict:
    if payment.state in ENDS:
        contradicted = payment.state is not State.APPROVED
        return Verdict(
            event=Event.CONTRADICTED if contradicted else None,
            because="the acquirer says that it happened" if contradicted else "approved, as is known",
        )
    return Verdict(event=Event.APPROVED, because="the acquirer approved it")


def _declined(payment: Payment, answer: Answer) -> Verdict:
    if payment.state in ENDS:
        return Verdict(event=None, because="a decline of what has ended changes nothing")
    if answer.decline is Decline.DUPLICATE:
        # The first of the two may have been approved: that this one was refused says nothing about it.
        return _silent(payment, "the acquirer calls it a duplicate of an earlier message")
    if payment.kind.is_undo and answer.decline is Decline.ALREADY_UNDONE:
        # What it wants is so, by an earlier send of it or by somebody else's undo; there is nothing left to undo.
        return Verdict(event=Event.APPROVED, because="the acquirer says that it is undone already")
    if payment.kind is Kind.REFUND and payment.state is State.UNKNOWN and answer.decline in _PERHAPS_BY_ITSELF:
        return _silent(payment, "refused, perhaps because an earlier send of it was done")
    return Verdict(event=Event.DECLINED, because=answer.note or "the acquirer declined it")


#: A refund that is sent again may be refused because it was done the first time.
_PERHAPS_BY_ITSELF = frozenset({Decline.ALREADY_UNDONE, Decline.REFUND_TOO_LARGE})


def _silent(payment: Payment, because: str) -> Verdict:
    return Verdict(event=None if payment.state in ENDS else Event.SILENT, because=because)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoWish:
    """Somebody wants a payment undone or refunded."""

    amount_minor: int
    reason: str | None
    operator_id: str | None
    authoriser_id: str | None


def why_no_undo(payment: Payment, wish: UndoWish) -> Refused | None:
    """Return why this payment can be neither voided nor refunded now; None where it can. In order of precedence."""
    if payment.kind is not Kind.SALE:
        return refused(PaymentRefusal.NOT_A_SALE, payment_id=payment.payment_id, kind=payment.kind)
    match payment.state:
        case State.INTENDED | State.UNKNOWN:
            return refused(PaymentRefusal.OUTCOME_UNKNOWN, payment_id=payment.payment_id)
        case State.DECLINED | State.CANCELLED:
            return refused(PaymentRefusal.NOTHING_TAKEN, payment_id=payment.payment_id)
        case State.APPROVED:
            return _why_not_now(payment, wish)
    assert_never(payment.state)


def _why_not_now(payment: Payment, wish: UndoWish) -> Refused | None:
    if payment.standing is Standing.VOIDED:
        return refused(PaymentRefusal.ALREADY_VOIDED, payment_id=payment.payment_id)
    if payment.standing in {Standing.VOID_INTENDED, Standing.VOID_UNKNOWN}:
        return refused(PaymentRefusal.VOID_UNDER_WAY, payment_id=payment.payment_id)
    if not (wish.reason or "").strip():
        return refused(PaymentRefusal.REASON_MISSING)
    if holds_secret(wish.reason or ""):
        return refused(PaymentRefusal.REASON_HOLDS_NUMBER)
    if wish.authoriser_id is None or wish.authoriser_id == wish.operator_id:
        return refused(PaymentRefusal.SECOND_PERSON_MISSING)
    left = payment.amount_minor - payment.refunded_minor - payment.refund_reserved_minor
    if wish.amount_minor <= 0 < left:
        return refused(PaymentRefusal.NOT_POSITIVE, field="amount_minor", found=wish.amount_minor)
    if not 0 < wish.amount_minor <= left:
        return refused(PaymentRefusal.ABOVE_CAPTURE, found=wish.amount_minor, left=max(left, 0))
    return None


def undo_kind(payment: Payment, wish: UndoWish, *, today: date, batch_is_open: bool, can_void: bool) -> Kind:
    """Choose: a void on the business day itself, before settlement and in full; after that a refund."""
    untouched = payment.refunded_minor == 0 and payment.refund_reserved_minor == 0
    in_full = wish.amount_minor == payment.amount_minor and untouched
    same_day = payment.business_date == today
    return Kind.VOID if can_void and in_full and same_day and batch_is_open else Kind.REFUND


def refused(code: PaymentRefusal, **facts: object) -> Refused:
    """Make the refusal of a payment's verb."""
    return Refused(code=code, text=TEXTS[code], facts=facts, transient=code.is_transient())
