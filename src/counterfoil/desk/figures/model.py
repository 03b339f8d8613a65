"""The values of the desk's figures. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class By(StrEnum):
    """By what findings are counted."""

    EXCEPTION = "exception"
    DIAGNOSIS = "diagnosis"  #: the cause; told as `exception/diagnosis`
    STORE = "store"
    TERMINAL = "terminal"
    OPERATOR = "operator"
    HOUR = "hour"  #: of the shop's clock, 0 to 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many findings have one thing in common."""

    #: Nothing where no book says what it is.
    what: str | None
    n: int
    #: Of those, how many still stand, and the money at risk in these, in minor units.
    standing_n: int
    at_risk_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How long cases took from their opening to their end."""

    #: None: all of them together.
    exception: str | None
    n: int
    #: Half of them took no longer than this, and nine of ten no longer than that.
    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that is counted, the most frequent first; hours in their order."""

    tallies: Mapping[By, Sequence[Tally]]
    resolved: Sequence[Resolved]
