"""One bill for the live shop, read exactly as an audit would read it; nothing of a format is known here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from counterfoil.audit.intake.limits import WORKBOOK_CELLS_MAX_LIVE
from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.intake.own_totals import held_to_own_totals
from counterfoil.audit.intake.shelf import FileRead, Shelf
from counterfoil.audit.intake.taking import take_in
from counterfoil.books.format import ACQUIRER_RECORDS
from counterfoil.errors import BadFile, BadInput, first_line

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.ids import MerchantId

#: What DuckDB may use for itself before it writes to disk.
MEMORY_LIMIT = "1GB"
#: So many rows that were set aside are told one by one; the others are counted.
ASIDE_TOLD_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A row that took no part."""

    file: str
    line: int
    column: str | None
    reason: str
    #: What was found there, masked.
    found: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRead:
    """What a bill holds, before anything is written."""

    #: SHA-256 of the file.
    digest: str
    #: Rows of `acquirer_records`, in the columns of the format.
    records: pa.Table
    files: Sequence[FileRead]
    aside: Sequence[SetAside]
    #: Reason -> (english, chinese).
    reasons: Mapping[str, tuple[str, str]]

    @property
    def aside_n(self) -> int:
        """How many rows were set aside."""
        return sum(sum(file.set_aside.values()) for file in self.files)

    @property
    def reader(self) -> str:
        """Who knew the file; an archive may hold several."""
        return ", ".join(sorted({file.reader for file in self.files}))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadFile(file=path.name, expected="a bill that can be read", found=error.strerror or "none") from error


@contextmanager
def bill_read(path: Path, merchant_id: MerchantId, *, key: bytes, currency: str | None) -> Iterator[BillRead]:
    """Read one file; BadInput where it is no bill, or where its footer disagrees with its rows.

    `key` is the secret for keyed hashes of instruments, and `currency` that of amounts in files that name none.
    """
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch, _connected(Path(scratch)) as connection:
        options = IntakeOptions(
            scratch=Path(scratch),
            key=key,
            merchant_id=merchant_id,
            currency=currency,
            cells_max=WORKBOOK_CELLS_MAX_LIVE,
        )
        with held_to_own_totals():
            shelf = take_in(connection, [path], options)
        yield _told(shelf, path)


def _told(shelf: Shelf, path: Path) -> BillRead:
    foreign = sorted(set(shelf.tables) - {ACQUIRER_RECORDS.name})
    if foreign or ACQUIRER_RECORDS.name not in shelf.tables:
        found = ", ".join(foreign) or "no row of one"
        raise BadFile(file=path.name, expected="a bill or a settlement file of an acquirer", found=f"books: {found}")
    names = ", ".join(f'"{column.name}"' for column in ACQUIRER_RECORDS)
    view = shelf.tables[ACQUIRER_RECORDS.name]
    aside = shelf.connection.execute(
        "SELECT source_file, source_line, column_name, reason, found "
        f"FROM {shelf.quarantined} ORDER BY source_file, source_line LIMIT {ASIDE_TOLD_MAX}"
    ).fetchall()
    return BillRead(
        digest=digest_of(path),
        records=shelf.connection.execute(f'SELECT {names} FROM "{view}" ORDER BY record_id').to_arrow_table(),
        files=shelf.files,
        aside=[
            SetAside(file=file, line=line, column=column, reason=reason, found=found)
            for file, line, column, reason, found in aside
        ],
        reasons={word: (reason.text_en, reason.text_zh) for word, reason in shelf.reasons.items()},
    )


def renamed(read: BillRead, acquirer: str | None, read_back: Callable[[str, str, str], str | None]) -> pa.Table:
    """Return the rows under the name that our book has for the acquirer, with our own ids where numbers hide some.

    `read_back` says which id of ours an acquirer's number was made from: (acquirer, kind, number). Times become aware.
    """
    import pyarrow as pa  # noqa: PLC0415 — as late as the rest of what reads files
    import pyarrow.compute as pc  # noqa: PLC0415 — as above

    records = read.records
    instants = pc.assume_timezone(records["occurred_at"].cast(pa.timestamp("us")), "UTC")
    whose = [acquirer or each for each in records["acquirer"].to_pylist()]
    columns = {"occurred_at": instants, "acquirer": pa.array(whose, pa.string())}
    kinds = records["kind"].to_pylist()
    for column in ("our_reference", "original_reference"):
        # What a refund names as its original is the number of a sale.
        of_kinds = kinds if column == "our_reference" else ["sale"] * len(kinds)
        rows = zip(whose, of_kinds, records[column].to_pylist(), strict=True)
        names = [number and (read_back(one, kind, number) or number) for one, kind, number in rows]
        columns[column] = pa.array(names, pa.string())
    for name, values in columns.items():
        records = records.set_column(records.column_names.index(name), name, values)
    return records


@contextmanager
def _connected(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = scratch / "spill"
    spill.mkdir()
    connection = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill), "threads": 2})
    try:
        connection.execute("SET enable_progress_bar = false")
        yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise BadInput(f"the disk or the memory does not suffice for this bill: {first_line(error)}") from error
    finally:
        connection.close()
