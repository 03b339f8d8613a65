"""Gives the money of a case back, once: a void before settlement, a refund after it, by the counter's own verb.

The id of the press is the id of the void or the refund, so the counter itself makes it once, whoever presses how often.
Two people are needed: whoever works on the case, and who consents with their PIN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.books.payments import store as payments
from counterfoil.counter.authorising import Consent
from counterfoil.counter.house import House
from counterfoil.counter.looking.store import business_date_now
from counterfoil.counter.taking_answers import Taken
from counterfoil.counter.undoing import UndoOrder
from counterfoil.desk.cases.model import CaseEvent, Moved
from counterfoil.desk.cases.rules import why_no_text
from counterfoil.desk.steps import acting, store
from counterfoil.desk.steps.judging import still_offered
from counterfoil.desk.steps.model import Asked, Came, Offer, Step, Stepped, id_made_by
from counterfoil.desk.steps.offers import order_of
from counterfoil.desk.steps.refusals import StepRefusal, refused
from counterfoil.errors import Bug
from counterfoil.ids import PaymentId, StaffId, StoreId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Authorisation, Verb

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A step that stands in the case, and what it orders."""

    event: CaseEvent
    order: UndoOrder


def give_back(house: House, asked: Asked, consent: Consent | None) -> Stepped | Refused:
    """Give back what the case says is too much, and write what came of it. May wait for the acquirer."""
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.GIVE_BACK)
        original = payments.payment(connection, asked.merchant_id, PaymentId(asked.about))
    if isinstance(offer, Refused):
        return offer
    store_id = (original.store_id if original is not None else None) or StoreId("")
    consented = allowed(house, asked, offer, consent, store_id)
    if isinstance(consented, Refused):
        return consented
    begun = _begin(house, asked, consented, store_id)
    if not isinstance(begun, Begun):
        return begun
    still = still_offered(asked, Step.GIVE_BACK, begun.order.amount_minor)
    return ended(house, asked, Step.GIVE_BACK, begun, house.undoing.undo(begun.order, still=still))


def allowed(
    house: House, asked: Asked, offer: Offer, consent: Consent | None, store_id: StoreId
) -> Authorisation | Refused:
    """Check the second person; a wrong PIN is counted, and the case knows nothing of it."""
    if consent is None:
        return refused(StepRefusal.CONSENT_MISSING)
    no = why_no_text(consent.reason, needed=True)
    if no is not None:
        return no
    return house.authorising.consent(
        asked.merchant_id, asked.actor.staff_id, store_id, Verb.REFUND, consent, amount_minor=offer.amount_minor
    )


def _begin(house: House, asked: Asked, consented: Authorisation, store_id: StoreId) -> Begun | Stepped | Refused:
    with house.database.transaction(asked.merchant_id) as connection:

        def kept(offer: Offer) -> Mapping[str, object]:
            order_id = order_of(offer)
            lines = {} if order_id is None else store.lines_of(connection, asked.merchant_id, order_id)
            told: dict[str, object] = {
                "payment_id": id_made_by(asked.action_id),
                "authoriser_id": consented.authoriser_id,
            }
            return told | ({"lines": {str(line_no): str(n) for line_no, n in lines.items()}} if lines else {})

        moved = acting.begin(connection, asked, Step.GIVE_BACK, kept=kept, text=consented.reason)
        if isinstance(moved, Refused):
            return moved
        before = acting.ended_before(connection, asked, moved.event) if moved.repeated else None
        if before is not None:
            return before
        return Begun(
            event=moved.event,
            order=undo_order(connection, house, asked, moved, store_id, PaymentId(asked.about)),
        )


def undo_order(
    connection: sa.Connection, house: House, asked: Asked, moved: Moved, store_id: StoreId, of: PaymentId
) -> UndoOrder:
    """Return what is ordered, as the case has it: the same on every try."""
    body = moved.event.body
    shop = house.knowledge.view(asked.merchant_id)
    if shop is None:
        raise Bug(f"a case of a merchant that is not there: {asked.merchant_id}")
    lines = body.get("lines", {})
    assert isinstance(lines, Mapping)
    return UndoOrder(
        merchant_id=asked.merchant_id,
        payment_id=PaymentId(str(body["payment_id"])),
        original_payment_id=of,
        amount_minor=int(str(body["amount_minor"])),
        reason=str(moved.event.text),
        operator_id=asked.actor.staff_id,
        authoriser_id=StaffId(str(body["authoriser_id"])),
        terminal_id=None,
        today=business_date_now(connection, shop, store_id, asked.now),
        lines={int(line_no): Decimal(quantity) for line_no, quantity in lines.items()},
    )


def ended(house: House, asked: Asked, step: Step, begun: Begun, answer: Taken | Refused) -> Stepped | Refused:
    """Write into the case what the counter said to money that goes back."""
    with house.database.transaction(asked.merchant_id) as connection:
        if isinstance(answer, Refused):
            acting.end(connection, asked, step, Came.REFUSED, code=str(answer.code))
            return answer
        made = answer.payment
        came = acting.came_of(made)
        acting.end(
            connection,
            asked,
            step,
            came,
            payment_id=made.payment_id,
            kind=made.kind.value,
            amount_minor=made.amount_minor,
            currency=made.currency,
        )
    return Stepped(came=came, begun=begun.event, payment=made, repeated=answer.is_repeat)
