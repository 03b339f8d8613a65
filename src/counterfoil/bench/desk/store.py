"""Reads which cases the measured shop has, as a superuser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.desk.cases.model import CaseId
from counterfoil.ids import MerchantId

if TYPE_CHECKING:
    import psycopg


def cases_in_hand(connection: psycopg.Connection, merchant_id: MerchantId) -> int:
    """Count the cases that somebody has to look at."""
    row = connection.execute(
        "SELECT count(*) FROM cases WHERE merchant_id = %s AND state IN ('open', 'in_progress', 'waiting')",
        (merchant_id,),
    ).fetchone()
    assert row is not None
    return int(row[0])


def cases_of(connection: psycopg.Connection, merchant_id: MerchantId, count: int) -> list[tuple[CaseId, int]]:
    """Return ids and versions of cases in hand, spread evenly over all of them."""
    rows = connection.execute(
        "SELECT case_id, version FROM cases "
        "WHERE merchant_id = %s AND state IN ('open', 'in_progress', 'waiting') ORDER BY md5(case_id) LIMIT %s",
        (merchant_id, count),
    ).fetchall()
    return [(CaseId(case_id), version) for case_id, version in rows]
