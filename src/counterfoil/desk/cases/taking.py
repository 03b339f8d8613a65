"""Takes a case, gives it to somebody, puts it back. Nobody loses a case without being asked, except by assignment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases.acting import Press, act
from counterfoil.desk.cases.model import Case, CaseId, Moved
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.desk.cases.rules import Decide, already, may_work, why_not_their_turn, why_not_theirs
from counterfoil.desk.cases.states import Event
from counterfoil.ids import MerchantId, StaffId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person
from counterfoil.shop.staff.store import person

if TYPE_CHECKING:
    import sqlalchemy as sa


def take(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Take a case that nobody works on."""

    def decide(case: Case) -> Case | Refused:
        return why_not_their_turn(case, actor) or replace(case, owner_id=actor.staff_id)

    press = Press(merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.TAKEN)
    return act(connection, press, case_id, seen, decide)


def assign(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    to: StaffId,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Give a case to somebody who may work on it, whoever has it now; whoever assigns has seen who that is."""
    press = assignment(merchant_id, to=to, action_id=action_id, actor=actor, now=now)
    return act(connection, press, case_id, seen, given_to(connection, press, to))


def release(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Put a case back that one works on."""

    def decide(case: Case) -> Case | Refused:
        return why_not_theirs(case, actor) or case

    press = Press(merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.RELEASED)
    return act(connection, press, case_id, seen, decide)


def assignment(merchant_id: MerchantId, *, to: StaffId, action_id: str, actor: Person, now: datetime) -> Press:
    """Return the press of a button that gives cases to somebody."""
    return Press(
        merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.ASSIGNED, body={"to": to}
    )


def given_to(connection: sa.Connection, press: Press, to: StaffId) -> Decide:
    """Return how cases are given to somebody: to nobody who left, and only where they may work on them."""
    receiver = person(connection, press.merchant_id, to) if is_id(to) else None

    def decide(case: Case) -> Case | Refused:
        no = why_not_their_turn(case, press.actor) or already(case, to)
        if no is not None:
            return no
        if receiver is None or receiver.retired_at is not None:
            return refused(CaseRefusal.NO_SUCH_PERSON, staff_id=to)
        if not may_work(receiver, case.store_id):
            return refused(CaseRefusal.THEY_MAY_NOT, staff_id=to)
        return replace(case, owner_id=to)

    return decide
