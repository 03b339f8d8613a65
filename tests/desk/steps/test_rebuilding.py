"""A charge that has no order gets one: from the acquirer's record, with its provenance, once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from counterfoil.books.payments.model import Kind
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import State
from counterfoil.desk.steps.model import Came, Stepped
from counterfoil.desk.watching import Watcher
from counterfoil.refusals import Refused
from tests.counter.acquirer import Movement
from tests.counter.shop import ANN
from tests.counter.till import Counter, no, sold
from tests.desk.steps.shop import FAY, OLA, TOM, billed, consent, file_of, given_back, leftover, press, rebuilt


def made(answer: Stepped | Refused) -> Stepped:
    assert isinstance(answer, Stepped), answer
    return answer


def orders(counter: Counter) -> int:
    return int(counter.value("SELECT count(*) FROM orders"))


def test_the_order_says_where_it_comes_from(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    asked = press(counter, case_id, record_id)
    assert made(rebuilt(counter, asked)).came is Came.DONE
    order = counter.order(asked.action_id)
    assert (order["state"], order["total_minor"], order["operator_id"]) == ("paid", 700, FAY)
    (line,) = counter.rows("SELECT name, amount_minor FROM order_lines WHERE order_id = :id", id=asked.action_id)
    assert (line["name"], line["amount_minor"]) == ("two loaves", 700)
    (fact,) = counter.rows("SELECT * FROM journal WHERE tag = 'order:sale:open'")
    assert (fact["body"]["rebuilt_from"], fact["actor_id"]) == (f"acquirer_record:{record_id}", FAY)


def test_its_payment_is_the_record_s_own_and_its_slip_is_due(counter: Counter) -> None:
    record_id, case_id = leftover(counter, our_reference="OWN1")
    rebuilt(counter, press(counter, case_id, record_id))
    payment = counter.payment("OWN1")
    assert (payment["state"], payment["standing"], payment["tender"]) == ("approved", "held", "wechat")
    assert payment["acquirer_reference"] == f"420000{record_id}"
    assert counter.value("SELECT state FROM slips WHERE order_id = :id", id=payment["order_id"]) == "due"


def test_the_rules_agree_afterwards_and_the_case_closes_by_the_books(counter: Counter) -> None:
    sold(counter.sell(counter.sale(counter.tender("wechat"))))
    counter.clock.passes(minutes=5)
    record_id = billed(counter)
    counter.clock.passes(hours=1)
    sold(counter.sell(counter.sale(counter.tender("wechat"))))
    with Watcher.over(counter.database.address) as watcher:
        watcher.look_until_done(counter.merchant_id, now=counter.clock.now)
        case_id = CaseId(
            counter.value("SELECT case_id FROM cases WHERE subject = :subject", subject=f"acquirer_record:{record_id}")
        )
        assert file_of(counter, case_id).case.diagnosis == "charged_no_order"
        made(rebuilt(counter, press(counter, case_id, record_id)))
        # The watch reads up to the horizon of the database's own clock.
        time.sleep(0.05)
        watcher.look_until_done(counter.merchant_id, now=counter.clock.now)
    assert file_of(counter, case_id).case.state is State.CLOSED


def test_the_case_tells_it(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    rebuilt(counter, press(counter, case_id, record_id))
    file = file_of(counter, case_id)
    begun, ended = file.events[-2:]
    assert (begun.body["step"], begun.text) == ("rebuild_order", "two loaves")
    assert ended.body["came"] == "done"
    assert file.case.state is State.IN_PROGRESS


def test_the_same_press_twice_makes_one_order(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    asked = press(counter, case_id, record_id)
    made(rebuilt(counter, asked))
    assert made(rebuilt(counter, asked)).repeated
    assert orders(counter) == 1


def test_many_presses_at_once_make_one_order(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    presses = [press(counter, case_id, record_id, by) for by in (FAY, OLA, FAY, OLA)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda asked: rebuilt(counter, asked), presses))
    assert orders(counter) == 1
    assert sum(isinstance(answer, Stepped) for answer in answers) == 1


def test_a_record_that_has_its_payment_is_not_rebuilt(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    rebuilt(counter, press(counter, case_id, record_id))
    assert no(rebuilt(counter, press(counter, case_id, record_id))) == "not_offered"
    assert orders(counter) == 1


def test_afterwards_the_money_can_be_given_back(counter: Counter) -> None:
    record_id, case_id = leftover(counter, our_reference="OWN1")
    counter.wechat.movements["OWN1"] = Movement(kind=Kind.SALE, amount_minor=700, original=None, done=True)
    rebuilt(counter, press(counter, case_id, record_id))
    answer = given_back(counter, press(counter, case_id, "OWN1"), consent(reason="nothing was handed over"))
    assert made(answer).came is Came.DONE
    assert counter.wechat.taken("OWN1") == 0


def test_a_record_without_a_store_wants_one_that_is_theirs(counter: Counter) -> None:
    record_id, case_id = leftover(counter, store_id=None)
    assert no(rebuilt(counter, press(counter, case_id, record_id))) == "may_not"
    assert no(rebuilt(counter, press(counter, case_id, record_id), store="s9")) == "may_not"
    assert orders(counter) == 0
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came"]
    assert made(rebuilt(counter, press(counter, case_id, record_id), store="s1")).came is Came.DONE


def test_what_was_sold_has_to_be_said_and_holds_no_card_number(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    assert no(rebuilt(counter, press(counter, case_id, record_id), goods="  ")) == "text_missing"
    assert no(rebuilt(counter, press(counter, case_id, record_id), goods="4242424242424242")) == "plain_number"
    assert orders(counter) == 0


def test_without_the_grant_nothing_is_rebuilt(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    for by in (ANN, TOM):
        assert no(rebuilt(counter, press(counter, case_id, record_id, by))) == "may_not"
    assert orders(counter) == 0
