"""A foreign table as it stands in its file: text columns under normalised names, with true line numbers.

Whatever the file was (delimited text, Excel, Parquet), a reader meets it in this one shape. Nothing here gives
a value a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from counterfoil.audit.readers.contract import SetAside
from counterfoil.audit.readers.headers import normalise
from counterfoil.audit.readers.sql_text import identifier
from counterfoil.errors import Bug


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table stands in its file, and how to find it."""

    #: Labels that must all stand in the header; they decide whether the file is this format.
    required: tuple[str, ...]
    #: Delimiters to try on the header, in this order; one character each.
    delimiters: tuple[str, ...] = (",",)
    #: Values may stand in double quotes, and then hold delimiters and line ends.
    quoted: bool = True
    #: Values begin with a back-tick, and the pair delimiter + back-tick separates them.
    back_ticks: bool = False
    #: Lines that begin with this are no rows: `#`.
    comment: str = ""
    #: The labels with which a footer begins; from such a line on there are no more rows.
    footers: tuple[str, ...] = ()
    #: The sheet to read in a workbook; None: the first one that has the header.
    sheet: str | None = None
    #: Keep only these columns (normalised or not); empty: all of them.
    keep: frozenset[str] = field(default_factory=frozenset)

    def keeps(self, name: str) -> bool:
        """Say whether a column with this normalised name is wanted."""
        return not self.keep or name in {normalise(label) for label in self.keep}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """Rows of a file in a temporary table: `source_line` BIGINT and VARCHAR columns; blank cells are null."""

    #: The temporary table on the reader's connection.
    table: str
    #: All labels of the header, as they stand in the file.
    labels: tuple[str, ...]
    #: The normalised names of the columns that were kept.
    names: tuple[str, ...]
    #: The line (or row of a sheet) of the header; 0 where the format has none.
    header_line: int
    #: Rows in the file, those that could not be split included.
    rows: int
    #: Lines before the header, with their numbers.
    before: tuple[tuple[int, str], ...] = ()
    #: The footer and comment lines behind the header, with their numbers.
    after: tuple[tuple[int, str], ...] = ()
    #: Rows whose number of fields is not the header's.
    misfits: tuple[SetAside, ...] = ()

    def has(self, label: str) -> bool:
        """Say whether the file has a column with this label."""
        return normalise(label) in self.names

    def column(self, label: str) -> str:
        """Return the SQL name of a column that is known to be there."""
        name = normalise(label)
        if name not in self.names:
            raise Bug(f"the column {label} was asked for without a look whether it is there")
        return identifier(name)

    def first(self, *labels: str) -> str | None:
        """Return the SQL name of the first of these columns that the file has."""
        return next((self.column(label) for label in labels if self.has(label)), None)

    def first_or_null(self, *labels: str) -> str:
        """Return the SQL name of the first of these columns, or a null text."""
        return self.first(*labels) or "CAST(NULL AS VARCHAR)"
