"""SQL of the inbox: reads cases for people, within what they may see. It writes nothing, and decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from counterfoil.db.queries import queries_of
from counterfoil.desk.cases.inbox.model import (
    EVENTS_MAX,
    FIND_LENGTH_MAX,
    FINDINGS_MAX,
    HITS_MAX,
    PAGE_MAX,
    RELATED_MAX,
    CaseFinding,
    Changes,
    Counts,
    Cursor,
    Listed,
    Page,
    Scope,
    Sort,
    Wanted,
)
from counterfoil.desk.cases.model import Case, CaseEvent, CaseId
from counterfoil.desk.cases.states import IN_HAND
from counterfoil.desk.cases.store import case_of, event_of
from counterfoil.desk.cases.tables import CASE_EVENTS, CASE_FINDINGS, CASES, FINDING_SUBJECTS
from counterfoil.desk.cases.tables import IN_HAND as IN_HAND_SQL
from counterfoil.desk.tables import FINDINGS
from counterfoil.ids import MerchantId
from counterfoil.languages import Text

#: What a page is sorted by, and whether the largest comes first.
_SORTED: Mapping[Sort, tuple[sa.Column[Any], bool]] = {
    Sort.DUE: (CASES.c.due_at, False),
    Sort.MONEY: (CASES.c.amount_at_risk_minor, True),
    Sort.AGE: (CASES.c.opened_at, False),
    Sort.CLOSED: (CASES.c.closed_at, True),
}
_CASE_COLUMNS = [CASES.c[name] for name in Case.__dataclass_fields__]
_EVENT_COLUMNS = [CASE_EVENTS.c[name] for name in CaseEvent.__dataclass_fields__]
#: Behind every text that begins with the one before it; ids compare bytewise.
_LAST_SIGN = "\U0010ffff"
_HORIZON = sa.text(queries_of("counterfoil.desk.watch")["horizon"])


def page(connection: sa.Connection, merchant_id: MerchantId, scope: Scope, wanted: Wanted, *, now: datetime) -> Page:
    """Return one page of cases."""
    if not wanted.is_possible:
        return Page(cases=[], next=None)
    limit = max(1, min(wanted.limit, PAGE_MAX))
    column, descends = _SORTED[wanted.sort]
    query = (
        sa.select(*_CASE_COLUMNS, FINDINGS.c.explanation_en, FINDINGS.c.explanation_zh)
        .join(
            FINDINGS,
            sa.and_(FINDINGS.c.merchant_id == CASES.c.merchant_id, FINDINGS.c.finding_id == CASES.c.leading_id),
        )
        .where(*_conditions(merchant_id, scope, wanted, now))
        .order_by(*((column.desc(), CASES.c.case_id.desc()) if descends else (column, CASES.c.case_id)))
        .limit(limit + 1)
    )
    if wanted.sort is Sort.CLOSED:
        query = query.where(CASES.c.closed_at.is_not(None))
    if wanted.after is not None and wanted.after.sort is wanted.sort:
        here, there = sa.tuple_(column, CASES.c.case_id), sa.tuple_(wanted.after.at, wanted.after.case_id)
        query = query.where(here < there if descends else here > there)
    rows = connection.execute(query).mappings().all()
    listed = [_listed(row, now) for row in rows[:limit]]
    last = listed[-1].case if len(rows) > limit else None
    return Page(
        cases=listed,
        next=None if last is None else Cursor(sort=wanted.sort, at=getattr(last, column.name), case_id=last.case_id),
    )


def counts(connection: sa.Connection, merchant_id: MerchantId, scope: Scope, *, now: datetime) -> Counts:
    """Count the cases in hand, by everything that people choose by, in one pass over them."""
    is_overdue = (CASES.c.due_at < now).label("is_overdue")
    # Few, for each costs as much again as reading the row.
    facets = ("exception", "owner_id", "currency")
    columns = [CASES.c[name] for name in facets]
    query = (
        sa.select(
            *columns, is_overdue, sa.func.count().label("n"), sa.func.sum(CASES.c.amount_at_risk_minor).label("money")
        )
        .where(*_conditions(merchant_id, scope, Wanted(), now))
        .group_by(*columns, is_overdue)
    )
    counted: dict[str, Counter[Any]] = {name: Counter() for name in (*facets, "is_overdue", "money")}
    for row in connection.execute(query).mappings():
        for name in (*facets, "is_overdue"):
            counted[name][row[name]] += row["n"]
        counted["money"][row["currency"]] += int(row["money"])
    total_n = counted["exception"].total()
    unowned_n = counted["owner_id"].pop(None, 0)
    counted["money"].pop(None, 0)
    return Counts(
        total_n=total_n,
        overdue_n=counted["is_overdue"][True],
        unowned_n=unowned_n,
        at_risk_minor=dict(counted["money"]),
        by_exception=dict(counted["exception"]),
        by_owner=dict(counted["owner_id"]),
    )


def changes(connection: sa.Connection, merchant_id: MerchantId, since: datetime, *, limit: int = 500) -> Changes:
    """Return which cases moved since a moment of the database's clock, each at least once.

    Whoever changes a case now may commit later than others who came after; so the next question begins where nobody
    can commit any more what they have recorded.
    """
    through = connection.execute(_HORIZON).scalar_one()
    query = (
        sa.select(CASE_EVENTS.c.case_id)
        .where(CASE_EVENTS.c.merchant_id == merchant_id, CASE_EVENTS.c.recorded_at >= since)
        .order_by(CASE_EVENTS.c.recorded_at)
        .limit(limit + 1)
    )
    found = connection.execute(query).scalars().all()
    return Changes(case_ids=frozenset(map(CaseId, found)), through=max(since, through), is_all=len(found) <= limit)


def home_of(connection: sa.Connection, merchant_id: MerchantId, name: str) -> Case | None:
    """Return the case that a finding is in, or that an old case has gone into; None where there is none."""
    query = sa.select(*_CASE_COLUMNS).join(
        CASE_FINDINGS,
        sa.and_(CASE_FINDINGS.c.merchant_id == CASES.c.merchant_id, CASE_FINDINGS.c.case_id == CASES.c.case_id),
    )
    row = (
        connection.execute(query.where(CASE_FINDINGS.c.merchant_id == merchant_id, CASE_FINDINGS.c.finding_id == name))
        .mappings()
        .one_or_none()
    )
    return None if row is None else case_of(row)


def findings_of(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> list[CaseFinding]:
    """Return the findings of a case, those that stand first, the most money first."""
    names = [name for name in CaseFinding.__dataclass_fields__ if name != "said"]
    query = (
        sa.select(*(FINDINGS.c[name] for name in (*names, "explanation_en", "explanation_zh")))
        .join(
            CASE_FINDINGS,
            sa.and_(
                CASE_FINDINGS.c.merchant_id == FINDINGS.c.merchant_id,
                CASE_FINDINGS.c.finding_id == FINDINGS.c.finding_id,
            ),
        )
        .where(CASE_FINDINGS.c.merchant_id == merchant_id, CASE_FINDINGS.c.case_id == case_id)
        .order_by(FINDINGS.c.gone_at.is_not(None), FINDINGS.c.amount_at_risk_minor.desc(), FINDINGS.c.finding_id)
        .limit(FINDINGS_MAX)
    )
    return [
        CaseFinding(**{name: row[name] for name in names}, said=_said(row))
        for row in connection.execute(query).mappings()
    ]


def events_of(connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]) -> list[CaseEvent]:
    """Return what happened to some cases, in the order of time; the last of it, where it is much."""
    query = (
        sa.select(*_EVENT_COLUMNS)
        .where(CASE_EVENTS.c.merchant_id == merchant_id, CASE_EVENTS.c.case_id.in_(case_ids))
        .order_by(CASE_EVENTS.c.recorded_at.desc(), CASE_EVENTS.c.event_no.desc())
        .limit(EVENTS_MAX)
    )
    return [event_of(row) for row in connection.execute(query).mappings()][::-1]


def related(connection: sa.Connection, merchant_id: MerchantId, scope: Scope, case_id: CaseId) -> list[Case]:
    """Return other cases about the same subjects, the newest first."""
    own, other, of_other = FINDING_SUBJECTS.alias(), FINDING_SUBJECTS.alias(), CASE_FINDINGS.alias()
    there = (
        sa.select(of_other.c.case_id)
        .select_from(CASE_FINDINGS)
        .join(own, sa.and_(own.c.merchant_id == merchant_id, own.c.finding_id == CASE_FINDINGS.c.finding_id))
        .join(other, sa.and_(other.c.merchant_id == merchant_id, other.c.subject == own.c.subject))
        .join(of_other, sa.and_(of_other.c.merchant_id == merchant_id, of_other.c.finding_id == other.c.finding_id))
        .where(
            CASE_FINDINGS.c.merchant_id == merchant_id,
            CASE_FINDINGS.c.case_id == case_id,
            of_other.c.case_id != case_id,
        )
        .limit(HITS_MAX)
    )
    query = (
        sa.select(*_CASE_COLUMNS)
        .where(CASES.c.merchant_id == merchant_id, CASES.c.case_id.in_(there), *_within(scope))
        .order_by(CASES.c.opened_at.desc(), CASES.c.case_id)
        .limit(RELATED_MAX)
    )
    return [case_of(row) for row in connection.execute(query).mappings()]


def _conditions(
    merchant_id: MerchantId, scope: Scope, wanted: Wanted, now: datetime
) -> Iterator[sa.ColumnElement[bool]]:
    yield CASES.c.merchant_id == merchant_id
    yield from _within(scope)
    if wanted.states == IN_HAND:
        # In the words of the indexes, which serve nobody who says it otherwise.
        yield sa.literal_column(f"cases.{IN_HAND_SQL}", sa.Boolean())
    else:
        yield CASES.c.state.in_(sorted(wanted.states))
    for name in ("exception", "diagnosis", "severity", "store_id", "owner_id", "escalated_to"):
        value = getattr(wanted, name)
        if value is not None:
            yield CASES.c[name] == value
    if wanted.unowned:
        yield CASES.c.owner_id.is_(None)
    if wanted.overdue:
        yield CASES.c.due_at < now
    if wanted.opened_before is not None:
        yield CASES.c.opened_at < wanted.opened_before
    if wanted.opened_since is not None:
        yield CASES.c.opened_at >= wanted.opened_since
    if wanted.at_risk_minor_min is not None:
        yield CASES.c.amount_at_risk_minor >= wanted.at_risk_minor_min
    if wanted.find is not None:
        # An array is made once, before; a subquery would be looked through for case after case.
        found = _carrying(merchant_id, wanted.find, wanted.numbered).scalar_subquery()
        hits = sa.func.array(found, type_=ARRAY(CASES.c.case_id.type))
        yield CASES.c.case_id == sa.any_(hits)


def _within(scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    if scope.store_ids is not None:
        yield CASES.c.store_id.in_(sorted(scope.store_ids))


def _carrying(merchant_id: MerchantId, find: str, numbered: Sequence[str]) -> sa.Select[tuple[str]]:
    """Return the ids of cases that carry a number which begins like this, or one of these orders."""
    begins = "".join(sign for sign in find.strip() if sign.isprintable())[:FIND_LENGTH_MAX]
    by = FINDING_SUBJECTS.c.subject if ":" in begins else FINDING_SUBJECTS.c.name
    in_case = sa.and_(
        CASE_FINDINGS.c.merchant_id == merchant_id, CASE_FINDINGS.c.finding_id == FINDING_SUBJECTS.c.finding_id
    )
    named = (
        sa.select(CASE_FINDINGS.c.case_id)
        .select_from(FINDING_SUBJECTS)
        .join(CASE_FINDINGS, in_case)
        .where(FINDING_SUBJECTS.c.merchant_id == merchant_id)
        .limit(HITS_MAX)
    )
    by_number = named.where(by >= begins, by < begins + _LAST_SIGN)
    by_slip = named.where(FINDING_SUBJECTS.c.name.in_(list(numbered)))
    by_id = (
        sa.select(CASE_FINDINGS.c.case_id)
        .where(
            CASE_FINDINGS.c.merchant_id == merchant_id,
            CASE_FINDINGS.c.finding_id >= begins.upper(),
            CASE_FINDINGS.c.finding_id < begins.upper() + _LAST_SIGN,
        )
        .limit(HITS_MAX)
    )
    every = sa.union_all(by_number, by_id, *([by_slip] if numbered else [])).subquery()
    return sa.select(every.c.case_id)


def _listed(row: sa.RowMapping, now: datetime) -> Listed:
    case = case_of(row)
    return Listed(case=case, said=_said(row), is_overdue=case.state in IN_HAND and case.due_at < now)


def _said(row: sa.RowMapping) -> Text:
    return Text(en=row["explanation_en"], zh=row["explanation_zh"])
