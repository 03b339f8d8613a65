"""What is chosen for an audit beside its files, until it is run; checked as `counterfoil audit` checks its options.

It lies in the folder of the audit, and is changed only while the audit's row is locked. A mapping comes from outside:
it is read within its limits and tried before it is kept, and no file that it alone makes known is left without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from counterfoil.desk.audits import store
from counterfoil.desk.audits.asking import Asked, reopen, run, seen
from counterfoil.desk.audits.choices import Choice, Choices, choices_in
from counterfoil.desk.audits.looking import look
from counterfoil.desk.audits.model import ARCHIVE, MAPPING_BYTES_MAX, Audit, AuditFile, Filed
from counterfoil.desk.audits.refusals import TEXTS, AuditRefusal, refused
from counterfoil.desk.audits.rules import clean_name
from counterfoil.error_words import said
from counterfoil.errors import BadInput
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.audit.readers.contract import Reader
    from counterfoil.desk.audits.folders import Folder, Folders
    from counterfoil.ids import MerchantId
    from counterfoil.shop.staff.model import Person

#: Under this name the choices lie in the folder.
DOCUMENT = "choices"
#: What an error of the command calls its option; on a page the field's own label stands there.
_OPTION = re.compile(r"^(--[a-z-]+|time zone|时区)[:：]\s*")
#: A mapping may have keys of any length, and an error names them.
_WHY_LENGTH_MAX = 400

_Given = TypeVar("_Given")
_Found = TypeVar("_Found")

_REFUSALS: Mapping[Choice, AuditRefusal] = MappingProxyType(
    {
        Choice.AS_OF: AuditRefusal.AS_OF_UNUSABLE,
        Choice.TIME_ZONE: AuditRefusal.TIME_ZONE_UNKNOWN,
        Choice.CURRENCY: AuditRefusal.CURRENCY_UNKNOWN,
        Choice.YEAR: AuditRefusal.YEAR_UNUSABLE,
        Choice.MAPPING: AuditRefusal.MAPPING_UNUSABLE,
    }
)


def read_choices(typed: Mapping[Choice, str]) -> Choices | Mapping[Choice, Refused]:
    """Read what was typed; an empty text chooses nothing. Where something cannot be used, each such field says why."""
    from counterfoil.audit.intake.options import IntakeOptions, year_asked  # noqa: PLC0415 — the intake takes a while to load
    from counterfoil.audit.moments import moment_asked  # noqa: PLC0415 — as above

    reading: Mapping[Choice, Callable[[str], object]] = {
        Choice.AS_OF: moment_asked,
        Choice.TIME_ZONE: lambda name: IntakeOptions(scratch=Path(), time_zone=name).time_zone,
        Choice.CURRENCY: lambda code: IntakeOptions(scratch=Path(), currency=code).currency,
        Choice.YEAR: year_asked,
    }
    found: dict[Choice, Any] = {
        choice: _tried(choice, read, typed[choice]) for choice, read in reading.items() if typed.get(choice)
    }
    no = {choice: each for choice, each in found.items() if isinstance(each, Refused)}
    return no or Choices(**found)


def chosen_in(folder: Folder) -> Choices:
    """Return what was chosen for the audit of a folder."""
    return choices_in(folder.read(DOCUMENT))


def mapped_in(folder: Folder, chosen: Choices) -> Sequence[Reader]:
    """Return the readers of the mapping that lies in a folder; none where there is none."""
    from counterfoil.audit.readers.mapping.reader import mapped_readers  # noqa: PLC0415 — it takes a while to load

    return () if chosen.mapping is None else mapped_readers(folder.mapping.read_bytes(), source=chosen.mapping)


def choose(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: str,
    chosen: Choices,
    *,
    folders: Folders,
    actor: Person,
    now: datetime,
) -> Asked | Refused:
    """Keep everything that was chosen but the mapping, which comes by itself."""
    found = _open(connection, merchant_id, audit_id, actor)
    if isinstance(found, Refused):
        return found
    folder, audit = folders.of(merchant_id, found.audit.audit_id), found.audit
    before = chosen_in(folder)
    after = replace(chosen, mapping=before.mapping)
    if after == before:
        return Asked(audit=audit, repeated=True)
    folder.make()
    reopen(connection, merchant_id, audit, now=now)
    folder.write(DOCUMENT, after.document())
    return Asked(audit=audit)


def choose_and_run(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: str,
    chosen: Choices,
    *,
    folders: Folders,
    actor: Person,
    now: datetime,
) -> Asked | Refused:
    """Hand an audit to the worker as it was chosen; what is under way, or done, stays as it was asked."""
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    if found.audit.is_open and found.audit.removed_at is None and found.files:
        kept = choose(connection, merchant_id, audit_id, chosen, folders=folders, actor=actor, now=now)
        assert isinstance(kept, Asked)
    return run(connection, merchant_id, audit_id, actor=actor, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A mapping that came from outside, read and found usable."""

    #: As it is shown; it is never opened under this name.
    name: str
    content: bytes = field(repr=False)
    readers: Sequence[Reader]


def try_mapping(sent_name: str, content: bytes) -> Tried | Refused:
    """Read a mapping that somebody has sent, before anything is kept or locked."""
    from counterfoil.audit.readers.mapping.reader import tried_mapping  # noqa: PLC0415 — it takes a while to load

    if not content:
        return refused(AuditRefusal.MAPPING_MISSING)
    if len(content) > MAPPING_BYTES_MAX:
        return refused(AuditRefusal.MAPPING_TOO_LARGE, most=MAPPING_BYTES_MAX >> 10)
    name = clean_name(sent_name) or "mapping.toml"
    readers = _tried(Choice.MAPPING, lambda sent: tried_mapping(sent, source=name), content)
    return readers if isinstance(readers, Refused) else Tried(name=name, content=content, readers=readers)


def take_mapping(
    connection: sa.Connection,
    merchant_id: MerchantId,
    audit_id: str,
    mapping: Tried,
    *,
    folders: Folders,
    actor: Person,
    now: datetime,
) -> Asked | Refused:
    """Take a mapping in the place of the one before."""
    found = _open(connection, merchant_id, audit_id, actor)
    if isinstance(found, Refused):
        return found
    folder = folders.of(merchant_id, found.audit.audit_id)
    no = _look_again(connection, merchant_id, found, folder, mapping.readers)
    if no is not None:
        return no
    folder.make()
    reopen(connection, merchant_id, found.audit, now=now)
    folder.keep_mapping(mapping.content)
    folder.write(DOCUMENT, replace(chosen_in(folder), mapping=mapping.name).document())
    return Asked(audit=found.audit)


def drop_mapping(
    connection: sa.Connection, merchant_id: MerchantId, audit_id: str, *, folders: Folders, actor: Person, now: datetime
) -> Asked | Refused:
    """Do without a mapping."""
    found = _open(connection, merchant_id, audit_id, actor)
    if isinstance(found, Refused):
        return found
    folder = folders.of(merchant_id, found.audit.audit_id)
    chosen = chosen_in(folder)
    if chosen.mapping is None:
        return Asked(audit=found.audit, repeated=True)
    no = _look_again(connection, merchant_id, found, folder, ())
    if no is not None:
        return no
    reopen(connection, merchant_id, found.audit, now=now)
    folder.write(DOCUMENT, replace(chosen, mapping=None).document())
    folder.mapping.unlink(missing_ok=True)
    return Asked(audit=found.audit)


def choices_of(audit: Audit, folder: Folder | None) -> Choices:
    """Return what an audit was asked: once it is done, as its summary tells, which outlives the folder."""
    if audit.summary is not None:
        return choices_in(audit.summary.get(DOCUMENT))
    return chosen_in(folder) if folder is not None else Choices()


def _open(connection: sa.Connection, merchant_id: MerchantId, audit_id: str, actor: Person) -> Filed | Refused:
    """Return an audit whose choices may change, and keep others from changing it."""
    found = seen(connection, merchant_id, audit_id, actor=actor, lock=True)
    if isinstance(found, Refused):
        return found
    if found.audit.removed_at is not None:
        return refused(AuditRefusal.GONE)
    return found if found.audit.is_open else refused(AuditRefusal.NOT_OPEN)


def _look_again(
    connection: sa.Connection, merchant_id: MerchantId, found: Filed, folder: Folder, readers: Sequence[Reader]
) -> Refused | None:
    """Say what each file is to other readers; where one would be unknown, why, and nothing is changed."""
    anew: list[AuditFile] = []
    for file in found.files:
        if file.reader == ARCHIVE:
            continue
        known = look(folder.files / file.name, file.name, readers)
        if isinstance(known, Refused):
            return refused(AuditRefusal.MAPPING_NEEDED, name=file.name)
        reader, book = known
        if (reader, book) != (file.reader, file.book):
            anew.append(replace(file, reader=reader, book=book))
    for file in anew:
        store.drop_file(connection, merchant_id, found.audit.audit_id, file.name)
        store.add_file(connection, merchant_id, found.audit.audit_id, file)
    return None


def _tried(choice: Choice, read: Callable[[_Given], _Found], given: _Given) -> _Found | Refused:
    """Read something as the command does; its own error becomes the refusal, without the name of its option."""
    try:
        return read(given)
    except BadInput as error:
        why = Text(en=_beside_a_field(error, Language.EN), zh=_beside_a_field(error, Language.ZH))
        code = _REFUSALS[choice]
        return Refused(code=code, text=TEXTS[code].filled(why=why))


def _beside_a_field(error: BadInput, language: Language) -> str:
    text = _OPTION.sub("", said(error, language))
    text = text if len(text) <= _WHY_LENGTH_MAX else f"{text[:_WHY_LENGTH_MAX]}…"
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
