"""A mapping as values: which files, which books they feed, and how each column is made.

Pure: nothing here reads a file or knows SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Take(StrEnum):
    """Which value stands for a group of rows that become one."""

    FIRST = "first"  #: of the rows in the order of the file, the first that is filled
    LAST = "last"
    MIN = "min"
    MAX = "max"
    SUM = "sum"


class Sign(StrEnum):
    """What the sign of a number in the file means."""

    PLUS = "plus"  #: amounts are written as they are; a minus sign is a mistake
    MINUS = "minus"  #: amounts are written with a minus sign, which falls away
    ABSOLUTE = "absolute"  #: the sign says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that must hold for a row to feed a book."""

    column: str
    is_: tuple[str, ...] | None = None
    is_not: tuple[str, ...] | None = None
    blank: bool | None = None
    matches: str | None = None
    above: str | None = None
    below: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one column of a book is made. Exactly one of the first four says where the value comes from."""

    #: Columns of the file, joined with `join` where there are several.
    sources: tuple[str, ...] = ()
    #: Columns of the file, of which the first that is filled counts.
    first_of: tuple[str, ...] = ()
    #: A constant.
    constant: str | None = None
    #: Rows are numbered from 1 within equal values of this column.
    number_within: str | None = None

    join: str = " "
    #: A regular expression; its first group is the value.
    pattern: str | None = None
    words: tuple[tuple[str, str], ...] | None = None
    otherwise: str | None = None
    #: True: amounts are in major units (yuan, euros); False: in minor units (fen, cents).
    major: bool | None = None
    decimal_comma: bool | None = None
    sign: Sign = Sign.PLUS
    rounding: bool = False
    #: A quantity by which an amount is multiplied: a unit price becomes the amount of a line.
    times: str | None = None
    formats: tuple[str, ...] = ()
    time_zone: str | None = None
    #: The value is a keyed hash already.
    hashed: bool = False
    take: Take = Take.FIRST

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the file that this one needs."""
        named = (self.number_within, self.times)
        return (*self.sources, *self.first_of, *(name for name in named if name is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """How rows of a file become rows of one table of the books."""

    table: str
    columns: dict[str, Column]
    where: tuple[Condition, ...] = ()
    #: Rows with equal values in these columns of the file become one.
    one_row_per: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the file that this book needs."""
        of_columns = (name for column in self.columns.values() for name in column.used)
        return (*of_columns, *(condition.column for condition in self.where), *self.one_row_per)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """One kind of file."""

    name: str
    #: A pattern for the file's name, such as `sales-*.csv`.
    glob: str | None
    #: Labels that must be in the header.
    header: tuple[str, ...]
    books: tuple[Book, ...]
    delimiter: str | None = None
    comment: str = ""
    sheet: str | None = None
    time_zone: str | None = None
    decimal_comma: bool = False
    #: Where the mapping stands, for messages.
    place: str = field(default="mapping")

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the file that any book needs, each once, in the order of the mapping."""
        return tuple(dict.fromkeys(name for book in self.books for name in book.used))
