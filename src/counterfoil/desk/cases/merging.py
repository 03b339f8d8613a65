"""Puts two cases together that are one matter, and takes a finding out again. What was done to either stays its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases import store
from counterfoil.desk.cases.acting import Press, act, fact_of, worded
from counterfoil.desk.cases.following import store as following
from counterfoil.desk.cases.model import Case, CaseEvent, CaseId, Moved
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.desk.cases.rules import may_work, why_not_theirs
from counterfoil.desk.cases.states import FIRST, IN_HAND, Event, State
from counterfoil.ids import MerchantId, is_id
from counterfoil.journal.store import note_all
from counterfoil.refusals import Refused
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    import sqlalchemy as sa


def merge(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    into: CaseId,
    text: str | None = None,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Make a case part of another one, with all its findings; from then on only that one is worked on."""
    said = worded(text, needed=False)
    if isinstance(said, Refused):
        return said
    possible = {each for each in (case_id, into) if is_id(each)}
    store.lock(connection, merchant_id, possible)
    host = store.cases(connection, merchant_id, possible).get(into)

    def decide(case: Case) -> Case | Refused:
        if host is None or host[0].state not in IN_HAND or into == case_id:
            return why_not_theirs(case, actor) or refused(CaseRefusal.NOT_TOGETHER, case_id=case_id, into=into)
        if not may_work(actor, host[0].store_id):
            return refused(CaseRefusal.MAY_NOT, staff_id=actor.staff_id)
        no = why_not_theirs(case, actor) or why_not_theirs(host[0], actor)
        return no or replace(case, merged_into=into)

    press = Press(
        merchant_id=merchant_id,
        action_id=action_id,
        actor=actor,
        now=now,
        event=Event.MERGED,
        text=said,
        body={"into": into},
    )
    moved = act(connection, press, case_id, seen, decide)
    if isinstance(moved, Refused) or moved.repeated:
        return moved
    store.put_into(connection, merchant_id, into, store.members(connection, merchant_id, case_id))
    joined = Press(
        merchant_id=merchant_id,
        action_id=action_id,
        actor=actor,
        now=now,
        event=Event.JOINED,
        text=said,
        body={"from": case_id},
        follows=True,
    )
    answered = act(connection, joined, into, None, lambda case: case)
    assert isinstance(answered, Moved)
    following.project(connection, merchant_id, [into], policy_at(connection, merchant_id, now).cases, now=now)
    return moved


def part(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    finding_id: str,
    text: str | None = None,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Take a finding out of a case and into one of its own, open; both have to be about something that stands."""
    said = worded(text, needed=False)
    if isinstance(said, Refused):
        return said
    own = CaseId(finding_id)
    store.lock(connection, merchant_id, {each for each in (case_id, own) if is_id(each)})
    there = store.cases(connection, merchant_id, [own] if is_id(own) else []).get(own)
    members = store.members(connection, merchant_id, case_id) if is_id(case_id) else {}
    # A finding that is in no such case is nobody's to ask about.
    own_place = store.store_of(connection, merchant_id, finding_id) if finding_id in members else None
    place = there[0].store_id if there is not None else own_place
    stays = any(stands for member, stands in members.items() if member != finding_id)

    def decide(case: Case) -> Case | Refused:
        no = why_not_theirs(case, actor)
        if no is None and (own == case_id or not members.get(finding_id) or not stays):
            no = refused(CaseRefusal.NOT_APART, finding_id=finding_id, case_id=case_id)
        if no is None and not may_work(actor, place):
            no = refused(CaseRefusal.MAY_NOT, staff_id=actor.staff_id)
        return no or case

    body = {"finding_id": finding_id}
    press = Press(
        merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.PARTED, text=said, body=body
    )
    moved = act(connection, press, case_id, seen, decide)
    if isinstance(moved, Refused) or moved.repeated:
        return moved
    _open_own(connection, press, case_id, own)
    store.put_into(connection, merchant_id, own, [finding_id])
    times = policy_at(connection, merchant_id, now).cases
    following.project(connection, merchant_id, [case_id, own], times, now=now)
    return moved


def _open_own(connection: sa.Connection, press: Press, case_id: CaseId, own: CaseId) -> None:
    """Open the case of a finding that is parted: the one that was merged, or a new one."""
    times = policy_at(connection, press.merchant_id, press.now).cases
    there = store.cases(connection, press.merchant_id, {own}).get(own)
    body = {"parted_from": case_id}
    if there is not None:
        assert there[0].state is State.MERGED
        opened = replace(press, body=body, follows=True)
        answered = act(
            connection,
            opened,
            own,
            None,
            lambda case: replace(case, due_at=press.now + times.due_within(case.severity)),
        )
        assert isinstance(answered, Moved)
        return
    kind, state = FIRST
    event = CaseEvent(
        case_id=own,
        event_no=1,
        kind=kind,
        state=state,
        occurred_at=press.now,
        actor_id=press.actor.staff_id,
        action_id=press.action_id,
        text=None,
        body=body,
    )
    exception = store.open_parted(connection, press.merchant_id, event, times)
    note_all(connection, press.merchant_id, [fact_of(exception, event)])
