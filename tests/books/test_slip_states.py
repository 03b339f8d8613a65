"""Every pair of state and event of a slip, and what the word of a till comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.refusals import SlipRefusal
from counterfoil.books.slips.rules import FAULT_LENGTH_MAX, judge, why_unusable
from counterfoil.books.slips.states import ENDS, TRANSITIONS, Event, IllegalEvent, State, advance
from counterfoil.refusals import Refused

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def slip(state: State, fault: str | None = None) -> Slip:
    return Slip(
        slip_id="o1",
        order_id=None,
        payment_id=None,
        kind="sale",
        state=state,
        fault=fault,
        amount_minor=500,
        currency="CNY",
        occurred_at=NOON,
        terminal_id=None,
    )


def told(event: Event, fault: str | None = None, at: datetime = NOON) -> Told:
    return Told(slip_id="o1", event=event, told_at=at, fault=fault)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_a_slip_that_reached_somebody_stays_so_and_any_other_goes_where_the_event_says(
    state: State, event: Event
) -> None:
    if state in ENDS:
        with pytest.raises(IllegalEvent):
            advance(state, event)
        assert (state, event) not in TRANSITIONS
    else:
        assert advance(state, event) == State(event.value)


def test_the_word_of_a_till_that_was_heard_before_does_nothing() -> None:
    assert judge(slip(State.PRINTED), told(Event.PRINTED)) is None
    assert judge(slip(State.PRINTED), told(Event.SENT)) is None
    assert judge(slip(State.FAILED, "paper_out"), told(Event.FAILED, "paper_out")) is None
    assert judge(slip(State.FAILED, "paper_out"), told(Event.FAILED, "cover_open")) is Event.FAILED


def test_what_came_out_cannot_have_failed() -> None:
    no = judge(slip(State.SENT), told(Event.FAILED, "paper_out"))
    assert isinstance(no, Refused)
    assert no.code is SlipRefusal.SLIP_CAME_OUT


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (told(Event.PRINTED, at=NOON.replace(tzinfo=None)), SlipRefusal.SLIP_TIME_WITHOUT_ZONE),
        (told(Event.PRINTED, at=NOON + timedelta(minutes=6)), SlipRefusal.SLIP_TIME_AHEAD),
        (told(Event.FAILED), SlipRefusal.SLIP_FAULT_MISSING),
        (told(Event.PRINTED, "paper_out"), SlipRefusal.SLIP_FAULT_UNUSABLE),
        (told(Event.FAILED, ""), SlipRefusal.SLIP_FAULT_UNUSABLE),
        (told(Event.FAILED, "x" * (FAULT_LENGTH_MAX + 1)), SlipRefusal.SLIP_FAULT_UNUSABLE),
        (told(Event.FAILED, "card 4242 4242 4242 4242"), SlipRefusal.SLIP_FAULT_UNUSABLE),
    ],
)
def test_an_unusable_word_is_refused_by_name(word: Told, code: SlipRefusal) -> None:
    no = why_unusable(word, now=NOON)
    assert no is not None
    assert no.code is code
    assert no.text.en != no.text.zh


def test_a_word_of_yesterday_is_taken() -> None:
    assert why_unusable(told(Event.FAILED, "paper_out", at=NOON - timedelta(days=1)), now=NOON) is None
