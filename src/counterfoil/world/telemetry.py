"""What the tills say of themselves: alive, on line or off, printer, clock, software; thinly, and told by themselves.

An interval without a line is one pair of events, and overlapping intervals are one: whatever lies within an
interval that a tale asks for comes after an `offline` and before its `online`.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world.calendar import HOUR, MINUTE, SECOND
from counterfoil.world.chance import Bools, Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, join, sheet
from counterfoil.world.words import CLOCK_VALUE_ZERO, EVENT_KIND, EVENT_VALUE

_BEATS = (9, 13, 17, 21)
_SPELLS_PER_MILLION, _SLOW_PER_MILLION = 30_000, 30_000
_VERSION_EVERY_DAYS, _CLOCK_EVERY_DAYS = 30, 7
_VERSIONS = tuple(EVENT_VALUE[word] for word in ("4.2.0", "4.2.1", "4.3.0"))
#: What happens so early still belongs to the business day before.
_NIGHT_MS = 4 * HOUR
#: Wider than any moment of a history, so that one running maximum serves all tills.
_LANE = 1 << 45


def till_events(scene: Scene, told: Sheet, first_day: int, last_day: int) -> Sheet:
    """Make the events of some days, `last_day` left out; `told` are those that tales ask for."""
    days = np.repeat(np.arange(first_day, last_day, dtype=np.int64), scene.town.terminals)
    terminal = np.tile(np.arange(scene.town.terminals, dtype=np.int64), last_day - first_day)
    till_day = days * scene.town.terminals + terminal
    midnight = scene.calendar.midnight(days)
    own = told.take(told["kind"] != EVENT_KIND["network"])
    spells = offline_spells(scene, told, first_day, last_day)
    made = [
        own,
        *_beats(scene, terminal, till_day, midnight),
        *_upkeep(terminal, days, midnight, scene),
        _network(spells["terminal"], spells["occurred"], "offline"),
        _network(spells["terminal"], spells["until"], "online"),
        *_slow(scene, terminal, till_day, midnight, spells),
    ]
    events = join(made)
    if last_day == scene.calendar.days:
        every = np.arange(scene.town.terminals, dtype=np.int64)
        final = _event(every, np.full(len(every), scene.end, dtype=np.int64), "heartbeat", EVENT_VALUE["on"])
        events = join([events, final])
    return _one_a_moment(scene, events.take(events["occurred"] <= scene.end))


def offline_spells(scene: Scene, told: Sheet, first_day: int, last_day: int) -> Sheet:
    """The intervals in which tills had no line, merged where they overlap."""
    days = np.repeat(np.arange(first_day, last_day, dtype=np.int64), scene.town.terminals)
    terminal = np.tile(np.arange(scene.town.terminals, dtype=np.int64), last_day - first_day)
    till_day = days * scene.town.terminals + terminal
    down = scene.chance.happens("line down", till_day, _SPELLS_PER_MILLION)
    begin = scene.calendar.midnight(days) + 9 * HOUR + scene.chance.below("line down at", till_day, 11 * HOUR)
    lasts = scene.spell("line down for", till_day, MINUTE, 10 * MINUTE)
    own = _event(terminal[down], begin[down], "network", EVENT_VALUE["offline"])
    own = own.set(until=begin[down] + lasts[down])
    return _merged(join([own, told.take(told["kind"] == EVENT_KIND["network"])]))


def within_spell(spells: Sheet, terminal: Ints, moment: Ints) -> Bools:
    """Whether a till had no line at a moment."""
    if not len(spells):
        return np.zeros(len(moment), dtype=np.bool_)
    begins = spells["terminal"] * _LANE + spells["occurred"]
    place = np.searchsorted(begins, terminal * _LANE + moment, side="right") - 1
    known = (place >= 0) & (terminal != NULL)
    place = np.maximum(place, 0)
    within: Bools = known & (spells["terminal"][place] == terminal) & (moment <= spells["until"][place])
    return within


def _merged(spells: Sheet) -> Sheet:
    if not len(spells):
        return spells
    spells = spells.take(np.lexsort((spells["occurred"], spells["terminal"])))
    lane = spells["terminal"] * _LANE
    ends = np.maximum.accumulate(lane + spells["until"])
    apart = np.ones(len(spells), dtype=np.bool_)
    apart[1:] = (lane + spells["occurred"])[1:] > ends[:-1] + SECOND
    last = np.append(np.flatnonzero(apart)[1:] - 1, len(spells) - 1)
    return spells.take(apart).set(until=ends[last] - lane[last])


def _beats(scene: Scene, terminal: Ints, till_day: Ints, midnight: Ints) -> list[Sheet]:
    beats = []
    for hour in _BEATS:
        at = midnight + hour * HOUR + scene.chance.below(f"beat {hour}", till_day, 20 * MINUTE)
        beats.append(_event(terminal, at, "heartbeat", EVENT_VALUE["on"]))
    return beats


def _upkeep(terminal: Ints, days: Ints, midnight: Ints, scene: Scene) -> list[Sheet]:
    monthly, weekly = days % _VERSION_EVERY_DAYS == 0, days % _CLOCK_EVERY_DAYS == 0
    version = np.array(_VERSIONS, dtype=np.int64)[np.minimum(days // _VERSION_EVERY_DAYS // 3, len(_VERSIONS) - 1)]
    offset = CLOCK_VALUE_ZERO + scene.town.skew[terminal] // SECOND
    return [
        _event(terminal[monthly], midnight[monthly] + 8 * HOUR, "software", version[monthly]),
        _event(terminal[weekly], midnight[weekly] + 8 * HOUR + MINUTE, "clock", offset[weekly]),
        _event(terminal[weekly], midnight[weekly] + 8 * HOUR - MINUTE, "network", EVENT_VALUE["online"]),
    ]


def _slow(scene: Scene, terminal: Ints, till_day: Ints, midnight: Ints, spells: Sheet) -> list[Sheet]:
    """A slow line now and then, on days on which the till is never without one."""
    slow = scene.chance.happens("line slow", till_day, _SLOW_PER_MILLION)
    begin = midnight + 10 * HOUR + scene.chance.below("line slow at", till_day, 8 * HOUR)
    lanes = np.unique(spells["terminal"] * _LANE + spells["occurred"])
    from_place = np.searchsorted(lanes, terminal * _LANE + midnight)
    to_place = np.searchsorted(lanes, terminal * _LANE + midnight + 26 * HOUR)
    slow &= from_place == to_place
    at = begin[slow]
    return [
        _network(terminal[slow], at, "slow"),
        _network(terminal[slow], at + scene.spell("line slow for", till_day[slow], MINUTE, 30 * MINUTE), "online"),
    ]


def _network(terminal: Ints, at: Ints, value: str) -> Sheet:
    return _event(terminal, at, "network", EVENT_VALUE[value])


def _event(terminal: Ints, at: Ints, kind: str, value: Ints | int) -> Sheet:
    nobody = np.full(len(terminal), NULL, dtype=np.int64)
    return sheet("events", nobody, terminal=terminal, occurred=at, kind=EVENT_KIND[kind], value=value)


def _one_a_moment(scene: Scene, events: Sheet) -> Sheet:
    """Keep one event of a kind for each moment of a till, which is the key of the book; put them day by day."""
    day = scene.calendar.local_day(events["occurred"] - _NIGHT_MS)
    order = np.lexsort((events["value"], events["kind"], events["occurred"], events["terminal"], day))
    ordered = events.take(order)
    same = np.ones(len(ordered), dtype=np.bool_)
    for name in ("terminal", "occurred", "kind"):
        same[1:] &= ordered[name][1:] == ordered[name][:-1]
    same[:1] = False
    return ordered.take(~same)
