"""Takes somebody's history into the live books: read and validated as an audit reads it, written all or nothing.

One transaction for each merchant. A row that is there already is left as it is; one that would have to replace another
is refused with all of its merchant's, for the books are not rewritten. Imported rows move no stock and have no facts of
their own: one fact tells of the whole import, with its counts and the digests of its files.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from counterfoil.audit.intake.collect import collect
from counterfoil.audit.intake.options import IntakeOptions, Progress
from counterfoil.audit.intake.own_totals import held_to_own_totals
from counterfoil.audit.intake.taking import take_in
from counterfoil.books.format import TABLES, Table
from counterfoil.db.engine import Database
from counterfoil.errors import BadInput, BadOption
from counterfoil.exchange import rows, store
from counterfoil.exchange.arrays import literal
from counterfoil.exchange.model import Entered, Imported, Written
from counterfoil.ids import MerchantId, new_id
from counterfoil.journal import store as journal

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.audit.intake.shelf import Shelf

#: Rows of one statement.
CHUNK = 20_000
#: Files that a fact names one by one; of more it tells the number and one digest of all.
FILES_NAMED_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """What somebody wants imported."""

    paths: Sequence[Path]
    #: None: every merchant that the files name.
    merchant_id: MerchantId | None = None
    dry_run: bool = False
    time_zone: str | None = None
    currency: str | None = None
    #: The secret for keyed hashes of people and cards in formats that do not hash them.
    key: bytes = b""


class _TakenBack(Exception):
    """Rolls a merchant's rows back."""


def import_books(
    database: Database, wish: ImportWish, known: Sequence[MerchantId], *, now: datetime, progress: Progress
) -> Imported:
    """Import files; BadInput where a file cannot be used or names a merchant that there is not, and nothing is written.

    `known` are the merchants of the database.
    """
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="counterfoil-")))
        connection = stack.enter_context(rows.reading(scratch))
        options = IntakeOptions(
            scratch=scratch,
            time_zone=wish.time_zone,
            currency=wish.currency,
            key=wish.key,
            merchant_id=wish.merchant_id or "default",
        )
        with held_to_own_totals():
            shelf = take_in(connection, wish.paths, options, progress)
        counts = rows.counts(shelf)
        chosen = _chosen(wish, counts, known)
        digests = _digests(wish.paths, scratch, {file.name for file in shelf.files})
        total = sum(n for merchant_id in chosen for n in counts[merchant_id].values())
        heard = _Heard(progress, total)
        entered = [
            _enter(database, shelf, merchant_id, digests, keep=not wish.dry_run, now=now, heard=heard)
            for merchant_id in chosen
        ]
        aside_n, aside = rows.set_aside(shelf)
        return Imported(
            kept=not wish.dry_run,
            merchants=entered,
            elsewhere_n=sum(sum(n.values()) for merchant_id, n in counts.items() if merchant_id not in chosen),
            aside_n=aside_n,
            aside=aside,
        )


@dataclass(slots=True)
class _Heard:
    """Tells how many rows were written."""

    progress: Progress
    total: int
    done: int = 0

    def more(self, n: int) -> None:
        self.done += n
        self.progress.advance("write", self.done, self.total)


def _chosen(
    wish: ImportWish, counts: Mapping[MerchantId, Mapping[str, int]], known: Sequence[MerchantId]
) -> list[MerchantId]:
    wanted = sorted(counts) if wish.merchant_id is None else [wish.merchant_id] if wish.merchant_id in counts else []
    strangers = [merchant_id for merchant_id in wanted if merchant_id not in known]
    if strangers:
        raise BadOption(
            f"the files name merchants that there are not: {', '.join(strangers[:5])}; "
            "set them up with `counterfoil shop`, or choose one with --merchant"
        )
    return wanted


def _enter(
    database: Database,
    shelf: Shelf,
    merchant_id: MerchantId,
    digests: Sequence[tuple[str, str]],
    *,
    keep: bool,
    now: datetime,
    heard: _Heard,
) -> Entered:
    """Write one merchant's rows in one transaction, which is rolled back where not all of them can stand."""
    tables: dict[str, Written] = {}
    entered = Entered(merchant_id=merchant_id, tables=tables)
    try:
        with database.transaction(merchant_id) as connection:
            store.enter(connection)
            for name in shelf.tables:
                tables[name] = Written()
                for chunk in _chunks(shelf, TABLES[name], merchant_id):
                    written = store.write(connection, merchant_id, name, chunk.columns)
                    tables[name] = tables[name].with_more(written, store.SHOWN_MAX)
                    heard.more(chunk.n)
            _take_back_unless(keep=keep and not entered.other_n)
            if entered.new_n:
                store.settle(connection, merchant_id)
                _note(connection, entered, digests, now=now)
    except _TakenBack:
        pass
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        raise BadInput(f"merchant {merchant_id}: the database does not take a row: {_law(error)}") from error
    return entered


def _take_back_unless(*, keep: bool) -> None:
    if not keep:
        raise _TakenBack


def _law(error: psycopg.Error) -> str:
    """Name the law that a row breaks; the driver's own words would repeat what stands in the row."""
    return error.diag.constraint_name or type(error).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    n: int
    #: One array literal for each column but the merchant's.
    columns: tuple[str, ...]


def _chunks(shelf: Shelf, table: Table, merchant_id: MerchantId) -> Iterator[_Chunk]:
    reader = rows.batches(shelf, table, merchant_id, size=CHUNK)
    for batch in reader:
        if batch.num_rows:
            yield _Chunk(n=batch.num_rows, columns=tuple(literal(column) for column in batch.columns))


def _digests(paths: Sequence[Path], scratch: Path, read: Collection[str]) -> list[tuple[str, str]]:
    """Return name and SHA-256 of each file that was read."""
    digests = []
    for found in collect(paths, scratch).files:
        if found.name in read:
            with found.path.open("rb") as file:
                digests.append((found.name, hashlib.file_digest(file, "sha256").hexdigest()))
    return digests


def _note(connection: sa.Connection, entered: Entered, digests: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Write the one fact of an import."""
    whole = hashlib.sha256("\n".join(f"{digest} {name}" for name, digest in digests).encode()).hexdigest()
    journal.note(
        connection,
        entered.merchant_id,
        "books:import:done",
        f"import:{new_id(now)}",
        occurred_at=now,
        body={
            "tables": {
                name: {"new": written.new_n, "same": written.same_n} for name, written in entered.tables.items()
            },
            "files_n": len(digests),
            "files_sha256": whole,
            "files": dict(digests) if len(digests) <= FILES_NAMED_MAX else None,
        },
    )
