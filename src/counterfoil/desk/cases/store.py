"""SQL of cases: in go values, out come values. It never commits, and it never decides who may do what."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.db.asking import ask
from counterfoil.db.queries import queries_of
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.model import REBUILDS_AND_RETURNS, BookRow, Case, CaseEvent, CaseId, Origin, WaitingFor
from counterfoil.desk.cases.states import IN_HAND, Event, State
from counterfoil.desk.cases.tables import CASE_EVENTS, CASE_FINDINGS, CASES
from counterfoil.desk.tables import FINDINGS
from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.shop.policies.model import CaseTimes
from counterfoil.shop.staff.model import Role

_QUERIES = queries_of(__package__)

#: Cases that are part of one other; nobody puts more together.
MERGED_MAX = 200

_CASE_COLUMNS = [CASES.c[name] for name in Case.__dataclass_fields__]
_EVENT_COLUMNS = [CASE_EVENTS.c[name] for name in CaseEvent.__dataclass_fields__]


def lock(connection: sa.Connection, merchant_id: MerchantId, case_ids: Collection[CaseId]) -> None:
    """Keep others from changing cases until the transaction ends; in the order of their ids, as everybody does."""
    chosen = sa.select(CASES.c.case_id).where(CASES.c.merchant_id == merchant_id, CASES.c.case_id.in_(list(case_ids)))
    connection.execute(chosen.order_by(CASES.c.case_id).with_for_update()).all()


def cases(
    connection: sa.Connection, merchant_id: MerchantId, case_ids: Collection[CaseId]
) -> dict[CaseId, tuple[Case, CaseEvent]]:
    """Return cases with their last events; those that are not there are left out."""
    query = (
        sa.select(*_CASE_COLUMNS, *(column.label(f"event_{column.name}") for column in _EVENT_COLUMNS))
        .join(
            CASE_EVENTS,
            sa.and_(
                CASE_EVENTS.c.merchant_id == CASES.c.merchant_id,
                CASE_EVENTS.c.case_id == CASES.c.case_id,
                CASE_EVENTS.c.event_no == CASES.c.version,
            ),
        )
        .where(CASES.c.merchant_id == merchant_id, CASES.c.case_id.in_(list(case_ids)))
    )
    found = {}
    for row in connection.execute(query).mappings():
        last = {name: row[f"event_{name}"] for name in CaseEvent.__dataclass_fields__}
        found[CaseId(row["case_id"])] = (case_of(row), event_of(last))
    return found


def events_of_action(
    connection: sa.Connection, merchant_id: MerchantId, case_ids: Collection[CaseId], action_id: str
) -> dict[CaseId, CaseEvent]:
    """Return what a press of a button came to before, by case."""
    query = sa.select(*_EVENT_COLUMNS).where(
        CASE_EVENTS.c.merchant_id == merchant_id,
        CASE_EVENTS.c.case_id.in_(list(case_ids)),
        CASE_EVENTS.c.action_id == action_id,
    )
    return {CaseId(row["case_id"]): event_of(row) for row in connection.execute(query).mappings()}


def next_steps(
    connection: sa.Connection, merchant_id: MerchantId, case_ids: Collection[CaseId]
) -> dict[CaseId, frozenset[str]]:
    """Return the next steps of all findings of cases that stand."""
    query = (
        sa.select(CASE_FINDINGS.c.case_id, FINDINGS.c.next_step)
        .join(
            FINDINGS,
            sa.and_(
                FINDINGS.c.merchant_id == CASE_FINDINGS.c.merchant_id,
                FINDINGS.c.finding_id == CASE_FINDINGS.c.finding_id,
            ),
        )
        .where(
            CASE_FINDINGS.c.merchant_id == merchant_id,
            CASE_FINDINGS.c.case_id.in_(list(case_ids)),
            FINDINGS.c.gone_at.is_(None),
        )
        .distinct()
    )
    found: dict[CaseId, frozenset[str]] = {}
    for case_id, next_step in connection.execute(query):
        found[case_id] = found.get(case_id, frozenset()) | {next_step}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One case after what somebody did to it, and the event that says so."""

    was: State
    case: Case
    event: CaseEvent


def write_moves(connection: sa.Connection, merchant_id: MerchantId, moves: Iterable[Move]) -> None:
    """Write what people did to cases, and an event for each; the cases are locked."""
    rows = [_move(move) for move in moves]
    if not rows:
        return
    written = _ask(connection, "write_moves", merchant_id, json.dumps(rows))
    assert len(written) == len(rows), "a case that was locked was changed all the same"


def members(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> dict[str, bool]:
    """Return the findings of a case, and whether each stands."""
    query = sa.select(CASE_FINDINGS.c.finding_id, FINDINGS.c.gone_at.is_(None)).where(
        CASE_FINDINGS.c.merchant_id == merchant_id,
        CASE_FINDINGS.c.case_id == case_id,
        FINDINGS.c.merchant_id == merchant_id,
        FINDINGS.c.finding_id == CASE_FINDINGS.c.finding_id,
    )
    # A result has `keys`, so `dict` would take the result itself for a mapping.
    return dict(connection.execute(query).all())


def merged_into(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> list[CaseId]:
    """Return the cases whose findings are in a case now, itself left out; a case is named by its first finding."""
    query = (
        sa.select(CASES.c.case_id)
        .join(
            CASE_FINDINGS,
            sa.and_(CASE_FINDINGS.c.merchant_id == CASES.c.merchant_id, CASE_FINDINGS.c.finding_id == CASES.c.case_id),
        )
        .where(
            CASE_FINDINGS.c.merchant_id == merchant_id,
            CASE_FINDINGS.c.case_id == case_id,
            CASES.c.state == State.MERGED,
        )
        .order_by(CASES.c.case_id)
        .limit(MERGED_MAX)
    )
    return [CaseId(found) for found in connection.execute(query).scalars()]


def together(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> list[CaseId]:
    """Return a case, and behind it those that are part of it by now: what was begun in them is its business."""
    return [case_id, *merged_into(connection, merchant_id, case_id)]


def in_hand_ending(connection: sa.Connection, merchant_id: MerchantId, ending: str) -> list[CaseId]:
    """Return the cases in hand whose numbers end so; two at most, for then nobody knows which is meant."""
    query = sa.select(CASES.c.case_id).where(
        CASES.c.merchant_id == merchant_id,
        CASES.c.state.in_(sorted(IN_HAND)),
        CASES.c.case_id.endswith(ending, autoescape=True),
    )
    return [CaseId(found) for found in connection.execute(query.limit(2)).scalars()]


def with_charges(connection: sa.Connection, merchant_id: MerchantId, case_ids: Collection[CaseId]) -> frozenset[CaseId]:
    """Return those of some cases in which a charge was to go back, and is here still."""
    found = _ask(connection, "with_charges", merchant_id, list(case_ids), REBUILDS_AND_RETURNS)
    return frozenset(CaseId(case_id) for (case_id,) in found)


def store_of(connection: sa.Connection, merchant_id: MerchantId, finding_id: str) -> StoreId | None:
    """Return where a finding happened; None where no book says it."""
    query = sa.select(FINDINGS.c.store_id).where(
        FINDINGS.c.merchant_id == merchant_id, FINDINGS.c.finding_id == finding_id
    )
    return connection.execute(query).scalar_one_or_none()


def cases_of(connection: sa.Connection, merchant_id: MerchantId, finding_ids: Collection[str]) -> dict[str, CaseId]:
    """Return the cases that findings are in, by finding; a finding that has none is left out."""
    query = sa.select(CASE_FINDINGS.c.finding_id, CASE_FINDINGS.c.case_id).where(
        CASE_FINDINGS.c.merchant_id == merchant_id, CASE_FINDINGS.c.finding_id.in_(list(finding_ids))
    )
    return {finding_id: CaseId(case_id) for finding_id, case_id in connection.execute(query)}


def put_into(connection: sa.Connection, merchant_id: MerchantId, into: CaseId, finding_ids: Collection[str]) -> None:
    """Write that findings belong to another case."""
    done = connection.execute(
        sa.update(CASE_FINDINGS)
        .where(CASE_FINDINGS.c.merchant_id == merchant_id, CASE_FINDINGS.c.finding_id.in_(list(finding_ids)))
        .values(case_id=into)
    )
    assert done.rowcount == len(finding_ids)


def open_parted(connection: sa.Connection, merchant_id: MerchantId, event: CaseEvent, times: CaseTimes) -> str:
    """Open the case of a finding that never had one of its own, and return its exception; `event` is how it comes."""
    within = (times.due_critical, times.due_high, times.due_low, times.due_info)
    rows = _ask(
        connection,
        "open_parted",
        *(merchant_id, event.case_id, event.occurred_at, *within, event.state.value, event.kind.value),
        *(event.actor_id, event.action_id, event.body["parted_from"]),
    )
    [(exception,)] = rows
    return str(exception)


# ---------------------------------------------------------------- rows and values


def case_of(row: Mapping[str, Any] | sa.RowMapping) -> Case:
    """Return a row as a case."""
    values: dict[str, Any] = {name: row[name] for name in Case.__dataclass_fields__}
    for name, kind in _ENUMS.items():
        values[name] = None if values[name] is None else kind(values[name])
    return Case(**values)


def event_of(row: Mapping[str, Any] | sa.RowMapping) -> CaseEvent:
    """Return a row as an event."""
    values: dict[str, Any] = {name: row[name] for name in CaseEvent.__dataclass_fields__}
    return CaseEvent(**values | {"kind": Event(values["kind"]), "state": State(values["state"])})


_ENUMS: Mapping[str, Any] = {
    "state": State,
    "origin": Origin,
    "escalated_to": Role,
    "waiting_for": WaitingFor,
    "closure_reason": Reason,
    "case_id": CaseId,
    "owner_id": StaffId,
}

#: What people change of a case.
_MOVED = (
    *("case_id", "version", "state", "due_at", "changed_at", "owner_id", "escalated_to", "waiting_for"),
    *("merged_into", "closed_at", "closed_by", "closure_reason", "proof_due_at"),
)


def row_of_a_book(connection: sa.Connection, merchant_id: MerchantId, proof: str) -> BookRow | None:
    """Return the row of a book that a proof names, such as `payment:…`; None where there is none of that number."""
    noun, _, number = proof.partition(":")
    found = _ask(connection, "row_of_a_book", merchant_id, noun, number)
    return BookRow(store_id=found[0][0]) if found else None


def _move(move: Move) -> dict[str, object]:
    after = {name: _plain(getattr(move.case, name)) for name in _MOVED}
    event = move.event
    return after | {
        "was": move.was,
        "kind": event.kind,
        "actor_id": event.actor_id,
        "action_id": event.action_id,
        "said": event.text,
        "body": dict(event.body),
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _ask(connection: sa.Connection, name: str, *parameters: object) -> list[tuple[Any, ...]]:
    return ask(connection, _QUERIES[name], parameters)
