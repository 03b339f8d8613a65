"""Reads cases for somebody: only what they may see, and of one case everything that belongs to it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.inbox import store
from counterfoil.desk.cases.inbox.model import CaseFile, Changes, Counts, Page, Scope, Wanted, scope_of
from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.ids import MerchantId, StoreId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    import sqlalchemy as sa


def inbox(connection: sa.Connection, merchant_id: MerchantId, wanted: Wanted, *, actor: Person, now: datetime) -> Page:
    """Return one page of the cases that somebody wants to see and may."""
    return store.page(connection, merchant_id, scope_of(actor), wanted, now=now)


def inbox_counts(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    actor: Person,
    now: datetime,
    store_id: StoreId | None = None,
) -> Counts:
    """Count what is in hand, of what somebody may see; of one store alone, where that is what is shown."""
    scope = scope_of(actor)
    if store_id is not None:
        scope = Scope(store_ids=frozenset({store_id} if scope.holds(store_id) else ()))
    return store.counts(connection, merchant_id, scope, now=now)


def case_file(connection: sa.Connection, merchant_id: MerchantId, case_id: str, *, actor: Person) -> CaseFile | Refused:
    """Return a case with everything that belongs to it; of one that is part of another, that one."""
    scope = scope_of(actor)
    case = store.home_of(connection, merchant_id, case_id) if is_id(case_id) else None
    if case is None:
        return refused(CaseRefusal.NO_SUCH_CASE, case_id=case_id)
    if not scope.holds(case.store_id):
        return refused(CaseRefusal.MAY_NOT, staff_id=actor.staff_id)
    merged = cases.merged_into(connection, merchant_id, case.case_id)
    return CaseFile(
        case=case,
        findings=store.findings_of(connection, merchant_id, case.case_id),
        events=store.events_of(connection, merchant_id, [case.case_id, *merged]),
        merged=merged,
        related=store.related(connection, merchant_id, scope, case.case_id),
    )


def cases_changed_since(connection: sa.Connection, merchant_id: MerchantId, since: datetime) -> Changes:
    """Return which cases moved since somebody asked last (`through` of that answer), for counters that live."""
    return store.changes(connection, merchant_id, since)
