"""Writes facts into the journal and reads them back; never changes one, never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.ids import FactId, MerchantId, StaffId, TerminalId, new_id
from counterfoil.journal.entries import Entry, Leaf, Place, Wanted
from counterfoil.journal.tables import JOURNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One fact to be written."""

    #: `noun:subject:action`.
    tag: str
    #: The row that it happened to (`payment:…`).
    subject: str
    occurred_at: datetime
    #: What is None in it is left out.
    body: Mapping[str, object]
    actor_id: str | None = None
    terminal_id: str | None = None


def note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    tag: str,
    subject: str,
    *,
    occurred_at: datetime,
    body: Mapping[str, object],
    actor_id: str | None = None,
    terminal_id: str | None = None,
) -> None:
    """Write one fact: `tag` is `noun:subject:action`, `subject` the row that it happened to (`payment:…`)."""
    noted = Noted(
        tag=tag, subject=subject, occurred_at=occurred_at, body=body, actor_id=actor_id, terminal_id=terminal_id
    )
    note_all(connection, merchant_id, [noted])


def note_all(connection: sa.Connection, merchant_id: MerchantId, facts: Sequence[Noted]) -> None:
    """Write some facts at once."""
    rows = [
        {
            "merchant_id": merchant_id,
            "fact_id": new_id(fact.occurred_at),
            "tag": fact.tag,
            "subject": fact.subject,
            "occurred_at": fact.occurred_at,
            "actor_id": fact.actor_id,
            "terminal_id": fact.terminal_id,
            "body": {name: value for name, value in fact.body.items() if value is not None},
        }
        for fact in facts
    ]
    if rows:
        connection.execute(JOURNAL.insert(), rows)


def facts_of(connection: sa.Connection, merchant_id: MerchantId, subject: str) -> Sequence[sa.RowMapping]:
    """Return what happened to one row, in order."""
    return (
        connection.execute(
            sa.select(JOURNAL)
            .where(JOURNAL.c.merchant_id == merchant_id, JOURNAL.c.subject == subject)
            .order_by(JOURNAL.c.recorded_at, JOURNAL.c.fact_id)
        )
        .mappings()
        .all()
    )


def leaf(connection: sa.Connection, merchant_id: MerchantId, wanted: Wanted) -> Leaf:
    """Return one page of the facts that somebody wants to read, the newest first."""
    chosen = (
        sa.select(JOURNAL)
        .where(JOURNAL.c.merchant_id == merchant_id, *_conditions(wanted))
        .order_by(JOURNAL.c.recorded_at.desc(), JOURNAL.c.fact_id.desc())
        .limit(wanted.limit + 1)
    )
    rows = connection.execute(chosen).all()
    entries = [_entry(row) for row in rows[: wanted.limit]]
    is_last = len(rows) <= wanted.limit
    last = None if is_last else Place(recorded_at=entries[-1].recorded_at, fact_id=entries[-1].fact_id)
    return Leaf(entries=entries, next=last)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.noun is not None:
        found.append(JOURNAL.c.tag.startswith(f"{wanted.noun}:", autoescape=True))
    if wanted.subject is not None:
        found.append(JOURNAL.c.subject == wanted.subject)
    if wanted.actor_id is not None:
        found.append(JOURNAL.c.actor_id == wanted.actor_id)
    if wanted.terminal_ids is not None:
        found.append(JOURNAL.c.terminal_id.in_(sorted(wanted.terminal_ids)))
    if wanted.recorded_since is not None:
        found.append(JOURNAL.c.recorded_at >= wanted.recorded_since)
    if wanted.recorded_before is not None:
        found.append(JOURNAL.c.recorded_at < wanted.recorded_before)
    if wanted.after is not None:
        place = sa.tuple_(sa.literal(wanted.after.recorded_at), sa.literal(wanted.after.fact_id))
        found.append(sa.tuple_(JOURNAL.c.recorded_at, JOURNAL.c.fact_id) < place)
    return found


def _entry(row: sa.Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        fact_id=FactId(row.fact_id),
        tag=row.tag,
        subject=row.subject,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor_id=None if row.actor_id is None else StaffId(row.actor_id),
        terminal_id=None if row.terminal_id is None else TerminalId(row.terminal_id),
        body=row.body,
    )
