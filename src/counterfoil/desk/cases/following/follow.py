"""Cases follow the findings, in the transaction that wrote them. A few statements, however many findings there are.

What is followed is not what happened but what is: the findings as they stand are compared with what their cases were
last told. So nothing is told twice, a finding that went and came back within one transaction never went, and following
everything once more (`follow_everything`, every night) mends whatever was left out.

**What opens, closes and reopens a case.**

* A finding that no case knows opens one, or joins the case in hand of the same matter (`matters.py`).
* A case whose findings are all gone is closed by the books, with the row that made them agree. Whoever worked on it
  need not do anything; what they wrote stays.
* A finding that comes back opens its case again, whoever closed it.
* A closure by a person holds while the finding stands as it stood: "harmless" and "keep both" are decisions about a
  disagreement, and the disagreement alone is no news. It is contradicted by what is worse than what they decided
  about: more money, more severe, another diagnosis that is not milder, or one more finding. What is milder is written
  down, and the case stays closed. If the finding goes away after all, that bears the closure out.
* A closure that claims to have put the books right (`closures.Claim.PUT_RIGHT`) holds only so long: where the finding
  still stands when the policy's `proof_within` is over, the books deny it, and the case is open again.
* A case that the books closed while somebody's step of money had broken off is opened again: an order that was rebuilt
  so that its money could go back makes the books agree, and the money is still here.
* A case that a person has reopened although nothing stands is theirs to close: the books have said all they have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from counterfoil.desk.cases.following import store
from counterfoil.desk.cases.following.matters import placed
from counterfoil.desk.cases.steps import BROKE_OFF_AFTER
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.desk.cases.model import CaseId
    from counterfoil.desk.cases.states import Event
    from counterfoil.ids import MerchantId

#: So many closures are contradicted at once for want of proof; the rest follows with the next look.
UNPROVED_MAX = 1_000
#: A step that broke off longer ago has been a person's business all that time; the doctor still names it.
BROKE_OFF_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What became of cases."""

    #: New findings, in cases of their own or in others.
    new_n: int = 0
    #: Cases that were there already and were told something, with what.
    moved: Mapping[CaseId, Event] = field(default_factory=dict)


def follow(
    connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str], *, now: datetime
) -> Followed:
    """Bring the cases of these findings to what the books say now."""
    new, moved = store.differing(connection, merchant_id, finding_ids) if finding_ids else ([], [])
    if not new and not moved:
        return Followed()
    times = policy_at(connection, merchant_id, now).cases
    if new:
        store.name_subjects(connection, merchant_id, new)
        together = placed(store.ties(connection, merchant_id, new))
        homes = {finding: together.get(finding, finding) for finding in new}
        store.open_cases(connection, merchant_id, homes, times, now=now)
        # What was opened just now was told everything as it was opened.
        opened = set(new)
        joining = [finding for finding, home in homes.items() if home not in opened]
        if joining:
            store.follow_merged(connection, merchant_id, joining)
        moved = moved + joining
    cases = store.lock_cases_of(connection, merchant_id, moved) if moved else []
    if not cases:
        return Followed(new_n=len(new))
    store.project(connection, merchant_id, cases, times, now=now)
    told = store.tell(connection, merchant_id, cases, times, now=now)
    store.know(connection, merchant_id, cases)
    return Followed(new_n=len(new), moved=told)


def follow_everything(connection: sa.Connection, merchant_id: MerchantId, *, now: datetime) -> Followed:
    """Bring every case of a merchant to what the books say now."""
    return follow(connection, merchant_id, store.on_the_desk(connection, merchant_id), now=now)


def contradict_closures(connection: sa.Connection, merchant_id: MerchantId, *, now: datetime) -> None:
    """Open closures again that the books should have borne out by now, and those over money that was to go back."""
    times = policy_at(connection, merchant_id, now).cases
    begun = (now - BROKE_OFF_WITHIN, now - BROKE_OFF_AFTER)
    store.contradict_closures(connection, merchant_id, times, begun, limit=UNPROVED_MAX, now=now)
