"""An import: files in, what each came to out. A file is taken as a whole or not at all, and a dry run takes none.

A dry run does everything that a real one does, and then takes it back; so what it shows is what would happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.errors import BadOption, Bug
from counterfoil.ids import MerchantId, StaffId, new_id
from counterfoil.shop.imports import singly, tabled
from counterfoil.shop.imports.cells import Setting
from counterfoil.shop.imports.files import RawFile, read_file
from counterfoil.shop.imports.model import Aside, Noun, Outcome, Row, Taken
from counterfoil.shop.imports.reading import noun_of, rows_of
from counterfoil.shop.imports.tables import SHOP_IMPORTS
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.policies import store as policies
from counterfoil.shop.secret_keys import MerchantKeys

FILES_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How files are taken."""

    #: What all of them tell of; None: each says it by its name.
    noun: Noun | None = None
    dry_run: bool = False
    #: Take a file's good rows even where others are set aside.
    skip_bad: bool = False
    #: None: at the console of the server.
    actor: StaffId | None = None


def take_files(
    database: Database,
    merchant_id: MerchantId,
    keys: MerchantKeys,
    paths: Sequence[Path],
    *,
    how: How,
    now: datetime,
) -> tuple[Taken, ...]:
    """Take files in the order in which they point at one another. BadFile and BadOption leave everything as it was."""
    if len(paths) > FILES_MAX:
        raise BadOption(f"import: expected at most {FILES_MAX} files, found {len(paths)}")
    # Everything is read before anything is written: a broken last file must not leave the first one taken.
    order = list(Noun)
    named = sorted(((noun_of(path.name, how.noun), path) for path in paths), key=lambda each: order.index(each[0]))
    raw = [(noun, read_file(path)) for noun, path in named]
    with database.transaction(merchant_id) as connection:
        return take_read(connection, merchant_id, keys, raw, how=how, now=now)


def take_read(
    connection: sa.Connection,
    merchant_id: MerchantId,
    keys: MerchantKeys | None,
    read: Sequence[tuple[Noun, RawFile]],
    *,
    how: How,
    now: datetime,
) -> tuple[Taken, ...]:
    """Take files that were read before, in this order; without keys none of customers."""
    with connection.begin_nested() as whole:
        importing = _importing(connection, merchant_id, keys, how=how, now=now)
        taken = tuple(importing.take(noun, file) for noun, file in read)
        if how.dry_run:
            whole.rollback()
    return taken


def _importing(
    connection: sa.Connection, merchant_id: MerchantId, keys: MerchantKeys | None, *, how: How, now: datetime
) -> _Importing:
    merchant = merchants.merchant(connection, merchant_id)
    if merchant is None:
        raise BadOption(f"merchant {merchant_id!r}: there is none of this id; `counterfoil shop create` makes one")
    policy = policies.policy_at(connection, merchant_id, now)
    return _Importing(
        connection=connection,
        merchant_id=merchant_id,
        keys=keys,
        setting=Setting(currency=merchant.currency, zone=merchant.zone),
        calling_code=policy.calling_code,
        how=how,
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Importing:
    """One run over several files, in one transaction."""

    connection: sa.Connection
    merchant_id: MerchantId
    keys: MerchantKeys | None
    setting: Setting
    calling_code: str | None
    how: How
    now: datetime

    def take(self, noun: Noun, file: RawFile) -> Taken:
        """Take one file, or leave everything as it was where a row is set aside that nobody allowed to be skipped."""
        rows, aside = rows_of(file, noun, self.setting)
        if noun is Noun.STOCK and self._was_taken(file):
            # A count is of its moment: taken again after a day of sales, it would undo them.
            return Taken(file=file.name, noun=noun, rows=len(file.rows), same=len(rows), aside=tuple(aside), kept=True)
        with self.connection.begin_nested() as savepoint:
            counts = dict.fromkeys(Outcome, 0)
            for _, outcome in self._outcomes(noun, rows):
                if isinstance(outcome, Aside):
                    aside.append(outcome)
                else:
                    counts[outcome] += 1
            kept = self.how.skip_bad or not aside
            taken = Taken(
                file=file.name,
                noun=noun,
                rows=len(file.rows),
                added=counts[Outcome.ADDED],
                changed=counts[Outcome.CHANGED],
                same=counts[Outcome.SAME],
                aside=tuple(sorted(aside, key=lambda each: each.line)),
                kept=kept and not self.how.dry_run,
            )
            assert taken.rows == taken.added + taken.changed + taken.same + len(taken.aside), "no row is lost"
            if not kept:
                savepoint.rollback()
            elif taken.added or taken.changed:
                self._note(file, taken)
        return taken

    def _outcomes(self, noun: Noun, rows: Sequence[Row]) -> Iterable[tuple[Row, Outcome | Aside]]:
        match noun:
            case Noun.STAFF:
                return singly.take_staff(self.connection, self.merchant_id, rows, actor=self.how.actor, now=self.now)
            case Noun.CUSTOMERS:
                if self.keys is None:
                    raise Bug("an import of customers needs the keys by which they are sealed")
                return singly.take_customers(
                    self.connection, self.merchant_id, self.keys, rows, calling_code=self.calling_code, now=self.now
                )
            case Noun.STOCK:
                return singly.take_stock(self.connection, self.merchant_id, rows, actor=self.how.actor, now=self.now)
            case _:
                return tabled.take(self.connection, self.merchant_id, noun, rows, now=self.now)

    def _was_taken(self, file: RawFile) -> bool:
        before = sa.select(SHOP_IMPORTS.c.import_id).where(
            SHOP_IMPORTS.c.merchant_id == self.merchant_id,
            SHOP_IMPORTS.c.noun == Noun.STOCK,
            SHOP_IMPORTS.c.file_digest == file.digest,
        )
        return self.connection.execute(before.limit(1)).first() is not None

    def _note(self, file: RawFile, taken: Taken) -> None:
        fact = {
            "merchant_id": self.merchant_id,
            "import_id": new_id(self.now),
            "noun": taken.noun,
            "file_name": taken.file,
            "file_digest": file.digest,
            "rows_n": taken.rows,
            "added_n": taken.added,
            "changed_n": taken.changed,
            "same_n": taken.same,
            "aside_n": len(taken.aside),
            "imported_at": self.now,
            "imported_by": self.how.actor,
        }
        self.connection.execute(sa.insert(SHOP_IMPORTS).values(fact))
