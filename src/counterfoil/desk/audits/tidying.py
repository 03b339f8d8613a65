"""What happens to audits in the background: findings become cases, old files go, what was broken off goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.audits import asking, store
from counterfoil.desk.audits.folders import Folder, Folders
from counterfoil.desk.audits.model import FINDINGS_TAKEN_MAX, KEPT_FOR, Audit
from counterfoil.desk.cases.from_audit import TakenIn, take_in
from counterfoil.shop.staff import store as staff

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from counterfoil.db.engine import Database
    from counterfoil.ids import MerchantId


def take_asked(
    database: Database, folders: Folders, merchant_id: MerchantId, *, clock: Callable[[], datetime]
) -> list[TakenIn]:
    """Make cases of the findings that somebody asked for; each audit in one transaction, and once."""
    with database.transaction(merchant_id) as connection:
        asked = store.asked_for(connection, merchant_id)
    taken = (_taken(database, folders.of(merchant_id, audit.audit_id), merchant_id, audit, clock()) for audit in asked)
    return [one for one in taken if one is not None]


def _taken(database: Database, folder: Folder, merchant_id: MerchantId, audit: Audit, now: datetime) -> TakenIn | None:
    found = _found(folder) if folder.findings.is_file() else []
    with database.transaction(merchant_id) as connection:
        again = store.audit(connection, merchant_id, audit.audit_id, lock=True)
        if again is None or again.take_asked_by is None or again.taken_at is not None:
            return None
        actor = staff.person(connection, merchant_id, again.take_asked_by)
        if actor is None:
            return None
        taken = take_in(connection, merchant_id, audit.audit_id, found, actor=actor, now=now)
        store.change(
            connection,
            merchant_id,
            audit.audit_id,
            taken_at=now,
            taken_new_n=taken.new_n,
            taken_known_n=taken.known_n,
            taken_not_theirs_n=taken.not_theirs_n,
        )
        return taken


def _found(folder: Folder) -> list[Mapping[str, Any]]:
    """Read the worst findings of an audit, as the desk keeps them."""
    # The rules come along, which take a while to load.
    import pyarrow.parquet as pq  # noqa: PLC0415 — as above

    from counterfoil.desk.watching import as_the_desk_has_it  # noqa: PLC0415 — as above

    return as_the_desk_has_it(pq.read_table(folder.findings).slice(0, FINDINGS_TAKEN_MAX))


def tidy(database: Database, folders: Folders, merchant_id: MerchantId, *, now: datetime) -> int:
    """Queue what is under way or asked for and may have been forgotten, and remove what was kept long enough.

    Returns how many folders were removed. A folder goes before its row says so: what breaks off is done again.
    """
    with database.transaction(merchant_id) as connection:
        if store.under_way(connection, merchant_id):
            asking.queue(connection, merchant_id, asking.RUN)
        if store.asked_for(connection, merchant_id):
            asking.queue(connection, merchant_id, asking.TAKE)
        old = store.untouched_since(connection, merchant_id, now - KEPT_FOR)
        for audit in old:
            folders.of(merchant_id, audit.audit_id).remove()
            store.change(connection, merchant_id, audit.audit_id, removed_at=now)
    return len(old)
