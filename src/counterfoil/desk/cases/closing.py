"""Closes cases with a reason, and takes a closure back. No money moves here: a closure says what was done."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases import store
from counterfoil.desk.cases.acting import Press, act, worded
from counterfoil.desk.cases.closures import Claim, Closure, Reason
from counterfoil.desk.cases.keeping_both import say_repeats, unsay_repeats
from counterfoil.desk.cases.model import Case, CaseId, Moved, Origin
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.desk.cases.rules import (
    Decide,
    closure_of,
    why_no_proof,
    why_not_that_row,
    why_not_theirs,
    why_not_with,
)
from counterfoil.desk.cases.states import Event
from counterfoil.ids import MerchantId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.staff.model import Authorisation, Person

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """With what somebody wants to close cases."""

    reason: Reason
    text: str | None = None
    #: The row of a book that shows it, such as `payment:…`; what no row shows is said in the text.
    proof: str | None = None
    #: A second person's, where the reason wants it; their PIN was checked before.
    consent: Authorisation | None = None


def close(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    wish: Wish,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Close a case that is one's own, or nobody's."""
    press = closing_press(merchant_id, wish, action_id=action_id, actor=actor, now=now)
    if isinstance(press, Refused):
        return press
    owing = store.with_charges(connection, merchant_id, [case_id] if is_id(case_id) else [])
    moved = act(connection, press, case_id, seen, closed_with(connection, press, wish, owing))
    if isinstance(moved, Moved) and wish.reason is Reason.GENUINE_REPEAT:
        say_repeats(connection, press, {case_id: moved})
    return moved


def reopen(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_id: CaseId,
    *,
    text: str,
    seen: int,
    action_id: str,
    actor: Person,
    now: datetime,
) -> Moved | Refused:
    """Take a closure back, whoever's, and say why; the case is due anew."""
    said = worded(text, needed=True)
    if isinstance(said, Refused):
        return said
    times = policy_at(connection, merchant_id, now).cases
    press = Press(merchant_id=merchant_id, action_id=action_id, actor=actor, now=now, event=Event.REOPENED, text=said)
    moved = act(
        connection, press, case_id, seen, lambda case: replace(case, due_at=now + times.due_within(case.severity))
    )
    if isinstance(moved, Moved):
        unsay_repeats(connection, press, {case_id: moved})
    return moved


def closing_press(
    merchant_id: MerchantId, wish: Wish, *, action_id: str, actor: Person, now: datetime
) -> Press | Refused:
    """Return the press of a button that closes cases; a refusal where the text or the proof cannot be kept."""
    closure = closure_of(wish.reason)
    said = worded(wish.text, needed=closure.needs_text)
    if isinstance(said, Refused):
        return said
    no = why_no_proof(wish.proof)
    if no is not None:
        return no
    body = {
        "reason": wish.reason.value,
        "proof": wish.proof,
        "authoriser_id": wish.consent.authoriser_id if closure.needs_second and wish.consent is not None else None,
    }
    return Press(
        merchant_id=merchant_id,
        action_id=action_id,
        actor=actor,
        now=now,
        event=Event.CLOSED,
        text=said,
        body={name: value for name, value in body.items() if value is not None},
    )


def closed_with(connection: sa.Connection, press: Press, wish: Wish, owing: AbstractSet[CaseId]) -> Decide:
    """Return how cases are closed: whose they are, with a reason of their playbook, by somebody who may accept it.

    `owing`: those in which a charge was to go back, and is here still; nobody says of them that all is put right.
    """
    closure = closure_of(wish.reason)
    proof_due_at = press.now + policy_at(connection, press.merchant_id, press.now).cases.proof_within

    row = None if wish.proof is None else store.row_of_a_book(connection, press.merchant_id, wish.proof)

    def decide(case: Case) -> Case | Refused:
        no = why_not_theirs(case, press.actor) or why_not_with(case, press.actor, closure, wish.consent)
        # What an audit of files brought has its rows in the files, which are not here to be looked into.
        if no is None and case.case_id in owing and closure.claim is Claim.PUT_RIGHT:
            no = refused(CaseRefusal.CHARGE_STILL_HERE)
        if no is None and wish.proof is not None and case.origin is Origin.LIVE:
            no = why_not_that_row(wish.proof, row, press.actor)
        if no is not None:
            return no
        return replace(
            case,
            closed_at=press.now,
            closed_by=press.actor.staff_id,
            closure_reason=wish.reason,
            proof_due_at=proof_due_at if _owes_proof(case, closure) else None,
        )

    return decide


def _owes_proof(case: Case, closure: Closure) -> bool:
    """Say whether the live books have yet to bear a closure out; what an audit of files brought, they never can."""
    return closure.claim is Claim.PUT_RIGHT and case.stands and case.origin is Origin.LIVE
