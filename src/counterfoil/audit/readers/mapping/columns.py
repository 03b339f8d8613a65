"""One column of a mapping: its keys, which kind of column they suit, and what they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.mapping.model import Column, Sign, Take
from counterfoil.books.format import Kind

if TYPE_CHECKING:
    from counterfoil.audit.readers.mapping.given import Given
    from counterfoil.books import format as books

COLUMN_KEYS = (
    *("from", "first_of", "is", "number_within"),
    *("join", "pattern", "words", "otherwise", "amount", "decimal_comma", "sign", "rounding", "times"),
    *("formats", "time_zone", "hashed", "take"),
)
_ORIGINS = ("from", "first_of", "is", "number_within")

#: Names for lists of time formats, beside formats of the user's own such as `%d.%m.%Y %H:%M`.
NAMED_FORMATS = ("iso", "day-first", "month-first", "epoch")

_NUMBERS = (Kind.MONEY, Kind.DECIMAL, Kind.INT)
_SUITED: dict[str, tuple[Kind, ...]] = {
    "amount": (Kind.MONEY,),
    "rounding": (Kind.MONEY,),
    "times": (Kind.MONEY,),
    "decimal_comma": (Kind.MONEY, Kind.DECIMAL),
    "sign": _NUMBERS,
    "words": (Kind.ENUM, Kind.BOOL, Kind.CURRENCY, Kind.ID, Kind.TEXT),
    "otherwise": (Kind.ENUM, Kind.BOOL, Kind.CURRENCY, Kind.ID, Kind.TEXT),
    "formats": (Kind.TIME, Kind.DATE),
    "time_zone": (Kind.TIME,),
    "hashed": (Kind.KEY,),
    "number_within": (Kind.INT,),
}


def parse_column(given: Given, column: books.Column, *, amounts: str | None, zone: str | None) -> Column:
    """Read how one column is made; BadOption names the key that does not fit."""
    _refuse_unsuited(given, column)
    origins = [key for key in _ORIGINS if given.has(key)]
    if len(origins) != 1:
        given.refuse("from", f"exactly one of {', '.join(_ORIGINS)}")
    words = _words(given, column)
    scale = given.choice("amount", ("major", "minor")) or amounts
    if column.kind is Kind.MONEY and origins != ["is"] and scale is None:
        given.refuse("amount", 'amount = "major" or "minor" here, or amounts for the whole file')
    otherwise = given.text("otherwise")
    if otherwise is not None:
        _refuse_foreign_word(given, "otherwise", otherwise, column)
    if otherwise is not None and words is None:
        given.refuse("words", "words where there is an otherwise")
    return Column(
        sources=given.texts("from"),
        first_of=given.texts("first_of"),
        constant=_constant(given, column),
        number_within=given.text("number_within"),
        join=str(given.values.get("join", " ")),
        pattern=given.pattern("pattern", with_group=True),
        words=words,
        otherwise=otherwise,
        major=None if scale is None else scale == "major",
        decimal_comma=given.flag("decimal_comma"),
        sign=Sign(given.choice("sign", tuple(Sign)) or Sign.PLUS),
        rounding=bool(given.flag("rounding")),
        times=given.text("times"),
        formats=_formats(given),
        time_zone=zone,
        hashed=bool(given.flag("hashed")),
        take=_take(given, column),
    )


def _refuse_unsuited(given: Given, column: books.Column) -> None:
    """Refuse keys that mean nothing for this kind of column."""
    for key, kinds in _SUITED.items():
        if given.has(key) and column.kind not in kinds:
            suited = ", ".join(kind.value for kind in kinds)
            given.refuse(key, f"a column of kind {suited}, and {column.name} is of kind {column.kind.value}")


def _constant(given: Given, column: books.Column) -> str | None:
    """Return the constant as text, checked against the column's words."""
    if not given.has("is"):
        return None
    value = given.values["is"]
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str | int) or value == "":
        given.refuse("is", "a text or a whole number (amounts in minor units)")
    text = str(value)
    _refuse_foreign_word(given, "is", text, column)
    return text


def _words(given: Given, column: books.Column) -> tuple[tuple[str, str], ...] | None:
    """Return the translations; every translation must be a word that the column allows."""
    table = given.table("words")
    if table is None:
        return None
    pairs = []
    for theirs in table.values:
        ours = table.text(theirs) or table.refuse(theirs, "a word of ours")
        _refuse_foreign_word(table, theirs, ours, column)
        pairs.append((theirs, ours))
    if not pairs:
        given.refuse("words", "at least one word")
    return tuple(pairs)


def _refuse_foreign_word(given: Given, key: str, word: str, column: books.Column) -> None:
    if column.kind is Kind.ENUM and word not in column.words:
        given.refuse(key, f"one of {', '.join(column.words)}")
    if column.kind is Kind.BOOL and word not in {"true", "false"}:
        given.refuse(key, "true or false")


def _formats(given: Given) -> tuple[str, ...]:
    """Return time formats; each is a name or holds a percent sign."""
    formats = given.texts("formats")
    for one in formats:
        if one not in NAMED_FORMATS and "%" not in one:
            given.refuse("formats", f"{', '.join(NAMED_FORMATS)}, or formats such as %d.%m.%Y %H:%M")
    return formats


def _take(given: Given, column: books.Column) -> Take:
    take = Take(given.choice("take", tuple(Take)) or Take.FIRST)
    if take is Take.SUM and column.kind not in _NUMBERS:
        given.refuse("take", f"a number to sum, and {column.name} is of kind {column.kind.value}")
    return take
