"""Cancels the unpaid one of two orders that are one purchase; the counter refuses where money may have been taken."""

from __future__ import annotations

from counterfoil.counter.house import House
from counterfoil.desk.cases.rules import why_no_text
from counterfoil.desk.steps import acting
from counterfoil.desk.steps.model import Asked, Came, Step, Stepped
from counterfoil.ids import OrderId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.rules import said_reason


def cancel_unpaid(house: House, asked: Asked, *, reason: str) -> Stepped | Refused:
    """Give up an open order on which nothing is paid, and write it into the case."""
    said = said_reason(reason)
    no = why_no_text(said, needed=True)
    if no is not None:
        return no
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.CANCEL_UNPAID)
        if isinstance(offer, Refused):
            return offer
        begun = acting.begin(connection, asked, Step.CANCEL_UNPAID, kept=lambda _offer: {}, text=said)
        if isinstance(begun, Refused):
            return begun
        before = acting.ended_before(connection, asked, begun.event) if begun.repeated else None
    if before is not None:
        return before
    order_id = OrderId(asked.about)
    answer = house.parking.cancel(asked.merchant_id, order_id, asked.actor.staff_id, str(begun.event.text))
    with house.database.transaction(asked.merchant_id) as connection:
        if isinstance(answer, Refused):
            acting.end(connection, asked, Step.CANCEL_UNPAID, Came.REFUSED, code=str(answer.code))
            return answer
        acting.end(connection, asked, Step.CANCEL_UNPAID, Came.DONE, order_id=order_id)
    return Stepped(came=Came.DONE, begun=begun.event)
