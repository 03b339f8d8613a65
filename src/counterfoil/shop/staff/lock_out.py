"""Who tries too often is locked out, for longer and longer; one law for PINs and for passwords. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: After so many wrong tries in a row, nobody gets in as this person for a while.
FAILURES_MAX = 5
#: The first time; each further round of wrong tries doubles it.
LOCKED_FIRST = timedelta(minutes=15)
LOCKED_MAX = timedelta(hours=24)
_DOUBLINGS_MAX = 7


class Verdict(StrEnum):
    """What one try came to."""

    LET_IN = "let_in"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What is kept of the tries to get in as somebody."""

    #: Wrong ones since the last right one.
    failures: int
    locked_until: datetime | None


def judged(tries: Tries, *, fits: bool, now: datetime) -> tuple[Verdict, Tries]:
    """Decide about one try, and say what must be kept; while it is locked, what fits does not help, nor counts."""
    if tries.locked_until is not None and now < tries.locked_until:
        return Verdict.LOCKED, tries
    if fits:
        return Verdict.LET_IN, Tries(failures=0, locked_until=None)
    failures = tries.failures + 1
    return Verdict.WRONG, Tries(failures=failures, locked_until=_locked_until(failures, now))


def _locked_until(failures: int, now: datetime) -> datetime | None:
    if failures % FAILURES_MAX != 0:
        return None
    doublings = min(failures // FAILURES_MAX - 1, _DOUBLINGS_MAX)
    return now + min(LOCKED_FIRST * (1 << doublings), LOCKED_MAX)
