"""The reader that a mapping makes: one for each `[[files]]`, asked before the readers of known formats."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import duckdb

from counterfoil.audit.readers.contract import Draft, Reading, SetAside
from counterfoil.audit.readers.drafting import carried
from counterfoil.audit.readers.hashing import KeyedHash
from counterfoil.audit.readers.headers import labels_in, normalise
from counterfoil.audit.readers.json_tables import fields_in, read_json_table
from counterfoil.audit.readers.mapping.parse import mapping_in, read_mapping
from counterfoil.audit.readers.mapping.query import book_draft, condition_sql
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sql_text import fresh_table, literal
from counterfoil.audit.readers.tables import kind_of, read_table
from counterfoil.errors import BadFile, BadOption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.mapping.model import FileMapping
    from counterfoil.audit.readers.raw_table import RawTable

#: Delimiters that are tried where the mapping names none.
DELIMITERS = (",", ";", "\t", "|")


def load_mapping(path: Path) -> tuple[MappedReader, ...]:
    """Return the readers of a mapping file; BadOption where it cannot be used."""
    return tuple(MappedReader(mapping) for mapping in read_mapping(path))


def tried_mapping(content: bytes, *, source: str) -> tuple[MappedReader, ...]:
    """Return the readers of a mapping, with each pattern and time format tried before there is any file."""
    readers = mapped_readers(content, source=source)
    with duckdb.connect(config={"threads": 1}) as connection:
        for reader in readers:
            _verify(connection, reader.mapping)
    return readers


def mapped_readers(content: bytes, *, source: str) -> tuple[MappedReader, ...]:
    """Return the readers of what a mapping file holds; BadOption where it cannot be used."""
    return tuple(MappedReader(mapping) for mapping in mapping_in(content, source=source))


class MappedReader:
    """Reads one kind of file by the user's mapping."""

    tested_on_real_files = True
    gives: Mapping[str, frozenset[str]]

    def __init__(self, mapping: FileMapping) -> None:
        self.mapping = mapping
        self.name = f"map:{mapping.name}"
        self.title_en = f"{mapping.name} (by mapping)"
        self.title_zh = f"{mapping.name}（按映射读取）"
        gives: dict[str, frozenset[str]] = {}
        for book in mapping.books:
            columns = carried(book.table, frozenset(book.columns))
            gives[book.table] = gives.get(book.table, frozenset()) | columns
        self.gives = gives

    def recognises(self, sample: Sample) -> bool:
        """Say whether name and header are those of the mapping."""
        mapping = self.mapping
        name = PurePosixPath(sample.name.rpartition("!")[2]).name
        if mapping.glob is not None and not fnmatchcase(name, mapping.glob):
            return False
        if not mapping.header:
            return True
        if labels_in(sample, mapping.header, self._delimiters) is not None:
            return True
        fields = fields_in(sample)
        return fields is not None and {normalise(label) for label in mapping.header} <= fields

    @property
    def _delimiters(self) -> tuple[str, ...]:
        return DELIMITERS if self.mapping.delimiter is None else (self.mapping.delimiter,)

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn the file into drafts of the mapped books."""
        _verify(connection, self.mapping)
        table = self._table(connection, source)
        self._refuse_missing(source, table)
        secret = KeyedHash.on(connection, options.key)
        drafts: list[Draft] = []
        aside: list[SetAside] = [*table.misfits]
        for book in self.mapping.books:
            draft, set_aside = book_draft(connection, table, book, self.mapping, options, secret)
            drafts.append(draft)
            aside.extend(set_aside)
        untaken = _untaken(connection, table, self.mapping)
        return Reading(
            reader=self.name,
            drafts=tuple(drafts),
            rows_read=table.rows,
            set_aside=(*aside, *untaken),
            counts={"rows": table.rows},
            remarks=self._unused(table),
        )

    def _table(self, connection: duckdb.DuckDBPyConnection, source: SourceFile) -> RawTable:
        """Read the file in whatever form it stands."""
        if kind_of(source) == "text" and _begins_like_json(source):
            return read_json_table(connection, source, self.mapping.used)
        layout = Layout(
            required=self.mapping.header or self.mapping.used,
            delimiters=self._delimiters,
            comment=self.mapping.comment,
            sheet=self.mapping.sheet,
            keep=frozenset(self.mapping.used),
        )
        return read_table(connection, source, layout)

    def _refuse_missing(self, source: SourceFile, table: RawTable) -> None:
        """Raise BadFile for a column that the mapping uses and the file has not."""
        missing = [label for label in self.mapping.used if not table.has(label)]
        if missing:
            raise BadFile(
                file=source.name,
                expected=f"the columns that {self.mapping.place} uses",
                found=f"no {', '.join(missing)}",
                advice=f"The file has {', '.join(table.labels[:40])}.",
            )

    def _unused(self, table: RawTable) -> tuple[tuple[str, str], ...]:
        """Tell the columns that no book takes."""
        used = {normalise(label) for label in self.mapping.used}
        left = [label for label in table.labels if normalise(label) not in used]
        if not left:
            return ()
        listed = ", ".join(left[:40])
        return ((f"Columns that the mapping does not use: {listed}.", f"映射未使用的列：{listed}。"),)


def _begins_like_json(source: SourceFile) -> bool:
    with source.path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _untaken(connection: duckdb.DuckDBPyConnection, table: RawTable, mapping: FileMapping) -> tuple[SetAside, ...]:
    """Return the rows that no book took, as set apart by the rule that the mapping states."""
    taken = " OR ".join(condition_sql(table, book, comma=mapping.decimal_comma) for book in mapping.books)
    aside = fresh_table("aside")
    connection.execute(
        f"""
        CREATE TEMP TABLE {aside} AS
        SELECT source_line, CAST(NULL AS VARCHAR) AS column_name, CAST(NULL AS VARCHAR) AS found
        FROM {table.table} WHERE NOT ({taken})
        """
    )
    counted = connection.execute(f"SELECT count(*) FROM {aside}").fetchone()
    if counted is None or counted[0] == 0:
        return ()
    return (
        SetAside(
            reason="not_mapped",
            text_en="No book of the mapping takes the row: its `where` says otherwise.",
            text_zh="映射的筛选条件（where）未选中该行。",
            why="by_rule",
            rows=connection.table(aside),
        ),
    )


def _verify(connection: duckdb.DuckDBPyConnection, mapping: FileMapping) -> None:
    """Try every pattern and time format once, so that a wrong one is told by its key."""
    for number, book in enumerate(mapping.books):
        place = f"{mapping.place}.books[{number}]"
        for name, column in book.columns.items():
            if column.pattern is not None:
                _try(connection, f"regexp_extract('', {literal(column.pattern)}, 1)", f"{place}.columns.{name}.pattern")
            for form in column.formats:
                if "%" in form:
                    _try(connection, f"try_strptime('', {literal(form)})", f"{place}.columns.{name}.formats")
        for at, condition in enumerate(book.where):
            if condition.matches is not None:
                _try(connection, f"regexp_matches('', {literal(condition.matches)})", f"{place}.where[{at}].matches")


def _try(connection: duckdb.DuckDBPyConnection, expression: str, place: str) -> None:
    try:
        connection.execute(f"SELECT {expression}")
    except duckdb.Error as error:
        reason = re.sub(r"\s+", " ", str(error))[:120]
        raise BadOption(f"{place} cannot be used: {reason}") from error
