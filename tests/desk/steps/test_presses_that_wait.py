"""Presses that wait between the page and the books, as behind a closing: what another did is not done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from counterfoil.counter.closing.day import Closed
from counterfoil.counter.closing.store import lock_day
from counterfoil.counter.taking_answers import Taken
from counterfoil.counter.undoing import Undoing
from counterfoil.desk.steps.giving_back import give_back
from counterfoil.desk.steps.judging import still_offered
from counterfoil.desk.steps.model import Asked, Came, Step, Stepped
from counterfoil.ids import StoreId
from counterfoil.refusals import Refused
from tests.counter.at_till import back_at_till
from tests.counter.shop import OPENING, STORE, SUE
from tests.counter.till import Counter, no, sold
from tests.counter.waiting import WAITING, until
from tests.desk.steps.shop import consent, double, given_back, press, twins
from tests.desk.steps.test_giving_back import Crash, Crashing, came, kinds, undos, with_undoing
from tests.desk.steps.test_giving_back_twice import excess, paid


class Meanwhile:
    """The counter's undo, before which something else happens."""

    def __init__(self, undoing: Undoing, what: Callable[[], object]) -> None:
        self._undoing, self._what = undoing, what

    def undo(self, *order: Any, **more: Any) -> Taken | Refused:  # noqa: ANN401 — whatever it is asked
        self._what()
        return self._undoing.undo(*order, **more)


def given_back_while(counter: Counter, asked: Asked, what: Callable[[], object]) -> Stepped | Refused:
    return give_back(with_undoing(counter.house, Meanwhile(counter.house.undoing, what)), asked, consent())


@contextmanager
def day_held(counter: Counter) -> Iterator[None]:
    """Keep the day as a closing does."""
    with counter.database.transaction(counter.merchant_id) as connection:
        lock_day(connection, counter.merchant_id, StoreId(STORE))
        yield


def _is_begun(counter: Counter, case_id: str, times: int) -> bool:
    return kinds(counter, case_id).count("begun") == times


def first_of_two(counter: Counter, payment_id: str) -> str:
    return str(counter.value(f"SELECT payment_id FROM payments WHERE payment_id <> '{payment_id}'"))


def test_two_windows_that_wait_for_a_closing_give_an_excess_back_once(counter: Counter) -> None:
    """The second window was opened while the first waited, and offered the same: 14.00 of 7.00 went back."""
    payment_id = paid(counter)
    case_id = excess(counter, payment_id)
    counter.clock.passes(days=1)
    answers: list[Future[Stepped | Refused]] = []
    with ThreadPoolExecutor(2) as pool:
        with day_held(counter):
            for number in (1, 2):
                answers.append(pool.submit(given_back, counter, press(counter, case_id, payment_id)))
                until(partial(_is_begun, counter, case_id, number))
        said = [answer.result() for answer in answers]
    assert sorted(answer.came if isinstance(answer, Stepped) else str(answer.code) for answer in said) == [
        "done",
        "not_offered",
    ]
    assert undos(counter, payment_id) == ["refund 200 approved"]
    assert kinds(counter, case_id).count("ended") == 2


def test_a_double_stays_when_a_till_gave_the_other_one_back_while_the_press_waited(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    first = first_of_two(counter, payment_id)
    asked = press(counter, case_id, payment_id)
    answer = given_back_while(counter, asked, lambda: counter.undo(first, 500))
    assert no(answer) == "not_offered"
    assert undos(counter, payment_id) == []
    assert counter.order(order_id)["state"] == "paid"
    assert came(given_back(counter, asked)) is Came.REFUSED


def test_an_excess_of_one_card_stays_when_the_other_card_had_it_back_while_the_press_waited(counter: Counter) -> None:
    sale = counter.sale(counter.tender("card", 300), counter.tender("cash", 200))
    sold(counter.sell(sale))
    first, second = (tender.payment_id for tender in sale.tenders)
    case_id = excess(counter, second, other_subject=f"payment:{first}")
    counter.clock.passes(days=1)
    answer = given_back_while(counter, press(counter, case_id, second), lambda: counter.undo(first, 200))
    assert no(answer) == "not_offered"
    assert undos(counter, second) == []


def test_while_a_press_is_judged_nobody_gives_the_other_one_back(counter: Counter) -> None:
    """What is judged by is locked, the other one of two also: a till that comes in between waits."""
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    with ThreadPoolExecutor(1) as pool:
        with counter.database.transaction(counter.merchant_id) as connection:
            assert still_offered(asked, Step.GIVE_BACK, 500)(connection) is None
            at_till = pool.submit(counter.undo, first_of_two(counter, payment_id), 500)
            until(lambda: counter.value(WAITING) == 1)
            assert not at_till.done()
        assert isinstance(at_till.result(), Taken)


def test_a_press_that_broke_off_and_comes_again_says_that_it_gave_back_now(counter: Counter) -> None:
    """It said that nothing was done again, when it was this very press that moved the money."""
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    with pytest.raises(Crash):
        give_back(with_undoing(counter.house, Crashing()), asked, consent())
    now = given_back(counter, asked)
    assert isinstance(now, Stepped)
    assert (now.came, now.repeated) == (Came.DONE, False)
    again = given_back(counter, asked)
    assert isinstance(again, Stepped)
    assert (again.came, again.repeated) == (Came.DONE, True)


@pytest.mark.parametrize("tender", ["card", "cash"])
def test_two_desks_and_two_tills_at_once_give_one_of_two_doubles_back(counter: Counter, tender: str) -> None:
    """Whoever is first takes the rows of both, in one order everywhere: nobody is locked out for good, or torn."""
    for _round in range(4):
        one, other, case_id = twins(counter, (tender, 500))
        first, second = (sale.tenders[0].payment_id for sale in (one, other))
        presses = [press(counter, case_id, second) for _window in range(2)]
        with ThreadPoolExecutor(4) as pool:
            answers = [
                *(pool.submit(given_back, counter, asked) for asked in presses),
                *(pool.submit(back_at_till, counter, payment_id) for payment_id in (second, first)),
            ]
        for answer in answers:
            assert isinstance(answer.result(), Stepped | Taken | Refused)
        assert len(undos(counter, first)) + len(undos(counter, second)) == 1
        counter.clock.passes(hours=2)


def test_a_closing_in_the_middle_neither_stops_a_press_nor_lets_it_through_twice(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    presses = [press(counter, case_id, payment_id) for _window in range(2)]
    with ThreadPoolExecutor(3) as pool:
        closing = pool.submit(counter.house.closing.close_day, counter.merchant_id, STORE, OPENING.date(), SUE)
        answers = [pool.submit(given_back, counter, asked) for asked in presses]
    assert isinstance(closing.result(), Closed | Refused)
    assert sum(isinstance(answer.result(), Stepped) for answer in answers) == 1
    assert len(undos(counter, payment_id)) == 1
