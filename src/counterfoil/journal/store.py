"""Writes facts into the journal and reads them back; never changes one, never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ids import MerchantId, new_id
from counterfoil.journal.tables import JOURNAL


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
    connection.execute(
        JOURNAL.insert().values(
            merchant_id=merchant_id,
            fact_id=new_id(occurred_at),
            tag=tag,
            subject=subject,
            occurred_at=occurred_at,
            actor_id=actor_id,
            terminal_id=terminal_id,
            body={name: value for name, value in body.items() if value is not None},
        )
    )


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
