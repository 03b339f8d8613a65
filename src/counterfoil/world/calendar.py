"""The days of a history: local midnights as instants, local days of instants, and the moment at which it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from counterfoil.world.chance import Ints

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

#: The history ends at this local hour of its last day, while the shops are open.
END_HOUR = 20
#: Days known before and after the history, for what happens around it.
_MARGIN = 70
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@cache
def calendar_of(first_day: date, days: int, time_zone: str) -> Calendar:
    """Return the calendar of a history; the merchants of a town share it."""
    return Calendar(first_day=first_day, days=days, time_zone=time_zone)


class Calendar:
    """The local days of one history."""

    def __init__(self, *, first_day: date, days: int, time_zone: str) -> None:
        self.days = days
        self.first_epoch_day = first_day.toordinal() - _EPOCH_DAY
        self.first_weekday = first_day.weekday()
        zone = ZoneInfo(time_zone)
        self._midnights = np.array(
            [_midnight(first_day + timedelta(days=day), zone) for day in range(days + _MARGIN)], dtype=np.int64
        )
        self._first_hour = int(self._midnights[0]) // HOUR - 24 * 3
        hours = 24 * (days + _MARGIN + 3)
        self._offsets = np.array([_offset(self._first_hour + hour, zone) for hour in range(hours)], dtype=np.int64)
        #: The newest event of the history, and so its as-of.
        self.end = int(self._midnights[days - 1]) + END_HOUR * HOUR

    def midnight(self, day: Ints) -> Ints:
        """The instant at which a day of the history begins; day 0 is the first."""
        return self._midnights[day]

    def local_day(self, instant: Ints) -> Ints:
        """The day of the history on which an instant lies, by the shop's clock."""
        local = instant + self._offsets[instant // HOUR - self._first_hour]
        return local // DAY - self.first_epoch_day


def _midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND


def _offset(hour: int, zone: ZoneInfo) -> int:
    there = datetime.fromtimestamp(hour * 3600, tz=UTC).astimezone(zone).utcoffset()
    assert there is not None
    return round(there.total_seconds()) * SECOND
