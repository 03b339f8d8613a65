"""Runs every check and returns what each came to. Each question is a transaction of its own: the shop goes on.

A sale that commits between two questions cannot make a check break: each compares rows that are written together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.db.engine import Database
from counterfoil.doctor import checks, store
from counterfoil.doctor.model import Check, Examined
from counterfoil.ids import MerchantId
from counterfoil.journal.breaks import Verified
from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.sealing import UNSEALED_MAX
from counterfoil.journal.verifying import Heard, verify
from counterfoil.plain_numbers import found_in

#: A log line is read to here.
_LINE_LENGTH_MAX = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is examined."""

    database: Database
    checkpoints: Checkpoints
    #: Files, and folders of files, that logs are written to.
    logs: Sequence[Path]
    #: Every row is looked through for numbers that must not be there, instead of the newest of each table.
    full: bool


def examine(
    patient: Patient, merchants: Sequence[MerchantId], *, now: datetime, heard: Callable[[str, int, int], None]
) -> list[Examined]:
    """Run every check; `heard` is told of a stage, how much of it is done, and of how much."""
    examined = list(_structure(patient.database))
    per_merchant = len(checks.OF_A_MERCHANT) + 1
    for done, merchant_id in enumerate(merchants):
        for n, found in enumerate(_books(patient, merchant_id, now=now), 1):
            examined.append(found)
            heard("check", done * per_merchant + n, len(merchants) * per_merchant)
        examined += _journal(patient, merchant_id, now=now, heard=lambda n, total: heard("verify", n, total))
    return [*examined, _logs(patient.logs)]


def _structure(database: Database) -> Iterator[Examined]:
    """Look at the tables, the roles and the rights themselves."""
    for check in checks.OF_THE_DATABASE:
        with database.engine.begin() as connection:
            if check.name == "facts_cannot_be_changed":
                unwanted = store.unwanted_grants(connection)
                n, subjects = len(unwanted), unwanted[: store.SHOWN_MAX]
            else:
                n, subjects = store.broken_structure(connection, check.name)
        yield Examined(check=check, merchant_id=None, n=n, subjects=subjects)


def _books(patient: Patient, merchant_id: MerchantId, *, now: datetime) -> Iterator[Examined]:
    """Look at the books of one merchant."""
    for check in checks.OF_A_MERCHANT:
        with patient.database.transaction(merchant_id) as connection:
            store.enter(connection)
            n, subjects = store.broken_rows(connection, check.name, merchant_id, now=now)
        yield Examined(check=check, merchant_id=merchant_id, n=n, subjects=subjects)
    with patient.database.transaction(merchant_id) as connection:
        store.enter(connection)
        texts = store.texts(connection, merchant_id, full=patient.full)
        yield _told(checks.NO_PLAIN_NUMBERS, merchant_id, _plain(texts))


def _journal(patient: Patient, merchant_id: MerchantId, *, now: datetime, heard: Heard) -> Iterator[Examined]:
    """Verify the journal of one merchant."""
    verified = verify(
        patient.database, patient.checkpoints, merchant_id, now=now, unsealed_max=UNSEALED_MAX, heard=heard
    )
    subjects = tuple(_where(verified))
    yield Examined(check=checks.JOURNAL_HOLDS, merchant_id=merchant_id, n=verified.breaks_n, subjects=subjects)
    unsigned = verified.seals_n > 0 and verified.checkpoints_n == 0
    file = str(patient.checkpoints.file)
    yield _told(checks.CHECKPOINT_LIES_OUTSIDE, merchant_id, [file] if unsigned else [])


def _where(verified: Verified) -> Iterator[str]:
    for found in verified.breaks:
        if found.position is not None:
            yield f"position {found.position}: {found.broken}"
        elif found.line is not None:
            yield f"{found.file}, line {found.line}: {found.broken}"
        else:
            yield f"{found.subject or found.file}: {found.broken}"


def _logs(places: Iterable[Path]) -> Examined:
    files = [file for place in places for file in (sorted(place.rglob("*")) if place.is_dir() else [place])]
    return _told(checks.NO_PLAIN_NUMBERS_IN_LOGS, None, _plain(_lines(files)))


def _lines(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        if not file.is_file():
            continue
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                yield f"{file}, line {number}", line[:_LINE_LENGTH_MAX]


def _plain(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Return where a number stands that must not, and of which kind: never the number itself."""
    return sorted(f"{where}: {kind}" for where, text in texts if (kind := found_in(text, column=where)) is not None)


def _told(check: Check, merchant_id: MerchantId | None, found: Sequence[str]) -> Examined:
    once = tuple(dict.fromkeys(found))
    return Examined(check=check, merchant_id=merchant_id, n=len(found), subjects=once[: store.SHOWN_MAX])
