"""The unpaid one of two orders is cancelled once, and never where money may have been taken for it."""

from __future__ import annotations

from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.steps.cancelling import cancel_unpaid
from counterfoil.desk.steps.model import Asked, Came, Stepped
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN
from tests.counter.till import Counter, no, sold
from tests.desk.steps.shop import FAY, OLA, TOM, file_of, found, press


def twins(counter: Counter) -> tuple[str, str, CaseId]:
    """Sell a basket, and ring it up once more without a tender; returns both orders and the case."""
    paid, unpaid = counter.sale(counter.tender()), counter.sale()
    sold(counter.sell(paid))
    sold(counter.sell(unpaid))
    case_id = found(
        counter,
        counter.number("F"),
        exception="duplicate_order",
        diagnosis="paid_and_unpaid",
        severity="low",
        next_step="cancel_the_unpaid_one",
        subject=f"order:{unpaid.order_id}",
        other_subject=f"order:{paid.order_id}",
        amount_at_risk_minor=0,
    )
    return paid.order_id, unpaid.order_id, case_id


def cancelled(counter: Counter, asked: Asked, reason: str = "double of another order") -> Stepped | Refused:
    return cancel_unpaid(counter.house, asked, reason=reason)


def test_the_unpaid_one_is_cancelled_and_the_paid_one_stays(counter: Counter) -> None:
    paid, unpaid, case_id = twins(counter)
    answer = cancelled(counter, press(counter, case_id, unpaid))
    assert isinstance(answer, Stepped)
    assert answer.came is Came.DONE
    assert (counter.order(unpaid)["state"], counter.order(paid)["state"]) == ("cancelled", "paid")
    assert file_of(counter, case_id).events[-1].body["came"] == "done"


def test_the_paid_one_is_not_offered(counter: Counter) -> None:
    paid, _unpaid, case_id = twins(counter)
    assert no(cancelled(counter, press(counter, case_id, paid))) == "not_offered"
    assert counter.order(paid)["state"] == "paid"


def test_the_same_press_twice_cancels_once(counter: Counter) -> None:
    _paid, unpaid, case_id = twins(counter)
    asked = press(counter, case_id, unpaid)
    cancelled(counter, asked)
    answer = cancelled(counter, asked)
    assert isinstance(answer, Stepped)
    assert answer.repeated
    assert counter.value("SELECT count(*) FROM journal WHERE tag = 'order:sale:cancelled'") == 1


def test_what_was_paid_meanwhile_is_not_cancelled(counter: Counter) -> None:
    _paid, unpaid, case_id = twins(counter)
    asked = press(counter, case_id, unpaid)
    counter.add_tender(unpaid, counter.tender())
    assert no(cancelled(counter, asked)) == "not_offered"
    assert counter.order(unpaid)["state"] == "paid"


def test_while_an_outcome_is_unknown_the_counter_refuses_and_the_case_says_so(counter: Counter) -> None:
    _paid, unpaid, case_id = twins(counter)
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    counter.add_tender(unpaid, counter.tender("wechat"))
    assert no(cancelled(counter, press(counter, case_id, unpaid))) == "another_is_unknown"
    assert counter.order(unpaid)["state"] == "open"
    assert file_of(counter, case_id).events[-1].body["came"] == "refused"


def test_of_two_people_one_is_told_who_was_first(counter: Counter) -> None:
    _paid, unpaid, case_id = twins(counter)
    one, other = (press(counter, case_id, unpaid, by) for by in (FAY, OLA))
    assert isinstance(cancelled(counter, one), Stepped)
    assert no(cancelled(counter, other)) == "not_offered"


def test_without_the_grant_nothing_is_cancelled(counter: Counter) -> None:
    _paid, unpaid, case_id = twins(counter)
    for by in (ANN, TOM):
        assert no(cancelled(counter, press(counter, case_id, unpaid, by))) == "may_not"
    assert no(cancelled(counter, press(counter, case_id, unpaid), reason=" ")) == "text_missing"
    assert counter.order(unpaid)["state"] == "open"
