"""The values of previews. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from counterfoil.desk.copies.model import Kept

#: The days that are looked at where nobody says otherwise, and at most.
DAYS_USUAL = 30
DAYS_MAX = 92
#: So many rows of the books are copied out for one preview at most.
ROWS_MAX = 12_000_000
#: Where more orders than these belong to the days, the books of last night are asked, if they are kept.
ORDERS_COPIED_MAX = 20_000
#: Books that were judged longer ago are not asked.
KEPT_FOR = timedelta(days=3)
#: So long may a preview take; whoever asked waits for it, a machine may be busy, and a page gives up after a minute.
SECONDS_MAX = 45.0
#: Findings that are shown of each diagnosis and each change, those with the most money first.
EXAMPLES_MAX = 5


#: What the process of a preview reads and writes, in its folder.
REQUEST, ANSWER = "request.json", "answer.json"
#: How it ends where the memory does not suffice: whoever asks for less may have an answer (sysexits.h, EX_TEMPFAIL).
OUT_OF_MEMORY = 75


class Change(StrEnum):
    """What becomes of a finding under the other policy."""

    NEW = "new"  #: it is found under the other policy alone
    GONE = "gone"  #: it is found under the policy in force alone
    CHANGED = "changed"  #: found under both, with another diagnosis, severity or amount
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Local days of the shop, both counted."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @classmethod
    def until(cls, last: date, count: int = DAYS_USUAL) -> Days:
        """Return so many days, of which this is the last."""
        return cls(first=last - timedelta(days=count - 1), last=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One finding whose fate differs; what it is under the other policy, or was where it is gone."""

    finding_id: str
    subject: str
    #: Null where no book says when.
    occurred_at: datetime
    severity: str
    amount_at_risk_minor: int
    currency: str | None
    explanation_en: str
    explanation_zh: str
    #: What it is under the policy in force, where it is changed: diagnosis, severity and amount.
    before: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What becomes of the findings of one diagnosis."""

    exception: str
    diagnosis: str
    change: Change
    n: int
    #: By currency, in minor units; of a changed one, by how much more.
    at_risk_minor: Mapping[str, int]
    examples: Sequence[Example] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What another policy would have found in some days, beside what the policy in force finds in the same rows."""

    days: Days
    #: How the books stood that were looked at: now, or last night.
    as_of: datetime
    rows_n: int
    seconds: float
    tallies: Sequence[Tally] = field(default_factory=tuple)

    def count(self, change: Change) -> int:
        """Return how many findings that becomes of."""
        return sum(tally.n for tally in self.tallies if tally.change is change)

    def at_risk_minor(self, change: Change) -> Mapping[str, int]:
        """Return the money at risk in them, by currency."""
        sums: dict[str, int] = {}
        for tally in self.tallies:
            if tally.change is change:
                for currency, minor in tally.at_risk_minor.items():
                    sums[currency] = sums.get(currency, 0) + minor
        return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be judged, under which two policies, and which span of it is told."""

    #: TOML: the one in force, and the other.
    policies: tuple[str, str]
    time_zone: str
    as_of: datetime
    #: The earliest moment that was copied, for the shop's days.
    earliest: datetime
    begin: datetime
    end: datetime
    #: The books of last night; null: the books were copied into the folder.
    kept: Kept | None = None
