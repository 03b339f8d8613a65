"""Money of a case goes back once: whoever presses, however often, whatever the acquirer does meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast

import pytest

from counterfoil.counter.house import House
from counterfoil.counter.undoing import Undoing
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import Event, State
from counterfoil.desk.steps.giving_back import give_back
from counterfoil.desk.steps.model import Asked, Came, Stepped
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN, SUE
from tests.counter.till import Counter, no
from tests.desk.steps.shop import FAY, OLA, TOM, consent, double, file_of, given_back, lost, press


def _of(asked: Asked, case_id: str) -> Asked:
    return replace(asked, case_id=CaseId(case_id))


def with_undoing(house: House, undoing: object) -> House:
    return replace(house, undoing=cast("Undoing", undoing))


class Crash(Exception):
    """The process is gone."""


class Crashing:
    """Where nobody hears what is to be given back."""

    def undo(self, _order: object, **_more: object) -> None:
        raise Crash


def came(answer: Stepped | Refused) -> Came:
    assert isinstance(answer, Stepped), answer
    return answer.came


def undos(counter: Counter, payment_id: str) -> list[str]:
    return [
        f"{row['kind']} {row['amount_minor']} {row['state']}"
        for row in counter.rows(
            "SELECT kind, amount_minor, state FROM payments WHERE original_payment_id = :id ORDER BY occurred_at",
            id=payment_id,
        )
    ]


def kinds(counter: Counter, case_id: str) -> list[str]:
    return [str(event.kind) for event in file_of(counter, case_id).events]


def test_the_double_is_voided_on_its_day(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert undos(counter, payment_id) == ["void 500 approved"]
    assert counter.order(order_id)["state"] == "voided"
    assert counter.host.taken(payment_id) == 0


def test_the_twin_is_left_alone(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    others = [
        row["payment_id"] for row in counter.rows("SELECT payment_id FROM payments") if row["payment_id"] != payment_id
    ]
    for other in others:
        assert no(given_back(counter, press(counter, case_id, other))) == "not_offered"
    assert kinds(counter, case_id) == ["came"]


def test_after_the_day_is_closed_the_double_is_refunded_with_its_goods(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    counter.clock.passes(days=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert undos(counter, payment_id) == ["refund 500 approved"]
    (line,) = counter.rows("SELECT refunded_quantity FROM order_lines WHERE order_id = :id", id=order_id)
    assert line["refunded_quantity"] == 1


def test_the_case_says_who_did_it_who_allowed_it_and_what_came_of_it(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    given_back(counter, asked)
    file = file_of(counter, case_id)
    assert file.case.state is State.IN_PROGRESS
    assert file.case.owner_id == FAY
    begun, ended = file.events[-2:]
    assert (begun.kind, begun.actor_id, begun.text) == (Event.BEGUN, FAY, "charged twice")
    assert begun.body["authoriser_id"] == SUE
    assert begun.body["payment_id"] == asked.action_id
    assert (ended.kind, ended.body["came"], ended.body["kind"]) == (Event.ENDED, "done", "void")


def test_the_same_press_twice_gives_back_once(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    assert came(given_back(counter, asked)) is Came.DONE
    again = given_back(counter, asked)
    assert came(again) is Came.DONE
    assert isinstance(again, Stepped)
    assert again.repeated
    assert undos(counter, payment_id) == ["void 500 approved"]
    assert kinds(counter, case_id) == ["came", "begun", "ended"]


def test_a_second_press_after_the_first_has_nothing_to_give_back(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    given_back(counter, press(counter, case_id, payment_id))
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"
    assert undos(counter, payment_id) == ["void 500 approved"]


def test_of_two_people_who_saw_the_same_page_one_is_told_who_was_first(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    counter.host.plan("void", Fate.DECLINED)
    one, other = (press(counter, case_id, payment_id, by) for by in (FAY, OLA))
    assert came(given_back(counter, one)) is Came.DECLINED
    answer = given_back(counter, other)
    assert no(answer) == "changed_meanwhile"
    assert isinstance(answer, Refused)
    assert answer.facts["actor_id"] == FAY
    assert undos(counter, payment_id) == ["void 500 declined"]


def test_of_two_people_the_second_finds_that_it_was_given_back(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    one, other = (press(counter, case_id, payment_id, by) for by in (FAY, OLA))
    assert came(given_back(counter, one)) is Came.DONE
    assert no(given_back(counter, other)) == "not_offered"
    assert undos(counter, payment_id) == ["void 500 approved"]


def test_a_case_in_another_s_hand_is_not_worked_on(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    counter.host.plan("void", Fate.DECLINED)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DECLINED
    assert no(given_back(counter, press(counter, case_id, payment_id, OLA))) == "owned_by_another"
    assert no(given_back(counter, press(counter, case_id, payment_id, SUE))) == "authoriser_is_operator"
    assert kinds(counter, case_id) == ["came", "begun", "ended"]


def test_many_presses_at_once_give_back_once(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    presses = [press(counter, case_id, payment_id) for _ in range(6)]

    def go(number: int) -> Stepped | Refused:
        return give_back(counter.house, presses[number // 2], consent())

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(go, range(12)))
    assert undos(counter, payment_id) == ["void 500 approved"]
    assert [call for call in counter.host.calls if call[0] == "void"] == [
        ("void", counter.value("SELECT payment_id FROM payments WHERE kind = 'void'"))
    ]
    assert any(isinstance(answer, Stepped) for answer in answers)
    assert kinds(counter, case_id).count("begun") == 1


def test_a_silent_acquirer_leaves_it_unknown_and_the_next_press_does_nothing_more(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    counter.host.plan("void", Fate.LOST_ANSWER)
    asked = press(counter, case_id, payment_id)
    assert came(given_back(counter, asked)) is Came.UNKNOWN
    assert came(given_back(counter, asked)) is Came.UNKNOWN
    assert [call for call in counter.host.calls if call[0] == "void"] == [("void", asked.action_id)]
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"
    counter.resolve()
    # A card host is asked to reverse a void that it never answered: the sale stands again, and can be given back again.
    assert undos(counter, payment_id) == ["void 500 cancelled"]
    assert counter.host.taken(payment_id) == 500
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert counter.host.taken(payment_id) == 0


def test_a_crash_before_anything_was_sent_is_finished_by_pressing_again(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    house: House = with_undoing(counter.house, Crashing())
    with pytest.raises(Crash):
        give_back(house, asked, consent())
    assert kinds(counter, case_id) == ["came", "begun"]
    assert undos(counter, payment_id) == []
    assert came(given_back(counter, asked)) is Came.DONE
    assert undos(counter, payment_id) == ["void 500 approved"]
    assert kinds(counter, case_id) == ["came", "begun", "ended"]


def test_what_the_acquirer_declines_moves_nothing_and_can_be_tried_again(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    counter.host.plan("void", Fate.DECLINED)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DECLINED
    # What is listed in the order of its time needs one.
    counter.clock.passes(seconds=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert undos(counter, payment_id) == ["void 500 declined", "void 500 approved"]


def test_a_wrong_pin_moves_nothing_and_leaves_no_trace_in_the_case(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    answer = given_back(counter, press(counter, case_id, payment_id), consent(pin="00000"))
    assert no(answer) == "pin_refused"
    assert kinds(counter, case_id) == ["came"]
    assert undos(counter, payment_id) == []


def test_without_a_second_person_nothing_goes_back(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    assert no(give_back(counter.house, press(counter, case_id, payment_id), None)) == "consent_missing"
    assert undos(counter, payment_id) == []


def test_a_cashier_allows_no_refund(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    assert no(given_back(counter, press(counter, case_id, payment_id), consent(ANN))) == "not_granted"
    assert undos(counter, payment_id) == []


def test_somebody_of_another_store_may_not(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    assert no(given_back(counter, press(counter, case_id, payment_id, TOM))) == "may_not"
    assert no(given_back(counter, press(counter, case_id, payment_id, ANN))) == "may_not"
    assert kinds(counter, case_id) == ["came"]


def test_a_reason_with_a_card_number_is_not_kept(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    answer = given_back(counter, press(counter, case_id, payment_id), consent(reason="card 4242424242424242"))
    assert no(answer) == "plain_number"
    assert kinds(counter, case_id) == ["came"]


def test_a_case_whose_books_agree_offers_nothing(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    lost(counter, case_id)
    assert no(given_back(counter, asked)) == "not_offered"


def test_an_unheard_of_case_is_told_so(counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    asked = press(counter, case_id, payment_id)
    for name in ("nobody", "<script>", "x" * 300):
        assert no(given_back(counter, _of(asked, name))) == "no_such_case"


def test_cash_goes_back_from_the_drawer(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter, "cash")
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert undos(counter, payment_id) == ["void 500 approved"]
    assert counter.order(order_id)["state"] == "voided"
