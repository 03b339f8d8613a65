"""Where a tale is told: the town, its days and its luck, and the few things that every tale asks of them."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.world.bill_days import BillDays
from counterfoil.world.calendar import HOUR, MINUTE, Calendar
from counterfoil.world.chance import Chance, Ints
from counterfoil.world.sheet import NULL
from counterfoil.world.town import Town

#: What is done on a later day is done between these local hours.
_FROM_HOUR, _TO_HOUR = 10, 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The place and the days in which things happen."""

    town: Town
    calendar: Calendar
    bill_days: BillDays
    chance: Chance

    @property
    def end(self) -> int:
        """The last moment of the history."""
        return self.calendar.end

    def spell(self, name: str, of: Ints, low_ms: int, high_ms: int) -> Ints:
        """Draw how long something takes, in milliseconds, both ends within."""
        return self.chance.between(name, of, low_ms, high_ms)

    def on_a_later_day(self, name: str, of: Ints, after: Ints, first: int, last: int) -> Ints:
        """Draw a moment of opening hours, `first` to `last` days after the local day of `after`."""
        day = self.calendar.local_day(after) + self.chance.between(f"{name} day", of, first, last)
        minutes = (_TO_HOUR - _FROM_HOUR) * HOUR // MINUTE
        return (
            self.calendar.midnight(day)
            + _FROM_HOUR * HOUR
            + self.chance.below(f"{name} minute", of, minutes) * MINUTE
            + self.chance.below(f"{name} ms", of, MINUTE)
        )

    def until_the_end(self, instant: Ints) -> Ints:
        """Leave out what had not happened yet when the history ended."""
        return instant * (instant <= self.end) + NULL * (instant > self.end)
