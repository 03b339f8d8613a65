"""A watch that is left behind by a rush of sales gives way at first, and then takes more and rests less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from counterfoil.desk.watching import Look
from counterfoil.ids import MerchantId
from counterfoil.jobs.background import LOOKS_MAX, LOOKS_MAX_BEHIND, Background

if TYPE_CHECKING:
    from counterfoil.counter.house import House
    from counterfoil.desk.watching import Watcher

M = MerchantId("m1")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Behind:
    """A watcher with more to look at than any run takes."""

    left: int = 10**6
    runs: list[int] = field(default_factory=list)

    def look_until_done(
        self, _merchant_id: MerchantId, *, now: datetime, looks_max: int, between: Callable[[], None]
    ) -> list[Look]:
        assert now == NOW
        between()
        taken = min(looks_max, self.left)
        self.left -= taken
        self.runs.append(looks_max)
        look = Look(due_n=1, judged_n=1, seen_n=0, lost_n=0, is_behind=self.left > 0)
        return [look] * taken


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Behind:
    watcher = Behind()
    monkeypatch.setattr(Background, "_opened_watcher", lambda _self: cast("Watcher", watcher))
    return watcher


def background() -> Background:
    return Background(house=cast("House", SimpleNamespace(database=None)))


def test_each_run_that_was_left_behind_is_followed_by_one_of_twice_as_many_looks(behind: Behind) -> None:
    work = background()
    for _run in range(10):
        work.watch([M], now=NOW)
    assert behind.runs[:4] == [LOOKS_MAX, 2 * LOOKS_MAX, 4 * LOOKS_MAX, 8 * LOOKS_MAX]
    assert behind.runs[-1] == LOOKS_MAX_BEHIND


def test_a_run_that_has_caught_up_is_followed_by_a_small_one(behind: Behind) -> None:
    behind.left = LOOKS_MAX + 1
    work = background()
    for _run in range(3):
        work.watch([M], now=NOW)
    assert behind.runs == [LOOKS_MAX, 2 * LOOKS_MAX, LOOKS_MAX]


def test_the_rest_between_two_looks_is_several_times_the_look_and_ends_when_told(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[float] = []
    moments: list[Any] = [NOW, NOW.replace(second=2), NOW.replace(second=30)]
    monkeypatch.setattr("counterfoil.jobs.background.clock.now", lambda: moments.pop(0))
    work = background()
    monkeypatch.setattr(work.ending, "wait", rested.append)
    work.watch([M], now=NOW)
    assert rested == [10.0]
    assert behind.runs == [LOOKS_MAX]
