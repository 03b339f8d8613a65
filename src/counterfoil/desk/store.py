"""SQL of the desk: findings come and go with what the books say. It never commits, and it never decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from counterfoil.desk.lateness import Stand
from counterfoil.desk.tables import FINDINGS, WATCH_STANDS
from counterfoil.ids import MerchantId, StoreId
from counterfoil.shop.merchants.tables import MERCHANTS

#: Found in files by an audit: the watch over the live books neither finds nor loses it.
BY_AUDIT = "audit"

_KEPT = frozenset({"merchant_id", "finding_id", "exception", "subject", "other_subject", "first_seen_at"})


def see(
    connection: sa.Connection, merchant_id: MerchantId, found: Iterable[Mapping[str, Any]], *, by: str, now: datetime
) -> None:
    """Write findings that are seen now: new ones open, known ones are brought up to date, gone ones open again.

    What stands in the live books already is theirs: an audit of files says nothing against it.
    """
    rows = [
        {
            **finding,
            "merchant_id": merchant_id,
            "found_by": by,
            "first_seen_at": now,
            "last_seen_at": now,
            "gone_at": None,
        }
        for finding in found
    ]
    if not rows:
        return
    statement = insert(FINDINGS)
    changed = {column.name: statement.excluded[column.name] for column in FINDINGS.c if column.name not in _KEPT}
    is_free = sa.or_(FINDINGS.c.found_by == BY_AUDIT, FINDINGS.c.gone_at.is_not(None)) if by == BY_AUDIT else None
    connection.execute(
        statement.on_conflict_do_update(index_elements=["merchant_id", "finding_id"], set_=changed, where=is_free),
        rows,
    )


def lose(connection: sa.Connection, merchant_id: MerchantId, finding_ids: Sequence[str], *, now: datetime) -> int:
    """Write that the books agree again about these; returns how many were open."""
    done = connection.execute(
        sa.update(FINDINGS)
        .where(
            FINDINGS.c.merchant_id == merchant_id,
            FINDINGS.c.finding_id == sa.any_(sa.cast(list(finding_ids), ARRAY(FINDINGS.c.finding_id.type))),
            FINDINGS.c.gone_at.is_(None),
        )
        .values(gone_at=now)
    )
    return done.rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which findings somebody wants to see."""

    exception: str | None = None
    #: True: those that stand; False: those that stand and those that are gone.
    is_open: bool = True
    #: Seen or gone since then.
    since: datetime | None = None
    #: Only ids behind this one.
    after: str | None = None
    limit: int = 100


def page(
    connection: sa.Connection, merchant_id: MerchantId, wanted: Wanted, *, store_ids: frozenset[StoreId] | None
) -> Sequence[sa.RowMapping]:
    """Return some findings, by id: of these stores only, or with None of every one and of no store."""
    query = sa.select(FINDINGS).where(FINDINGS.c.merchant_id == merchant_id)
    if store_ids is not None:
        query = query.where(FINDINGS.c.store_id.in_(sorted(store_ids)))
    if wanted.exception is not None:
        query = query.where(FINDINGS.c.exception == wanted.exception)
    if wanted.is_open:
        query = query.where(FINDINGS.c.gone_at.is_(None))
    if wanted.since is not None:
        query = query.where(sa.func.greatest(FINDINGS.c.last_seen_at, FINDINGS.c.gone_at) >= wanted.since)
    if wanted.after is not None:
        query = query.where(FINDINGS.c.finding_id > wanted.after)
    return connection.execute(query.order_by(FINDINGS.c.finding_id).limit(wanted.limit)).mappings().all()


def finding(connection: sa.Connection, merchant_id: MerchantId, finding_id: str) -> sa.RowMapping | None:
    """Return one finding; None where there is none of that id."""
    query = sa.select(FINDINGS).where(FINDINGS.c.merchant_id == merchant_id, FINDINGS.c.finding_id == finding_id)
    return connection.execute(query).mappings().one_or_none()


def open_findings(connection: sa.Connection, merchant_id: MerchantId) -> Sequence[sa.RowMapping]:
    """Return the findings that stand, worst money first."""
    query = (
        sa.select(FINDINGS)
        .where(FINDINGS.c.merchant_id == merchant_id, FINDINGS.c.gone_at.is_(None))
        .order_by(FINDINGS.c.amount_at_risk_minor.desc(), FINDINGS.c.finding_id)
    )
    return connection.execute(query).mappings().all()


def watch_stand(connection: sa.Connection, merchant_id: MerchantId) -> Stand:
    """Return how far the watch has read a merchant's books."""
    row = connection.execute(
        sa.select(MERCHANTS.c.created_at, WATCH_STANDS.c.read_through)
        .select_from(MERCHANTS)
        .outerjoin(WATCH_STANDS, WATCH_STANDS.c.merchant_id == MERCHANTS.c.merchant_id)
        .where(MERCHANTS.c.merchant_id == merchant_id)
    ).one()
    return Stand(read_through=row.read_through, created_at=row.created_at)


def watch_stands(connection: sa.Connection) -> Sequence[Stand]:
    """Return how far the watch has read the books of each merchant; in nobody's transaction."""
    rows = connection.execute(sa.text("SELECT created_at, read_through FROM jobs.watch_stands()"))
    return [Stand(read_through=row.read_through, created_at=row.created_at) for row in rows]
