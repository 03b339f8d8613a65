"""Writes facts into the journal and reads them back; never changes one, never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ids import MerchantId, new_id
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
