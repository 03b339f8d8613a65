"""Judges what a step gives back once more, behind the locks of everything that it is judged by.

Between the page that offers a step and the money that it moves there may be seconds: a closing keeps the day, or
somebody gives the other one of two back at a till. Whoever gets the rows first is judged by what stands; the next finds
what they did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.books.orders import store as orders
from counterfoil.books.payments import store as payments
from counterfoil.counter.undoing import Judge
from counterfoil.desk.steps import acting, store
from counterfoil.desk.steps.model import Asked, Offer, Step
from counterfoil.desk.steps.refusals import StepRefusal, refused
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa


def still_offered(asked: Asked, step: Step, amount_minor: int) -> Judge:
    """Return what says why a step gives this much back no more; None where it still may, and nobody else can now."""

    def judge(connection: sa.Connection) -> Refused | None:
        _keep_others_out(connection, asked)
        now = acting.offer_now(connection, asked, step)
        if isinstance(now, Offer) and now.amount_minor < amount_minor:
            return refused(StepRefusal.NOT_OFFERED, about=asked.about)
        return now if isinstance(now, Refused) else None

    return judge


def _keep_others_out(connection: sa.Connection, asked: Asked) -> None:
    """Lock every order by which the case is judged, by id, and then what was paid without one: as counters lock."""
    every = store.about(connection, asked.merchant_id, asked.case_id)
    judged_by = [payment for one in every for payment in (*one.payments, *one.beside)]
    for order_id in sorted({payment.order_id for payment in judged_by if payment.order_id is not None}):
        orders.locked(connection, asked.merchant_id, order_id)
    for payment_id in sorted({payment.payment_id for payment in judged_by if payment.order_id is None}):
        payments.locked(connection, asked.merchant_id, payment_id)
