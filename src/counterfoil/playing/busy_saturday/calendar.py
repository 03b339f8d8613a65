"""The days of the play, counted from a Saturday that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from counterfoil.playing.busy_saturday.cast import ZONE

OPENS, CLOSES = time(8, 30), time(21, 30)
CLOSED_AT, BILL_AT = time(22, 15), time(10, 30)
#: Some diagnoses wait for days, so the play begins on the Sunday before the week.
DAYS_BEFORE = 6
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days of one play."""

    #: The busy one.
    saturday: date
    #: When the play ends: now.
    until: datetime

    @property
    def first(self) -> date:
        """The day on which the play begins."""
        return self.saturday - timedelta(days=DAYS_BEFORE)

    @property
    def begins(self) -> datetime:
        """The moment before anything happens."""
        return at(self.first, "06:00")

    @property
    def last(self) -> date:
        """The day of now."""
        return self.until.astimezone(ZONE).date()

    def all(self) -> list[date]:
        """Return every day of the play."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def before(self, n: int) -> date:
        """Return the day `n` days before the busy one."""
        return self.saturday - timedelta(days=n)


def days_until(now: datetime) -> Days:
    """Return the days of a play that ends now: its Saturday is the last one on which both shops have closed."""
    here = now.astimezone(ZONE)
    back = (here.weekday() - _SATURDAY) % 7
    if back == 0 and here.time() < time(23):
        back = 7
    return Days(saturday=here.date() - timedelta(days=back), until=now)


def at(day: date, clock: str) -> datetime:
    """Return a moment of a day, by the shop's clock (`14:05`)."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)
