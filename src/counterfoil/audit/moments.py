"""The moment of an audit: the one that somebody asked for, or the last of the history, and the span of its calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterfoil.audit.intake.shelf import Shelf
from counterfoil.errors import BadInput, BadOption
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR, is_of_a_shop

if TYPE_CHECKING:
    import duckdb

#: Moments at which something happened; a promise is none.
_EVENTS = {
    "orders": ("placed_at", "closed_at"),
    "payments": ("occurred_at",),
    "acquirer_records": ("occurred_at",),
    "slips": ("occurred_at",),
    "notices": ("occurred_at",),
    "parcels": ("shipped_at",),
    "tracking_events": ("occurred_at",),
    "returns": ("requested_at",),
    "terminal_events": ("occurred_at",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySpan:
    """The first and the last moment at which anything happened, aware, in UTC."""

    earliest: datetime
    latest: datetime


def moment_asked(text: str) -> datetime:
    """Read the moment of an audit; BadOption where it is none, has no offset, or lies beyond the book format."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadOption(f"--as-of: expected a time with its offset, such as 2026-03-01T12:00:00+08:00, found {text!r}")
    refuse_unusable(found)
    return found


def refuse_unusable(as_of: datetime) -> None:
    """Raise BadOption for a moment at which nothing can be judged."""
    if as_of.tzinfo is None:
        raise BadOption("--as-of: expected a time with its offset, such as 2026-03-08T12:00:00+08:00")
    if not is_of_a_shop(as_of):
        raise BadOption(f"--as-of: expected a year from {EARLIEST_YEAR} to {LATEST_YEAR}, found {as_of.year}")


def span_of(shelf: Shelf) -> HistorySpan:
    """Return the span of the books; BadInput where no row of any book has a time."""
    found: list[datetime] = []
    for table, columns in _EVENTS.items():
        if table in shelf.tables:
            found += _ends(shelf.connection, shelf.tables[table], columns)
    if not found:
        raise BadInput(
            "the books hold no row with a time: nothing can be audited. Give files that hold sales" + _set_aside(shelf)
        )
    return HistorySpan(earliest=min(found), latest=max(found))


def _set_aside(shelf: Shelf) -> str:
    """Say how many rows were quarantined, and where and why the first of them was; nothing where none was."""
    aside = sum(sum(file.set_aside.values()) for file in shelf.files)
    first = shelf.connection.execute(
        f"SELECT source_file, source_line, column_name, reason FROM {shelf.quarantined} LIMIT 1"
    ).fetchone()
    if first is None:
        return ""
    file, line, column, word = first
    reason = shelf.reasons[word].text_en if word in shelf.reasons else word
    return f"; {aside:,} rows were set aside, the first in {file}, line {line}, {column or 'the whole row'}: {reason}"


def _ends(connection: duckdb.DuckDBPyConnection, view: str, columns: tuple[str, ...]) -> list[datetime]:
    wanted = ", ".join(f'min("{column}"), max("{column}")' for column in columns)
    row = connection.execute(f'SELECT {wanted} FROM "{view}"').fetchone() or ()
    return [value.replace(tzinfo=UTC) for value in row if value is not None]
