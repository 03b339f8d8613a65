"""Who comes when and to which till: the planned purchases of some days, before anything is bought.

A day is drawn alike in whatever chunk it lies, so nothing here may look at another day.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world.calendar import HOUR, MINUTE, SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.plan import Plan
from counterfoil.world.ranking import rank_within
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import Sheet, sheet
from counterfoil.world.town import (
    OPERATORS_PER_STORE,
    PASSERS_BY,
    PEOPLE_PER_HOUSEHOLD,
    STAFF_PER_STORE,
    TERMINALS_PER_STORE,
)

#: Local hours from and to, and how many of a hundred come then; night stores end past midnight.
_DAY_HOURS = ((8.25, 10, 27), (10, 11.5, 10), (11.5, 13.5, 27), (13.5, 17, 15), (17, 20, 17), (20, 21.75, 4))
_NIGHT_HOURS = ((10, 11.5, 6), (11.5, 13.5, 22), (13.5, 17, 12), (17, 20, 20), (20, 23, 26), (23, 24.75, 14))
#: Two sales of one till are this far apart at least.
_SALE_TAKES_MS = 20 * SECOND
#: Orders of one household are this far apart, unless a tale says otherwise: no double by accident.
HOUSEHOLD_PAUSE_MS = 2 * HOUR
_EARLY_SHIFT_ENDS = 15 * HOUR
#: Wider than a day's milliseconds, to keep tills apart in one running maximum.
_LANE = 1 << 32


def draw_visits(scene: Scene, plan: Plan, first_day: int, last_day: int) -> Sheet:
    """Draw the purchases of some days, `last_day` left out; their tales and tenders are still open."""
    days = np.arange(first_day, last_day, dtype=np.int64)
    day = np.repeat(days, plan.slots[first_day:last_day])
    slot = np.arange(plan.first_slot[first_day], plan.first_slot[last_day], dtype=np.int64)
    chance, town = scene.chance, scene.town
    store = chance.below("store", slot, town.stores)
    terminal = store * TERMINALS_PER_STORE + chance.below("terminal", slot, TERMINALS_PER_STORE)
    clock = _spaced(terminal, day, _local_time(scene, slot, store, day))
    placed = np.minimum(scene.calendar.midnight(day) + clock, scene.end - MINUTE)
    visits = sheet("visits", slot, day=day, store=store, terminal=terminal, placed=placed)
    return visits.set(operator=_operators(scene, visits, clock), person=_people(scene, visits))


def _local_time(scene: Scene, slot: Ints, store: Ints, day: Ints) -> Ints:
    """Draw when in the business day people come, by rush hours; the last day is cut short where history ends."""
    by_day = _within_hours(scene, slot, _DAY_HOURS)
    by_night = _within_hours(scene, slot, _NIGHT_HOURS)
    clock = np.where(scene.town.open_at_night(store), by_night, by_day)
    opens = int(_NIGHT_HOURS[0][0] * HOUR)
    left = scene.end - scene.calendar.midnight(day) - opens - MINUTE
    cut = (day == scene.calendar.days - 1) & (clock >= opens + left)
    return np.where(cut, opens + (clock - opens) % np.maximum(left, 1), clock)


def _within_hours(scene: Scene, slot: Ints, hours: tuple[tuple[float, float, int], ...]) -> Ints:
    piece = scene.chance.pick("hour", slot, [weight for _, _, weight in hours])
    begins = np.array([round(begin * HOUR) for begin, _, _ in hours], dtype=np.int64)
    lasts = np.array([round((end - begin) * HOUR) for begin, end, _ in hours], dtype=np.int64)
    return begins[piece] + scene.chance.below("moment", slot, lasts[piece])


def _spaced(terminal: Ints, day: Ints, clock: Ints) -> Ints:
    """Make each till serve one customer after the other."""
    order = np.lexsort((clock, terminal, day))
    lane = np.cumsum(np.diff(terminal[order] + day[order] * _LANE, prepend=-1) != 0)
    nth = np.arange(len(clock)) - np.searchsorted(lane, lane)
    earliest = clock[order] - nth * _SALE_TAKES_MS + lane * _LANE
    spaced = np.empty(len(clock), dtype=np.int64)
    spaced[order] = np.maximum.accumulate(earliest) - lane * _LANE + nth * _SALE_TAKES_MS
    return spaced


def _operators(scene: Scene, visits: Sheet, clock: Ints) -> Ints:
    """Who serves: half of a store's operators work early, half late, each at one till for a day."""
    half = OPERATORS_PER_STORE // 2
    late = (clock >= _EARLY_SHIFT_ENDS).astype(np.int64)
    turn = scene.chance.below("rota", visits["store"] + visits["day"] * _LANE, half)
    place = (turn + visits["terminal"] % TERMINALS_PER_STORE) % half
    return visits["store"] * STAFF_PER_STORE + late * half + place


def _people(scene: Scene, visits: Sheet) -> Ints:
    """Who buys: some are regulars of the store and some of these come often; nobody is back by accident at once."""
    chance, slot = scene.chance, visits["slot"]
    regulars = scene.town.regulars_per_store
    often = np.minimum(chance.below("regular", slot, regulars), chance.below("faithful", slot, regulars))
    regular = visits["store"] * regulars + often
    passer_by = PASSERS_BY + slot * PEOPLE_PER_HOUSEHOLD
    person = np.where(chance.happens("is regular", slot, 550_000), regular, passer_by)
    household = person // PEOPLE_PER_HOUSEHOLD
    order = np.lexsort((visits["placed"], household))
    again = np.zeros(len(slot), dtype=np.bool_)
    again[order[1:]] = (np.diff(household[order]) == 0) & (np.diff(visits["placed"][order]) < HOUSEHOLD_PAUSE_MS)
    return np.where(again, passer_by, person)


def rank_in_day(scene: Scene, visits: Sheet, name: str) -> Ints:
    """Put a day's purchases in an order of chance and return each one's place."""
    return rank_within(visits["day"], scene.chance.order(name, visits["slot"]))
