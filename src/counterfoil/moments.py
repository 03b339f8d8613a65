"""Which moments and days are a shop's: the law of book format 1, in files and in live books. Pure: it reads no clock.

What happened before, or will after, is a clock that was never set, or a slip of the hand. Between them every time
zone's calendar has each moment, and what lives in the books can be written into files and read again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

#: Books hold times in [EARLIEST_YEAR-01-01, LATEST_YEAR+1-01-01) UTC; rows of files with others are quarantined.
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
FIRST, BEYOND = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC), datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC)


def is_of_a_shop(moment: datetime) -> bool:
    """Say whether a moment, with its offset, is one that books keep and every calendar shows."""
    try:
        return FIRST <= moment.astimezone(UTC) < BEYOND
    except OverflowError:
        return False


def is_day_of_a_shop(day: date) -> bool:
    """Say whether a day, of whatever zone, is one that books keep."""
    return EARLIEST_YEAR <= day.year <= LATEST_YEAR
