"""Steps that the cases share: a sale, its reversal, a refund that settles down, and what the peer holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Outcome, Request
from tests.links.acquirers.stage import Fault, Stage, Truth
from tests.links.acquirers.till import AMOUNT_MINOR, a_sale, back

#: How an acquirer may say that a reversed message has no effect: done, or nothing there.
GONE = frozenset(
    {
        (Outcome.APPROVED, None),
        (Outcome.NOT_FOUND, None),
        (Outcome.DECLINED, Decline.ORIGINAL_NOT_FOUND),
        (Outcome.DECLINED, Decline.ALREADY_UNDONE),
    }
)
NOTHING = Truth(taken_n=0, taken_minor=0, given_back_minor=0)
#: How often a refund that is on its way is asked about.
_ASKS_MAX = 5


def sale_of(
    stage: Stage,
    *,
    amount_minor: int = AMOUNT_MINOR,
    currency: str = "CNY",
    payment_id: str | None = None,
    subject: str = "Bread",
) -> Request:
    """Return a sale that a customer of this stage can pay."""
    return a_sale(
        stage.presented(),
        channel=stage.acquirer.channel,
        amount_minor=amount_minor,
        currency=currency,
        payment_id=payment_id,
        subject=subject,
    )


def approved_sale(stage: Stage) -> tuple[Request, Answer]:
    """Return a sale that was approved, and its answer."""
    sale = sale_of(stage)
    answer = stage.acquirer.charge(sale)
    assert answer.outcome is Outcome.APPROVED, answer
    return sale, answer


def unknown_sale(stage: Stage, fault: Fault) -> Request:
    """Let a sale meet a fault, of which it must come back as unknown."""
    stage.plan(fault)
    sale = sale_of(stage)
    answer = stage.acquirer.charge(sale)
    assert answer.outcome is Outcome.UNKNOWN, answer
    assert answer.note
    return sale


def reversed_(stage: Stage, sale: Request) -> tuple[Outcome, Decline | None]:
    """Reverse a sale and return what that came to."""
    answer = stage.acquirer.reverse(back(sale, Kind.REVERSAL))
    return answer.outcome, answer.decline


def refunded(stage: Stage, sale: Request, answer: Answer, amount_minor: int) -> None:
    """Give money back, and see that it has gone."""
    end = sent_back(stage, back(sale, Kind.REFUND, answer, amount_minor=amount_minor))
    assert end.outcome is Outcome.APPROVED, end


def sent_back(stage: Stage, refund: Request) -> Answer:
    """Send a refund; where it is on its way, ask until it is decided."""
    answer = stage.acquirer.refund(refund)
    for _ in range(_ASKS_MAX):
        if answer.outcome is not Outcome.PENDING:
            break
        answer = asked(stage, refund)
    return answer


def asked(stage: Stage, request: Request) -> Answer:
    """Ask about a payment as it is asked later: what was presented is gone."""
    return stage.acquirer.ask(replace(request, presented=None))


def took_once(stage: Stage, sale: Request) -> None:
    """See that the peer took the money of a sale exactly once and holds it."""
    truth = stage.truth(sale.payment_id)
    assert (truth.taken_n, truth.taken_minor, truth.given_back_minor) == (1, sale.amount_minor, 0)


def held(stage: Stage, sale: Request) -> int:
    """Return what the peer holds of a sale."""
    truth = stage.truth(sale.payment_id)
    return truth.taken_minor - truth.given_back_minor


def secrets_of(request: Request) -> list[str]:
    """Return what of a request nobody may ever read."""
    presented = request.presented
    assert presented is not None
    return [text for text in (presented.number, presented.chip, presented.pin_block) if text]


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect everything that is logged, by anybody, at any level."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(f"{record.getMessage()} {record.__dict__}")

    root, ear = logging.getLogger(), Ear()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.removeHandler(ear)
        root.setLevel(before)
