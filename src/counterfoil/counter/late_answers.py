"""Takes answers that came when nobody waited for them any more: from the thread of a connection into the books.

The connection's thread only hands the answer over; what cannot be written now (a database that is away) is left to the
ladder, which asks again or reverses. It must never raise into the thread that reads the connection.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Late
from counterfoil.books.payments.states import OPEN
from counterfoil.counter.taking_answers import Source, lock_payment, take_answer
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, PaymentId

if TYPE_CHECKING:
    import sqlalchemy as sa

log = structlog.get_logger()


class LateAnswers:
    """Hears late answers of every acquirer of a process; one thread writes them, in the order in which they came."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="late answers")

    def hear(self, merchant_id: MerchantId, late: Late) -> None:
        """Hand over an answer of one of a merchant's acquirers; returns at once."""
        if late.payment_id is None:
            log.warning("late_answer_to_nothing_known", merchant_id=merchant_id, note=late.answer.note)
            return
        self._thread.submit(self._take, merchant_id, late.payment_id, late)

    def close(self) -> None:
        """Write what was heard, then let go of the thread."""
        self._thread.shutdown()

    def _take(self, merchant_id: MerchantId, payment_id: PaymentId, late: Late) -> None:
        try:
            with self._database.transaction(merchant_id) as connection:
                self._write(connection, merchant_id, payment_id, late)
        except Exception as error:  # noqa: BLE001 — nobody waits for this thread; the ladder finds the payment as it was
            log.warning(
                "late_answer_not_taken", merchant_id=merchant_id, payment_id=payment_id, kind=type(error).__name__
            )

    def _write(self, connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId, late: Late) -> None:
        payment = lock_payment(connection, merchant_id, payment_id)
        if payment is None:
            log.warning("late_answer_to_no_payment", merchant_id=merchant_id, payment_id=payment_id)
            return
        now = self._clock()
        taken = take_answer(connection, merchant_id, payment_id, late.answer, source=Source.LATE, now=now)
        log.info("late_answer_taken", merchant_id=merchant_id, payment_id=payment_id, state=taken.payment.state)
        if payment.kind is not Kind.REVERSAL or payment.original_payment_id is None:
            return
        original = lock_payment(connection, merchant_id, payment.original_payment_id)
        if original is not None and original.state in OPEN:
            # What proves the reversal proves the end of what it reverses.
            take_answer(connection, merchant_id, original.payment_id, late.answer, source=Source.REVERSAL, now=now)
