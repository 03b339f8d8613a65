"""Luck is a pure function of seed, name and number."""

from __future__ import annotations

import numpy as np
import pytest

from counterfoil.world.chance import Chance

MANY = np.arange(200_000, dtype=np.int64)


def test_a_draw_does_not_depend_on_its_neighbours() -> None:
    chance = Chance(1)
    whole = chance.below("tea", MANY, 1_000)
    assert np.array_equal(chance.below("tea", MANY[70:90], 1_000), whole[70:90])
    assert np.array_equal(chance.below("tea", MANY[::-1], 1_000), whole[::-1])


def test_seed_name_and_scope_each_make_another_draw() -> None:
    draws = [Chance(1), Chance(2), Chance(1, scope=1)]
    drawn = [chance.bits(name, MANY[:50]).tolist() for chance in draws for name in ("tea", "cake")]
    assert len({tuple(each) for each in drawn}) == len(drawn)


@pytest.mark.parametrize("bound", [1, 2, 7, 1_000_000])
def test_draws_stay_below_their_bound_and_reach_all_of_it(bound: int) -> None:
    drawn = Chance(3).below("tea", MANY, bound)
    assert 0 <= drawn.min() <= bound // 1_000
    assert drawn.max() < bound
    assert drawn.max() >= bound - max(1, bound // 1_000)


def test_draws_are_even() -> None:
    counts = np.bincount(Chance(4).below("tea", MANY, 20), minlength=20)
    assert abs(counts - 10_000).max() < 500


def test_what_never_happens_never_happens_and_what_always_happens_always_does() -> None:
    chance = Chance(5)
    assert not chance.happens("tea", MANY, 0).any()
    assert chance.happens("tea", MANY, 1_000_000).all()
    assert 950 < chance.happens("tea", MANY, 5_000).sum() < 1_050


def test_a_weight_of_nothing_is_never_picked() -> None:
    counts = np.bincount(Chance(6).pick("tea", MANY, (0, 3, 0, 1)), minlength=4)
    assert counts[0] == counts[2] == 0
    assert abs(counts[1] - 150_000) < 1_500


def test_different_numbers_never_collide() -> None:
    assert len(np.unique(Chance(7).bits("tea", MANY))) == len(MANY)
