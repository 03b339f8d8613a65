"""SQL of audits in the browser: in go values, out come values. It never commits, and it never decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.desk.audits.model import Audit, AuditFile, AuditId, Filed, State
from counterfoil.desk.audits.tables import AUDIT_FILES, AUDITS
from counterfoil.ids import MerchantId, StaffId

_COLUMNS = [AUDITS.c[name] for name in Audit.__dataclass_fields__]
_FILE_COLUMNS = [AUDIT_FILES.c[name] for name in AuditFile.__dataclass_fields__]


def add(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId, *, begun_by: StaffId, now: datetime
) -> bool:
    """Begin an audit; False where there is one of this id, and nothing is changed."""
    row = {
        "merchant_id": merchant_id,
        "audit_id": audit_id,
        "state": State.COLLECTING,
        "begun_by": begun_by,
        "begun_at": now,
        "changed_at": now,
        "tries": 0,
        "share": 0,
    }
    added = insert(AUDITS).values(row).on_conflict_do_nothing().returning(AUDITS.c.audit_id)
    return connection.execute(added).first() is not None


def audit(connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId, *, lock: bool = False) -> Audit | None:
    """Return an audit; `lock` keeps others from changing it until the transaction ends."""
    chosen = sa.select(*_COLUMNS).where(AUDITS.c.merchant_id == merchant_id, AUDITS.c.audit_id == audit_id)
    row = connection.execute(chosen.with_for_update() if lock else chosen).mappings().one_or_none()
    return None if row is None else _audit(row)


def filed(connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId, *, lock: bool = False) -> Filed | None:
    """Return an audit with its files."""
    found = audit(connection, merchant_id, audit_id, lock=lock)
    return None if found is None else Filed(audit=found, files=files(connection, merchant_id, audit_id))


def files(connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId) -> Sequence[AuditFile]:
    """Return the files of an audit, by name."""
    chosen = sa.select(*_FILE_COLUMNS).where(
        AUDIT_FILES.c.merchant_id == merchant_id, AUDIT_FILES.c.audit_id == audit_id
    )
    return [AuditFile(**row) for row in connection.execute(chosen.order_by(AUDIT_FILES.c.name)).mappings()]


def first_names(
    connection: sa.Connection, merchant_id: MerchantId, audit_ids: Sequence[AuditId]
) -> dict[AuditId, tuple[str, int]]:
    """Return by audit the name of its first file, and how many there are; nothing of audits without files."""
    name, n = sa.func.min(AUDIT_FILES.c.name), sa.func.count()
    chosen = sa.select(AUDIT_FILES.c.audit_id, name, n).where(
        AUDIT_FILES.c.merchant_id == merchant_id, AUDIT_FILES.c.audit_id.in_(audit_ids)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(chosen.group_by(AUDIT_FILES.c.audit_id))}


def latest(
    connection: sa.Connection, merchant_id: MerchantId, *, begun_by: StaffId | None, limit: int
) -> Sequence[Audit]:
    """Return the audits that were begun last, of everybody or of one person."""
    chosen = sa.select(*_COLUMNS).where(AUDITS.c.merchant_id == merchant_id)
    if begun_by is not None:
        chosen = chosen.where(AUDITS.c.begun_by == begun_by)
    rows = connection.execute(chosen.order_by(AUDITS.c.begun_at.desc(), AUDITS.c.audit_id.desc()).limit(limit))
    return [_audit(row) for row in rows.mappings()]


def under_way(connection: sa.Connection, merchant_id: MerchantId) -> Sequence[Audit]:
    """Return what waits or runs, the oldest first, and keep others from changing it."""
    chosen = sa.select(*_COLUMNS).where(
        AUDITS.c.merchant_id == merchant_id, AUDITS.c.state.in_([State.WAITING, State.RUNNING])
    )
    rows = connection.execute(chosen.order_by(AUDITS.c.changed_at, AUDITS.c.audit_id).with_for_update())
    return [_audit(row) for row in rows.mappings()]


def asked_for(connection: sa.Connection, merchant_id: MerchantId) -> Sequence[Audit]:
    """Return what somebody has asked for on the desk, and what is not there yet."""
    chosen = sa.select(*_COLUMNS).where(
        AUDITS.c.merchant_id == merchant_id, AUDITS.c.take_asked_by.is_not(None), AUDITS.c.taken_at.is_(None)
    )
    return [_audit(row) for row in connection.execute(chosen.order_by(AUDITS.c.audit_id)).mappings()]


def untouched_since(connection: sa.Connection, merchant_id: MerchantId, before: datetime) -> Sequence[Audit]:
    """Return audits whose files are still there though nobody has touched them for long."""
    chosen = sa.select(*_COLUMNS).where(
        AUDITS.c.merchant_id == merchant_id,
        AUDITS.c.removed_at.is_(None),
        AUDITS.c.changed_at < before,
        AUDITS.c.state.not_in([State.WAITING, State.RUNNING]),
    )
    return [_audit(row) for row in connection.execute(chosen.with_for_update()).mappings()]


def change(connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId, **values: object) -> None:
    """Write what has changed of an audit."""
    connection.execute(
        sa.update(AUDITS).where(AUDITS.c.merchant_id == merchant_id, AUDITS.c.audit_id == audit_id).values(values)
    )


def beat(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: AuditId,
    *,
    stage: str | None,
    share: int,
    now: datetime,
) -> bool:
    """Say that somebody runs an audit, and how far it is; False where it does not run any more: it was cancelled."""
    done = connection.execute(
        sa.update(AUDITS)
        .where(AUDITS.c.merchant_id == merchant_id, AUDITS.c.audit_id == audit_id, AUDITS.c.state == State.RUNNING)
        .values(beat_at=now, stage=stage, share=share)
    )
    return done.rowcount == 1


def add_file(connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId, file: AuditFile) -> None:
    """Note a file."""
    row = {name: getattr(file, name) for name in AuditFile.__dataclass_fields__}
    connection.execute(sa.insert(AUDIT_FILES).values(merchant_id=merchant_id, audit_id=audit_id, **row))


def drop_file(connection: sa.Connection, merchant_id: MerchantId, audit_id: AuditId, name: str) -> bool:
    """Forget a file; False where there is none of this name."""
    done = connection.execute(
        sa.delete(AUDIT_FILES).where(
            AUDIT_FILES.c.merchant_id == merchant_id, AUDIT_FILES.c.audit_id == audit_id, AUDIT_FILES.c.name == name
        )
    )
    return done.rowcount == 1


def _audit(row: sa.RowMapping) -> Audit:
    values: dict[str, Any] = dict(row)
    return Audit(**{**values, "state": State(values["state"])})
