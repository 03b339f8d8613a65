"""What somebody wants to read in the journal, and what they are shown. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.ids import FactId, StaffId, TerminalId, is_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact, as people read it."""

    fact_id: FactId
    #: `noun:subject:action`.
    tag: str
    #: The row that it happened to (`payment:…`).
    subject: str
    occurred_at: datetime
    recorded_at: datetime
    #: None: a program did it, or nobody that is known.
    actor_id: StaffId | None
    terminal_id: TerminalId | None
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Behind which fact a page begins."""

    recorded_at: datetime
    fact_id: FactId

    @property
    def token(self) -> str:
        """As it stands in an address."""
        return f"{self.recorded_at.isoformat()}~{self.fact_id}"


def place_of(token: str) -> Place | None:
    """Return the place of a token; None where it is none, and the page is the first one."""
    at, _, fact_id = token.partition("~")
    try:
        recorded_at = datetime.fromisoformat(at)
    except ValueError:
        return None
    if recorded_at.tzinfo is None or not is_id(fact_id):
        return None
    return Place(recorded_at=recorded_at, fact_id=FactId(fact_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which facts somebody wants to read; what is None says nothing."""

    #: The first part of a tag: `order`, `payment`, `case`, …
    noun: str | None = None
    #: The row that it happened to, with its noun.
    subject: str | None = None
    actor_id: StaffId | None = None
    #: At one of these; None: at any, and those of none.
    terminal_ids: frozenset[TerminalId] | None = None
    recorded_since: datetime | None = None
    recorded_before: datetime | None = None
    after: Place | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of the journal, the newest fact first."""

    entries: Sequence[Entry]
    #: Where the next one begins; None: this was the last.
    next: Place | None
