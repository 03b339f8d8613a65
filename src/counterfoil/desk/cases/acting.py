"""How every verb of people acts on cases: one case or many, with the same few statements.

The cases are locked, read, judged one by one, and written together: what a person does, the event that says so, and the
fact in the journal. A press of a button carries an id that the page has made, so the same press twice comes to what it
came to the first time. Whoever changes a case says which version of it they saw; where it has moved on, they are told
who did what, and nothing is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases import store
from counterfoil.desk.cases.model import MANY_MAX, Case, CaseEvent, CaseId, Moved, MovedMany
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.desk.cases.rules import Decide, may_work, moved_to, said_text, why_no_action, why_no_text, why_not
from counterfoil.desk.cases.states import Event, advance
from counterfoil.ids import MerchantId, is_id
from counterfoil.journal.store import Noted, note_all
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One press of a button: who, when, and what they want and wrote."""

    merchant_id: MerchantId
    #: Made by the page; the same on every try of this press.
    action_id: str
    actor: Person
    now: datetime
    event: Event
    #: As it is kept; `worded` makes it.
    text: str | None = None
    #: What else they said: whom it is given to, the reason. The same press says the same.
    body: Mapping[str, object] = field(default_factory=dict)
    #: It reaches the case by another one, which was judged: merging reaches the host, parting the case that was merged.
    follows: bool = False


def worded(text: str | None, *, needed: bool) -> str | Refused | None:
    """Return what somebody wrote, as it is kept; a refusal where it cannot be kept, or is missing."""
    said = said_text(text)
    return why_no_text(said, needed=needed) or said


def act(connection: sa.Connection, press: Press, case_id: CaseId, seen: int | None, decide: Decide) -> Moved | Refused:
    """Do something to one case; `decide` says what, and is asked only where nothing speaks against it."""
    many = act_on_all(connection, press, {case_id: seen}, decide)
    if isinstance(many, Refused):
        return many
    return many.moved.get(case_id) or many.refused[case_id]


def act_on_all(
    connection: sa.Connection, press: Press, chosen: Mapping[CaseId, int | None], decide: Decide
) -> MovedMany | Refused:
    """Do the same thing to many cases, each of a version that was seen (None: whichever), and say of each what came."""
    no = why_no_action(press.action_id)
    if no is not None:
        return no
    if len(chosen) > MANY_MAX:
        return refused(CaseRefusal.TOO_MANY, found=len(chosen), most=MANY_MAX)
    possible = [case_id for case_id in chosen if is_id(case_id)]
    store.lock(connection, press.merchant_id, possible)
    cases = store.cases(connection, press.merchant_id, possible)
    before = store.events_of_action(connection, press.merchant_id, possible, press.action_id)
    moves: list[store.Move] = []
    moved: dict[CaseId, Moved] = {}
    refusals: dict[CaseId, Refused] = {}
    for case_id, seen in chosen.items():
        if case_id not in cases:
            refusals[case_id] = refused(CaseRefusal.NO_SUCH_CASE, case_id=case_id)
            continue
        case, last = cases[case_id]
        result = _judged(press, case, last, before.get(case_id), seen, decide)
        if isinstance(result, store.Move):
            moves.append(result)
            moved[case_id] = Moved(event=result.event)
        elif isinstance(result, Moved):
            moved[case_id] = result
        else:
            refusals[case_id] = result
    store.write_moves(connection, press.merchant_id, moves)
    note_all(connection, press.merchant_id, [fact_of(move.case.exception, move.event) for move in moves])
    return MovedMany(moved=moved, refused=refusals)


def _judged(
    press: Press, case: Case, last: CaseEvent, before: CaseEvent | None, seen: int | None, decide: Decide
) -> store.Move | Moved | Refused:
    """Say what becomes of one case; in the order of the refusals."""
    if not may_work(press.actor, case.store_id):
        return refused(CaseRefusal.MAY_NOT, staff_id=press.actor.staff_id)
    if before is not None:
        return _as_before(press, before)
    no = why_not(case, last, event=press.event, seen=seen, actor=press.actor)
    if no is not None and not press.follows:
        return no
    decided = decide(case)
    if isinstance(decided, Refused):
        return decided
    after = moved_to(decided, advance(case.state, press.event), now=press.now)
    return store.Move(was=case.state, case=after, event=event_of(press, after))


def _as_before(press: Press, before: CaseEvent) -> Moved | Refused:
    """Answer a press that was heard before as it was answered then."""
    same = (
        before.kind is press.event
        and before.actor_id == press.actor.staff_id
        and before.text == press.text
        and dict(before.body) == dict(press.body)
    )
    return Moved(event=before, repeated=True) if same else refused(CaseRefusal.ACTION_ID_TAKEN)


def event_of(press: Press, after: Case) -> CaseEvent:
    """Return the event that a press is, of a case as it is after it."""
    return CaseEvent(
        case_id=after.case_id,
        event_no=after.version,
        kind=press.event,
        state=after.state,
        occurred_at=press.now,
        actor_id=press.actor.staff_id,
        action_id=press.action_id,
        text=press.text,
        body=press.body,
    )


def fact_of(exception: str, event: CaseEvent) -> Noted:
    """Return what somebody did to a case as a fact of the journal."""
    return Noted(
        tag=f"case:{exception}:{event.kind}",
        subject=f"case:{event.case_id}",
        occurred_at=event.occurred_at,
        actor_id=event.actor_id,
        body={"event_no": event.event_no, "state": event.state, "text": event.text, **event.body},
    )
