"""How purchases and faults are shared out over the days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from counterfoil.errors import BadOption
from counterfoil.world.calendar import Calendar
from counterfoil.world.chance import Chance
from counterfoil.world.faults.catalogue import FAULTS
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.plan import Plan, make_plan

DAYS = 60


def plan_of(orders: int, faults_wanted: int, seed: int = 1, days: int = DAYS) -> Plan:
    calendar = Calendar(first_day=date(2025, 1, 6), days=days, time_zone="UTC")
    return make_plan(calendar=calendar, orders=orders, faults_wanted=faults_wanted, faults=FAULTS, chance=Chance(seed))


@pytest.mark.parametrize("orders", [1, 59, 300, 12_345])
def test_the_days_sum_to_the_orders(orders: int) -> None:
    assert plan_of(orders, 0).orders.sum() == orders


@pytest.mark.parametrize(("orders", "wanted"), [(300, 6), (300, 100), (5_000, 2_500)])
def test_all_faults_find_a_day(orders: int, wanted: int) -> None:
    plan = plan_of(orders, wanted)
    assert len(plan.faults) == plan.first_fault[-1] == wanted


def test_a_fault_lies_where_it_can_be_decided() -> None:
    plan = plan_of(5_000, 1_000)
    day_of = np.repeat(np.arange(DAYS), np.diff(plan.first_fault))
    for place, day in zip(plan.faults, day_of, strict=True):
        fault, age = FAULTS[place], DAYS - 1 - day
        assert fault.since_start <= day
        assert fault.age_min <= age <= (fault.age_max or DAYS)


def test_a_day_draws_what_its_orders_need() -> None:
    """A double brings two orders of one purchase; a lost order leaves none."""
    plan = plan_of(5_000, 1_000)
    adds = np.array([fault.adds - fault.loses_order for fault in FAULTS])
    day_of = np.repeat(np.arange(DAYS), np.diff(plan.first_fault))
    brought = np.array([adds[plan.faults[day_of == day]].sum() for day in range(DAYS)])
    assert (plan.slots + brought == plan.orders).all()
    assert (plan.slots >= np.diff(plan.first_fault)).all()


def test_too_many_faults_for_the_days_are_refused_with_the_numbers() -> None:
    with pytest.raises(BadOption, match=r"20 faults find no room in 10 orders of 60 days \(.* fits \d+ times"):
        plan_of(10, 20)


def test_faults_of_the_last_days_are_refused_with_the_advice_that_makes_room() -> None:
    with pytest.raises(BadOption, match=r"365 days \(.*\); give fewer faults or fewer --days$"):
        plan_of(20_000, 10_000, days=365)
    assert len(plan_of(20_000, 10_000, days=180).faults) == 10_000


def test_no_fewer_days_are_advised_than_faults_need() -> None:
    with pytest.raises(BadOption, match=r"60 days \(.*\); give fewer faults$"):
        plan_of(10, 20)


def test_the_few_faults_of_a_small_town_are_of_different_diagnoses() -> None:
    plan = plan_of(300, 20)
    assert len({(FAULTS[each].exception, FAULTS[each].diagnosis) for each in plan.faults}) == 20


@pytest.mark.parametrize("currency", ["zz", "cny", "CNYX", ""])
def test_a_currency_that_the_books_would_quarantine_is_refused(currency: str) -> None:
    with pytest.raises(BadOption, match="--currency: expected an ISO 4217 code"):
        WorldParameters(seed=1, orders=10, currency=currency)
