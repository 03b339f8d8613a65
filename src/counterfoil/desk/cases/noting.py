"""Writes notes on cases, asks for what is missing, and takes the answer in. What was written stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases.acting import Press, act, worded
from counterfoil.desk.cases.model import Case, CaseId, Moved, WaitingFor
from counterfoil.desk.cases.rules import why_not_theirs
from counterfoil.desk.cases.states import Event
from counterfoil.ids import MerchantId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    import sqlalchemy as sa


def note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    text: str,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Write a note, in whatever state the case is and whoever has it: a note is in nobody's way."""
    said = worded(text, needed=True)
    if isinstance(said, Refused):
        return said
    press = Press(merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.NOTED, text=said)
    return act(connection, press, case_id, None, lambda case: case)


def ask(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    waiting_for: WaitingFor,
    text: str,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Write down what somebody was asked for; whoever asks about a case of nobody takes it."""
    said = worded(text, needed=True)
    if isinstance(said, Refused):
        return said

    def decide(case: Case) -> Case | Refused:
        return why_not_theirs(case, actor) or replace(case, owner_id=actor.staff_id, waiting_for=waiting_for)

    body = {"waiting_for": waiting_for.value}
    press = Press(
        merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.ASKED, text=said, body=body
    )
    return act(connection, press, case_id, seen, decide)


def answer(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    text: str,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Write down an answer, whoever got it: the case's owner goes on with it."""
    said = worded(text, needed=True)
    if isinstance(said, Refused):
        return said
    press = Press(merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.ANSWERED, text=said)
    return act(connection, press, case_id, None, lambda case: case)
