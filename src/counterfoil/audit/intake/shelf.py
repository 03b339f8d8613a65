"""The result of the intake: clean books on a shelf, and a list of what every file gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.audit.intake.collect import PassedOver
from counterfoil.audit.intake.reasons import Reason
from counterfoil.audit.readers.contract import ControlTotal

if TYPE_CHECKING:
    import duckdb

#: Clean rows of a table stand in the view of this name; see `Shelf.tables`.
VIEW = "shelf_{table}"

#: The table of quarantined rows.
QUARANTINED = "shelf_quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What one file gave."""

    name: str
    #: A reader's name, or `book-format-1`.
    reader: str
    encoding: str
    size_bytes: int
    #: Rows of the file, good and bad. Blank lines, headers and footers are no rows.
    rows_read: int
    #: Rows that the file has given to the books; a reader may make several of one.
    rows_kept: int
    #: Table -> rows given to it.
    gave: Mapping[str, int]
    #: Reason -> rows that took no part; `Shelf.reasons` has the words.
    set_aside: Mapping[str, int]
    control_totals: Sequence[ControlTotal] = ()
    #: Counts that are no findings: `blank_lines`, `repeats_collapsed`, and what the reader counted.
    counts: Mapping[str, int] = field(default_factory=dict)
    #: Plain remarks for the coverage section, as (english, chinese).
    remarks: Sequence[tuple[str, str]] = ()
    #: Of a native book: the sign between its columns (empty where there is none), the columns that no book knows, and
    #: the optional columns that it does not carry.
    delimiter: str = ""
    columns_unknown: Sequence[str] = ()
    columns_absent: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Clean books in a DuckDB connection.

    Each clean view has all columns of the format in its order with the types of `books.schema` (absent columns are
    typed NULLs; times are naive UTC), then `source_file` VARCHAR and `source_line` BIGINT.
    """

    connection: duckdb.DuckDBPyConnection
    #: Book table -> name of the view that holds its clean rows; absent tables are not in it.
    tables: Mapping[str, str]
    #: Book table -> optional columns that some file of the table carries.
    carried: Mapping[str, frozenset[str]]
    #: In the order of their names.
    files: Sequence[FileRead]
    #: A table of source_file, source_line, table_name, column_name, reason, found (at most 80 characters, masked).
    quarantined: str
    #: Files that were met and not read, and why.
    passed_over: Sequence[PassedOver] = ()
    #: The words of every reason in `files`.
    reasons: Mapping[str, Reason] = field(default_factory=dict)
