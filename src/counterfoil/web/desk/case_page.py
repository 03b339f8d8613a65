"""What the page of one case shows, read in one transaction. Values only; the templates word them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.books.payments.model import Payment
from counterfoil.desk.cases.closures import Closure, closures_for
from counterfoil.desk.cases.inbox import reading
from counterfoil.desk.cases.inbox.model import CaseFile, CaseFinding
from counterfoil.desk.cases.model import ENDING, Case, CaseEvent
from counterfoil.desk.cases.rules import LEVELS, may_work, why_not_their_turn
from counterfoil.desk.cases.states import IN_HAND, Event, State
from counterfoil.desk.cases.steps import BROKE_OFF_AFTER
from counterfoil.desk.steps import store as steps
from counterfoil.desk.steps.acting import came_of, offer_of
from counterfoil.desk.steps.model import Came, Offer, Step
from counterfoil.desk.timeline import reading as timelines
from counterfoil.desk.timeline.model import Timeline
from counterfoil.ids import OrderId, StaffId, StoreId
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Person, Role, Verb
from counterfoil.shop.staff.rules import may
from counterfoil.web.desk.naming import Names, names_of
from counterfoil.web.visits import Visit

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """A step that somebody took, and how the payment that it made stands now."""

    begun: CaseEvent
    came: Came
    payment: Payment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One case, ready to be shown to somebody."""

    file: CaseFile
    timeline: Timeline
    #: What a button can do now; none where somebody may only look.
    offers: Sequence[Offer]
    taken: Sequence[StepTaken]
    closures: Sequence[Closure]
    #: Whether the visitor may do anything here.
    may_act: bool
    #: Whether the case is in somebody else's hand.
    is_anothers: bool
    #: Whether it was escalated to a role that the visitor does not have.
    waits_for_others: bool
    names: Mapping[StaffId, str]
    #: What the shop calls what a finding or a row names by id.
    called: Names
    receivers: Sequence[Person]
    #: Who may consent to each offer that needs a second person.
    authorisers: Mapping[str, Sequence[Person]]
    #: Who may sign as the second one.
    seconds: Sequence[Person]
    levels: Sequence[Role]
    #: Own steps that were begun and never came to an end, by the id of their press: who may consent to going on.
    going_on: Mapping[str, Sequence[Person]]
    #: Orders of the case whose slip somebody can print from here now, whether or not the case has closed.
    owed: Collection[OrderId]
    #: Whether the visitor may print another one of what is out.
    may_reprint: bool
    #: Whether the visitor may look up who did what besides.
    may_read_journal: bool

    @property
    def leading(self) -> CaseFinding | None:
        """The finding that speaks for the case."""
        case = self.file.case
        return next((one for one in self.file.findings if one.finding_id == case.leading_id), None)

    @property
    def is_in_hand(self) -> bool:
        """Whether somebody should do something."""
        return self.file.case.state in IN_HAND

    @property
    def is_for_others(self) -> bool:
        """Whether it is not the visitor's to decide about now."""
        return self.is_anothers or self.waits_for_others

    @property
    def main(self) -> str:
        """The one thing to do: a step, to take the case, to close it; nothing of a closed one."""
        if not self.is_in_hand or not self.may_act or self.is_for_others:
            return ""
        if self.offers:
            return f"{self.offers[0].step}:{self.offers[0].about}"
        return "take" if self.file.case.state is State.OPEN else "close"

    @property
    def proof(self) -> str:
        """The row that a closure would name: what the last step made."""
        made = [one.payment.payment_id for one in self.taken if one.payment is not None and one.came is Came.DONE]
        return f"payment:{made[-1]}" if made else ""


def case_page(connection: sa.Connection, visit: Visit, case_id: str) -> CasePage | Refused:
    """Read a case as somebody sees it; a refusal where there is none, or not for them."""
    who = visit.known
    file = reading.case_file(connection, who.merchant_id, case_id, actor=who.person)
    if isinstance(file, Refused):
        return file
    case = file.case
    may_act = may_work(who.person, case.store_id)
    people = staff.people(connection, who.merchant_id)
    here = [person for person in people if person.retired_at is None]
    possible = steps.offered(connection, who.merchant_id, case.case_id) if may_act else ()
    open_steps = possible if case.state in IN_HAND else ()
    taken = _taken(connection, visit, file.events)
    made = [f"payment:{one.payment.payment_id}" for one in taken if one.payment is not None]
    return CasePage(
        file=file,
        timeline=timelines.timeline(connection, who.merchant_id, file.findings, made),
        offers=open_steps,
        taken=taken,
        closures=closures_for(case.exception),
        may_act=may_act,
        is_anothers=case.owner_id is not None and case.owner_id != who.staff_id,
        waits_for_others=why_not_their_turn(case, who.person) is not None,
        names={person.staff_id: person.name for person in people},
        called=names_of(people, merchants.terminals(connection, who.merchant_id), who.stores),
        receivers=[person for person in here if person.staff_id != case.owner_id and may_work(person, case.store_id)],
        authorisers={offer.about: _authorisers(here, offer, who.staff_id) for offer in open_steps},
        seconds=[
            person
            for person in here
            if person.has_pin and person.staff_id != who.staff_id and may_work(person, case.store_id)
        ],
        levels=sorted(LEVELS),
        owed={offer.order_id for offer in possible if offer.step is Step.PRINT_SLIP and offer.order_id is not None},
        may_reprint=who.may(Verb.REPRINT, case.store_id or EVERY_STORE),
        may_read_journal=who.may(Verb.READ_JOURNAL, case.store_id or EVERY_STORE),
        going_on={
            str(one.begun.action_id): _authorisers(here, replace(offer, store_id=_place_of(one, case)), who.staff_id)
            for one in taken
            if may_act and _is_broken_off(one, visit) and not isinstance(offer := offer_of(one.begun), Refused)
        },
    )


def _place_of(one: StepTaken, case: Case) -> StoreId | None:
    """Return the store that a step was for: the one that was chosen with it, or its case's."""
    chosen = one.begun.body.get("store_id")
    return StoreId(str(chosen)) if chosen else case.store_id


def _is_broken_off(one: StepTaken, visit: Visit) -> bool:
    """Say whether somebody began to give money back and nothing has come of it: a power cut, a process that died."""
    return (
        one.came is Came.UNDER_WAY
        and one.payment is None
        and one.begun.body["step"] in {Step.GIVE_BACK, Step.RETURN_CHARGE}
        and one.begun.actor_id == visit.known.staff_id
        and visit.now - one.begun.occurred_at >= BROKE_OFF_AFTER
    )


def _authorisers(people: Sequence[Person], offer: Offer, me: StaffId) -> Sequence[Person]:
    """Return who may consent to this much money going back, besides whoever asks."""
    ask = Ask(verb=Verb.REFUND, store_id=offer.store_id or StoreId(""), refund_minor=offer.amount_minor)
    return [person for person in people if person.has_pin and person.staff_id != me and may(person, ask) is None]


def _taken(connection: sa.Connection, visit: Visit, events: Sequence[CaseEvent]) -> list[StepTaken]:
    """Return the steps that were taken; what each came to is asked of the books, where a payment tells it."""
    begun = [event for event in events if event.kind is Event.BEGUN]
    named = {str(event.body["payment_id"]) for event in begun if "payment_id" in event.body}
    payments = steps.payments_by_id(connection, visit.known.merchant_id, named) if named else {}
    ended = {event.action_id: event for event in events if event.kind is Event.ENDED}
    return [_step(event, payments.get(str(event.body.get("payment_id", ""))), ended) for event in begun]


def _step(begun: CaseEvent, payment: Payment | None, ended: Mapping[str | None, CaseEvent]) -> StepTaken:
    last = ended.get(f"{begun.action_id}{ENDING}")
    told = Came(str(last.body["came"])) if last is not None else Came.UNDER_WAY
    came = told if payment is None or told in {Came.REFUSED, Came.NOTHING} else came_of(payment)
    return StepTaken(begun=begun, came=came, payment=payment)
