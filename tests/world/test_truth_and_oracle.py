"""The truth is what the law says of the books, no more and no less, as an independent reader of the law finds it."""

from __future__ import annotations

import pytest

from counterfoil.world.parameters import WorldParameters
from tests.world.towns import found_by_the_oracle, scored, truth_of

#: Small enough to be read row by row in Python, and large enough for every diagnosis.
ORDERS = 300


@pytest.mark.parametrize("seed", range(100, 110))
def test_each_fault_gives_exactly_its_one_finding_and_nothing_else_is_found(seed: int) -> None:
    parameters = WorldParameters(seed=seed, orders=ORDERS, faults=0.35)
    assert scored(found_by_the_oracle(parameters, parameters.time_zone)) == truth_of(parameters)


@pytest.mark.parametrize("seed", [200, 201])
def test_a_clean_town_has_no_finding_above_info(seed: int) -> None:
    parameters = WorldParameters(seed=seed, orders=ORDERS)
    assert scored(found_by_the_oracle(parameters, parameters.time_zone)) == {}


def test_the_default_town_is_decided_alike_by_the_clock_of_utc() -> None:
    """Whoever forgets the policy of a Chinese town still gets its truth: nobody sells there at eight o'clock."""
    parameters = WorldParameters(seed=300, orders=ORDERS, faults=0.3)
    assert scored(found_by_the_oracle(parameters, "UTC")) == truth_of(parameters)


@pytest.mark.parametrize("time_zone", ["America/New_York", "Asia/Kolkata"])
def test_a_town_in_another_zone_keeps_its_promise_over_a_change_of_clocks(time_zone: str) -> None:
    parameters = WorldParameters(seed=301, orders=ORDERS, faults=0.3, days=100, time_zone=time_zone)
    assert scored(found_by_the_oracle(parameters, time_zone)) == truth_of(parameters)


def test_two_merchants_with_the_same_ids_do_not_disturb_each_other() -> None:
    parameters = WorldParameters(seed=302, orders=2 * ORDERS, faults=0.3, merchants=2)
    assert scored(found_by_the_oracle(parameters, parameters.time_zone)) == truth_of(parameters)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(400, 430))
def test_truth_and_oracle_agree_in_many_towns(seed: int) -> None:
    orders = 300 + 40 * (seed - 400)
    parameters = WorldParameters(seed=seed, orders=orders, faults=0.25, merchants=1 + seed % 2)
    assert scored(found_by_the_oracle(parameters, parameters.time_zone)) == truth_of(parameters)
