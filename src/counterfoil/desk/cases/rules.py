"""Who may do what with a case, and what a case is in each state. Pure: cases and people in, a value or a refusal out.

One person works on a case at a time: what only its owner does is refused to all others by the owner's name. A case that
was escalated waits for somebody of that role. What is accepted although the books disagree is accepted by somebody else
than whoever rang it up; the owner of the shop alone answers to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from counterfoil.desk.cases.closures import CLOSURES, Claim, Closure, Reason
from counterfoil.desk.cases.model import TEXT_LENGTH_MAX, BookRow, Case, CaseEvent
from counterfoil.desk.cases.refusals import (
    EVENT_WORDS,
    NOT_NOW_WORDS,
    STATE_WORDS,
    THE_BOOKS,
    CaseRefusal,
    refused,
)
from counterfoil.desk.cases.states import OWNED, TRANSITIONS, Event, State
from counterfoil.ids import ID_LENGTH_MAX, StaffId, StoreId, is_id
from counterfoil.plain_numbers import found_in, holds_secret
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Authorisation, Person, Role, Verb
from counterfoil.shop.staff.roles import MATRIX
from counterfoil.shop.staff.rules import may

#: What a verb makes of a case that nothing else speaks against.
Decide = Callable[[Case], Case | Refused]

#: As whom somebody may work on cases, and so to whom a case may be escalated.
LEVELS = MATRIX[Verb.WORK_CASES].roles

#: A row of a book, as findings name it; older records have blanks and other signs in their numbers.
_PROOF = re.compile(r"(?:order|payment|acquirer_record|slip|parcel|return|notice|bill):\S(?:.{0,62}\S)?")


def said_text(text: str | None) -> str | None:
    """Return a text as it is kept: without what nobody can see; None where nothing is left."""
    lines = ("".join(sign for sign in line if sign.isprintable()).rstrip() for line in (text or "").splitlines())
    return "\n".join(lines).strip() or None


def why_no_text(said: str | None, *, needed: bool) -> Refused | None:
    """Say why a text cannot be kept; None where it can."""
    if said is None:
        return refused(CaseRefusal.TEXT_MISSING) if needed else None
    if len(said) > TEXT_LENGTH_MAX:
        return refused(CaseRefusal.TEXT_TOO_LONG, most=TEXT_LENGTH_MAX)
    if holds_secret(said) or found_in(said, column="case_events.text") is not None:
        return refused(CaseRefusal.PLAIN_NUMBER)
    return None


def may_work(person: Person, store_id: StoreId | None) -> bool:
    """Say whether somebody may work on cases of a store; those of no store need a grant for every one."""
    return may(person, Ask(verb=Verb.WORK_CASES, store_id=store_id or EVERY_STORE)) is None


def why_not(case: Case, last: CaseEvent, *, event: Event, seen: int | None, actor: Person) -> Refused | None:
    """Say why somebody may not do this to a case at all, or not any more; in order of precedence."""
    if case.state is State.MERGED:
        return refused(CaseRefusal.IS_MERGED, case_id=case.case_id, into=case.merged_into)
    if seen is not None and seen != case.version:
        return _changed(last)
    if event is Event.TAKEN and case.state in OWNED:
        return _owned(case) if case.owner_id != actor.staff_id else already(case, actor.staff_id)
    if (case.state, event) not in TRANSITIONS:
        state, verb = STATE_WORDS[case.state], NOT_NOW_WORDS[event]
        return refused(CaseRefusal.NOT_NOW, state_en=state.en, state_zh=state.zh, event_en=verb.en, event_zh=verb.zh)
    return None


def why_not_theirs(case: Case, actor: Person) -> Refused | None:
    """Say why a case is not somebody's to decide about: another's, or waiting for another role."""
    if case.owner_id is not None and case.owner_id != actor.staff_id:
        return _owned(case)
    return why_not_their_turn(case, actor)


def why_not_their_turn(case: Case, actor: Person) -> Refused | None:
    """Say why a case waits for others: it was escalated to a role that somebody does not have."""
    if case.escalated_to is None:
        return None
    roles = actor.roles_at(case.store_id or EVERY_STORE)
    return (
        None
        if roles & {case.escalated_to, Role.OWNER}
        else refused(CaseRefusal.ESCALATED_TO_OTHERS, role=case.escalated_to)
    )


def already(case: Case, staff_id: StaffId) -> Refused | None:
    """Say that somebody has a case already."""
    return refused(CaseRefusal.ALREADY_THEIRS, staff_id=staff_id) if case.owner_id == staff_id else None


def why_not_with(case: Case, actor: Person, closure: Closure, consent: Authorisation | None) -> Refused | None:
    """Say why somebody may not close a case with a reason; in order of precedence."""
    if closure.claim is Claim.SEEN or case.exception not in closure.exceptions:
        return refused(CaseRefusal.REASON_NOT_FOR_THIS, found=closure.reason, exception=case.exception)
    is_owner = Role.OWNER in actor.roles_at(case.store_id or EVERY_STORE)
    if closure.claim is Claim.ACCEPTED and case.operator_id == actor.staff_id and not is_owner:
        return refused(CaseRefusal.OWN_DOING, staff_id=actor.staff_id)
    consents = consent is not None and consent.verb is Verb.WORK_CASES and consent.authoriser_id != actor.staff_id
    if closure.needs_second and not consents:
        return refused(CaseRefusal.SECOND_PERSON_MISSING)
    return None


def why_no_proof(proof: str | None) -> Refused | None:
    """Say why a text does not name a row of a book; None where it does, or where there is none."""
    if proof is None or (len(proof) <= 2 * ID_LENGTH_MAX and proof.isprintable() and _PROOF.fullmatch(proof)):
        return None
    return refused(CaseRefusal.BAD_PROOF, found=proof[:ID_LENGTH_MAX])


def why_not_that_row(proof: str, row: BookRow | None, actor: Person) -> Refused | None:
    """Say why a closure cannot name this row; None where it is there, at a store where they may read, or at none."""
    is_theirs = row is not None and (row.store_id is None or _may_read(actor, row.store_id))
    # Of another store it is said to be none: whoever may not look there learns nothing of it.
    return None if is_theirs else refused(CaseRefusal.NO_SUCH_ROW, found=proof)


def _may_read(actor: Person, store_id: StoreId) -> bool:
    return may(actor, Ask(verb=Verb.READ_REPORTS, store_id=store_id)) is None


def why_no_action(action_id: str) -> Refused | None:
    """Say why a press of a button has no usable id."""
    return None if is_id(action_id) else refused(CaseRefusal.BAD_ACTION_ID)


def moved_to(case: Case, to: State, *, now: datetime) -> Case:
    """Return a case in its next state, without what only the state before it has; one version on."""
    is_owned, is_closed = to in OWNED, to is State.CLOSED
    return replace(
        case,
        state=to,
        version=case.version + 1,
        changed_at=now,
        owner_id=case.owner_id if is_owned or is_closed else None,
        escalated_to=case.escalated_to if to is State.OPEN else None,
        waiting_for=case.waiting_for if to is State.WAITING else None,
        merged_into=case.merged_into if to is State.MERGED else None,
        closed_at=case.closed_at if is_closed else None,
        closed_by=case.closed_by if is_closed else None,
        closure_reason=case.closure_reason if is_closed else None,
        proof_due_at=case.proof_due_at if is_closed else None,
    )


def closure_of(reason: Reason) -> Closure:
    """Return what a reason claims and wants."""
    return CLOSURES[reason]


def _owned(case: Case) -> Refused:
    return refused(CaseRefusal.OWNED_BY_ANOTHER, owner_id=case.owner_id)


def _changed(last: CaseEvent) -> Refused:
    who_en, who_zh = (last.actor_id, last.actor_id) if last.actor_id else (THE_BOOKS.en, THE_BOOKS.zh)
    what = EVENT_WORDS[last.kind]
    return refused(
        CaseRefusal.CHANGED_MEANWHILE,
        who_en=who_en,
        who_zh=who_zh,
        what_en=what.en,
        what_zh=what.zh,
        at=last.occurred_at.isoformat(timespec="seconds"),
        kind=last.kind,
        actor_id=last.actor_id,
        version=last.event_no,
    )
