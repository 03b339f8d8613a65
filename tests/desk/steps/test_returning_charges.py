"""A charge that has no order, and of which nothing was handed over, goes back by one press: both facts, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.counter.authorising import Consent
from counterfoil.counter.undoing import Undoing, UndoOrder
from counterfoil.desk.cases.following.follow import contradict_closures
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import State
from counterfoil.desk.steps.model import Asked, Came, Step, Stepped
from counterfoil.desk.steps.returning_charges import return_charge
from counterfoil.desk.steps.store import offered
from counterfoil.ids import StoreId
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate, Movement
from tests.counter.shop import ANN, SUE
from tests.counter.till import Counter, no
from tests.desk.steps.shop import FAY, OLA, TOM, billed, consent, file_of, given_back, leftover, lost, press
from tests.desk.steps.test_doctor import broken


def charged(counter: Counter, **said: object) -> tuple[str, CaseId]:
    """Let the acquirer take money under a number of ours that no book knows; returns the record and the case."""
    counter.wechat.movements["OWN1"] = Movement(kind=Kind.SALE, amount_minor=700, original=None, done=True)
    return leftover(counter, our_reference="OWN1", **said)


def returned(
    counter: Counter, asked: Asked, allowed: Consent | None = None, *, store: str | None = None
) -> Stepped | Refused:
    store_id = None if store is None else StoreId(store)
    return return_charge(counter.house, asked, allowed or consent(reason="nothing sold"), store_id=store_id)


def came(answer: Stepped | Refused) -> Came:
    assert isinstance(answer, Stepped), answer
    return answer.came


def made(counter: Counter) -> tuple[int, list[tuple[str, int, str]]]:
    """Return how many orders there are, and what gives money back."""
    backs = counter.rows("SELECT kind, amount_minor, state FROM payments WHERE kind <> 'sale' ORDER BY occurred_at")
    orders = counter.value("SELECT count(*) FROM orders")
    return int(orders), [(row["kind"], row["amount_minor"], row["state"]) for row in backs]


def test_one_press_makes_the_order_and_gives_its_money_back(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    asked = press(counter, case_id, record_id)
    assert came(returned(counter, asked)) is Came.DONE
    orders, [(_kind, amount_minor, state)] = made(counter)
    assert (orders, amount_minor, state) == (1, 700, "approved")
    assert counter.wechat.taken("OWN1") == 0
    # The slip is the customer's: why somebody gave it back stands in the case.
    (line,) = counter.rows("SELECT sku, name FROM order_lines WHERE order_id = :id", id=asked.action_id)
    assert (line["sku"], line["name"]) == ("no-sale", "Charge without a sale")
    begun, ended = file_of(counter, case_id).events[-2:]
    assert (begun.body["step"], begun.body["authoriser_id"], begun.text) == ("return_charge", SUE, "nothing sold")
    assert (ended.body["came"], ended.body["payment_id"]) == ("done", asked.action_id)
    assert broken(counter).keys() <= {"stock_is_its_movements"}


def test_the_same_press_again_and_again_gives_back_once(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    asked = press(counter, case_id, record_id)
    returned(counter, asked)
    for _ in range(2):
        again = returned(counter, asked)
        assert isinstance(again, Stepped)
        assert again.repeated
    orders, backs = made(counter)
    assert (orders, len(backs)) == (1, 1)
    assert counter.wechat.taken("OWN1") == 0


def test_two_people_at_once_give_back_once(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    presses = [press(counter, case_id, record_id, by) for by in (FAY, OLA, FAY, OLA)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda asked: returned(counter, asked), presses))
    assert sum(isinstance(answer, Stepped) for answer in answers) == 1
    orders, backs = made(counter)
    assert (orders, len(backs)) == (1, 1)


class PowerCut(Exception):
    """Everything ends here."""


class Dying:
    """The counter's undo of a process that dies before it, or after it."""

    def __init__(self, undoing: Undoing, *, before: bool) -> None:
        self._undoing, self._before = undoing, before

    def undo(self, order: UndoOrder, **_more: object) -> object:
        if not self._before:
            self._undoing.undo(order)
        raise PowerCut


@pytest.mark.parametrize("before", [True, False])
def test_after_a_crash_between_the_two_the_same_press_goes_on(counter: Counter, before: bool) -> None:  # noqa: FBT001 — a parameter of pytest
    record_id, case_id = charged(counter)
    asked = press(counter, case_id, record_id)
    dying = replace(counter.house, undoing=cast("Undoing", Dying(counter.house.undoing, before=before)))
    with pytest.raises(PowerCut):
        return_charge(dying, asked, consent(reason="nothing sold"), store_id=None)
    orders, backs = made(counter)
    assert (orders, len(backs)) == (1, 0 if before else 1)
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came", "begun"]
    assert came(returned(counter, asked)) is Came.DONE
    orders, backs = made(counter)
    assert (orders, len(backs)) == (1, 1)
    assert counter.wechat.taken("OWN1") == 0
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came", "begun", "ended"]


def test_a_silent_acquirer_leaves_it_unknown_and_the_ladder_ends_it(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    counter.clock.passes(days=1)
    counter.wechat.plan("refund", Fate.LOST_ANSWER)
    asked = press(counter, case_id, record_id)
    assert came(returned(counter, asked)) is Came.UNKNOWN
    counter.resolve()
    assert came(returned(counter, asked)) is Came.DONE
    assert counter.wechat.refunded("OWN1") == 700


def test_without_consent_or_with_a_wrong_pin_nothing_is_made(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    asked = press(counter, case_id, record_id)
    assert no(return_charge(counter.house, asked, None, store_id=None)) == "consent_missing"
    assert no(returned(counter, asked, consent(pin="0000"))) == "pin_refused"
    assert made(counter) == (0, [])
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came"]


def test_without_the_grant_nothing_is_made(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    for by in (ANN, TOM):
        assert no(returned(counter, press(counter, case_id, record_id, by))) == "may_not"
    assert made(counter) == (0, [])


def test_a_record_without_a_store_wants_one(counter: Counter) -> None:
    record_id, case_id = charged(counter, store_id=None)
    assert no(returned(counter, press(counter, case_id, record_id))) == "may_not"
    assert came(returned(counter, press(counter, case_id, record_id), store="s1")) is Came.DONE


def test_where_no_channel_leads_to_the_acquirer_it_is_said_before_anything_is_made(counter: Counter) -> None:
    record_id, case_id = charged(counter, acquirer="elsewhere")
    with counter.database.transaction(counter.merchant_id) as connection:
        steps = [offer.step.value for offer in offered(connection, counter.merchant_id, case_id)]
    assert steps == ["rebuild_order", "return_charge"]
    assert no(returned(counter, press(counter, case_id, record_id))) == "no_channel"
    assert made(counter) == (0, [])
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came"]


@pytest.mark.parametrize("before", [True, False])
def test_books_that_agree_over_a_step_that_broke_off_open_its_case_again(counter: Counter, before: bool) -> None:  # noqa: FBT001 — a parameter of pytest
    """The rebuilt order makes the books agree, and the money is still here."""
    record_id, case_id = charged(counter)
    asked = press(counter, case_id, record_id)
    dying = replace(counter.house, undoing=cast("Undoing", Dying(counter.house.undoing, before=before)))
    with pytest.raises(PowerCut):
        return_charge(dying, asked, consent(reason="nothing sold"), store_id=None)
    lost(counter, case_id)
    contradicted(counter, minutes=1)
    assert file_of(counter, case_id).case.state is State.CLOSED
    contradicted(counter, minutes=1)
    if not before:
        # What gives the money back is in the books; nothing is left to do.
        assert file_of(counter, case_id).case.state is State.CLOSED
        return
    assert file_of(counter, case_id).case.state is State.OPEN
    assert file_of(counter, case_id).events[-1].body == {"broken_off": asked.action_id}
    contradicted(counter, minutes=9)
    assert broken(counter).keys() <= {"stock_is_its_movements"}
    assert came(returned(counter, asked)) is Came.DONE
    assert [str(event.kind) for event in file_of(counter, case_id).events][2:] == ["gone", "contradicted", "ended"]
    assert counter.wechat.taken("OWN1") == 0


def test_a_case_that_stays_closed_over_money_that_was_begun_is_found_by_the_doctor(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    dying = replace(counter.house, undoing=cast("Undoing", Dying(counter.house.undoing, before=True)))
    with pytest.raises(PowerCut):
        return_charge(dying, press(counter, case_id, record_id), consent(reason="nothing sold"), store_id=None)
    lost(counter, case_id)
    counter.clock.passes(minutes=59)
    assert "money_begun_is_not_closed_over" not in broken(counter)
    counter.clock.passes(minutes=2)
    assert broken(counter)["money_begun_is_not_closed_over"] == (f"case:{case_id}",)


@pytest.mark.parametrize("verb", ["void", "refund"])
def test_a_charge_that_did_not_go_back_after_all_opens_its_case_again_and_goes_back_by_another_press(
    counter: Counter, verb: str
) -> None:
    """The acquirer was silent, and said no when it was asked; the rebuilt order had made the books agree."""
    record_id, case_id = charged(counter)
    counter.clock.passes(days=1 if verb == "refund" else 0)
    counter.wechat.plan(verb, Fate.LOST_REQUEST, Fate.DECLINED)
    asked = press(counter, case_id, record_id)
    assert came(returned(counter, asked)) is Came.UNKNOWN
    lost(counter, case_id)
    contradicted(counter, minutes=3)
    assert file_of(counter, case_id).case.state is State.CLOSED
    counter.resolve()
    assert counter.state(asked.action_id) in {"declined", "cancelled"}
    assert counter.wechat.taken("OWN1") == 700
    contradicted(counter, minutes=3)
    assert file_of(counter, case_id).case.state is State.OPEN
    with counter.database.transaction(counter.merchant_id) as connection:
        (offer,) = offered(connection, counter.merchant_id, case_id)
    assert (offer.step, offer.amount_minor, offer.with_goods) == (Step.GIVE_BACK, 700, True)
    assert came(given_back(counter, press(counter, case_id, offer.about, OLA))) is Came.DONE
    assert counter.wechat.taken("OWN1") - counter.wechat.refunded("OWN1") == 0
    contradicted(counter, minutes=120)
    assert broken(counter).keys() <= {"stock_is_its_movements"}
    with counter.database.transaction(counter.merchant_id) as connection:
        (left,) = offered(connection, counter.merchant_id, case_id)
    assert (left.step, left.is_back) == (Step.PRINT_SLIP, True)


def test_a_charge_of_which_nothing_can_go_back_just_now_keeps_its_case_in_hand(counter: Counter) -> None:
    record_id, case_id = charged(counter)
    counter.wechat.plan("void", Fate.DECLINED)
    asked = press(counter, case_id, record_id)
    assert came(returned(counter, asked)) is Came.DECLINED
    lost(counter, case_id)
    contradicted(counter, minutes=3)
    assert file_of(counter, case_id).case.state is State.OPEN


def test_a_charge_that_the_acquirer_has_given_back_by_itself_is_not_given_back_again(counter: Counter) -> None:
    """Within the minute until the rules look again, its case still stood, and offered both steps."""
    record_id, case_id = charged(counter)
    billed(counter, kind="refund", our_reference=None, original_reference="OWN1")
    assert no(returned(counter, press(counter, case_id, record_id))) == "not_offered"
    assert made(counter) == (0, [])


def contradicted(counter: Counter, *, minutes: int) -> None:
    """Let time pass, and the watch look at closures."""
    counter.clock.passes(minutes=minutes)
    with counter.database.transaction(counter.merchant_id) as connection:
        contradict_closures(connection, counter.merchant_id, now=counter.clock.now)
