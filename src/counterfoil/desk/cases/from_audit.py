"""Turns what an audit of files has found into cases. The watch sees none of those files, so people alone end them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from counterfoil.desk.cases.rules import may_work
from counterfoil.desk.keeping import keep_of_audit
from counterfoil.ids import MerchantId
from counterfoil.journal.store import Noted, note_all
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of the findings of an audit."""

    #: Cases were opened for these, or they joined others.
    new_n: int
    #: These have a case already, from the live books or from an audit before.
    known_n: int
    #: These are of stores at which whoever takes them in does not work on cases; they were left out.
    not_theirs_n: int


def take_in(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: str,
    found: Iterable[Mapping[str, Any]],
    *,
    actor: Person,
    now: datetime,
) -> TakenIn:
    """Open cases for findings of an audit; twice is as good as once.

    They come as `desk.watching.as_the_desk_has_it` gives them.
    """
    findings = list(found)
    theirs = [each for each in findings if may_work(actor, each["store_id"])]
    new_n = keep_of_audit(connection, merchant_id, theirs, now=now)
    taken = TakenIn(new_n=new_n, known_n=len(theirs) - new_n, not_theirs_n=len(findings) - len(theirs))
    fact = Noted(
        tag="case:audit:taken_in",
        subject=f"audit:{audit_id}",
        occurred_at=now,
        actor_id=actor.staff_id,
        body={"new_n": taken.new_n, "known_n": taken.known_n, "not_theirs_n": taken.not_theirs_n},
    )
    note_all(connection, merchant_id, [fact])
    return taken
