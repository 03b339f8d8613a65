"""When it is: the moment of the audit, and the shop's days without converting zones in a rule.

Rules compare `a + window <= b` and never take differences by unit, for engines round those differently.
A local day is the UTC instant shifted by the zone's offset, which is looked up here once, in Python, for the
span of the history (a handful of changes at most), and becomes a plain expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from counterfoil.policy import Policy

_MIDDAY_STEP = timedelta(days=1)


def offsets_between(zone: ZoneInfo, earliest: datetime, latest: datetime) -> tuple[tuple[datetime, int], ...]:
    """Return (from this UTC instant, seconds east of UTC) for each offset in force between two instants.

    The first offset holds from the beginning of time. Changes are found to the second.
    """
    at = earliest.astimezone(UTC).replace(microsecond=0)
    end = latest.astimezone(UTC)
    found = [(at, _offset(zone, at))]
    while at < end:
        later = at + _MIDDAY_STEP
        if _offset(zone, later) != found[-1][1]:
            found.append((_change(zone, at, later), _offset(zone, later)))
        at = later
    return tuple(found)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    shift = at.astimezone(zone).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which the offset changes, by halving; at most 17 steps for a day."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The moment of the audit and the shop's days."""

    as_of: datetime
    policy: Policy
    offsets: tuple[tuple[datetime, int], ...]

    @classmethod
    def over(cls, *, as_of: datetime, policy: Policy, earliest: datetime) -> Calendar:
        """Make the calendar for a history that begins at `earliest` and is judged at `as_of` (both aware)."""
        week = timedelta(days=7)
        return cls(as_of=as_of, policy=policy, offsets=offsets_between(policy.zone, earliest - week, as_of + week))

    def past(self, at: ir.TimestampValue, window: timedelta) -> ir.BooleanValue:
        """`t + w <= as_of`: the window after `at` is over."""
        return at <= moment(self.as_of - window)

    def local_date(self, at: ir.TimestampValue) -> ir.DateValue:
        """Return the shop's calendar day of an instant."""
        first, *rest = self.offsets
        local = at + seconds(first[1])
        branches = [(at >= moment(start), at + seconds(shift)) for start, shift in reversed(rest)]
        if branches:
            local = ibis.cases(*branches, else_=local)
        return local.date()

    def local_day(self, at: datetime) -> date:
        """Return the shop's calendar day of one naive UTC instant, in Python."""
        return at.replace(tzinfo=UTC).astimezone(self.policy.zone).date()

    @property
    def ready_through(self) -> date:
        """The last local day whose bill must be there by now."""
        return self.policy.acquirer_ready.reached_through(self.as_of, self.policy.zone)

    @property
    def latest_through(self) -> date:
        """The last local day of which nothing can come late any more."""
        return self.policy.acquirer_latest.reached_through(self.as_of, self.policy.zone)


def moment(at: datetime) -> ir.TimestampScalar:
    """Return an aware instant as the naive UTC literal that the books hold."""
    return ibis.literal(at.astimezone(UTC).replace(tzinfo=None))


def seconds(count: int) -> ir.IntervalScalar:
    """Return a span of whole seconds."""
    return ibis.interval(seconds=count)


def span(window: timedelta) -> ir.IntervalScalar:
    """Return a policy's window as an interval."""
    return ibis.interval(seconds=int(window.total_seconds()))


def apart(one: ir.TimestampValue, other: ir.TimestampValue) -> ir.IntegerValue:
    """Return how far two instants lie apart, in microseconds; exact on every engine, for ordering only."""
    return one.delta(other, unit="microsecond").abs()


def within(one: ir.TimestampValue, other: ir.TimestampValue, window: timedelta) -> ir.BooleanValue:
    """Say whether two instants lie within a window of each other, inclusive."""
    return (one + span(window) >= other) & (other + span(window) >= one)


def bucket_unit(window: timedelta) -> str:
    """Return the smallest calendar unit that is at least as long as the window: `h` or `D`, else none."""
    if window <= timedelta(hours=1):
        return "h"
    return "D" if window <= timedelta(days=1) else ""


def near_buckets(table: ir.Table, at: str, window: timedelta) -> tuple[ir.Table, ir.Table]:
    """Prepare a table for a join by nearness in time.

    Returns the table with a column `bucket`, and the same with every row in its own bucket and the two beside
    it, so that equality of `bucket` finds all pairs within `window` exactly once; longer windows than a day
    share one bucket. The exact window is still to be compared.
    """
    unit = bucket_unit(window)
    if not unit:
        constant = table.mutate(bucket=ibis.literal(0))
        return constant, constant
    base = table[at].truncate(unit)
    step = seconds(3600 if unit == "h" else 86400)
    spread = [table.mutate(bucket=base), table.mutate(bucket=base - step), table.mutate(bucket=base + step)]
    return table.mutate(bucket=base), ibis.union(*spread)
