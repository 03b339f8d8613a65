"""A mapping file read into values; every slip is a BadOption that names the key."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from counterfoil.audit.readers.mapping.columns import COLUMN_KEYS, parse_column
from counterfoil.audit.readers.mapping.given import Given
from counterfoil.audit.readers.mapping.model import Book, Column, Condition, FileMapping
from counterfoil.books.format import TABLES, Kind
from counterfoil.errors import BadOption
from counterfoil.time_zones import is_time_zone

if TYPE_CHECKING:
    from pathlib import Path

#: A mapping larger than this is no mapping.
MAPPING_BYTES_MAX = 1 << 20
#: A key of many parts, `a.a.a`, costs the square of their number to read.
LINE_DOTS_MAX = 200

_FILE_KEYS = (
    *("name", "glob", "header", "books", "delimiter", "comment", "sheet"),
    *("time_zone", "decimal_comma", "amounts", "currency"),
)
_BOOK_KEYS = ("table", "columns", "where", "one_row_per", "amounts", "currency")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.][0-9]{1,12})?")
#: As TOML writes it: no engine holds it in a name, and no book has it in a text.
_NUL = re.compile(r"\\(u0000|U00000000)")
_WHERE_KEYS = ("column", "is", "is_not", "blank", "matches", "above", "below")
_SCALES = ("major", "minor")


def read_mapping(path: Path) -> tuple[FileMapping, ...]:
    """Read a mapping file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAPPING_BYTES_MAX + 1)
    except OSError as error:
        raise BadOption(f"{path.name}: expected a mapping in TOML, found: {error}") from error
    return mapping_in(content, source=path.name)


def mapping_in(content: bytes, *, source: str) -> tuple[FileMapping, ...]:
    """Read what a mapping file holds; whatever it holds, it is read or refused within seconds."""
    if len(content) > MAPPING_BYTES_MAX:
        raise BadOption(f"{source}: expected a mapping of at most {MAPPING_BYTES_MAX} bytes, found more")
    try:
        text = content.decode("utf-8-sig")
        if any(line.count(".") > LINE_DOTS_MAX for line in text.split("\n")):
            raise BadOption(f"{source}: expected lines with at most {LINE_DOTS_MAX} dots, found more")
        if _NUL.search(text):
            raise BadOption(f"{source}: expected text without the character NUL, found one")
        return mapping_from(tomllib.loads(text), source=source)
    # Also a number of thousands of digits, which Python neither reads nor shows.
    except (RecursionError, ValueError) as error:
        raise BadOption(f"{source}: expected a mapping in TOML, found: {error}") from error


def mapping_from(values: dict[str, object], *, source: str = "mapping") -> tuple[FileMapping, ...]:
    """Make a mapping from plain values, as TOML gives them."""
    top = Given(values, f"{source}: ")
    top.only(("files",))
    files = tuple(_file(one) for one in top.tables("files"))
    if not files:
        raise BadOption(f"{source}: expected at least one [[files]], found none")
    names = [one.name for one in files]
    if len(set(names)) < len(names):
        raise BadOption(f"{source}: every [[files]] wants a name of its own, found {names}")
    return files


def _file(given: Given) -> FileMapping:
    """Read one `[[files]]`."""
    given.only(_FILE_KEYS)
    name = given.text("name") or given.refuse("name", "a name for this kind of file")
    glob, header = given.text("glob"), given.texts("header")
    if glob is None and not header:
        given.refuse("header", "the labels by which the file is known (or a glob for its name)")
    delimiter = given.text("delimiter", "one character")
    if delimiter is not None and len(delimiter) != 1:
        given.refuse("delimiter", "one character")
    books = tuple(_book(one, given) for one in given.tables("books"))
    if not books:
        given.refuse("books", "at least one [[files.books]]")
    return FileMapping(
        name=name,
        glob=glob,
        header=header,
        books=books,
        delimiter=delimiter,
        comment=given.text("comment") or "",
        sheet=given.text("sheet"),
        time_zone=known_zone(given, "time_zone"),
        decimal_comma=bool(given.flag("decimal_comma")),
        place=given.place,
    )


def known_zone(given: Given, key: str) -> str | None:
    """Return the name of a time zone that exists, or None where the key is not given."""
    name = given.text(key)
    if name is not None and not is_time_zone(name):
        given.refuse(key, "a time zone such as Asia/Shanghai")
    return name


def _book(given: Given, file: Given) -> Book:
    """Read one `[[files.books]]`."""
    given.only(_BOOK_KEYS)
    table = given.choice("table", tuple(TABLES)) or given.refuse("table", f"one of {', '.join(TABLES)}")
    listed = given.table("columns") or given.refuse("columns", "a table of columns")
    listed.only(TABLES[table].names)
    amounts = given.choice("amounts", _SCALES) or file.choice("amounts", _SCALES)
    columns = {name: _column(listed, name, table, amounts) for name in listed.values}
    _add_currency(given, file, table, columns)
    for column in TABLES[table]:
        if column.required and column.name not in columns and column.name != "merchant_id":
            raise BadOption(f"{listed.at(column.name)} is missing; {table} cannot do without it")
    one_row_per = given.texts("one_row_per")
    if one_row_per and any(column.number_within for column in columns.values()):
        given.refuse("one_row_per", "no number_within beside it")
    return Book(
        table=table,
        columns=columns,
        where=tuple(_condition(one) for one in given.tables("where")),
        one_row_per=one_row_per,
    )


def _column(listed: Given, name: str, table: str, amounts: str | None) -> Column:
    """Read one column; a bare text names a column of the file."""
    value = listed.values[name]
    wanted = "the label of a column, or a table such as { is = ... }"
    if not isinstance(value, str | dict) or not value:
        listed.refuse(name, wanted)
    given = Given({"from": value} if isinstance(value, str) else value, listed.at(name))
    given.only(COLUMN_KEYS)
    return parse_column(given, TABLES[table].column(name), amounts=amounts, zone=known_zone(given, "time_zone"))


def _add_currency(given: Given, file: Given, table: str, columns: dict[str, Column]) -> None:
    """Let `currency` of the file or of the book stand for the column where it is not mapped."""
    code = given.text("currency") or file.text("currency")
    if code is not None and not (len(code) == 3 and code.isascii() and code.isupper()):  # noqa: PLR2004  # ISO 4217 codes
        (given if given.has("currency") else file).refuse("currency", "an ISO 4217 code such as CNY")
    if code is not None and "currency" not in columns:
        columns["currency"] = Column(constant=code)
    money = [column.name for column in TABLES[table] if column.kind is Kind.MONEY and column.name in columns]
    if money and "currency" not in columns:
        given.refuse("currency", f"a code such as CNY, because {money[0]} is an amount")


def _condition(given: Given) -> Condition:
    """Read one condition of `where`."""
    given.only(_WHERE_KEYS)
    column = given.text("column") or given.refuse("column", "the label of a column of the file")
    if len(given.values) < 2:  # noqa: PLR2004 - the column and what must hold for it
        given.refuse("is", f"one of {', '.join(_WHERE_KEYS[1:])}")
    return Condition(
        column=column,
        is_=given.texts("is") or None,
        is_not=given.texts("is_not") or None,
        blank=given.flag("blank"),
        matches=given.pattern("matches", with_group=False),
        above=_number(given, "above"),
        below=_number(given, "below"),
    )


def _number(given: Given, key: str) -> str | None:
    value = given.values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str) or _NUMBER.fullmatch(str(value)) is None:
        given.refuse(key, 'a whole number, or a decimal in quotes such as "0.50"')
    return str(value)
