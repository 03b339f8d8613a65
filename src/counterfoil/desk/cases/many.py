"""Assigns and closes many cases by one press of a button. Each is judged by itself; money is never moved in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases import store
from counterfoil.desk.cases.acting import act_on_all
from counterfoil.desk.cases.closing import Wish, closed_with, closing_press
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.keeping_both import say_repeats
from counterfoil.desk.cases.model import MANY_MAX, Case, CaseId, MovedMany
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.desk.cases.steps import moves_money
from counterfoil.desk.cases.taking import assignment, given_to
from counterfoil.ids import MerchantId, StaffId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    import sqlalchemy as sa


def assign_many(
    connection: sa.Connection,
    merchant_id: MerchantId,
    chosen: Mapping[CaseId, int],
    *,
    to: StaffId,
    action_id: str,
    actor: Person,
    now: datetime,
) -> MovedMany | Refused:
    """Give cases to somebody, each of the version that was seen; a refusal of all only where they are too many."""
    press = assignment(merchant_id, to=to, action_id=action_id, actor=actor, now=now)
    return act_on_all(connection, press, chosen, given_to(connection, press, to))


def close_many(
    connection: sa.Connection,
    merchant_id: MerchantId,
    chosen: Mapping[CaseId, int],
    *,
    wish: Wish,
    action_id: str,
    actor: Person,
    now: datetime,
) -> MovedMany | Refused:
    """Close cases with one reason; those whose next step moves money are left as they are, by name."""
    press = closing_press(merchant_id, wish, action_id=action_id, actor=actor, now=now)
    if isinstance(press, Refused):
        return press
    # Beyond what is done at once, the press is refused as a whole.
    possible = [case_id for case_id in chosen if is_id(case_id)][:MANY_MAX]
    steps = store.next_steps(connection, merchant_id, possible)
    owing = store.with_charges(connection, merchant_id, possible)
    closed = closed_with(connection, press, wish, owing)

    def decide(case: Case) -> Case | Refused:
        if case.case_id in owing or any(moves_money(step) for step in steps.get(case.case_id, ())):
            return refused(CaseRefusal.MOVES_MONEY)
        return closed(case)

    done = act_on_all(connection, press, chosen, decide)
    if isinstance(done, MovedMany) and wish.reason is Reason.GENUINE_REPEAT:
        say_repeats(connection, press, done.moved)
    return done
