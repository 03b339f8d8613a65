"""What a file is, by its content: a table of the books, a foreign format that a reader knows, or neither.

The user's own mapping has the first word, then book format 1, then the readers. A file that nobody knows and a file
that two know are refused with what was looked for; the name of a file only breaks a tie.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from counterfoil.audit.intake.sniffing import BINARY, PARQUET_MAGIC
from counterfoil.audit.readers.contract import Reader, Sample
from counterfoil.books.format import TABLES, Table
from counterfoil.errors import BadFile, BadOption, Bug
from counterfoil.languages import Text

#: The name under which native books appear beside the readers.
BOOK_FORMAT = "book-format-1"

READERS_GROUP = "counterfoil.readers"

#: Signs that may stand between the columns of a native book.
DELIMITERS = (",", ";", "\t")

#: Signs that others put there, for an error that says so.
_OTHER_DELIMITERS = ("|", "^", "~", ":", " ", "\x01")

#: The columns that a file must carry to be a table of the books.
_REQUIRED = {table.name: {column.name for column in table if column.required} for table in TABLES.values()}

#: So many lines of an NDJSON file are looked at for its columns.
_OBJECTS_MAX = 100

#: How many column names an error lists.
_NAMES_SHOWN_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeBook:
    """A file that is a table of the books."""

    table: Table
    #: `parquet`, `delimited` or `ndjson`.
    shape: str
    #: The names in the file's own order, as the file writes them.
    given: tuple[str, ...]
    #: For delimited text: the sign between columns.
    delimiter: str = ""
    #: For delimited text: the line on which the header ends, and what comes before the first row, as text.
    header_lines: int = 0
    header: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """Column of the format -> the file's own name for it, for what the file carries."""
        own = {_plain(name): name for name in reversed(self.given)}
        return {name: own[name] for name in self.table.names if name in own}

    @property
    def unknown(self) -> tuple[str, ...]:
        """Columns that are not of the format."""
        return tuple(name for name in self.given if _plain(name) not in self.table.names)


def readers_found() -> tuple[Reader, ...]:
    """Return the readers of foreign formats that are installed, by name; BadOption where one cannot be loaded."""
    readers: dict[str, Reader] = {}
    for point in entry_points(group=READERS_GROUP):
        try:
            reader: Reader = point.load()
        except (ImportError, AttributeError) as error:
            raise BadOption(f"reader {point.name}: {point.value} cannot be loaded: {error}") from error
        if reader.name in readers:
            raise BadOption(f"reader {reader.name} is installed twice; remove one of the two packages")
        readers[reader.name] = reader
    return tuple(readers[name] for name in sorted(readers))


@cache
def format_title(reader: str) -> Text:
    """Return what people call the format that a reader reads; its own name where it is not installed any more."""
    if reader == BOOK_FORMAT:
        return Text(en="Counterfoil book, format 1", zh="Counterfoil 账本（格式 1）")
    for known in readers_found():
        if known.name == reader:
            return Text(en=known.title_en, zh=known.title_zh)
    return Text(en=reader, zh=reader)


def recognise(sample: Sample, mapped: Sequence[Reader], readers: Sequence[Reader]) -> NativeBook | Reader:
    """Say what a file is; BadFile where it is nothing that can be read."""
    own = _knowing(sample, mapped)
    if own is not None:
        return own
    book = native_book(sample)
    if book is not None:
        return book
    reader = _knowing(sample, readers)
    if reader is not None:
        return reader
    raise _unrecognised(sample)


def _knowing(sample: Sample, readers: Sequence[Reader]) -> Reader | None:
    knowing = [reader for reader in readers if _says_yes(reader, sample)]
    if len(knowing) > 1:
        names = " and ".join(sorted(reader.name for reader in knowing))
        raise BadFile(
            file=sample.name,
            expected="a file that one reader knows",
            found=f"one that {names} take for their own",
            advice="Say which with a mapping, or remove one of the two.",
        )
    return knowing[0] if knowing else None


def _says_yes(reader: Reader, sample: Sample) -> bool:
    try:
        return reader.recognises(sample)
    except Exception as error:  # a reader may be anybody's, and looking must never stop a run unexplained
        raise Bug(f"reader {reader.name} failed while looking at {sample.name}: {error!r}") from error


def native_book(sample: Sample) -> NativeBook | None:
    """Say whether a file is a table of the books, by its header or schema."""
    if sample.encoding == BINARY:
        if not sample.head.startswith(PARQUET_MAGIC):
            return None
        table = table_of(sample.columns, sample.name)
        return None if table is None else _sound(NativeBook(table=table, shape="parquet", given=sample.columns), sample)
    if sample.text.lstrip("\ufeff \t\r\n").startswith("{"):
        given = _object_keys(sample.text)
        table = table_of(given, sample.name)
        return None if table is None else NativeBook(table=table, shape="ndjson", given=given)
    for delimiter in DELIMITERS:
        header = _header(sample.text, delimiter)
        table = None if header is None else table_of(header[0], sample.name)
        if header is not None and table is not None:
            given, lines, text = header
            book = NativeBook(
                table=table, shape="delimited", given=given, delimiter=delimiter, header_lines=lines, header=text
            )
            return _sound(book, sample)
    return None


def table_of(given: Sequence[str], file_name: str) -> Table | None:
    """Return the table whose required columns are all there; of several the one that the file is named after.

    Where no name helps, the one that leaves the fewest columns unknown; BadFile where that is not one.
    """
    names = {_plain(name) for name in given}
    fitting = [TABLES[table] for table, required in _REQUIRED.items() if names >= required]
    if len(fitting) > 1:
        fitting = [table for table in fitting if table.name == stem_of(file_name)] or fitting
    if len(fitting) > 1:
        fewest = min(len(names.difference(table.names)) for table in fitting)
        fitting = [table for table in fitting if len(names.difference(table.names)) == fewest]
    if len(fitting) > 1:
        tables = " and ".join(table.name for table in fitting)
        raise BadFile(file=file_name, expected="the columns of one table", found=f"those of {tables}")
    return fitting[0] if fitting else None


def stem_of(file_name: str) -> str:
    """Return the name of a file without folders, archive and endings."""
    return file_name.rpartition("/")[2].rpartition("!")[2].partition(".")[0]


def _plain(name: str) -> str:
    return name.strip("\ufeff \t").lower()


def _header(text: str, delimiter: str) -> tuple[tuple[str, ...], int, str] | None:
    """Return the first record, the line it ends on and everything up to there; None where there is none."""
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            consumed.append(line)
            yield line

    try:
        for record in csv.reader(lines(), delimiter=delimiter):
            if any(cell.strip() for cell in record):
                header = "".join(consumed)
                return tuple(record), _line_count(header), header
    except csv.Error:
        pass
    return None


def _line_count(text: str) -> int:
    """Count the lines that an editor shows, the last one even where it has no end."""
    ends = len(re.findall(r"\r\n|\r|\n", text))
    return ends if text.endswith(("\r", "\n")) else ends + 1


def _object_keys(text: str) -> tuple[str, ...]:
    """Return the keys of the first objects of an NDJSON file, in order of appearance."""
    keys: dict[str, None] = {}
    for line in text.split("\n")[:_OBJECTS_MAX]:
        try:
            given = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(given, dict):
            keys.update(dict.fromkeys(given))
    return tuple(keys)


def _sound(book: NativeBook, sample: Sample) -> NativeBook:
    """Refuse a book that carries one column twice."""
    plain = [_plain(name) for name in book.given]
    twice = sorted({name for name in book.table.names if plain.count(name) > 1})
    if twice:
        raise BadFile(file=sample.name, expected="each column once", found=f"{', '.join(twice)} twice")
    return book


def _unrecognised(sample: Sample) -> BadFile:
    """Say what was looked for, and of a near miss what is missing."""
    for delimiter in _OTHER_DELIMITERS:
        if table_of(_shown_header(sample.text, delimiter), sample.name) is not None:
            return BadFile(
                file=sample.name,
                expected="columns separated by comma, semicolon or tab",
                found=f"{delimiter!r} between them",
            )
    given = sample.columns or max(
        (_shown_header(sample.text, delimiter) for delimiter in DELIMITERS), key=_likeness, default=()
    )
    if sample.text.lstrip("\ufeff \t\r\n").startswith("{"):
        given = _object_keys(sample.text)
    table = TABLES.get(stem_of(sample.name)) or _likest(given)
    names = {_plain(name) for name in given}
    if table is not None and names.intersection(table.names):
        missing = [column.name for column in table if column.required and column.name not in names]
        return BadFile(
            file=sample.name,
            expected=f"the columns of {table.name}",
            found=f"none called {', '.join(missing[:_NAMES_SHOWN_MAX])}",
            advice="A mapping (`counterfoil audit --map`) can say which other columns they are.",
        )
    if sample.encoding == BINARY:
        found = "a binary file" if not sample.columns else "a table with other columns"
    else:
        found = f"text ({sample.encoding}) with another header"
    if sample.text.lstrip().startswith("["):
        found = "a JSON list; a book has one object a line"
    return BadFile(
        file=sample.name,
        expected="a book of format 1, or a format that `counterfoil readers` lists",
        found=found,
        advice="A mapping (`counterfoil audit --map`) can say what its columns mean.",
    )


def _shown_header(text: str, delimiter: str) -> tuple[str, ...]:
    header = _header(text, delimiter)
    return () if header is None else header[0]


def _likeness(given: Sequence[str]) -> int:
    names = {_plain(name) for name in given}
    return max(len(names.intersection(table.names)) for table in TABLES.values())


def _likest(given: Sequence[str]) -> Table | None:
    """Return the table that shares the most columns with a file, if it shares at least the merchant and its key."""
    names = {_plain(name) for name in given}
    near = [table for table in TABLES.values() if names.issuperset(table.key)]
    return max(near, key=lambda table: len(names.intersection(table.names)), default=None)
