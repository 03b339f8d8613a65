"""What the journal is filtered by. It lives in the address; what cannot be meant there says nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from counterfoil.ids import StaffId, TerminalId, is_id
from counterfoil.journal.entries import Wanted, place_of
from counterfoil.moments import is_day_of_a_shop
from counterfoil.web.office.journal_words import NOUNS

PATH = "/office/journal"
#: Facts on one page.
PAGE_SIZE = 50
_VALUE_LENGTH_MAX = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody chose, as it stands in the address; an empty text says nothing."""

    #: Who did it.
    person: str = ""
    #: The row that it happened to, with its noun: `order:…`.
    subject: str = ""
    #: The first part of a tag.
    kind: str = ""
    #: A local day, on which it was recorded.
    day: str = ""
    #: Behind which fact the page begins.
    after: str = ""

    def wanted(self, *, zone: ZoneInfo, terminal_ids: frozenset[TerminalId] | None) -> Wanted:
        """Return which facts that are, at these terminals (None: anywhere)."""
        since = before = None
        if self.day:
            since, before = bounds_of(date.fromisoformat(self.day), zone)
        return Wanted(
            noun=self.kind or None,
            subject=self.subject or None,
            actor_id=StaffId(self.person) if self.person else None,
            terminal_ids=terminal_ids,
            recorded_since=since,
            recorded_before=before,
            after=place_of(self.after) if self.after else None,
            limit=PAGE_SIZE,
        )

    def address(self, **changes: str) -> str:
        """Return the address of the journal with something else chosen; another choice begins at the first page."""
        chosen = replace(self, **{"after": "", **changes})
        told = {field.name: getattr(chosen, field.name) for field in fields(chosen) if getattr(chosen, field.name)}
        return PATH + (f"?{urlencode(told)}" if told else "")

    def chosen(self) -> Iterator[str]:
        """Yield the names of what is filtered by."""
        yield from (field.name for field in fields(self) if field.name != "after" and getattr(self, field.name))


def filters_of(given: Mapping[str, str]) -> Filters:
    """Read an address; what cannot be meant is left out, so that an old address still opens a page."""
    found = {field.name: given.get(field.name, "").strip() for field in fields(Filters)}
    return Filters(**{name: value for name, value in found.items() if value and _is_meant(name, value)})


def bounds_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a local day begins, and when the next one does."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _is_meant(name: str, value: str) -> bool:
    if len(value) > _VALUE_LENGTH_MAX or not value.isprintable():
        return False
    match name:
        case "person":
            return is_id(value)
        case "kind":
            return value in NOUNS
        case "day":
            return _is_day(value)
        case _:
            return True


def _is_day(value: str) -> bool:
    try:
        return is_day_of_a_shop(date.fromisoformat(value))
    except ValueError:
        return False
