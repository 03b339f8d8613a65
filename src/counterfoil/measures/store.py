"""SQL of what the books say of themselves: counts and moments, of no person. It reads, and never commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ids import MerchantId
from counterfoil.journal.seals.store import unsealed

_MOMENTS = sa.text("""
    SELECT
        (
            SELECT count(*) FROM payments
            WHERE merchant_id = :merchant_id AND resolve_at IS NOT NULL AND state = 'unknown'
        ) AS unknown_n,
        (
            SELECT min(occurred_at) FROM payments
            WHERE merchant_id = :merchant_id AND resolve_at IS NOT NULL AND state = 'unknown'
        ) AS unknown_since,
        (SELECT min(read_through) FROM watch_stands WHERE merchant_id = :merchant_id) AS watched_through
""")
_FINDINGS = sa.text("""
    SELECT exception, severity, count(*) AS findings_n FROM findings
    WHERE merchant_id = :merchant_id AND gone_at IS NULL
    GROUP BY exception, severity
""")
_CASES = sa.text("""
    SELECT state, count(*) AS cases_n FROM cases
    WHERE merchant_id = :merchant_id AND state IN ('open', 'in_progress', 'waiting')
    GROUP BY state
""")
_JOBS = sa.text("""
    SELECT queue_name, status::text AS status, count(*) AS jobs_n FROM jobs.procrastinate_jobs
    WHERE status IN ('todo', 'doing', 'failed')
    GROUP BY queue_name, status
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMerchant:
    """What one merchant's books say of themselves; None: there is nothing of the kind."""

    merchant_id: MerchantId
    #: Payments whose outcome nobody knows and that are being asked for, and since when the oldest of them is unknown.
    unknown_n: int
    unknown_since: datetime | None
    #: The oldest fact that has no place in the chain yet.
    unsealed_since: datetime | None
    #: Whatever was recorded before then, the watch has looked at.
    watched_through: datetime | None
    #: (exception, severity) -> findings that stand.
    findings: Mapping[tuple[str, str], int]
    #: State -> cases that are not ended.
    cases: Mapping[str, int]


def of_merchant(connection: sa.Connection, merchant_id: MerchantId, *, now: datetime) -> OfMerchant:
    """Return what a merchant's books say; in the merchant's transaction."""
    whose = {"merchant_id": merchant_id}
    moments = connection.execute(_MOMENTS, whose).one()
    waiting = unsealed(connection, merchant_id, recorded_before=now, limit=1)
    return OfMerchant(
        merchant_id=merchant_id,
        unknown_n=moments.unknown_n,
        unknown_since=moments.unknown_since,
        unsealed_since=waiting[0].recorded_at if waiting else None,
        watched_through=moments.watched_through,
        findings={(row.exception, row.severity): row.findings_n for row in connection.execute(_FINDINGS, whose)},
        cases={row.state: row.cases_n for row in connection.execute(_CASES, whose)},
    )


def jobs(connection: sa.Connection) -> Mapping[tuple[str, str], int]:
    """Return how many jobs there are by queue and status; what has come to its end is no more."""
    return {(row.queue_name, row.status): row.jobs_n for row in connection.execute(_JOBS)}
