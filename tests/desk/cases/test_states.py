"""Every state of a case against every event: what is not in the table changes nothing."""

from __future__ import annotations

import pytest

from counterfoil.desk.cases.refusals import EVENT_WORDS, NOT_NOW_WORDS, STATE_WORDS, TEXTS, CaseRefusal
from counterfoil.desk.cases.states import (
    FIRST,
    IN_HAND,
    OF_THE_BOOKS,
    OWNED,
    TRANSITIONS,
    Event,
    IllegalEvent,
    State,
    advance,
)
from counterfoil.desk.cases.tables import IN_HAND as IN_HAND_SQL

# Written by hand from the design: people may do what they like with a case in hand, the books may say what they like of
# it; a closed one moves by a person's word or by what the books say against it, a merged one only out of its merger.
_BOOKS = """
              came   joined        changed       gone     returned      contradicted
open          -      open          open          closed   open          -
in_progress   -      in_progress   in_progress   closed   in_progress   -
waiting       -      waiting       waiting       closed   waiting       -
closed        -      -             closed        closed   open          open
merged        -      -             -             -        -             -
"""
_PEOPLE = """
              taken         assigned      released   escalated   asked     answered
open          in_progress   in_progress   -          open        waiting   -
in_progress   -             in_progress   open       open        waiting   -
waiting       -             waiting       open       open        waiting   in_progress
closed        -             -             -          -           -         -
merged        -             -             -          -           -         -
"""
_MORE = """
              noted         closed   reopened   merged   parted
open          open          closed   -          merged   open
in_progress   in_progress   closed   -          merged   in_progress
waiting       waiting       closed   -          merged   waiting
closed        closed        -        open       -        -
merged        -             -        -          -        open
"""


def _grid(*texts: str) -> dict[tuple[str, str], str | None]:
    grid: dict[tuple[str, str], str | None] = {}
    for text in texts:
        heads, *rows = [line.split() for line in text.strip().splitlines()]
        for state, *cells in rows:
            grid |= {(state, event): None if to == "-" else to for event, to in zip(heads, cells, strict=True)}
    return grid


_STEPS = """
              begun         ended
open          in_progress   open
in_progress   in_progress   in_progress
waiting       waiting       waiting
closed        -             closed
merged        -             -
"""

GRID = _grid(_BOOKS, _PEOPLE, _MORE, _STEPS)


@pytest.mark.parametrize(("pair", "to"), GRID.items())
def test_a_case_moves_by_its_table_and_by_nothing_else(pair: tuple[str, str], to: str | None) -> None:
    state, event = State(pair[0]), Event(pair[1])
    if to is not None:
        assert advance(state, event) == to
        return
    with pytest.raises(IllegalEvent) as raised:
        advance(state, event)
    assert (raised.value.state, raised.value.event) == (state, event)
    assert str(raised.value) == f"a case that is {state} cannot be {event}"


def test_the_grid_has_every_state_and_every_event() -> None:
    assert set(GRID) == {(state, event) for state in State for event in Event}


def test_every_state_has_a_way_out() -> None:
    reached = {state: {to for (at, _), to in TRANSITIONS.items() if at is state} - {state} for state in State}
    assert all(reached.values())
    assert {to for ways in reached.values() for to in ways} | {FIRST[1]} == set(State)


def test_states_in_hand_are_those_of_the_indexes() -> None:
    listed = ", ".join(f"'{state}'" for state in State if state in IN_HAND)
    assert f"state IN ({listed})" == IN_HAND_SQL
    assert OWNED < IN_HAND


def test_the_books_never_decide_about_a_merged_case() -> None:
    assert not [state for state, event in TRANSITIONS if state is State.MERGED and event in OF_THE_BOOKS]


def test_every_state_event_and_refusal_has_its_words() -> None:
    assert set(STATE_WORDS) == set(State)
    assert set(EVENT_WORDS) == set(Event)
    assert set(NOT_NOW_WORDS) == (set(Event) - OF_THE_BOOKS) | {Event.JOINED}
    assert set(TEXTS) == set(CaseRefusal)
    assert not any(refusal.is_transient() for refusal in CaseRefusal)
