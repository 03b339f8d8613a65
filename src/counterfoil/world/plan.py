"""Decides, before anything is drawn, how many purchases each day has and on which days which faults happen.

Faults are spread evenly: over the diagnoses, then over the ways of each, then over the days on which they can be
decided. The plan of ten million orders is a few thousand numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from counterfoil.errors import BadOption
from counterfoil.world.calendar import Calendar
from counterfoil.world.chance import Chance, Ints
from counterfoil.world.parameters import DAYS_MIN_WITH_FAULTS
from counterfoil.world.tale import Fault

#: Monday to Sunday; a shop among offices and homes.
_WEEKDAY_WEIGHTS = (92, 90, 94, 98, 118, 132, 112)
#: At most so many of ten orders of one day may be at fault.
_AT_FAULT_OF_TEN = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many purchases and which faults each day has."""

    #: Rows of the orders book, by day.
    orders: Ints
    #: Purchases to draw, by day: some bring two orders, some lose theirs.
    slots: Ints
    #: The first slot of each day, and one past the last.
    first_slot: Ints
    #: The faults of all days, a day's side by side; numbers are places in the list of faults.
    faults: Ints
    #: Where each day's faults begin, and one past the last.
    first_fault: Ints


def make_plan(*, calendar: Calendar, orders: int, faults_wanted: int, faults: Sequence[Fault], chance: Chance) -> Plan:
    """Make the plan of one merchant's history."""
    per_day = _orders_by_day(calendar, orders)
    placed = _place_faults(per_day, faults_wanted, faults, chance)
    adds = np.array([fault.adds - fault.loses_order for fault in faults], dtype=np.int64)
    slots = per_day - placed @ adds
    counts = placed.sum(axis=1)
    kinds = np.tile(np.arange(len(faults), dtype=np.int64), len(per_day))
    return Plan(
        orders=per_day,
        slots=slots,
        first_slot=_starts(slots),
        faults=np.repeat(kinds, placed.ravel()),
        first_fault=_starts(counts),
    )


def _orders_by_day(calendar: Calendar, orders: int) -> Ints:
    """Share the orders out over the days, so that they sum exactly."""
    weekday = (calendar.first_weekday + np.arange(calendar.days)) % len(_WEEKDAY_WEIGHTS)
    ends = np.cumsum(np.array(_WEEKDAY_WEIGHTS, dtype=np.int64)[weekday])
    per_day: Ints = np.diff(orders * ends // ends[-1], prepend=0)
    return per_day


def _place_faults(per_day: Ints, wanted: int, faults: Sequence[Fault], chance: Chance) -> Ints:
    """Return how often each fault happens on each day."""
    counts = _counts_by_fault(wanted, faults, chance)
    days = len(per_day)
    placed = np.zeros((days, len(faults)), dtype=np.int64)
    room = -(-per_day * _AT_FAULT_OF_TEN // 10)
    day = np.arange(days)
    #: Whoever has the fewest days to choose from chooses first.
    eligible = [_eligible(fault, day) for fault in faults]
    for number in sorted(range(len(faults)), key=lambda each: int(eligible[each].sum())):
        cost = 1 + faults[number].adds
        space = np.where(eligible[number], room // cost, 0)
        chosen = _spread(int(counts[number]), space, offset=int(chance.below("offset", np.array([number]), 1 << 20)[0]))
        if chosen is None:
            raise BadOption(
                f"--faults: {wanted} faults find no room in {int(per_day.sum())} orders of {days} days "
                f"({faults[number].name} fits {int(space.sum())} times, {int(counts[number])} are wanted); "
                f"{_advice(faults[number], days)}"
            )
        placed[:, number] = chosen
        room = room - chosen * cost
    return placed


def _advice(fault: Fault, days: int) -> str:
    """What would make room: a fault of the last days has more of it where the orders are spread over fewer days."""
    if fault.age_max is None:
        return "give fewer faults or more --days"
    return "give fewer faults or fewer --days" if days > DAYS_MIN_WITH_FAULTS else "give fewer faults"


def _eligible(fault: Fault, day: Ints) -> Ints:
    age = len(day) - 1 - day
    oldest = len(day) if fault.age_max is None else fault.age_max
    return ((day >= fault.since_start) & (age >= fault.age_min) & (age <= oldest)).astype(np.int64)


def _spread(count: int, space: Ints, offset: int) -> Ints | None:
    """Place `count` things evenly over days that have room for so many; None where they do not fit."""
    total = int(space.sum())
    if count > total:
        return None
    if not count:
        return np.zeros_like(space)
    points = (np.arange(count, dtype=np.int64) * total + (offset * total >> 20)) // count
    day = np.searchsorted(np.cumsum(space), np.minimum(points, total - 1), side="right")
    return np.bincount(day, minlength=len(space)).astype(np.int64)


def _counts_by_fault(wanted: int, faults: Sequence[Fault], chance: Chance) -> Ints:
    """Share the faults out evenly over the diagnoses, and a diagnosis's evenly over its ways."""
    ways: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, fault in enumerate(faults):
        ways[fault.exception, fault.diagnosis].append(number)
    counts = np.zeros(len(faults), dtype=np.int64)
    turn = int(chance.below("turn", np.zeros(1, dtype=np.int64), len(ways))[0])
    for place, numbers in enumerate(ways.values()):
        of_diagnosis = _even_share(wanted, len(ways), (place + turn) % len(ways))
        for nth, number in enumerate(numbers):
            counts[number] = _even_share(of_diagnosis, len(numbers), (nth + turn) % len(numbers))
    return counts


def _even_share(whole: int, parts: int, place: int) -> int:
    return whole // parts + (place < whole % parts)


def _starts(counts: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
