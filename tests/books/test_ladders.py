"""Ladders: climbed and never descended, no rung before its time, and every one ends with a person and the bill."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.payments.ladders import (
    LADDERS,
    Act,
    Foothold,
    Ladder,
    Step,
    ladder_for,
    last_act,
    next_step,
    rung_after,
)
from counterfoil.books.payments.model import Kind

SINCE = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
EVERY = [(channel, kind) for channel in LADDERS for kind in Kind]
#: No ladder has more steps than this; a loop that does not end must fail and not hang.
STEPS_MAX = 500


def _climb(ladder: Ladder, lateness: timedelta = timedelta()) -> list[tuple[datetime, Step]]:
    """Take every step when it is due, or so much later."""
    steps: list[tuple[datetime, Step]] = []
    stood, last_at = Foothold(), None
    now = SINCE
    for _ in range(STEPS_MAX):
        step = next_step(ladder, stood, since=SINCE, last_at=last_at, now=now)
        now = max(now, step.due_at) + lateness
        step = next_step(ladder, stood, since=SINCE, last_at=last_at, now=now)
        steps.append((now, step))
        if step.act is Act.WAIT_FOR_BILL:
            return steps
        stood, last_at = step.foothold, now
    raise AssertionError("this ladder has no end")


@pytest.mark.parametrize(("channel", "kind"), EVERY)
@pytest.mark.parametrize("lateness", [timedelta(), timedelta(seconds=7), timedelta(hours=2)])
def test_a_ladder_is_climbed_and_never_descended_and_ends_with_the_bill(
    channel: str, kind: Kind, lateness: timedelta
) -> None:
    steps = _climb(ladder_for(channel, kind), lateness)
    held = [(step.foothold.rung, step.foothold.tries) for _, step in steps]
    assert held == sorted(held)
    assert len(set(held)) == len(held)
    assert steps[-1][1].expired
    assert not any(step.expired for _, step in steps[:-1])


@pytest.mark.parametrize(("channel", "kind"), EVERY)
def test_no_rung_is_stepped_on_before_its_time_or_too_often(channel: str, kind: Kind) -> None:
    ladder = ladder_for(channel, kind)
    steps = _climb(ladder)
    last_at = None
    for at, step in steps:
        rung = ladder.rungs[step.foothold.rung]
        assert at >= SINCE + rung.not_before
        assert step.foothold.tries <= rung.tries_max
        if last_at is not None:
            assert at - last_at >= rung.every
        last_at = at


@pytest.mark.parametrize(("channel", "kind"), EVERY)
@given(rung=st.integers(0, 3), tries=st.integers(0, 120), late=st.timedeltas(timedelta(), timedelta(days=30)))
def test_nothing_is_reversed_after_the_channel_would_refuse_it(
    channel: str, kind: Kind, rung: int, tries: int, late: timedelta
) -> None:
    ladder = ladder_for(channel, kind)
    stood = Foothold(rung=min(rung, len(ladder.rungs) - 1), tries=tries)
    step = next_step(ladder, stood, since=SINCE, last_at=None, now=SINCE + late)
    insisted = last_act(ladder, since=SINCE, now=SINCE + late)
    if ladder.reverse_within is not None and late > ladder.reverse_within:
        assert step.act is not Act.REVERSE
        assert insisted is not Act.REVERSE
    assert step.foothold.rung >= stood.rung
    assert step.not_before <= step.due_at


@pytest.mark.parametrize(("channel", "kind"), EVERY)
def test_the_last_rung_is_never_left(channel: str, kind: Kind) -> None:
    ladder = ladder_for(channel, kind)
    last = Foothold(rung=len(ladder.rungs) - 1, tries=1)
    step = next_step(ladder, last, since=SINCE, last_at=SINCE, now=SINCE + timedelta(days=365))
    assert step.act is Act.WAIT_FOR_BILL
    assert not step.expired


@pytest.mark.parametrize(("channel", "kind"), EVERY)
def test_only_the_last_rung_waits_for_the_bill_and_each_has_a_source(channel: str, kind: Kind) -> None:
    ladder = ladder_for(channel, kind)
    assert [rung.act is Act.WAIT_FOR_BILL for rung in ladder.rungs] == [False] * (len(ladder.rungs) - 1) + [True]
    assert all(rung.tries_max >= 1 for rung in ladder.rungs)
    assert ladder.source


def test_a_sale_is_never_sent_again() -> None:
    """A second send of a sale could be a second charge; where nobody answered, it is asked for and reversed."""
    for channel in LADDERS:
        assert Act.RESEND not in {rung.act for rung in ladder_for(channel, Kind.SALE).rungs}


def test_a_code_payment_is_reversed_not_before_15_seconds_and_within_7_days() -> None:
    ladder = ladder_for("wechat", Kind.SALE)
    reversing = [rung for rung in ladder.rungs if rung.act is Act.REVERSE]
    assert all(rung.not_before >= timedelta(seconds=15) for rung in reversing)
    assert ladder.reverse_within == timedelta(days=7)


def test_the_rung_after_a_refused_reversal_does_something_else() -> None:
    ladder = ladder_for("iso8583", Kind.SALE)
    assert ladder.rungs[rung_after(ladder, 0, Act.REVERSE)].act is Act.WAIT_FOR_BILL
    code = ladder_for("wechat", Kind.SALE)
    assert code.rungs[rung_after(code, 1, Act.REVERSE)].act is Act.ASK


def test_cash_has_no_ladder() -> None:
    with pytest.raises(KeyError):
        ladder_for("cash", Kind.SALE)
