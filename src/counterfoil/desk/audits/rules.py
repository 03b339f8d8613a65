"""The law of audits in the browser: names of files, who sees which audit, what may be done when. Pure."""

from __future__ import annotations

import unicodedata

from counterfoil.desk.audits.model import AUDIT_BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, NAME_BYTES_MAX, Audit, Filed
from counterfoil.desk.audits.refusals import AuditRefusal, refused
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Person, Verb
from counterfoil.shop.staff.rules import may

#: What a file system, a shell or DuckDB would read as something else than a name.
_FORBIDDEN = frozenset('/\\:*?"<>|[]{}')
_MEGABYTE = 1 << 20


def clean_name(sent: str) -> str | None:
    """Return the name under which a file is kept; None where nothing of it can be used.

    Only what stands behind the last slash counts, and no sign that nobody sees or that leads elsewhere stays. The
    ending is kept where the name is too long, for it says what the file is.
    """
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in last)
    # A hidden file would be passed over, and `~$` marks the lock of a spreadsheet.
    kept = kept.strip().lstrip(".~$").strip()
    if not any(sign.isalnum() for sign in kept):
        return None
    stem, dot, ending = kept.rpartition(".")
    if len(kept.encode()) <= NAME_BYTES_MAX:
        return kept
    room = NAME_BYTES_MAX - len(f"{dot}{ending}".encode())
    return _cut(kept, NAME_BYTES_MAX) if room <= 0 or not stem else _cut(stem, room) + dot + ending


def _cut(text: str, bytes_max: int) -> str:
    return text.encode()[:bytes_max].decode("utf-8", "ignore")


def may_see(audit: Audit, person: Person) -> bool:
    """Say whether somebody sees an audit: who began it, and whoever reconciles for every store.

    Its files may hold rows of every store, so a grant at one of them is not enough.
    """
    return audit.begun_by == person.staff_id or may(person, Ask(verb=Verb.RECONCILE, store_id=EVERY_STORE)) is None


def why_no_file(filed: Filed, name: str, size_bytes: int) -> Refused | None:
    """Say why a file cannot be taken, whatever is in it; None where it can."""
    if filed.audit.removed_at is not None:
        return refused(AuditRefusal.GONE)
    if not filed.audit.is_open:
        return refused(AuditRefusal.NOT_OPEN)
    # Two names that differ in their case alone would be one file on some disks.
    if name.casefold() in {file.name.casefold() for file in filed.files}:
        return refused(AuditRefusal.NAME_TAKEN, name=name)
    if len(filed.files) >= FILES_MAX:
        return refused(AuditRefusal.TOO_MANY_FILES, name=name, most=FILES_MAX)
    return why_too_large(filed, name, size_bytes)


def why_too_large(filed: Filed, name: str, size_bytes: int) -> Refused | None:
    """Say that a file of this size does not fit any more; None where it does."""
    if size_bytes > FILE_BYTES_MAX:
        return refused(AuditRefusal.TOO_LARGE, name=name, most=FILE_BYTES_MAX // _MEGABYTE)
    if filed.size_bytes + size_bytes > AUDIT_BYTES_MAX:
        return refused(AuditRefusal.TOO_LARGE, name=name, most=AUDIT_BYTES_MAX // _MEGABYTE)
    return None
