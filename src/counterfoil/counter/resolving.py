"""Brings payments whose outcome nobody knows to an end, one rung of their ladder at a time.

A step is committed before it is tried, under a lease, so two resolvers never try the same one at once, and a crash
loses no count. What a ladder cannot decide becomes a finding for a person; it is never decided by giving up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.ladders import Act, Foothold, Step, ladder_for, last_act, next_step, rung_after
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Acquirer, Answer, Outcome
from counterfoil.books.payments.states import OPEN, State
from counterfoil.counter.acquiring import Acquirers, request_for, send
from counterfoil.counter.expiring import raise_expired
from counterfoil.counter.reversals import reversal_of
from counterfoil.counter.taking_answers import Source, Taken, lock_payment, take_answer
from counterfoil.crash_points import passing
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, PaymentId

if TYPE_CHECKING:
    import sqlalchemy as sa

#: How long one resolver has a payment to itself: longer than any call to an acquirer takes.
LEASE = timedelta(seconds=90)
BATCH_MAX = 50

#: After a refused reversal, the acquirer is asked so much later.
ASK_AFTER_REFUSAL = timedelta(seconds=5)
#: More tries than any rung has; a later rung's first try is still a repeat of the message.
REPEATS_OF_A_RUNG_MAX = 100

_NOBODY_RECORDED = Answer(outcome=Outcome.UNKNOWN, note="intended, and nobody recorded an answer")

#: Why the system reverses by itself; a person's reasons are words of their own.
SYSTEM_REASON = "outcome_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Climbs ladders; one for a process, used by many threads."""

    database: Database
    acquirers: Acquirers
    clock: Callable[[], datetime]

    def step_due(self, merchant_id: MerchantId) -> list[Taken]:
        """Try the next step of every payment of a merchant that is due, at most BATCH_MAX of them.

        Each is leased when its turn comes, not before: a lease is as long as one call, and an acquirer may be silent
        for nearly as long. So several threads or processes may do this at once, and share what is due. Raises
        ExceptionGroup, after all were tried, where a step did: a fault of ours, or the database's trouble.
        """
        taken: list[Taken] = []
        faults: list[Exception] = []
        for _ in range(BATCH_MAX):
            now = self.clock()
            with self.database.transaction(merchant_id) as connection:
                due = payments.lease_due(connection, merchant_id, now=now, lease=LEASE, limit=1)
            if not due:
                break
            try:
                steps = [self._step_and_let_go(*leased, insisted=False) for leased in due]
            except Exception as fault:  # noqa: BLE001 — raised below: the oldest is always first, and must stop nobody
                faults.append(fault)
            else:
                taken += [one for one in steps if one is not None]
        if faults:
            raise ExceptionGroup("steps of unknown payments", faults)
        return taken

    def step_now(self, merchant_id: MerchantId, payment_id: PaymentId) -> Taken | None:
        """Try the next step of one payment, due or not; None where somebody else is at it, or it ended."""
        with self.database.transaction(merchant_id) as connection:
            leased = payments.lease(connection, merchant_id, payment_id, now=self.clock(), lease=LEASE)
        return None if leased is None else self._step_and_let_go(*leased, insisted=True)

    def _step_and_let_go(
        self, payment: Payment, stood: Foothold, last_at: datetime | None, *, insisted: bool
    ) -> Taken | None:
        # A step that raises keeps its lease: it must not be the first in line again at once.
        taken = self._step(payment, stood, last_at, insisted=insisted)
        with self.database.transaction(payment.merchant_id) as connection:
            payments.let_go(connection, payment.merchant_id, payment.payment_id)
        return taken

    def _step(self, payment: Payment, stood: Foothold, last_at: datetime | None, *, insisted: bool) -> Taken | None:
        assert payment.acquirer is not None
        try:
            acquirer = self.acquirers.named(payment.merchant_id, payment.acquirer)
        except KeyError:
            return self._expire(payment)
        if payment.state not in OPEN:
            return self._look_again(payment, acquirer)
        ladder = ladder_for(acquirer.channel, payment.kind)
        now = self.clock()
        step = next_step(ladder, stood, since=payment.occurred_at, last_at=last_at, now=now)
        if now < (step.not_before if insisted else step.due_at):
            self._put_off(payment, step.due_at)
            return None
        act: Act | None = step.act
        if act is Act.WAIT_FOR_BILL:
            act = last_act(ladder, since=payment.occurred_at, now=now) if insisted else None
        every = ladder.rungs[step.foothold.rung].every
        if act is None:
            return self._expire(payment)
        return self._do(payment, acquirer, act, step.foothold) if self._is_ours(payment, step, now, every) else None

    def _do(self, payment: Payment, acquirer: Acquirer, act: Act, stood: Foothold) -> Taken | None:
        """Do what a rung says; that it is being tried is durable."""
        if payment.state is State.INTENDED:
            # Whoever meant to send it is gone, and nobody knows how far they came: that a second send does not leave
            # the house would prove nothing about the first.
            self._take(payment, answer=_NOBODY_RECORDED, source=Source.ANSWER)
        match act:
            case Act.ASK:
                return self._ask(payment, acquirer)
            case Act.RESEND:
                return self._send_again(payment, acquirer, stood.tries)
            case Act.REVERSE:
                return self._reverse(payment, acquirer, stood)
            case Act.WAIT_FOR_BILL:
                return self._expire(payment)
        assert_never(act)

    def _put_off(self, payment: Payment, due_at: datetime) -> None:
        with self.database.transaction(payment.merchant_id) as connection:
            payments.let_go(connection, payment.merchant_id, payment.payment_id, resolve_at=due_at)

    def _is_ours(self, payment: Payment, step: Step, now: datetime, every: timedelta) -> bool:
        """Write that the step is being tried; False where the payment has ended meanwhile."""
        try:
            with self.database.transaction(payment.merchant_id) as connection:
                payments.step_on(connection, payment, step.foothold, now=now, resolve_at=now + every)
        except payments.LostRace:
            return False
        return True

    def _ask(self, payment: Payment, acquirer: Acquirer) -> Taken:
        with self.database.transaction(payment.merchant_id) as connection:
            original = original_payment(connection, payment)
        answer = acquirer.ask(request_for(payment, original))
        return self._take(payment, answer=answer, source=Source.INQUIRY)

    def _send_again(self, payment: Payment, acquirer: Acquirer, tries: int) -> Taken:
        with self.database.transaction(payment.merchant_id) as connection:
            original = original_payment(connection, payment)
        answer = send(acquirer, request_for(payment, original, attempt=tries + 1))
        return self._take(payment, answer=answer, source=Source.ANSWER)

    def _reverse(self, payment: Payment, acquirer: Acquirer, stood: Foothold) -> Taken | None:
        now = self.clock()
        with self.database.transaction(payment.merchant_id) as connection:
            locked = lock_payment(connection, payment.merchant_id, payment.payment_id)
            if locked is None or locked.state not in OPEN:
                return None
            reversal = reversal_of(connection, locked, reason=SYSTEM_REASON, now=now, resolve_at=None)
        passing("reversal:intended")
        answer = acquirer.reverse(
            request_for(reversal, locked, attempt=stood.rung * REPEATS_OF_A_RUNG_MAX + stood.tries)
        )
        passing("reversal:sent")
        now = self.clock()
        with self.database.transaction(payment.merchant_id) as connection:
            lock_payment(connection, payment.merchant_id, payment.payment_id)
            if reversal.kind is Kind.REVERSAL:
                take_answer(connection, payment.merchant_id, reversal.payment_id, answer, source=Source.ANSWER, now=now)
            taken = take_answer(
                connection, payment.merchant_id, payment.payment_id, answer, source=Source.REVERSAL, now=now
            )
            if answer.outcome is Outcome.DECLINED and taken.event is None and taken.payment.state in OPEN:
                # The channel will not reverse it: what is left is to ask, and the bill.
                rung = rung_after(ladder_for(acquirer.channel, payment.kind), stood.rung, Act.REVERSE)
                payments.step_on(
                    connection, taken.payment, Foothold(rung=rung), now=now, resolve_at=now + ASK_AFTER_REFUSAL
                )
            return taken

    def _look_again(self, payment: Payment, acquirer: Acquirer) -> Taken | None:
        """Ask once more about a payment that was cancelled: its approval may have been under way."""
        answer = acquirer.ask(request_for(payment, None)) if payment.kind is Kind.SALE else None
        with self.database.transaction(payment.merchant_id) as connection:
            locked = lock_payment(connection, payment.merchant_id, payment.payment_id)
            assert locked is not None
            if locked.state not in OPEN:
                payments.look_no_more(connection, locked)
            if answer is None:
                return None
            return take_answer(
                connection, payment.merchant_id, payment.payment_id, answer, source=Source.INQUIRY, now=self.clock()
            )

    def _take(self, payment: Payment, *, answer: Answer, source: Source) -> Taken:
        with self.database.transaction(payment.merchant_id) as connection:
            return take_answer(
                connection, payment.merchant_id, payment.payment_id, answer, source=source, now=self.clock()
            )

    def _expire(self, payment: Payment) -> Taken | None:
        """Open a finding for a person; from here on the acquirer's bill decides."""
        now = self.clock()
        with self.database.transaction(payment.merchant_id) as connection:
            locked = lock_payment(connection, payment.merchant_id, payment.payment_id)
            assert locked is not None
            if locked.state not in OPEN:
                payments.look_no_more(connection, locked)
                return None
            raise_expired(connection, locked, original_payment(connection, locked), now=now)
            payments.look_no_more(connection, locked)
        return Taken(payment=locked, event=None, because="everything was asked; the bill decides")


def original_payment(connection: sa.Connection, payment: Payment) -> Payment | None:
    """Return what a void, a reversal or a refund points at; None of a sale."""
    if payment.original_payment_id is None or payment.kind is Kind.SALE:
        return None
    return payments.payment(connection, payment.merchant_id, payment.original_payment_id)
