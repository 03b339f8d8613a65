"""Convention 9: on which days the acquirer's book can prove that something is missing there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from .shelf import Fact, Shelf

_DAY = timedelta(days=1)


class Coverage:
    """The days that have a bill, and the days whose bill cannot come any more."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._billed = {
            (record.acquirer, shelf.local_date(record.occurred_at))
            for record in shelf.rows("acquirer_records")
            if record.source in {None, "bill", "settlement"}
        }
        policy = shelf.policy
        self._ready_through = policy.acquirer_ready.reached_through(shelf.as_of, policy.zone)
        self._final_through = policy.acquirer_latest.reached_through(shelf.as_of, policy.zone)

    def is_covered(self, acquirer: str, day: date) -> bool:
        """Say whether a day has a bill, and the bill is due."""
        return (acquirer, day) in self._billed and day <= self._ready_through

    def decides(self, payment: Fact) -> bool:
        """Say whether the bill would show the payment by now: covered, and past `acquirer_latest`."""
        return self._covers(payment) and max(self._days_of(payment.occurred_at)) <= self._final_through

    def decides_claimed(self, payment: Fact) -> bool:
        """Say whether a pending or failed record is the last word; of such a one only the payment's own day counts."""
        return self._covers(payment) and self._shelf.local_date(payment.occurred_at) <= self._final_through

    def _covers(self, payment: Fact) -> bool:
        return all(self.is_covered(payment.acquirer, day) for day in self._days_of(payment.occurred_at))

    def _days_of(self, moment: datetime) -> list[date]:
        """The payment's local day, and near midnight the neighbouring one."""
        day, window = self._shelf.local_date(moment), self._shelf.policy.match_window
        days = [day]
        if moment - self._midnight(day) <= window:
            days.append(day - _DAY)
        if self._midnight(day + _DAY) - moment <= window:
            days.append(day + _DAY)
        return days

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), tzinfo=self._shelf.policy.zone).astimezone(UTC)
