"""The door of the audit: files in, a shelf of clean books out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.audit.intake import delimited, drafts, duplicates, objects, parquet
from counterfoil.audit.intake.collect import DATA_ENDINGS, NO_BOOK, Found, PassedOver, collect, is_no_book
from counterfoil.audit.intake.decoding import as_utf8, settle
from counterfoil.audit.intake.quarantine import SCHEMA, Quarantine
from counterfoil.audit.intake.reasons import REASONS, Reason
from counterfoil.audit.intake.recognition import BOOK_FORMAT, NativeBook, readers_found, recognise
from counterfoil.audit.intake.segments import Segments
from counterfoil.audit.intake.shelf import QUARANTINED, VIEW, FileRead, Shelf
from counterfoil.audit.intake.shown_names import printable
from counterfoil.audit.intake.sniffing import BINARY, sample_of
from counterfoil.audit.intake.validation import Sieve
from counterfoil.audit.readers.contract import ControlTotal, Reader, SourceFile
from counterfoil.books.format import TABLES, Table
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.intake.options import IntakeOptions, Progress

#: How many unknown columns a remark names.
_NAMES_SHOWN_MAX = 20

#: How much of a foreign column name is shown, in characters.
_NAME_LENGTH_MAX = 60


def take_in(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    options: IntakeOptions,
    progress: Progress | None = None,
) -> Shelf:
    """Read files, folders and archives and put their books on a shelf in `connection`.

    The session is pinned to UTC. What an earlier intake left in the connection is replaced. BadInput (with the file,
    what was expected and what was found) where a file cannot be used; bad rows are quarantined and never raise.
    """
    intake = _Intake(connection, paths, options, progress)
    intake.read()
    intake.compare_keys()
    return intake.shelf()


@dataclass(slots=True)
class _File:
    """What is known of one file so far."""

    found: Found
    kind: NativeBook | Reader
    encoding: str
    rows_read: int = 0
    gave: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    control_totals: tuple[ControlTotal, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    columns_unknown: tuple[str, ...] = ()
    columns_absent: tuple[str, ...] = ()


class _Intake:
    """One run of the intake."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        paths: Sequence[Path],
        options: IntakeOptions,
        progress: Progress | None,
    ) -> None:
        self._connection = connection
        self._options = options
        self._progress = progress
        self._reasons: dict[str, Reason] = {}
        self._carried: dict[str, set[str]] = {}
        self._sieves: dict[str, Sieve] = {}
        collection = collect(paths, options.scratch)
        self._passed_over = list(collection.passed_over)
        self._files = self._recognise(collection.files)
        _clear(connection)
        self._quarantine = Quarantine(connection, [file.found.name for file in self._files])

    def read(self) -> None:
        """Read every file: Parquet where it lies, text in segments, foreign formats through their readers."""
        done = 0
        for table in TABLES.values():
            books = [
                (no, file, file.kind)
                for no, file in enumerate(self._files)
                if isinstance(file.kind, NativeBook) and file.kind.table is table
            ]
            if not books:
                continue
            self._read_parquet(table, [each for each in books if each[2].shape == "parquet"])
            self._read_text(table, [each for each in books if each[2].shape != "parquet"], done)
            done += len(books)
            self._tell("read", done, len(self._files))
        for no, file in enumerate(self._files):
            if not isinstance(file.kind, NativeBook):
                self._read_foreign(no, file, file.kind)
                done += 1
                self._tell("read", done, len(self._files))

    def compare_keys(self) -> None:
        """Lay aside rows whose key is taken, and count what each file has given in the end."""
        for done, sieve in enumerate(self._sieves.values(), 1):
            repeats = duplicates.set_apart(self._connection, sieve)
            for no, number in repeats.items():
                counts = self._files[no].counts
                counts["repeats_collapsed"] = counts.get("repeats_collapsed", 0) + number
                self._files[no].gave[sieve.table.name] -= number
            self._tell("match keys", done, len(self._sieves))

    def shelf(self) -> Shelf:
        """Publish the clean views and say what every file gave."""
        for no, table, reason, number in self._quarantine.counts():
            file = self._files[no]
            file.set_aside[reason] = file.set_aside.get(reason, 0) + number
            if table is not None:
                file.gave[table] -= number
        for sieve in self._sieves.values():
            sieve.publish(VIEW.format(table=sieve.table.name))
        self._quarantine.publish(QUARANTINED)
        files = tuple(_told(file) for file in self._files)
        met = {reason for file in files for reason in file.set_aside}
        return Shelf(
            connection=self._connection,
            tables={name: VIEW.format(table=name) for name in TABLES if name in self._sieves},
            carried={name: frozenset(self._carried[name]) for name in TABLES if name in self._sieves},
            files=files,
            quarantined=QUARANTINED,
            passed_over=tuple(self._passed_over),
            reasons={word: reason for word, reason in {**REASONS, **self._reasons}.items() if word in met},
        )

    def _recognise(self, found: Sequence[Found]) -> list[_File]:
        """Say what each file is; what lies in a folder and is no data at all is passed over."""
        readers = self._options.readers
        readers = readers_found() if readers is None else readers
        files = []
        for done, each in enumerate(found, 1):
            self._tell("look", done, len(found))
            try:
                sample = sample_of(each.path, each.name, cells_max=self._options.cells_max)
                kind = recognise(sample, self._options.mapped, readers)
            except BadFile:
                passed = _may_be_passed_over(each)
                if passed is None:
                    raise
                self._passed_over.append(passed)
                continue
            files.append(_File(found=each, kind=kind, encoding=sample.encoding))
        if not files:
            raise BadFile(file=found[0].name, expected="at least one book, bill or export", found="none")
        return files

    def _sieve_of(self, table: Table) -> Sieve:
        if table.name not in self._sieves:
            self._sieves[table.name] = Sieve(self._connection, table, self._quarantine)
            self._carried[table.name] = set()
        return self._sieves[table.name]

    def _read_parquet(self, table: Table, books: Sequence[tuple[int, _File, NativeBook]]) -> None:
        if not books:
            return
        parts = [
            parquet.ParquetBook(
                file_no=no,
                name=file.found.name,
                path=file.found.path,
                columns=book.columns,
                schema=parquet.schema_of(file.found.path, file.found.name),
            )
            for no, file, book in books
        ]
        counts = parquet.admit(
            self._connection,
            self._sieve_of(table),
            parts,
            zone=self._options.time_zone,
        )
        for no, file, book in books:
            self._note_book(file, book, frozenset(book.given), rows=counts[no])

    def _read_text(self, table: Table, books: Sequence[tuple[int, _File, NativeBook]], done: int) -> None:
        if not books:
            return
        sieve = self._sieve_of(table)
        sieve.keep_nothing()
        segments = Segments(self._connection, sieve, zone=self._options.time_zone)
        for no, file, book in books:
            text = as_utf8(file.found.path, file.encoding, self._options.scratch)
            file.encoding = text.encoding
            name = file.found.name
            if book.shape == "ndjson":
                read = objects.read(self._connection, book, text, segments, file_no=no, name=name)
            else:
                read = delimited.read(book, text, segments, file_no=no, name=name)
            if text.path != file.found.path:
                text.path.unlink()
            self._note_book(file, book, read.given, rows=read.rows)
            if read.blank_lines:
                file.counts["blank_lines"] = read.blank_lines
            done += 1
            self._tell("read", done, len(self._files))
        segments.flush()

    def _note_book(self, file: _File, book: NativeBook, given: frozenset[str], *, rows: int) -> None:
        """Note what a native book gave, and the columns that no book knows."""
        file.rows_read = rows
        file.gave[book.table.name] = rows
        told = NativeBook(table=book.table, shape=book.shape, given=tuple(sorted(given)))
        optional = book.table.optional
        self._carried[book.table.name].update(set(optional).intersection(told.columns))
        file.columns_absent = tuple(name for name in optional if name not in told.columns)
        file.columns_unknown = tuple(printable(name)[:_NAME_LENGTH_MAX] for name in told.unknown)
        if told.unknown:
            names = ", ".join(file.columns_unknown[:_NAMES_SHOWN_MAX])
            file.remarks.append(
                (f"columns that no book knows were kept out: {names}", f"未采用账本格式之外的列：{names}")
            )

    def _read_foreign(self, no: int, file: _File, reader: Reader) -> None:
        """Let a reader draft books from a file and pass them through the sieves."""
        found = file.found
        if file.encoding != BINARY:
            file.encoding = settle(found.path, file.encoding).encoding
        source = SourceFile(path=found.path, name=found.name, encoding=file.encoding, size_bytes=found.size_bytes)
        reading = drafts.read(self._connection, reader, source, self._options.for_readers())
        given = drafts.admit(self._connection, reader, reading, self._sieve_of, file_no=no, source=source)
        by_rule, words = drafts.set_aside(self._connection, self._quarantine, reading, file_no=no)
        self._reasons |= words
        for draft in reading.drafts:
            self._carried[draft.table].update(draft.carries)
        file.rows_read = reading.rows_read
        file.gave, file.set_aside = given, by_rule
        file.control_totals = tuple(reading.control_totals)
        file.counts = dict(reading.counts)
        file.remarks = list(reading.remarks)

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress.advance(stage, done, total)


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what an earlier intake left, and pin the session to UTC."""
    connection.execute("SET TimeZone = 'UTC'")
    for table in TABLES:
        connection.execute(f"DROP VIEW IF EXISTS {VIEW.format(table=table)}")
    connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    connection.execute(f"CREATE SCHEMA {SCHEMA}")


def _may_be_passed_over(found: Found) -> PassedOver | None:
    """Say why a file that nobody can read may be passed over; None where it must be refused."""
    if is_no_book(found.name):
        return PassedOver(name=found.name, text_en=NO_BOOK[0], text_zh=NO_BOOK[1])
    if found.named or found.name.lower().endswith(DATA_ENDINGS):
        return None
    return PassedOver(name=found.name, text_en="no book, bill or export", text_zh="不是账本、账单或导出文件")


def _told(file: _File) -> FileRead:
    return FileRead(
        name=file.found.name,
        reader=BOOK_FORMAT if isinstance(file.kind, NativeBook) else file.kind.name,
        encoding=file.encoding,
        size_bytes=file.found.size_bytes,
        rows_read=file.rows_read,
        rows_kept=sum(file.gave.values()),
        gave=file.gave,
        set_aside=file.set_aside,
        control_totals=file.control_totals,
        counts=file.counts,
        remarks=tuple(file.remarks),
        delimiter=file.kind.delimiter if isinstance(file.kind, NativeBook) else "",
        columns_unknown=file.columns_unknown,
        columns_absent=file.columns_absent,
    )
