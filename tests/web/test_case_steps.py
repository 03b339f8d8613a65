"""The steps of a case as somebody presses them on its page: once, whatever happens, and said plainly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from counterfoil.desk.steps.returning_charges import return_charge
from tests.counter.acquirer import Fate
from tests.counter.shop import PINS, SUE
from tests.counter.till import Counter
from tests.desk.steps.shop import consent, double, file_of, found, leftover, unknown
from tests.desk.steps.shop import press as press_of
from tests.desk.steps.test_linking import came_back, homeless, original
from tests.desk.steps.test_returning_charges import Dying, PowerCut, charged
from tests.web.desk import case_page, form_on, forms_of, press, read, send, state_of
from tests.web.shop import Visitor, leads_to

if TYPE_CHECKING:
    from counterfoil.counter.undoing import Undoing

AWKWARD = ("<script>alert(1)</script>", "\u202eחנה לוי", "محمد " * 60)


def test_the_money_goes_back_by_the_button(desk: Visitor, counter: Counter) -> None:
    order_id, payment_id, case_id = double(counter)
    answer = press(desk, case_id, "/refunds", reason="charged twice", authoriser=SUE, pin=PINS[SUE])
    assert leads_to(answer) == f"/desk/cases/{case_id}"
    said = read(case_page(desk, case_id))
    assert "Give the money back: done" in said
    assert "Done, and proven." in said
    assert counter.host.taken(payment_id) == 0
    assert counter.order(order_id)["state"] == "voided"


def test_a_button_pressed_twice_gives_back_once(desk: Visitor, counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    form = form_on(case_page(desk, case_id), "/refunds")
    typed = {"reason": "charged twice", "authoriser": SUE, "pin": PINS[SUE]}
    assert leads_to(send(desk, form, **typed)) == f"/desk/cases/{case_id}"
    assert leads_to(send(desk, form, **typed)) == f"/desk/cases/{case_id}"
    assert "nothing was done again" in read(case_page(desk, case_id))
    assert counter.value("SELECT count(*) FROM payments WHERE original_payment_id = :id", id=payment_id) == 1


def test_a_silent_acquirer_is_told_plainly(desk: Visitor, counter: Counter) -> None:
    _order_id, _payment_id, case_id = double(counter)
    counter.host.plan("void", Fate.LOST_ANSWER)
    press(desk, case_id, "/refunds", reason="charged twice", authoriser=SUE, pin=PINS[SUE])
    said = read(case_page(desk, case_id))
    assert "The acquirer has not answered." in said
    assert "Give CNY 5.00 back" not in said
    assert "Ask the acquirer again" in said


def test_a_wrong_pin_is_told_and_nothing_moves(desk: Visitor, counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    answer = press(desk, case_id, "/refunds", reason="charged twice", authoriser=SUE, pin="00000")
    assert answer.status_code == 409
    assert "The PIN was not accepted" in read(answer)
    assert counter.host.taken(payment_id) == 500


def test_the_pin_stands_nowhere(desk: Visitor, counter: Counter) -> None:
    _order_id, _payment_id, case_id = double(counter)
    answer = press(desk, case_id, "/refunds", reason="charged twice", authoriser=SUE, pin=PINS[SUE])
    assert PINS[SUE] not in answer.text
    assert PINS[SUE] not in case_page(desk, case_id).text
    assert counter.value("SELECT count(*) FROM journal WHERE body::text LIKE :pin", pin=f"%{PINS[SUE]}%") == 0


def test_the_acquirer_is_asked_again_by_the_button(desk: Visitor, counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.clock.passes(minutes=1)
    assert leads_to(press(desk, case_id, "/inquiries")) == f"/desk/cases/{case_id}"
    assert counter.state(payment_id) == "approved"


def test_a_form_without_its_token_does_nothing(desk: Visitor, counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    form = form_on(case_page(desk, case_id), "/refunds")
    del form.fields["form_token"]
    answer = send(desk, form, reason="charged twice", authoriser=SUE, pin=PINS[SUE])
    assert answer.status_code == 419
    assert counter.host.taken(payment_id) == 500
    assert state_of(counter, case_id) == "open"


def test_a_form_of_a_session_that_has_ended_does_nothing(desk: Visitor, counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    form = form_on(case_page(desk, case_id), "/refunds")
    desk.post("/sign-out", form_on=f"/desk/cases/{case_id}")
    answer = send(desk, form, reason="charged twice", authoriser=SUE, pin=PINS[SUE])
    assert answer.status_code in {303, 419}
    assert counter.host.taken(payment_id) == 500
    assert state_of(counter, case_id) == "open"


def test_a_return_without_its_sale_is_closed_with_the_sale_as_proof(desk: Visitor, counter: Counter) -> None:
    case_id = found(
        counter,
        counter.number("F"),
        exception="orphan_return",
        diagnosis="refund_without_order",
        next_step="find_the_original",
        subject="return:R1",
    )
    page = case_page(desk, case_id)
    (form,) = [one for one in forms_of(page) if one.fields.get("reason") == "original_found"]
    assert send(desk, form, proof="order:").status_code == 409
    assert "There is no order:A17" in read(send(desk, form, proof="order:A17"))
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    assert leads_to(send(desk, form, proof=f"order:{sale.order_id}")) == f"/desk/cases/{case_id}"
    said = read(case_page(desk, case_id))
    assert "the original sale was found" in said
    assert f"shown by order {sale.order_id}" in said


def test_both_are_kept_by_one_press(desk: Visitor, counter: Counter) -> None:
    _order_id, payment_id, case_id = double(counter)
    form = form_on(case_page(desk, case_id), "/closure")
    assert form.fields["reason"] == "genuine_repeat"
    assert leads_to(send(desk, form)) == f"/desk/cases/{case_id}"
    assert "bought twice on purpose: keep both" in read(case_page(desk, case_id))
    assert state_of(counter, case_id) == "closed"
    assert counter.host.taken(payment_id) == 500


def test_a_charge_without_an_order_gets_one_by_the_button(desk: Visitor, counter: Counter) -> None:
    record_id, case_id = leftover(counter)
    page = case_page(desk, case_id)
    assert "No order belongs to this charge." in read(page)
    assert "bill.csv :7" in read(page)
    assert leads_to(press(desk, case_id, "/orders", goods="two loaves")) == f"/desk/cases/{case_id}"
    said = read(case_page(desk, case_id))
    assert "Order rebuilt from the acquirer’s record" in said
    assert record_id in said
    assert counter.value("SELECT count(*) FROM orders") == 1


def test_a_charge_of_which_nothing_was_sold_goes_back_by_one_button(desk: Visitor, counter: Counter) -> None:
    _record_id, case_id = charged(counter)
    answer = press(desk, case_id, "/charges", reason="nothing sold", authoriser=SUE, pin=PINS[SUE])
    assert leads_to(answer) == f"/desk/cases/{case_id}"
    assert "Nothing was sold: give the charge back: done" in read(case_page(desk, case_id))
    assert counter.wechat.taken("OWN1") == 0
    assert counter.value("SELECT count(*) FROM orders") == 1


def test_what_broke_off_in_the_middle_goes_on_by_a_button(desk: Visitor, counter: Counter) -> None:
    """The process died between the order that was made and the money that was to go back."""
    record_id, case_id = charged(counter)
    form = form_on(case_page(desk, case_id), "/charges")
    asked = replace(press_of(counter, case_id, record_id), action_id=form.fields["action_id"])
    dying = replace(counter.house, undoing=cast("Undoing", Dying(counter.house.undoing, before=True)))
    with pytest.raises(PowerCut):
        return_charge(dying, asked, consent(reason="nothing sold"), store_id=None)
    assert "Go on" not in read(case_page(desk, case_id))
    counter.clock.passes(minutes=3)
    page = case_page(desk, case_id)
    assert "Nothing was sold: give the charge back: broke off" in read(page)
    broken_off = next(one for one in forms_of(page) if one.fields.get("action_id") == asked.action_id)
    leads_to(send(desk, broken_off, authoriser=SUE, pin=PINS[SUE]))
    assert "Nothing was sold: give the charge back: done" in read(case_page(desk, case_id))
    assert counter.wechat.taken("OWN1") == 0


def test_a_return_is_linked_to_its_sale_and_the_link_is_taken_back(desk: Visitor, counter: Counter) -> None:
    order_id = original(counter)
    case_id = homeless(counter, came_back(counter))
    refused = press(desk, case_id, "/links", order="nowhere")
    assert refused.status_code == 409
    assert "There is no order nowhere of this merchant" in read(refused)
    assert leads_to(press(desk, case_id, "/links", order=order_id)) == f"/desk/cases/{case_id}"
    said = read(case_page(desk, case_id))
    assert "Link the return to its order: done" in said
    assert "Return linked to its order" in said
    assert leads_to(press(desk, case_id, "/links/taken_back")) == f"/desk/cases/{case_id}"
    assert "Link to the order taken back" in read(case_page(desk, case_id))
    assert form_on(case_page(desk, case_id), "/links").fields["about"]


def test_what_is_written_off_is_signed_by_two(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    form = form_on(case_page(desk, case_id), "/closure")
    typed = {"reason": "written_off", "text": "the customer is gone"}
    for unsigned in ({}, {"authoriser": SUE, "pin": ""}, {"authoriser": SUE, "pin": "00000"}):
        assert send(desk, form, **typed, **unsigned).status_code == 409
        assert state_of(counter, case_id) == "open"
    answer = send(desk, form, **typed, authoriser=SUE, pin=PINS[SUE])
    assert leads_to(answer) == f"/desk/cases/{case_id}"
    closed = file_of(counter, case_id).events[-1]
    assert (closed.body["reason"], closed.body["authoriser_id"]) == ("written_off", SUE)


def test_a_question_whose_answer_is_no_was_answered_all_the_same(desk: Visitor, counter: Counter) -> None:
    payment_id, case_id = unknown(counter)
    counter.wechat.movements[payment_id].undone = True
    counter.clock.passes(minutes=1)
    press(desk, case_id, "/inquiries")
    said = read(case_page(desk, case_id))
    assert counter.state(payment_id) in {"declined", "cancelled"}
    assert "The acquirer has answered; the payment has its end." in said
    assert "Ask the acquirer again: answered; it did not happen, and no money is held" in said
    assert "not done" not in said
