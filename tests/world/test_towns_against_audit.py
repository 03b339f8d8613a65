"""A town's audit finds what was planted in it, and leaves its look-alikes alone: files in, findings out, scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.world.parameters import WorldParameters
from tests.world.audited import AuditedTown, audited

ORDERS = 20_000
FAULTS = 0.02
EXCEPTIONS = {"unconfirmed_delivery", "duplicate_order", "void_mismatch", "missing_slip", "orphan_return"}

#: At least these shares, in each exception of each town.
PRECISION = RECALL = 0.98
DIAGNOSIS_RIGHT = 0.95

#: Towns that are merchants of one world share an audit: they have nothing to do with each other, and cost seconds less.
TOWNS = 40
ORDERS_A_TOWN = 5_000
PLANTED_FOUND = 0.95
TOWNS_WITH_FALSE_OUTLIERS = 0.2


def test_the_audit_of_a_small_town_finds_all_that_was_planted_and_nothing_else(tmp_path: Path) -> None:
    town = audited(WorldParameters(seed=1, orders=2_000, faults=0.1, habits=0.3), tmp_path)
    assert len(town.planted()) == 200
    assert (town.found() - town.planted(), town.planted() - town.found()) == (set(), set())


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 11))
def test_the_audit_of_a_town_is_right_in_each_exception(seed: int, tmp_path: Path) -> None:
    score = audited(WorldParameters(seed=seed, orders=ORDERS, faults=FAULTS), tmp_path).score
    assert score.overall.tally.truths == ORDERS * FAULTS
    assert {each.exception for each in score.exceptions} == EXCEPTIONS
    shares = {
        each.exception: (each.tally.precision or 0.0, each.tally.recall or 0.0, each.diagnosis_accuracy or 0.0)
        for each in score.exceptions
    }
    least = (PRECISION, RECALL, DIAGNOSIS_RIGHT)
    wanting = {
        name: found
        for name, found in shares.items()
        if any(one < other for one, other in zip(found, least, strict=True))
    }
    assert wanting == {}, score.confusions


@pytest.mark.long
@pytest.mark.parametrize("seed", range(11, 21))
def test_in_a_clean_town_nothing_is_found_above_info(seed: int, tmp_path: Path) -> None:
    town = audited(WorldParameters(seed=seed, orders=ORDERS), tmp_path)
    assert town.found() == set()


@pytest.fixture(scope="module")
def with_planted_operators(tmp_path_factory: pytest.TempPathFactory) -> AuditedTown:
    parameters = WorldParameters(seed=501, orders=TOWNS * ORDERS_A_TOWN, days=90, merchants=TOWNS, planted_operator=6.0)
    return audited(parameters, tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def with_habits(tmp_path_factory: pytest.TempPathFactory) -> AuditedTown:
    parameters = WorldParameters(seed=502, orders=TOWNS * ORDERS_A_TOWN, days=90, merchants=TOWNS, habits=0.3)
    return audited(parameters, tmp_path_factory.mktemp("habits"))


@pytest.mark.long
def test_an_operator_who_voids_six_times_as_often_is_found(with_planted_operators: AuditedTown) -> None:
    planted = with_planted_operators.planted_operators()
    assert len(planted) == TOWNS
    assert len(planted & with_planted_operators.outliers()) >= PLANTED_FOUND * TOWNS


@pytest.mark.long
def test_habits_that_differ_by_three_tenths_seldom_make_an_outlier(with_habits: AuditedTown) -> None:
    false_outliers = with_habits.outliers()
    assert with_habits.planted_operators() == set()
    assert len({merchant for merchant, _ in false_outliers}) <= TOWNS_WITH_FALSE_OUTLIERS * TOWNS


@pytest.mark.long
def test_neither_planted_operators_nor_habits_are_faults(
    with_planted_operators: AuditedTown, with_habits: AuditedTown
) -> None:
    assert with_planted_operators.found() == with_habits.found() == set()
