"""The slip that an order of a case owes is told of once at the desk, as a till tells of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from counterfoil.books.slips.model import Told
from counterfoil.books.slips.states import Event
from counterfoil.desk.cases import taking
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import State
from counterfoil.desk.steps.model import Asked, Came, Offer, Step, Stepped
from counterfoil.desk.steps.printing import tell_of_slip
from counterfoil.desk.steps.store import offered
from counterfoil.desk.watching import Watcher
from counterfoil.ids import StaffId
from counterfoil.refusals import Refused
from tests.counter.shop import ANN, STORE
from tests.counter.till import Counter, no, sold
from tests.desk.steps.shop import (
    FAY,
    OLA,
    TOM,
    asked_again,
    double,
    file_of,
    found,
    given_back,
    leftover,
    lost,
    press,
    rebuilt,
    unknown,
    who,
)
from tests.desk.steps.test_doctor import broken

if TYPE_CHECKING:
    import sqlalchemy as sa


@pytest.fixture
def watcher(counter: Counter) -> Iterator[Watcher]:
    """Watch the counter's books."""
    with Watcher.over(counter.database.address) as opened:
        yield opened


def look(counter: Counter, watcher: Watcher) -> None:
    # The watch reads up to the horizon of the database's own clock.
    time.sleep(0.05)
    watcher.look_until_done(counter.merchant_id, now=counter.clock.now)


def unprinted(counter: Counter) -> tuple[str, CaseId]:
    """Sell something of which no slip came out, and let the rules find it; returns the order and the case."""
    sale = counter.sale(counter.tender())
    sold(counter.sell(sale))
    case_id = found(
        counter,
        counter.number("F"),
        exception="missing_slip",
        diagnosis="paid_no_slip",
        next_step="send_the_slip",
        subject=f"order:{sale.order_id}",
        amount_at_risk_minor=500,
    )
    return sale.order_id, case_id


def printing(counter: Counter, case_id: CaseId) -> list[Offer]:
    with counter.database.transaction(counter.merchant_id) as connection:
        return [one for one in offered(connection, counter.merchant_id, case_id) if one.step is Step.PRINT_SLIP]


def printed(counter: Counter, asked: Asked) -> Stepped | Refused:
    return tell_of_slip(counter.house, asked, event=Event.PRINTED)


def came(answer: Stepped | Refused) -> Came:
    assert isinstance(answer, Stepped), answer
    return answer.came


def slips(counter: Counter, order_id: str) -> dict[str, str]:
    rows = counter.rows("SELECT kind, state FROM slips WHERE order_id = :id", id=order_id)
    return {row["kind"]: row["state"] for row in rows}


def facts(counter: Counter) -> list[sa.RowMapping]:
    return list(counter.rows("SELECT * FROM journal WHERE tag LIKE 'slip:%' ORDER BY recorded_at"))


def test_the_slip_is_printed_and_the_books_say_by_whom_when_and_for_which_case(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    (offer,) = printing(counter, case_id)
    assert (offer.about, offer.amount_minor, offer.store_id, offer.is_back) == (order_id, 500, STORE, False)
    counter.clock.passes(minutes=1)
    assert came(printed(counter, press(counter, case_id, order_id, seen=None))) is Came.DONE
    assert slips(counter, order_id) == {"sale": "printed"}
    (fact,) = facts(counter)
    assert (fact["tag"], fact["subject"], fact["actor_id"]) == ("slip:sale:printed", f"slip:{order_id}", FAY)
    assert (fact["occurred_at"], fact["terminal_id"]) == (counter.clock.now, None)
    assert fact["body"] == {"case_id": case_id}
    last = file_of(counter, case_id)
    assert (last.case.owner_id, last.events[-1].body["came"]) == (FAY, "done")
    assert printing(counter, case_id) == []
    assert broken(counter).keys() <= {"stock_is_its_movements"}


def test_pressed_twice_it_is_one_slip_and_one_fact(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    asked = press(counter, case_id, order_id, seen=None)
    printed(counter, asked)
    again = printed(counter, asked)
    assert isinstance(again, Stepped)
    assert (again.came, again.repeated) == (Came.DONE, True)
    assert no(printed(counter, press(counter, case_id, order_id, seen=None))) == "not_offered"
    assert len(facts(counter)) == 1
    assert [event.kind.value for event in file_of(counter, case_id).events] == ["came", "begun", "ended"]


def test_what_a_till_prints_meanwhile_is_not_printed_again(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    asked = press(counter, case_id, order_id, seen=None)
    word = Told(slip_id=order_id, event=Event.PRINTED, told_at=counter.clock.now, operator_id=ANN)
    counter.house.slips.tell(counter.merchant_id, [word])
    assert no(printed(counter, asked)) == "not_offered"
    assert [fact["actor_id"] for fact in facts(counter)] == [ANN]


def test_a_slip_that_does_not_come_out_is_owed_further(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    asked = press(counter, case_id, order_id, seen=None)
    assert came(tell_of_slip(counter.house, asked, event=Event.FAILED, fault="paper_out")) is Came.DECLINED
    assert slips(counter, order_id) == {"sale": "failed"}
    assert len(printing(counter, case_id)) == 1
    assert came(printed(counter, press(counter, case_id, order_id, seen=None))) is Came.DONE
    assert slips(counter, order_id) == {"sale": "printed"}


def test_a_fault_that_cannot_be_kept_leaves_nothing_behind(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    asked = press(counter, case_id, order_id, seen=None)
    answer = tell_of_slip(counter.house, asked, event=Event.FAILED, fault="4242424242424242")
    assert no(answer) == "slip_fault_unusable"
    assert (slips(counter, order_id), facts(counter)) == ({"sale": "due"}, [])
    assert file_of(counter, case_id).case.state is State.OPEN


def test_the_slip_of_a_double_is_wanted_only_once_its_money_went_back(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    assert printing(counter, case_id) == []
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    (offer,) = printing(counter, case_id)
    assert (offer.about, offer.is_back) == (order_id, True)
    assert came(printed(counter, press(counter, case_id, order_id, seen=None))) is Came.DONE
    assert slips(counter, order_id) == {"sale": "printed", "void": "printed"}


def test_the_slip_of_a_refund_is_printed_from_the_case_that_gave_it_back(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    counter.clock.passes(days=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert slips(counter, order_id) == {"sale": "due", "refund": "due"}
    assert came(printed(counter, press(counter, case_id, order_id, seen=None))) is Came.DONE
    assert slips(counter, order_id) == {"sale": "printed", "refund": "printed"}


def test_an_order_that_was_rebuilt_owes_its_slip(counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    asked = press(counter, case_id, record_id)
    assert came(rebuilt(counter, asked)) is Came.DONE
    (offer,) = printing(counter, case_id)
    assert (offer.about, offer.is_back) == (asked.action_id, False)
    assert came(printed(counter, press(counter, case_id, offer.about, seen=None))) is Came.DONE
    assert slips(counter, asked.action_id) == {"sale": "printed"}


def test_a_charge_that_is_proven_owes_the_slip_of_its_sale(counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    assert printing(counter, case_id) == []
    counter.clock.passes(minutes=1)
    assert came(asked_again(counter, press(counter, case_id, payment_id))) is Came.DONE
    (offer,) = printing(counter, case_id)
    assert came(printed(counter, press(counter, case_id, offer.about, seen=None))) is Came.DONE


def test_what_is_still_owed_is_printed_after_the_case_has_closed_by_itself(counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    given_back(counter, press(counter, case_id, payment_id))
    lost(counter, case_id)
    before = file_of(counter, case_id)
    assert before.case.state is State.CLOSED
    asked = press(counter, case_id, order_id, OLA, seen=None)
    assert came(printed(counter, asked)) is Came.DONE
    again = printed(counter, asked)
    assert isinstance(again, Stepped)
    assert again.repeated
    after = file_of(counter, case_id)
    assert (after.case.state, after.case.owner_id) == (State.CLOSED, before.case.owner_id)
    assert after.events[-1].body == {"step": "print_slip", "about": order_id, "came": "done", "order_id": order_id}
    assert slips(counter, order_id)["void"] == "printed"


def test_it_is_told_whatever_somebody_wrote_into_the_case_meanwhile(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    asked = press(counter, case_id, order_id, seen=None)
    found(counter, case_id, diagnosis="slip_failed", next_step="repair_and_reprint", subject=f"order:{order_id}")
    assert came(printed(counter, asked)) is Came.DONE


@pytest.mark.parametrize("by", [TOM, ANN])
def test_only_who_works_on_cases_of_the_store_tells(counter: Counter, by: StaffId) -> None:
    order_id, case_id = unprinted(counter)
    assert no(printed(counter, press(counter, case_id, order_id, by, seen=None))) == "may_not"
    assert (slips(counter, order_id), facts(counter)) == ({"sale": "due"}, [])


def test_of_a_case_of_somebody_else_nothing_is_told(counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    with counter.database.transaction(counter.merchant_id) as connection:
        taking.take(
            connection,
            counter.merchant_id,
            case_id,
            action_id="take1",
            actor=who(counter, OLA),
            now=counter.clock.now,
            seen=1,
        )
    assert no(printed(counter, press(counter, case_id, order_id, seen=None))) == "owned_by_another"
    assert slips(counter, order_id) == {"sale": "due"}


def test_the_rules_find_no_slip_missing_any_more_and_the_case_closes_by_itself(
    counter: Counter, watcher: Watcher
) -> None:
    sale = counter.sale(counter.tender())
    sold(counter.sell(sale))
    counter.clock.passes(minutes=5)
    look(counter, watcher)
    (row,) = counter.rows("SELECT case_id, diagnosis FROM cases")
    assert row["diagnosis"] == "paid_no_slip"
    case_id = CaseId(row["case_id"])
    assert came(printed(counter, press(counter, case_id, sale.order_id, seen=None))) is Came.DONE
    look(counter, watcher)
    assert file_of(counter, case_id).case.state is State.CLOSED
