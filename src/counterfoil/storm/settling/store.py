"""Asks the books what is still under way, and which slips are still due; as a superuser."""

from __future__ import annotations

import psycopg

#: A payment that still has a step of its ladder before it; one past its ladder is a finding, and nobody's to wait for.
#: A payment that has ended may have one more look before it; that look moves nothing by itself.
_UNDER_WAY = """
    SELECT count(*) FROM payments
    WHERE merchant_id = %s AND state IN ('intended', 'unknown') AND resolve_at IS NOT NULL
"""
_CONNECT_SECONDS_MAX = 10


def under_way(address: str, merchant_id: str) -> int | None:
    """Count payments that a ladder still drives; None while the database cannot be asked."""
    try:
        with psycopg.connect(address, connect_timeout=_CONNECT_SECONDS_MAX) as connection:
            row = connection.execute(_UNDER_WAY, (merchant_id,)).fetchone()
    except psycopg.OperationalError:
        return None
    assert row is not None
    return int(row[0])


def due_slips(address: str, merchant_id: str, *, after: str, limit: int) -> list[str]:
    """Return ids of slips of which nobody has told anything yet, in order, behind the id `after`."""
    query = """
        SELECT slip_id FROM slips
        WHERE merchant_id = %s AND state = 'due' AND slip_id > %s COLLATE "C" ORDER BY slip_id LIMIT %s
    """
    with psycopg.connect(address) as connection:
        return [str(slip_id) for (slip_id,) in connection.execute(query, (merchant_id, after, limit)).fetchall()]
