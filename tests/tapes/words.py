"""The words of a tape: times, amounts, basket lines and fields, read against book format 1.

Everything here is pure and strict: what it does not know raises ValueError with one sentence, and the parser
adds file and line. It never guesses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from counterfoil.books.format import LINE_KINDS, TABLES, Column, Kind
from counterfoil.money import scale_of

#: One row of a book: column name to typed value.
Row = dict[str, Any]

#: Short field names that stand for a column, tried in this order where a table has several of them.
ALIASES: dict[str, tuple[str, ...]] = {
    "at": ("placed_at", "requested_at", "occurred_at"),
    "amount": ("amount_minor", "total_minor"),
    "total": ("total_minor",),
    "merchant": ("merchant_id",),
    "customer": ("customer_key",),
    "instrument": ("instrument_key",),
    "tail": ("instrument_tail",),
    "terminal": ("terminal_id",),
    "operator": ("operator_id",),
    "authoriser": ("authoriser_id",),
    "store": ("store_id",),
    "request": ("request_id",),
    "ref": ("our_reference",),
    "orig": ("original_reference", "original_payment_id"),
    "number": ("acquirer_reference",),
    "approval": ("approval_code",),
    "copy": ("copy_no",),
    "closed": ("closed_at",),
    "promised": ("promised_at",),
    "shipped": ("shipped_at",),
    "uploaded": ("uploaded_at",),
    "delivered": ("delivered_at",),
    "confirmed": ("confirmed_at",),
    "disputed": ("disputed_at",),
    "decided": ("decided_at",),
    "received": ("received_at",),
    "restocked": ("restocked_at",),
    "voided": ("voided_at",),
    "order": ("order_id",),
    "payment": ("payment_id",),
    "return": ("return_id",),
}
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_STEP = re.compile(r"(\d+(?:\.\d{1,6})?)(s|min|h|d)")
_SHIFT = re.compile(rf"[+-](?:{_STEP.pattern})+")
_CLOCK = re.compile(r"(?:(?:(\d{4})-)?(\d{2})-(\d{2})T)?(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?")
_DAY = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_LINE = re.compile(r"([^*@:,]+)\*(\d+(?:\.\d+)?)@(\d+(?:\.\d+)?)((?::[a-z]+)*)")


@dataclass(slots=True)
class Words:
    """What one line says, sorted by shape, before any default."""

    of: str | None = None
    at: str | None = None
    amount: str | None = None
    lines: str | None = None
    #: Column to text, from `column=value` and from the words of enums.
    fields: dict[str, str] = field(default_factory=dict)
    #: `table.column=value` of the lines that lay several rows.
    dotted: dict[tuple[str, str], str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


def is_time(word: str) -> bool:
    """Say whether a bare word is a moment or a shift."""
    return bool(_CLOCK.fullmatch(word) or _SHIFT.fullmatch(word))


def is_amount(word: str) -> bool:
    """Say whether a bare word is an amount."""
    return bool(_AMOUNT.fullmatch(word))


def moment(text: str, *, today: date, base: datetime | None) -> datetime:
    """Read `10:00`, `03-01T10:00:05.2`, `2026-03-01T10:00` or a shift such as `+1d2h` from `base`; all UTC."""
    if _SHIFT.fullmatch(text):
        if base is None:
            raise ValueError(f"{text!r} counts from a row, and there is none above to count from")
        seconds = sum((Decimal(n) * _SECONDS[unit] for n, unit in _STEP.findall(text)), Decimal(0))
        shift = timedelta(microseconds=int(seconds * 1_000_000))
        return base + shift if text[0] == "+" else base - shift
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no time; write 10:00, 03-01T10:00, 2026-03-01T10:00:05 or +5min")
    year, month, number, hour, minute, second, fraction = match.groups()
    day = date(int(year or today.year), int(month), int(number)) if month else today
    clock = time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")), tzinfo=UTC)
    return datetime.combine(day, clock)


def day_of(text: str, *, today: date) -> date:
    """Read `03-01` or `2026-03-01`."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no day; write 03-01 or 2026-03-01")
    return date(int(match[1] or today.year), int(match[2]), int(match[3]))


def minor(text: str, currency: str) -> int:
    """Read an amount in major units as whole minor units; more digits than the currency has are refused."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is no amount; write 12.30")
    scaled = Decimal(text).scaleb(scale_of(currency))
    if scaled != int(scaled):
        raise ValueError(f"{text!r} has more digits than {currency} has")
    return int(scaled)


def value_of(column: Column, text: str, *, currency: str, today: date, base: datetime | None) -> object:
    """Read the text of one field by the kind of its column; `-` is null."""
    if text == "-":
        if column.required:
            raise ValueError(f"{column.name} may not be null")
        return None
    match column.kind:
        case Kind.MONEY:
            return minor(text, currency)
        case Kind.TIME:
            return moment(text, today=today, base=base)
        case Kind.DATE:
            return day_of(text, today=today)
        case Kind.BOOL:
            return _yes_or_no(text)
        case Kind.INT | Kind.DECIMAL | Kind.DEGREES:
            return _number(column, text)
        case Kind.ENUM:
            if text not in column.words:
                raise ValueError(f"{text!r} is no {column.name}; known are {', '.join(column.words)}")
            return text
    return text


def _yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"


def _number(column: Column, text: str) -> int | Decimal | float:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number for {column.name}") from None
    if column.kind is Kind.DECIMAL:
        return number
    return float(number) if column.kind is Kind.DEGREES else int(number)


def basket(text: str, currency: str) -> list[Row]:
    """Read `tea*1@12.30,post*1@5.00:shipping,cup*1@3.00:voided` as lines; the amount is the whole line's."""
    rows: list[Row] = []
    for number, part in enumerate(text.split(","), start=1):
        match = _LINE.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no line; write sku*quantity@amount, then :kind or :voided if need be")
        row: Row = {"line_no": number, "sku": match[1], "quantity": Decimal(match[2])}
        row |= {"amount_minor": minor(match[3], currency), "line_kind": None, "marks": set()}
        for mark in filter(None, match[4].split(":")):
            if mark in LINE_KINDS.split("|"):
                row["line_kind"] = mark
            elif mark in {"voided", "good", "opened", "damaged"}:
                row["marks"].add(mark)
            else:
                raise ValueError(f"{mark!r} is neither a kind of line nor voided, good, opened, damaged")
        rows.append(row)
    return rows


def sum_of(lines: list[Row]) -> int:
    """Add up the lines that are not voided; a discount subtracts."""
    live = [line for line in lines if "voided" not in line["marks"]]
    return sum(-line["amount_minor"] if line["line_kind"] == "discount" else line["amount_minor"] for line in live)


def enum_column_of(table: str, word: str) -> str | None:
    """Find the one enum column of the table that knows a bare word; None where none does."""
    found = [c.name for c in TABLES[table] if c.kind is Kind.ENUM and word in c.words]
    if len(found) > 1:
        raise ValueError(f"{word!r} can mean {' or '.join(found)}; write {found[0]}={word}")
    return found[0] if found else None


#: The word that begins a row's line, and its table.
ROW_WORDS = {
    "order": "orders",
    "line": "order_lines",
    "payment": "payments",
    "record": "acquirer_records",
    "slip": "slips",
    "notice": "notices",
    "parcel": "parcels",
    "track": "tracking_events",
    "return": "returns",
    "return-line": "return_lines",
    "terminal": "terminal_events",
}


def sort_words(tables: tuple[str, ...], words: list[str], *, flags: frozenset[str] = frozenset()) -> Words:
    """Sort the words of one line by shape; the first table is the line's own, the others are laid along with it."""
    said = Words()
    rest = iter(words)
    for word in rest:
        if word == "of":
            said.of = next(rest, None)
            if said.of is None:
                raise ValueError("`of` wants an id after it")
        elif "=" in word:
            _sort_field(said, tables, *word.split("=", 1))
        elif word in flags:
            said.flags.add(word)
        elif is_time(word) and said.at is None:
            said.at = word
        elif is_amount(word) and said.amount is None:
            said.amount = word
        else:
            _sort_enum(said, tables, word)
    return said


def _sort_field(said: Words, tables: tuple[str, ...], name: str, text: str) -> None:
    row_word, dot, column = name.partition(".")
    if name == "lines":
        said.lines = text
    elif name == "at":
        said.at = text
    elif dot:
        table = ROW_WORDS.get(row_word)
        if table not in tables or len(tables) == 1:
            raise ValueError(f"unknown field {name!r}")
        said.dotted[table, known_column(table, column)] = text
    elif len(tables) > 1:
        if not any(has_column(table, name) for table in tables):
            raise ValueError(f"unknown field {name!r}")
        said.fields[name] = text
    else:
        said.fields[known_column(tables[0], name)] = text


def _sort_enum(said: Words, tables: tuple[str, ...], word: str) -> None:
    """A bare word is looked up in the line's own table; a line that lays several rows knows its payment's words too."""
    for table in dict.fromkeys((tables[0], *(t for t in tables if t == "payments"))):
        column = enum_column_of(table, word)
        if column is not None and len(tables) > 1:
            said.dotted[table, column] = word
            return
        if column is not None:
            said.fields[column] = word
            return
    raise ValueError(f"unknown word {word!r}")


def has_column(table: str, name: str) -> bool:
    """Say whether a field name or its short form is a column of the table."""
    return any(candidate in TABLES[table].names for candidate in (name, *ALIASES.get(name, ())))


def known_column(table: str, name: str) -> str:
    """Resolve a field name or its short form to a column of the table."""
    for candidate in (name, *ALIASES.get(name, ())):
        if candidate in TABLES[table].names:
            return candidate
    raise ValueError(f"{table} has no column {name!r}")
