"""What people ask of audits: begin one, send and remove files, run it, cancel it, take its findings to the desk.

Each is done once, however often it is pressed. What takes long is queued with the transaction, and the worker does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.desk.audits import store
from counterfoil.desk.audits.folders import Folder
from counterfoil.desk.audits.model import UNDER_WAY, Audit, AuditFile, AuditId, Filed, State
from counterfoil.desk.audits.refusals import AuditRefusal, refused
from counterfoil.desk.audits.rules import may_see, why_no_file
from counterfoil.ids import MerchantId, is_id
from counterfoil.jobs import store as jobs
from counterfoil.jobs.schedule import Queue
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

#: Tasks by their names in `jobs/tasks.py`.
RUN = "run_audits"
TAKE = "take_audits_to_desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something was done, or had been done before."""

    audit: Audit
    repeated: bool = False


def seen(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: str, *, actor: Person, lock: bool = False
) -> Filed | Refused:
    """Return an audit that somebody may see, with its files."""
    found = store.filed(connection, merchant_id, AuditId(audit_id), lock=lock) if is_id(audit_id) else None
    if found is None or not may_see(found.audit, actor):
        return refused(AuditRefusal.NO_SUCH_AUDIT)
    return found


def begin(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: str, *, actor: Person, now: datetime
) -> Asked | Refused:
    """Begin an audit under the id of the press."""
    if not is_id(audit_id):
        return refused(AuditRefusal.NO_SUCH_AUDIT)
    added = store.add(connection, merchant_id, AuditId(audit_id), begun_by=actor.staff_id, now=now)
    found = seen(connection, merchant_id, audit_id, actor=actor)
    return found if isinstance(found, Refused) else Asked(audit=found.audit, repeated=not added)


def take_file(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: str,
    file: AuditFile,
    *,
    come: Path,
    folder: Folder,
    actor: Person,
    now: datetime,
) -> Asked | Refused:
    """Take a file that has come whole and is one of ours; from here on it is part of the audit."""
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    no = why_no_file(found, file.name, file.size_bytes)
    if no is not None:
        return no
    store.add_file(connection, merchant_id, found.audit.audit_id, file)
    reopen(connection, merchant_id, found.audit, now=now)
    # What lies there without a row was left by a transaction that came to nothing.
    come.replace(folder.files / file.name)
    return Asked(audit=found.audit)


def drop_file(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: str,
    name: str,
    *,
    folder: Folder,
    actor: Person,
    now: datetime,
) -> Asked | Refused:
    """Remove a file."""
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    if not found.audit.is_open:
        return refused(AuditRefusal.NOT_OPEN)
    # Only a name that stands in the table is ever joined to a path.
    if not store.drop_file(connection, merchant_id, found.audit.audit_id, name):
        return Asked(audit=found.audit, repeated=True)
    (folder.files / name).unlink(missing_ok=True)
    reopen(connection, merchant_id, found.audit, now=now)
    return Asked(audit=found.audit)


def run(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: str, *, actor: Person, now: datetime
) -> Asked | Refused:
    """Hand an audit to the worker."""
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    audit = found.audit
    if audit.state in UNDER_WAY or audit.state is State.DONE:
        return Asked(audit=audit, repeated=True)
    if audit.removed_at is not None:
        return refused(AuditRefusal.GONE)
    if not found.files:
        return refused(AuditRefusal.NO_FILES)
    store.change(
        connection,
        merchant_id,
        audit.audit_id,
        **_CLEAN,
        state=State.WAITING,
        changed_at=now,
    )
    queue(connection, merchant_id, RUN)
    return Asked(audit=audit)


def cancel(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: str, *, actor: Person, now: datetime
) -> Asked | Refused:
    """Cancel an audit that waits or runs; whoever runs it hears of it within a second."""
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    audit = found.audit
    if audit.state is State.CANCELLED:
        return Asked(audit=audit, repeated=True)
    if audit.state not in UNDER_WAY:
        return refused(AuditRefusal.NOTHING_UNDER_WAY)
    store.change(connection, merchant_id, audit.audit_id, **_CLEAN, state=State.CANCELLED, changed_at=now)
    return Asked(audit=audit)


def take_to_desk(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: str, *, actor: Person, now: datetime
) -> Asked | Refused:
    """Ask for the findings on the desk; once they were asked for, nothing is done again.

    Where some were of stores at which the first one does not work, somebody else may ask for those.
    """
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    audit = found.audit
    if audit.state is not State.DONE:
        return refused(AuditRefusal.NOT_DONE)
    if not audit.findings_n:
        return refused(AuditRefusal.NOTHING_FOUND)
    is_left = audit.taken_at is not None and bool(audit.taken_not_theirs_n) and audit.take_asked_by != actor.staff_id
    if audit.take_asked_by is not None and not is_left:
        return Asked(audit=audit, repeated=True)
    if audit.removed_at is not None:
        return refused(AuditRefusal.GONE)
    values = {"take_asked_by": actor.staff_id, "taken_at": None, "changed_at": now}
    store.change(connection, merchant_id, audit.audit_id, **values)
    queue(connection, merchant_id, TAKE)
    return Asked(audit=audit)


def queue(connection: sa.Connection, merchant_id: MerchantId, task: str) -> None:
    """Queue a task of audits with the caller's transaction; one of a merchant waits at most."""
    jobs.enqueue_for(connection, merchant_id, task, queue=Queue.AUDITS if task == RUN else Queue.BOOKS)


def reopen(connection: sa.Connection, merchant_id: MerchantId, audit: Audit, *, now: datetime) -> None:
    """Note that files or choices have changed; what failed, or was cancelled, was something else."""
    store.change(connection, merchant_id, audit.audit_id, **_CLEAN, state=State.COLLECTING, changed_at=now)


#: Nothing of a run before.
_CLEAN: Mapping[str, object] = {
    "beat_at": None,
    "tries": 0,
    "stage": None,
    "share": 0,
    "why_en": None,
    "why_zh": None,
    "summary": None,
}
