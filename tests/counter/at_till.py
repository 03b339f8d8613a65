"""Money that a cashier gives back at a till, by its own verb: with a second person, and judged as a till judges it."""

from __future__ import annotations

from typing import Any

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Payment
from counterfoil.counter.giving_back import ConsentIn, UndoIn, give_back
from counterfoil.counter.taking_answers import Taken
from counterfoil.ids import PaymentId
from counterfoil.refusals import Refused
from tests.counter.shop import ANN, PINS, SUE
from tests.counter.till import Counter


def back_at_till(counter: Counter, payment_id: str, also_back: list[str] | None = None, **more: Any) -> Taken | Refused:  # noqa: ANN401 — fields of a giving back
    """Give a payment back at a till, allowed by the manager."""
    asked = UndoIn(
        payment_id=counter.number("u"),
        operator_id=ANN,
        reason="charged twice",
        consent=ConsentIn(staff_id=SUE, pin=PINS[SUE]),
        also_back=also_back or [],
        **more,
    )
    return give_back(counter.house, original_of(counter, payment_id), asked, None)


def original_of(counter: Counter, payment_id: str) -> Payment:
    """Return a payment as it stands."""
    with counter.database.transaction(counter.merchant_id) as connection:
        found = payments.payment(connection, counter.merchant_id, PaymentId(payment_id))
    assert found is not None
    return found
