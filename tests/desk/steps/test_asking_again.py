"""The acquirer is asked again from a case, and the case says what it answered."""

from __future__ import annotations

from counterfoil.desk.cases.states import State
from counterfoil.desk.steps.model import Came, Stepped
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN
from tests.counter.till import Counter, no
from tests.desk.steps.shop import FAY, OLA, TOM, asked_again, file_of, press, unknown


def came(answer: Stepped | Refused) -> Came:
    assert isinstance(answer, Stepped), answer
    return answer.came


def asks(counter: Counter) -> int:
    return sum(verb == "ask" for verb, _id in counter.wechat.calls)


def test_an_answer_ends_the_payment_and_the_case_says_so(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    assert came(asked_again(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert counter.state(payment_id) == "approved"
    ended = file_of(counter, case_id).events[-1]
    assert ended.body["came"] == "done"
    assert ended.body["state"] == "approved"


def test_whoever_asks_has_the_case(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    asked_again(counter, press(counter, case_id, payment_id))
    case = file_of(counter, case_id).case
    assert (case.state, case.owner_id) == (State.IN_PROGRESS, FAY)


def test_a_silent_acquirer_leaves_it_unknown(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    counter.wechat.plan("ask", Fate.LOST_ANSWER)
    assert came(asked_again(counter, press(counter, case_id, payment_id))) is Came.UNKNOWN
    assert counter.state(payment_id) == "unknown"
    assert counter.value("SELECT count(*) FROM payments WHERE kind <> 'sale'") == 0


def test_the_same_press_twice_asks_once(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    counter.wechat.plan("ask", Fate.LOST_ANSWER)
    asked = press(counter, case_id, payment_id)
    asked_again(counter, asked)
    before = asks(counter)
    answer = asked_again(counter, asked)
    assert isinstance(answer, Stepped)
    assert answer.repeated
    assert asks(counter) == before


def test_what_has_ended_is_not_asked_about(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    asked = press(counter, case_id, payment_id)
    counter.resolve()
    assert no(asked_again(counter, asked)) == "not_offered"


def test_of_two_people_one_is_told_who_was_first(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    counter.wechat.plan("ask", Fate.LOST_ANSWER)
    one, other = (press(counter, case_id, payment_id, by) for by in (FAY, OLA))
    assert came(asked_again(counter, one)) is Came.UNKNOWN
    assert no(asked_again(counter, other)) == "changed_meanwhile"
    assert no(asked_again(counter, press(counter, case_id, payment_id, OLA))) == "owned_by_another"


def test_a_payment_of_another_case_is_not_asked_about_from_here(counter: Counter) -> None:
    _payment_id, case_id = unknown(counter)
    elsewhere, _other_case = unknown(counter)
    assert no(asked_again(counter, press(counter, case_id, elsewhere))) == "not_offered"


def test_without_the_grant_nobody_is_asked(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    before = asks(counter)
    assert no(asked_again(counter, press(counter, case_id, payment_id, ANN))) == "may_not"
    assert no(asked_again(counter, press(counter, case_id, payment_id, TOM))) == "may_not"
    assert asks(counter) == before
