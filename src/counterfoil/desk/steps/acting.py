"""How a step is taken: written into the case before anything of it is done, and what it came to written down after.

The first of the two takes the case, under its lock and of the version that somebody saw: of two people who press at
once one is told who was first, and nothing is done for them. Between the two the counter's verb runs under an id that
the press has brought along, so that pressing again, after whatever went wrong, finds what was done and does no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.books.payments.model import Payment
from counterfoil.books.payments.states import State
from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.acting import Press, act
from counterfoil.desk.cases.model import ENDING, Case, CaseEvent, Moved
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.refusals import refused as case_refused
from counterfoil.desk.cases.rules import may_work, why_no_action, why_not_theirs
from counterfoil.desk.cases.states import Event
from counterfoil.desk.steps import store
from counterfoil.desk.steps.model import Asked, Came, Offer, Step, Stepped
from counterfoil.desk.steps.refusals import StepRefusal, refused
from counterfoil.ids import is_id
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa

#: What else the case keeps of a step, from the offer as it stands under the lock.
Kept = Callable[[Offer], Mapping[str, object]]


def offered(connection: sa.Connection, asked: Asked, step: Step) -> Offer | Refused:
    """Return what a press is about, as it is offered now; changes nothing.

    A press that was begun before is not judged again: what it offered then stands in the case.
    """
    no = why_no_action(asked.action_id) or why_no_action(asked.action_id + ENDING)
    if no is not None:
        return no
    found = cases.cases(connection, asked.merchant_id, [asked.case_id] if is_id(asked.case_id) else [])
    if asked.case_id not in found:
        return case_refused(CaseRefusal.NO_SUCH_CASE, case_id=asked.case_id)
    case, _last = found[asked.case_id]
    if not may_work(asked.actor, case.store_id):
        return case_refused(CaseRefusal.MAY_NOT, staff_id=asked.actor.staff_id)
    before = begun_before(connection, asked)
    if before is not None:
        return _as_begun(before, asked, step)
    offer = offer_now(connection, asked, step)
    if isinstance(offer, Offer) and offer.store_id is not None and not may_work(asked.actor, offer.store_id):
        return case_refused(CaseRefusal.MAY_NOT, staff_id=asked.actor.staff_id)
    return offer


def begin(
    connection: sa.Connection, asked: Asked, step: Step, *, kept: Kept, text: str | None = None
) -> Moved | Refused:
    """Write into the case that somebody takes a step, and what it is about; the case is theirs then."""
    cases.lock(connection, asked.merchant_id, [asked.case_id])
    before = begun_before(connection, asked)
    # A press that was heard before says again what it said then, whatever the books say by now.
    offer = _as_begun(before, asked, step) if before is not None else offer_now(connection, asked, step)
    if before is not None and isinstance(offer, Refused):
        return offer
    body = dict(before.body) if before is not None else {} if isinstance(offer, Refused) else _body(step, offer, kept)

    def decide(case: Case) -> Case | Refused:
        if isinstance(offer, Refused):
            return offer
        return why_not_theirs(case, asked.actor) or replace(case, owner_id=asked.actor.staff_id)

    press = _press(asked, asked.action_id, Event.BEGUN, body, text)
    return act(connection, press, asked.case_id, asked.seen, decide)


def end(connection: sa.Connection, asked: Asked, step: Step, came: Came, **more: object) -> None:
    """Write into the case what a step came to, wherever the case is by now; the first who knows it says it."""
    if came is Came.UNDER_WAY:
        return
    said = {name: value for name, value in more.items() if value is not None}
    body = {"step": step.value, "about": asked.about, "came": came.value, **said}
    press = _press(asked, asked.action_id + ENDING, Event.ENDED, body, None)
    # A case that was merged meanwhile takes nothing in any more; the journal and the books have it all the same.
    act(connection, press, asked.case_id, None, lambda case: case)


def offer_now(connection: sa.Connection, asked: Asked, step: Step) -> Offer | Refused:
    """Return what a press is about, by what the books say now; a refusal where they offer it no more."""
    there = store.offered(connection, asked.merchant_id, asked.case_id)
    found = next((offer for offer in there if offer.step is step and offer.about == asked.about), None)
    return found or refused(StepRefusal.NOT_OFFERED, about=asked.about)


def begun_before(connection: sa.Connection, asked: Asked) -> CaseEvent | None:
    """Return how this press was begun before."""
    found = cases.events_of_action(connection, asked.merchant_id, [asked.case_id], asked.action_id)
    return found.get(asked.case_id)


def ended_before(connection: sa.Connection, asked: Asked, begun: CaseEvent) -> Stepped | None:
    """Return what this press came to before; None where nobody has written that down."""
    found = cases.events_of_action(connection, asked.merchant_id, [asked.case_id], asked.action_id + ENDING)
    ended = found.get(asked.case_id)
    if ended is None:
        return None
    name = str(ended.body.get("payment_id", ""))
    payment = store.payments_by_id(connection, asked.merchant_id, [name]).get(name)
    came = Came(str(ended.body["came"]))
    return Stepped(came=came if payment is None else came_of(payment), begun=begun, payment=payment, repeated=True)


def came_of(payment: Payment) -> Came:
    """Return what a payment that a step was about says of the step."""
    match payment.state:
        case State.APPROVED:
            return Came.DONE
        case State.UNKNOWN:
            return Came.UNKNOWN
        case State.INTENDED:
            return Came.UNDER_WAY
        case State.DECLINED | State.CANCELLED:
            return Came.DECLINED


def offer_of(begun: CaseEvent) -> Offer | Refused:
    """Return what a press was about that was begun before."""
    body = begun.body
    if begun.kind is not Event.BEGUN:
        return case_refused(CaseRefusal.ACTION_ID_TAKEN)
    return Offer(
        step=Step(str(body["step"])),
        about=str(body["about"]),
        amount_minor=int(str(body["amount_minor"])),
        currency=str(body["currency"]),
    )


def _as_begun(begun: CaseEvent, asked: Asked, step: Step) -> Offer | Refused:
    """Return what a press was about that comes again; one that is about something else by now is another press."""
    offer = offer_of(begun)
    if isinstance(offer, Offer) and (offer.step, offer.about) != (step, asked.about):
        return case_refused(CaseRefusal.ACTION_ID_TAKEN)
    return offer


def _body(step: Step, offer: Offer, kept: Kept) -> dict[str, object]:
    return {
        "step": step.value,
        "about": offer.about,
        "amount_minor": offer.amount_minor,
        "currency": offer.currency,
        **kept(offer),
    }


def _press(asked: Asked, action_id: str, event: Event, body: Mapping[str, object], text: str | None) -> Press:
    return Press(
        merchant_id=asked.merchant_id,
        action_id=action_id,
        actor=asked.actor,
        now=asked.now,
        event=event,
        text=text,
        body=body,
    )
