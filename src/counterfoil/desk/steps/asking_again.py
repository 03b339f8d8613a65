"""Asks the acquirer again about a payment of a case, or reverses again: whatever the payment's ladder has next."""

from __future__ import annotations

from counterfoil.counter.house import House
from counterfoil.counter.taking_answers import Taken
from counterfoil.desk.steps import acting, store
from counterfoil.desk.steps.model import Asked, Came, Step, Stepped
from counterfoil.ids import PaymentId
from counterfoil.refusals import Refused


def ask_again(house: House, asked: Asked) -> Stepped | Refused:
    """Take the payment's next step now, and write into the case what came of it. May wait for the acquirer."""
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.ASK_AGAIN)
        if isinstance(offer, Refused):
            return offer
        begun = acting.begin(connection, asked, Step.ASK_AGAIN, kept=lambda offer: {"payment_id": offer.about})
        if isinstance(begun, Refused):
            return begun
        before = acting.ended_before(connection, asked, begun.event) if begun.repeated else None
    if before is not None:
        return before
    taken = house.resolver.step_now(asked.merchant_id, PaymentId(asked.about))
    with house.database.transaction(asked.merchant_id) as connection:
        payment = store.payments_by_id(connection, asked.merchant_id, [asked.about])[asked.about]
        came = _came(taken, acting.came_of(payment))
        acting.end(
            connection,
            asked,
            Step.ASK_AGAIN,
            came,
            payment_id=payment.payment_id,
            state=payment.state.value,
            because=None if taken is None else taken.because,
        )
    return Stepped(came=came, begun=begun.event, payment=payment)


def _came(taken: Taken | None, came: Came) -> Came:
    """Return what a question came to; nobody asked where the step is not due, or somebody else is at it."""
    if came in {Came.DONE, Came.DECLINED}:
        return came
    return Came.NOTHING if taken is None else Came.UNKNOWN
