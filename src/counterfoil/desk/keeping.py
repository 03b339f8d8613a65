"""The one door to the desk's findings: whoever finds something, or finds it gone, says so here, and the cases follow.

Nobody else writes findings, so no finding is ever without its case. Everything happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from counterfoil.desk import store
from counterfoil.desk.cases.following.follow import follow
from counterfoil.ids import MerchantId

if TYPE_CHECKING:
    import sqlalchemy as sa


def keep(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    seen: Iterable[Mapping[str, Any]] = (),
    lost: Sequence[str] = (),
    by: str,
    now: datetime,
) -> int:
    """Write which findings stand and which are gone, and let their cases follow; returns how many went."""
    found = list(seen)
    store.see(connection, merchant_id, found, by=by, now=now)
    lost_n = store.lose(connection, merchant_id, lost, now=now) if lost else 0
    follow(connection, merchant_id, [*(each["finding_id"] for each in found), *lost], now=now)
    return lost_n


def keep_of_audit(
    connection: sa.Connection, merchant_id: MerchantId, found: Sequence[Mapping[str, Any]], *, now: datetime
) -> int:
    """Write what an audit of files has found and the live books do not know; returns how many are new to the desk."""
    store.see(connection, merchant_id, found, by=store.BY_AUDIT, now=now)
    return follow(connection, merchant_id, [each["finding_id"] for each in found], now=now).new_n
