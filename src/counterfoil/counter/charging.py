"""Sends a payment whose intent is durable, and takes the answer into the books.

Before the first byte leaves, what is open on the same lane is brought a step further: a card host wants a reversal
before the lane's next message. A crash anywhere in here leaves an intent that the resolver finds by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Payment
from counterfoil.books.payments.ports import Presented
from counterfoil.books.payments.states import State
from counterfoil.counter.acquiring import Acquirers, patience_with, request_for, send
from counterfoil.counter.resolving import Resolver, original_payment
from counterfoil.counter.taking_answers import Source, Taken, take_answer
from counterfoil.crash_points import passing
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, PaymentId

#: So many open payments of a lane are looked at before its next message; the resolver has the rest.
OPEN_ON_LANE_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Charging:
    """Sends intended payments; one for a process, used by many threads."""

    database: Database
    acquirers: Acquirers
    resolver: Resolver
    clock: Callable[[], datetime]

    def send_intended(
        self, merchant_id: MerchantId, payment_id: PaymentId, *, presented: Presented | None = None
    ) -> Taken:
        """Send a payment that was intended and nothing more, once, and return how it stands.

        KeyError where there is no such payment. One that has moved on already is returned as it is.
        """
        passing("payment:intended")
        with self.database.transaction(merchant_id) as connection:
            payment = payments.payment(connection, merchant_id, payment_id)
            original = None if payment is None else original_payment(connection, payment)
        if payment is None:
            raise KeyError(payment_id)
        if payment.state is not State.INTENDED or payment.acquirer is None:
            return Taken(payment=payment, event=None, because="it was sent before")
        self._clear_lane(payment)
        if not self._claimed(payment):
            # It took so long that the resolver has taken it up: what it reverses must not be sent as well.
            return self._as_it_is(payment)
        acquirer = self.acquirers.named(merchant_id, payment.acquirer)
        answer = send(acquirer, request_for(payment, original, presented=presented))
        passing("payment:sent")
        with self.database.transaction(merchant_id) as connection:
            taken = take_answer(connection, merchant_id, payment_id, answer, source=Source.ANSWER, now=self.clock())
        passing("payment:recorded")
        return taken

    def _claimed(self, payment: Payment) -> bool:
        now = self.clock()
        until = now + patience_with(self.acquirers, payment)
        with self.database.transaction(payment.merchant_id) as connection:
            return payments.claim(connection, payment.merchant_id, payment.payment_id, now=now, until=until)

    def _as_it_is(self, payment: Payment) -> Taken:
        with self.database.transaction(payment.merchant_id) as connection:
            current = payments.payment(connection, payment.merchant_id, payment.payment_id)
        assert current is not None
        return Taken(payment=current, event=None, because="it was looked at before it was sent")

    def _clear_lane(self, payment: Payment) -> None:
        if payment.terminal_id is None or payment.stan is None:
            return
        with self.database.transaction(payment.merchant_id) as connection:
            waiting = payments.due_on_lane(connection, payment.merchant_id, payment.terminal_id)
        for payment_id in waiting[:OPEN_ON_LANE_MAX]:
            self.resolver.step_now(payment.merchant_id, payment_id)
