"""The till in a real browser on its worst days: double presses, lost answers, reloads, a server that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.counter.acquirer import Fate
from tests.counter.shop import BEN, PINS
from tests.web.browser import Window

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser


def test_the_second_press_of_a_double_one_makes_no_second_sale_and_hides_no_change(window: Window) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.type("10")
    window.page.dblclick('.till-pay button[type="submit"]')
    window.sees("Change to the customer")
    window.page.keyboard.press("Enter")
    window.page.wait_for_timeout(300)
    assert window.orders() == ["paid"]
    assert window.counter.counts()["payments"] == 1


def test_a_reload_after_the_answer_was_lost_is_the_same_sale(window: Window) -> None:
    def answered_to_nobody(route: Route) -> None:
        route.fetch()
        route.abort()

    window.ring_up("bread")
    window.to_paying()
    window.page.route("**/till/data/sales", answered_to_nobody, times=1)
    window.page.route("**/till/data/sales", lambda route: route.abort())
    window.page.keyboard.press("Enter")
    window.sees("Do not charge again")
    window.page.wait_for_timeout(1200)
    window.page.unroute_all()
    window.page.reload()
    window.sees("No change")
    assert window.orders() == ["paid"]


def test_a_reload_before_the_sale_reached_the_books_sends_the_same_sale(window: Window) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.route("**/till/data/sales", lambda route: route.abort())
    window.page.keyboard.press("Enter")
    offer = "JSON.parse(Object.values(localStorage)[0]).offer"
    window.page.wait_for_function(f"() => {offer} !== null")
    assert window.orders() == []
    kept = window.page.evaluate(f"{offer}.order_id")
    window.page.unroute_all()
    window.page.reload()
    window.sees("No change")
    assert [row["order_id"] for row in window.counter.rows("SELECT order_id FROM orders")] == [kept]


def test_a_server_that_is_gone_is_said_so_and_the_sale_is_kept_and_sent_later(window: Window) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.route("**/till/data/**", lambda route: route.abort())
    window.page.keyboard.press("Enter")
    window.sees("The server does not answer")
    window.page.unroute_all()
    window.page.route("**/till/data/sales", lambda route: route.abort())
    window.page.press('[name="handed"]', "Enter")
    window.sees("No answer came")
    assert window.orders() == []
    window.page.unroute_all()
    window.page.click('button:has-text("Try again")')
    window.sees("No change")
    assert window.orders() == ["paid"]


def test_an_unknown_payment_forbids_another_charge_until_it_has_an_end(window: Window) -> None:
    window.counter.wechat.plan("charge", Fate.LOST_ANSWER)
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("F4")
    window.page.fill('[name="presented"]', "134567890123456789")
    window.page.keyboard.press("Enter")
    window.sees("Payment unknown: the bank is being asked")
    window.sees("Do not charge again")
    assert window.page.query_selector(".till-pay") is None
    window.page.reload()
    window.sees("Payment unknown: the bank is being asked")
    window.counter.clock.passes(seconds=10)
    window.page.click("text=Ask the bank now")
    window.sees("No change")
    assert window.orders() == ["paid"]


def test_a_second_tab_waits_and_goes_on_with_what_the_first_one_left(window: Window) -> None:
    other = window.page.context.new_page()
    other.goto(f"{window.address}/till")
    other.wait_for_selector("text=This till may be open in another tab")
    window.ring_up("bread")
    window.page.close()
    other.wait_for_selector('.till-line-name >> text="bread"')
    assert other.locator("text=This till may be open in another tab").count() == 0


def test_codes_that_come_faster_than_the_shop_answers_all_arrive_in_their_order(window: Window) -> None:
    for code in ("bread", "milk", "bread", "nobody", "tea"):
        window.page.keyboard.type(code)
        window.page.keyboard.press("Enter")
    window.page.wait_for_selector('.till-line-name >> text="tea"')
    lines = window.page.locator(".till-line").all_inner_texts()
    assert [line.split("\n")[0] for line in lines] == ["bread", "milk", "tea"]
    window.sees("No item has this code or name.")


def test_pay_pressed_before_the_last_item_is_in_waits_for_it(window: Window) -> None:
    for code in ("bread", "milk", "tea"):
        window.page.keyboard.type(code)
        window.page.keyboard.press("Enter")
    window.page.keyboard.press("F9")
    window.page.wait_for_selector(".till-pay")
    assert "10.50" in window.page.inner_text(".till-due")


@pytest.mark.parametrize("code", ["12345670", "6901234567892"])
def test_a_code_that_is_scanned_into_the_cash_is_no_cash(window: Window, code: str) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.type(code)
    window.page.keyboard.press("Enter")
    window.sees("That looks like a code")
    assert window.orders() == []


def test_what_a_scanner_types_arrives_whatever_was_pressed_last(window: Window) -> None:
    window.ring_up("bread")
    window.page.click('[aria-label="One bread more"]')
    window.total_is("10.00")
    with window.page.expect_response("**/till/data/basket"):
        window.page.keyboard.type("milk")
        window.page.keyboard.press("Enter")
    window.total_is("13.00")
    window.page.click('[aria-label="Change bread"]')
    window.page.fill('dialog [name="quantity"]', "1")
    window.page.keyboard.press("Enter")
    with window.page.expect_response("**/till/data/basket"):
        window.page.keyboard.type("tea")
        window.page.keyboard.press("Enter")
    window.total_is("10.50")


def test_who_takes_over_goes_on_with_the_same_basket(window: Window) -> None:
    window.ring_up("bread")
    window.page.click(".till-right >> text=Somebody else takes over")
    window.page.check('[name="who"][value="ben"]')
    window.page.fill('[name="pin"]', PINS[BEN])
    window.page.click('form[action="/till/switch"] button[type="submit"]')
    window.page.wait_for_selector(".till-line")
    window.to_paying()
    window.page.press('[name="handed"]', "Enter")
    window.sees("No change")
    assert [row["operator_id"] for row in window.counter.rows("SELECT operator_id FROM orders")] == [BEN]


def test_whoever_was_signed_out_meanwhile_signs_in_and_goes_on(window: Window) -> None:
    window.ring_up("bread")
    window.page.context.clear_cookies()
    window.page.keyboard.type("milk")
    window.page.keyboard.press("Enter")
    window.sees("You are signed out")
    window.page.click("text=Sign in >> nth=-1")
    window.sign_in()
    window.page.wait_for_selector('.till-line-name >> text="bread"')
