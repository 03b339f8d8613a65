"""Hands a case to another role: it is in nobody's hand then, until somebody of that role takes it or assigns it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases.acting import Press, act, worded
from counterfoil.desk.cases.model import Case, CaseId, Moved
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.desk.cases.rules import LEVELS, why_not_theirs
from counterfoil.desk.cases.states import Event
from counterfoil.ids import MerchantId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person, Role

if TYPE_CHECKING:
    import sqlalchemy as sa


def escalate(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    to: Role,
    text: str,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Say that a case needs somebody of another role, and why."""
    said = worded(text, needed=True)
    if isinstance(said, Refused):
        return said
    if to not in LEVELS:
        return refused(CaseRefusal.NO_SUCH_ROLE, found=to)

    def decide(case: Case) -> Case | Refused:
        return why_not_theirs(case, actor) or replace(case, escalated_to=to)

    press = Press(
        merchant_id=merchant_id,
        action_id=action_id,
        actor=actor,
        now=now,
        event=Event.ESCALATED,
        text=said,
        body={"to": to.value},
    )
    return act(connection, press, case_id, seen, decide)
