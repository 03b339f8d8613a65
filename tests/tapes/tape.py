"""Tapes: histories in a short text form, one line a row, with the findings that they must give at their end.

`docs/reference/tapes.md` explains the form. Reading is strict: an unknown word, field, id or row is a
`TapeError` that names file and line. A tape knows nothing about how its findings come about.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil.books.format import TABLES
from counterfoil.errors import BadOption
from counterfoil.policy import Policy, policy_from

from . import macros
from .defaults import DEFAULTS
from .rows import CURRENCY, MERCHANT, History, lay
from .words import ROW_WORDS, Row, day_of, is_amount, minor, moment, sort_words

Books = Mapping[str, list[Row]]
Carried = Mapping[str, frozenset[str]]

SEVERITIES = ("info", "low", "high", "critical")
AS_OF = datetime(2026, 3, 8, 12, tzinfo=UTC)
_SUBJECT = re.compile(r"[a-z_]+:\S+")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: Row words whose second word is not the row's own id but the first column of a longer key.
_KEYS = {"track": "parcel_id", "terminal": "terminal_id"}
_LINES = {"line": "order_id", "return-line": "return_id"}


class TapeError(ValueError):
    """A tape cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Expected:
    """One finding that a tape must give."""

    merchant_id: str
    diagnosis: str
    subject: str
    other_subject: str | None
    amount_at_risk_minor: int
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """One history and what must be found in it."""

    title: str
    #: `file:line` of its first line.
    place: str
    #: Table name to typed rows; a table that is not there is absent.
    books: Books
    #: Table name to the optional columns that it carries.
    carried: Carried
    policy: Policy
    as_of: datetime
    #: All findings of the history; compare with `ignores_info` in mind.
    expected: tuple[Expected, ...]
    #: `=> clean`: findings of severity `info` may be there and are not listed.
    ignores_info: bool


def read_tapes(path: Path) -> list[Tape]:
    """Read all tapes of a file."""
    return parse_tapes(path.read_text(encoding="utf-8"), name=path.name)


def parse_tapes(text: str, *, name: str) -> list[Tape]:
    """Read tapes that are parted by lines of `---`."""
    tapes: list[Tape] = []
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), "---"], start=1):
        if line.strip() != "---":
            block.append((number, line))
        elif any(content.strip() for _, content in block):
            tapes.append(_parse_block(block, name))
            block = []
        elif number <= len(text.splitlines()):
            raise TapeError(f"{name}:{number}: an empty tape")
    if not tapes:
        raise TapeError(f"{name}: no tape in it")
    return tapes


def parse_tape(text: str, *, name: str = "tape") -> Tape:
    """Read the one tape of a text."""
    tapes = parse_tapes(text, name=name)
    if len(tapes) != 1:
        raise TapeError(f"{name}: expected one tape, found {len(tapes)}")
    return tapes[0]


@dataclass(slots=True)
class _Reading:
    """What the lines of one tape have said so far."""

    history: History = field(default_factory=History)
    title: str = ""
    as_of: datetime = AS_OF
    policy: dict[str, Any] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    without: set[tuple[str, str]] = field(default_factory=set)
    #: Tables that a line of their own names, so that they cannot be absent.
    named: set[str] = field(default_factory=set)
    expected: list[Expected] = field(default_factory=list)
    #: `clean`, `nothing` or empty.
    verdict: str = ""


def _parse_block(block: list[tuple[int, str]], name: str) -> Tape:
    reading = _Reading()
    number = block[0][0]
    for number, line in block:
        try:
            _read_line(reading, line)
        except (ValueError, BadOption) as error:
            raise TapeError(f"{name}:{number}: {error}") from error
    try:
        return _finish(reading, f"{name}:{block[0][0]}")
    except (ValueError, BadOption) as error:
        raise TapeError(f"{name}:{number}: {error}") from error


def _read_line(reading: _Reading, line: str) -> None:
    if line.lstrip().startswith("#"):
        reading.title = reading.title or line.lstrip("# \t").strip()
        return
    match shlex.split(line, comments=True):
        case []:
            return
        case ["=>", *words]:
            _read_expected(reading, words)
        case ["as-of", *words]:
            reading.as_of = moment("T".join(words), today=reading.history.today, base=None)
        case ["day", word]:
            reading.history.today = day_of(word, today=reading.history.today)
        case ["policy", *words]:
            _read_policy(reading, words)
        case ["absent", *words]:
            reading.absent |= {_table(word) for word in words}
        case ["without", *words]:
            reading.without |= {_optional_column(word) for word in words}
        case [word, *words]:
            _read_row(reading, word, words)


def _read_row(reading: _Reading, word: str, words: list[str]) -> None:
    history = reading.history
    if word == "cover":
        macros.cover(history, policy_from(reading.policy).zone, words)
    elif not words:
        raise ValueError(f"{word!r} stands alone")
    elif word == "sale":
        macros.sale(history, words[0], words[1:])
    elif word in {"void", "reversal", "refund"}:
        macros.give_back(history, word, words[0], words[1:])
    elif word == "take-back":
        macros.take_back(history, words[0], words[1:])
    elif word in ROW_WORDS:
        _read_plain_row(reading, word, words)
    else:
        raise ValueError(f"unknown word {word!r} at the beginning of a line")


def _read_plain_row(reading: _Reading, word: str, words: list[str]) -> None:
    table = ROW_WORDS[word]
    reading.named.add(table)
    if word in _LINES:
        if len(words) < 2:
            raise ValueError(f"{word} wants an id and a line number")
        ident, rest = {_LINES[word]: words[0], "line_no": words[1]}, words[2:]
    elif word == "terminal":
        if len(words) < 4:
            raise ValueError("terminal wants an id, a time, a kind and a value")
        ident, rest = {"terminal_id": words[0], "kind": words[2], "value": words[3]}, [words[1], *words[4:]]
    else:
        ident, rest = {_KEYS.get(word, TABLES[table].key[-1]): words[0]}, words[1:]
    said = sort_words((table,), rest)
    merchant = said.fields.get("merchant_id", MERCHANT)
    if word == "track" and reading.history.of_table("parcels", merchant, "parcel_id", words[0]):
        said.of = words[0]
    lay(reading.history, table, ident, said, DEFAULTS)


def _read_expected(reading: _Reading, words: list[str]) -> None:
    if words in (["clean"], ["nothing"]):
        reading.verdict = words[0]
    else:
        reading.expected.append(_expected(words))
    if reading.verdict and reading.expected:
        raise ValueError(f"a tape that is {reading.verdict} has no findings")


def _expected(words: list[str]) -> Expected:
    """Read `diagnosis subject [other] amount [currency] severity [merchant=M2]`."""
    merchants = [word.removeprefix("merchant=") for word in words if word.startswith("merchant=")]
    subjects = [word for word in words[1:] if _SUBJECT.fullmatch(word)]
    amounts = [word for word in words[1:] if is_amount(word)]
    severities = [word for word in words[1:] if word in SEVERITIES]
    currencies = [word for word in words[1:] if _CURRENCY.fullmatch(word)]
    told = 1 + len(merchants) + len(subjects) + len(amounts) + len(severities) + len(currencies)
    if len(words) != told or len(amounts) != 1 or len(severities) != 1 or len(subjects) not in {1, 2}:
        raise ValueError("a finding is `=> diagnosis subject [other subject] amount [currency] severity`")
    return Expected(
        merchant_id=merchants[0] if merchants else MERCHANT,
        diagnosis=words[0],
        subject=subjects[0],
        other_subject=subjects[1] if len(subjects) == 2 else None,
        amount_at_risk_minor=minor(amounts[0], currencies[0] if currencies else CURRENCY),
        severity=severities[0],
    )


def _read_policy(reading: _Reading, words: list[str]) -> None:
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise ValueError(f"{word!r} is no policy; write key=value")
        number = re.fullmatch(r"\d+(\.\d+)?", text)
        value: Any = (float(text) if "." in text else int(text)) if number else text
        group, dot, name = key.partition(".")
        if dot:
            reading.policy.setdefault(group, {})[name] = value
        else:
            reading.policy[key] = value
    policy_from(reading.policy)


def _table(word: str) -> str:
    if word not in TABLES:
        raise ValueError(f"unknown table {word!r}")
    return word


def _optional_column(word: str) -> tuple[str, str]:
    table, _, column = word.partition(".")
    if column not in TABLES[_table(table)].optional:
        raise ValueError(f"{word!r} is no column that may be absent")
    return table, column


def _finish(reading: _Reading, place: str) -> Tape:
    if not reading.title:
        raise ValueError("a tape begins with a comment that is its title")
    if not reading.verdict and not reading.expected:
        raise ValueError("a tape ends with `=> clean`, `=> nothing` or its findings")
    if clash := reading.absent & reading.named:
        raise ValueError(f"{', '.join(sorted(clash))} is absent, and yet has a line of its own")
    for table, column in reading.without:
        for row in reading.history.rows.get(table, []):
            row[column] = None
    present = [table for table in TABLES if table not in reading.absent]
    return Tape(
        title=reading.title,
        place=place,
        books={table: reading.history.rows.get(table, []) for table in present},
        carried={t: frozenset(TABLES[t].optional) - {c for o, c in reading.without if o == t} for t in present},
        policy=policy_from(reading.policy),
        as_of=reading.as_of,
        expected=tuple(sorted(reading.expected, key=lambda e: (e.diagnosis, e.merchant_id, e.subject))),
        ignores_info=reading.verdict == "clean",
    )


__all__ = ["Books", "Carried", "Expected", "Tape", "TapeError", "parse_tape", "parse_tapes", "read_tapes"]
