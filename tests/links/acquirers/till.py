"""A till for the conformance suite: makes requests as the counter would, with ids and trace numbers of its own."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import datetime

from counterfoil import clock
from counterfoil.books.payments.model import Kind, Tender
from counterfoil.books.payments.ports import Answer, Original, Presented, Request
from counterfoil.ids import MerchantId, PaymentId, StoreId, TerminalId, new_id

TERMINAL = TerminalId("T1")
AMOUNT_MINOR = 1230

_TENDERS = {"wechat": Tender.WECHAT, "alipay": Tender.ALIPAY}
#: Trace numbers go on from test to test, as on a terminal.
_STANS = itertools.count(1)
_LOCK = threading.Lock()

WITHIN_S = 10


def next_stan() -> str:
    """Return a trace number that no other request of this process has."""
    with _LOCK:
        return f"{next(_STANS) % 999_999 + 1:06d}"


def a_sale(
    presented: Presented | None,
    *,
    channel: str,
    amount_minor: int = AMOUNT_MINOR,
    currency: str = "CNY",
    payment_id: str | None = None,
    subject: str = "Bread",
    at: datetime | None = None,
) -> Request:
    """Return a sale as it is sent first."""
    return Request(
        merchant_id=MerchantId("bakery"),
        payment_id=PaymentId(payment_id or new_id(clock.now())),
        kind=Kind.SALE,
        tender=_TENDERS.get(channel, Tender.CARD),
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=at or clock.now(),
        store_id=StoreId("main-street"),
        terminal_id=TERMINAL,
        stan=next_stan(),
        presented=presented,
        subject=subject,
    )


def back(
    first: Request,
    kind: Kind,
    answer: Answer | None = None,
    *,
    amount_minor: int | None = None,
    payment_id: str | None = None,
    attempt: int = 1,
) -> Request:
    """Return a void, a refund or a reversal of an earlier request; `answer` is what is known of its end."""
    return Request(
        merchant_id=first.merchant_id,
        payment_id=PaymentId(payment_id or new_id(clock.now())),
        kind=kind,
        tender=first.tender,
        amount_minor=first.amount_minor if amount_minor is None else amount_minor,
        currency=first.currency,
        occurred_at=clock.now(),
        store_id=first.store_id,
        terminal_id=first.terminal_id,
        attempt=attempt,
        stan=next_stan(),
        original=Original(
            payment_id=first.payment_id,
            kind=first.kind,
            amount_minor=first.amount_minor,
            occurred_at=first.occurred_at,
            stan=first.stan,
            rrn=answer.rrn if answer is not None else None,
            approval_code=answer.approval_code if answer is not None else None,
            acquirer_reference=answer.acquirer_reference if answer is not None else None,
        ),
        reason="customer_changed_mind",
    )


def soon(happens: Callable[[], bool]) -> bool:
    """Wait until something has happened, for as long as a very busy machine may need."""
    until = time.monotonic() + WITHIN_S
    while not happens():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """Make several calls at the same time and return their answers in the order of the calls."""
    answers: dict[int, Answer] = {}
    gate = threading.Barrier(len(calls))

    def call(place: int) -> None:
        gate.wait(WITHIN_S)
        answers[place] = calls[place]()

    threads = [threading.Thread(target=call, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(calls))]
