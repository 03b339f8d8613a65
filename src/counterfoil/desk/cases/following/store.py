"""SQL by which cases follow the books: each a statement or two, however many findings there are. It never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from counterfoil.db.asking import ask
from counterfoil.db.queries import queries_of
from counterfoil.desk.cases.closures import PUT_RIGHT
from counterfoil.desk.cases.following.matters import InHand, Tie
from counterfoil.desk.cases.model import ENDING, REBUILDS_AND_RETURNS, CaseId
from counterfoil.desk.cases.states import FIRST, OF_THE_BOOKS, TRANSITIONS, Event, State
from counterfoil.ids import MerchantId
from counterfoil.shop.policies.model import CaseTimes

if TYPE_CHECKING:
    from datetime import timedelta

    import sqlalchemy as sa

_QUERIES = queries_of(__package__)

#: The ways of the machine that the books may take.
_WAYS = [(state, event, to) for (state, event), to in TRANSITIONS.items() if event in OF_THE_BOOKS]


def differing(
    connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return which findings no case knows of yet, and which say something else than their case was told."""
    rows = _ask(connection, "differing", merchant_id, list(finding_ids))
    return [row[0] for row in rows if row[1]], [row[0] for row in rows if not row[1]]


def on_the_desk(connection: sa.Connection, merchant_id: MerchantId) -> list[str]:
    """Return every finding that stands, or of which a case believes so."""
    return [row[0] for row in _ask(connection, "on_the_desk", merchant_id)]


def name_subjects(connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str]) -> None:
    """Write down what new findings are about."""
    _ask(connection, "name_subjects", merchant_id, list(finding_ids))


def ties(connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str]) -> list[Tie]:
    """Return which new findings are about one order, among themselves or with a case in hand."""
    return [
        Tie(findings=found, case=None if case_id is None else InHand(opened_at=opened_at, case_id=case_id))
        for found, opened_at, case_id in _ask(connection, "ties", merchant_id, list(finding_ids))
    ]


def open_cases(
    connection: sa.Connection,
    merchant_id: MerchantId,
    placed: Mapping[str, str],
    times: CaseTimes,
    *,
    now: datetime,
) -> None:
    """Put new findings into cases, by finding; what is not there yet is opened."""
    event, state = FIRST
    _ask(
        connection,
        "open_cases",
        merchant_id,
        list(placed),
        list(placed.values()),
        now,
        *_within(times),
        state.value,
        event.value,
    )


def follow_merged(connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str]) -> None:
    """Take findings along whose case has become part of another."""
    _ask(connection, "follow_merged", merchant_id, list(finding_ids))


def lock_cases_of(connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str]) -> list[CaseId]:
    """Keep people from changing the cases of findings until the transaction ends; returns them, by id."""
    return [CaseId(row[0]) for row in _ask(connection, "lock_cases_of", merchant_id, list(finding_ids))]


def project(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_ids: Sequence[CaseId],
    times: CaseTimes,
    *,
    now: datetime,
) -> None:
    """Write what cases say, anew from their findings; they are locked."""
    _ask(connection, "project", merchant_id, list(case_ids), now, *_within(times))


def tell(
    connection: sa.Connection,
    merchant_id: MerchantId,
    case_ids: Sequence[CaseId],
    times: CaseTimes,
    *,
    now: datetime,
) -> Mapping[CaseId, Event]:
    """Move cases by what the books say now, each by one event, and return these; the cases are locked."""
    states, events, tos = ([str(way[place]) for way in _WAYS] for place in range(3))
    rows = _ask(connection, "tell", merchant_id, list(case_ids), now, *_within(times), states, events, tos)
    return {CaseId(case_id): Event(kind) for case_id, kind in rows}


def know(connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]) -> None:
    """Keep what cases were told."""
    _ask(connection, "know", merchant_id, list(case_ids))


def contradict_closures(
    connection: sa.Connection,
    merchant_id: MerchantId,
    times: CaseTimes,
    begun: tuple[datetime, datetime],
    *,
    limit: int,
    now: datetime,
) -> None:
    """Open closures again that the books should have borne out by now, or that leave money here that was to go back.

    `begun`: within which span whoever gives it back began; `limit` is for each of the two kinds.
    """
    to = TRANSITIONS[State.CLOSED, Event.CONTRADICTED]
    _ask(
        connection,
        "contradict_closures",
        *(merchant_id, now, limit, *begun, ENDING, REBUILDS_AND_RETURNS),
        *_within(times),
        *(to.value, Event.CONTRADICTED.value, [reason.value for reason in PUT_RIGHT]),
    )


def _within(times: CaseTimes) -> tuple[timedelta, ...]:
    return (times.due_critical, times.due_high, times.due_low, times.due_info)


def _ask(connection: sa.Connection, name: str, *parameters: object) -> list[tuple[Any, ...]]:
    return ask(connection, _QUERIES[name], parameters)
