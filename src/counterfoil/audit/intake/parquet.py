"""Parquet books: read where they lie, never copied.

Files of one table whose columns have the same types are one relation; the number of a row in its file is its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.validation import Rows, Sieve
from counterfoil.errors import BadFile

#: A column that takes no more than this a value is written as numbers into a short list of words.
_BYTES_A_VALUE_MAX = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetBook:
    """One Parquet file that holds a table of the books."""

    file_no: int
    name: str
    path: Path
    #: Column of the format -> column of the file.
    columns: dict[str, str]
    schema: pa.Schema


def schema_of(path: Path, name: str) -> pa.Schema:
    """Return the schema of a Parquet file; BadFile where it is cut off or damaged."""
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name) from error


def admit(
    connection: duckdb.DuckDBPyConnection,
    sieve: Sieve,
    books: Sequence[ParquetBook],
    *,
    zone: str | None,
) -> dict[int, int]:
    """Admit Parquet files to the sieve of their table; return the number of rows of each file."""
    counts: dict[int, int] = {}
    for alike in _alike(books):
        rows = _rows(connection, alike, zone=zone)
        try:
            number = sieve.admit_in_place(rows)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise _culprit(connection, alike) from error
        counts |= {book.file_no: _length(book) for book in alike} if len(alike) > 1 else {alike[0].file_no: number}
    return counts


def _alike(books: Sequence[ParquetBook]) -> Iterator[list[ParquetBook]]:
    """Give the files in groups of the same columns and types."""
    groups: dict[tuple[object, ...], list[ParquetBook]] = {}
    for book in books:
        shape = tuple((column, given, str(book.schema.field(given).type)) for column, given in book.columns.items())
        groups.setdefault(shape, []).append(book)
    yield from groups.values()


def _rows(
    connection: duckdb.DuckDBPyConnection,
    books: Sequence[ParquetBook],
    *,
    zone: str | None,
) -> Rows:
    """Return files of the same shape as rows with file number and line."""
    paths = sql.texts(str(book.path) for book in books)
    binary = any(pa.types.is_binary(book.schema.field(given).type) for book in books for given in book.columns.values())
    options = "file_row_number = true, hive_partitioning = false" + (", binary_as_string = true" if binary else "")
    number, source = str(books[0].file_no), sql.text(books[0].name)
    if len(books) > 1:
        place = "CAST(file_index AS BIGINT) + 1"
        number = f"list_extract([{', '.join(str(book.file_no) for book in books)}], {place})"
        source = f"list_extract([{sql.texts(book.name for book in books)}], {place})"
    columns = ", ".join(f"{sql.name(given)} AS {sql.name(column)}" for column, given in books[0].columns.items())
    relation = (
        f"(SELECT {columns}, CAST({number} AS INTEGER) AS file_no,"
        f" {source} AS source_file, file_row_number + 1 AS source_line"
        f" FROM read_parquet([{paths}], {options}))"
    )
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as error:
        raise _damaged(books[0].name) from error
    types = {name: type_name for name, type_name, *_ in described if name in books[0].columns}
    return Rows(relation=relation, types=types, zone=zone, file=books[0].name, few_valued=_few_valued(books))


def _few_valued(books: Sequence[ParquetBook]) -> frozenset[str]:
    """Return the columns that take so little room that only few different values can stand in them."""
    bytes_n: dict[str, int] = {}
    values_n: dict[str, int] = {}
    for book in books:
        metadata = pq.read_metadata(book.path)
        ours = {given: column for column, given in book.columns.items()}
        for group in range(metadata.num_row_groups):
            for number in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(number)
                column = ours.get(chunk.path_in_schema)
                if column is not None:
                    bytes_n[column] = bytes_n.get(column, 0) + chunk.total_uncompressed_size
                    values_n[column] = values_n.get(column, 0) + chunk.num_values
    return frozenset(column for column, taken in bytes_n.items() if 0 < taken <= values_n[column] * _BYTES_A_VALUE_MAX)


def _culprit(connection: duckdb.DuckDBPyConnection, books: Sequence[ParquetBook]) -> BadFile:
    """Say which of several files cannot be read."""
    for book in books:
        rows = _rows(connection, [book], zone=None)
        try:
            # A digest of everything: what statistics or nobody could answer would not be read.
            every = ", ".join(sql.name(column) for column in book.columns)
            connection.execute(f"SELECT bit_xor(hash({every})) FROM {rows.relation}").fetchone()
        except duckdb.Error:
            return _damaged(book.name)
    return _damaged(books[0].name)


def _length(book: ParquetBook) -> int:
    return int(pq.read_metadata(book.path).num_rows)


def _damaged(name: str) -> BadFile:
    return BadFile(file=name, expected="a whole Parquet file", found="a damaged one", advice="Export it again.")
