"""The till in a real browser: sales from the first item to their end, parked, repeated, and given back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from counterfoil.counter.paper.numbers import number_of
from counterfoil.ids import OrderId
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.merchants.tables import MERCHANTS, STORES, TERMINALS
from tests.counter.acquirer import Fate
from tests.counter.shop import PINS, SUE
from tests.counter.till import sold
from tests.web.browser import MEANT_MS, Opening, Window

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser


def test_a_cash_sale_needs_no_mouse(window: Window) -> None:
    window.ring_up("bread", "2*milk")
    assert "11.00" in window.page.inner_text("#till-total")
    window.to_paying()
    window.page.keyboard.type("20")
    window.sees("Change CNY 9.00")
    window.page.keyboard.press("Enter")
    window.sees("Change to the customer")
    assert "9.00" in window.page.inner_text(".till-change-large")
    assert window.orders() == ["paid"]
    window.next_sale()
    window.sees("The basket is empty")
    window.ring_up("tea")
    assert "2.50" in window.page.inner_text("#till-total")


def test_a_declined_card_is_paid_in_cash_without_ringing_up_again(window: Window) -> None:
    window.counter.host.plan("charge", Fate.DECLINED)
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("F3")
    window.page.fill('[name="presented"]', "tok_of_a_test")
    window.page.keyboard.press("Enter")
    window.sees("Declined: nothing was charged")
    window.page.press('[name="handed"]', "Enter")
    window.sees("No change")
    assert window.orders() == ["paid"]
    states = [
        row["state"] for row in window.counter.rows("SELECT state FROM payments ORDER BY occurred_at, state DESC")
    ]
    assert sorted(states) == ["approved", "declined"]


def test_a_sale_like_the_last_one_is_laid_beside_it_before_anything_is_charged(window: Window) -> None:
    window.sold("bread")
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("Is this the same sale twice?")
    assert window.orders() == ["paid"]
    window.page.click("text=A genuine repeat: charge")
    window.sees("No change")
    first, second = window.counter.rows("SELECT order_id, repeat_of FROM orders ORDER BY order_id")
    assert second["repeat_of"] == first["order_id"]


def test_the_same_sale_twice_is_not_charged(window: Window) -> None:
    window.sold("bread")
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("Is this the same sale twice?")
    window.page.wait_for_timeout(MEANT_MS)
    window.page.click("text=The same sale: do not charge")
    window.sees("The basket is empty")
    assert window.orders() == ["paid"]


def test_a_second_person_allows_a_discount_on_the_spot_and_their_pin_is_kept_nowhere(window: Window) -> None:
    window.ring_up("bread")
    window.page.keyboard.press("F7")
    window.page.fill('[name="share"]', "10")
    window.page.fill('[name="reason"]', "dented")
    window.page.keyboard.press("Enter")
    window.page.click("text=Ask a second person")
    window.page.check(f'[name="who"][value="{SUE}"]')
    window.page.fill('[name="pin"]', PINS[SUE])
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("text=Ask a second person", state="detached")
    assert "4.50" in window.page.inner_text("#till-total")
    assert PINS[SUE] not in window.page.evaluate("JSON.stringify(localStorage)")
    window.page.reload()
    window.page.wait_for_selector("#till-total")
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("No change")
    (line,) = window.counter.rows("SELECT * FROM order_lines WHERE line_kind = 'discount'")
    assert (line["amount_minor"], line["authoriser_id"], line["reason"]) == (50, SUE, "dented")


def test_a_sale_is_parked_and_taken_up_again(window: Window) -> None:
    window.ring_up("bread")
    window.page.keyboard.press("F6")
    window.sees("Any till of this store can take it up again")
    window.next_sale()
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.page.click("text=Take up again")
    window.sees("Still to pay")
    window.page.press('[name="handed"]', "Enter")
    window.sees("No change")
    assert window.orders() == ["paid"]


def test_what_is_still_loading_is_no_nothing(window: Window) -> None:
    window.ring_up("bread")
    window.page.keyboard.press("F6")
    window.sees("Any till of this store can take it up again")
    window.next_sale()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    window.page.route("**/till/data/parked", hold, times=1)
    window.page.keyboard.press("F8")
    # The last sales are there, and the parked ones on their way.
    window.page.wait_for_selector(".till-sale")
    assert window.page.locator("dialog .bones").count() == 1
    assert window.page.locator("text=Nothing is parked.").count() == 0
    held[0].continue_()
    window.page.wait_for_selector("dialog .bones", state="detached")
    assert window.page.locator(".till-sale").count() == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_hangs_over_the_edge_of_a_phone(opening_till: Opening, language: str) -> None:
    window = opening_till(language=language, width=390)
    with window.counter.database.transaction(window.counter.merchant_id) as connection:
        connection.execute(sa.update(TERMINALS).values(name="Till 1, at the entrance"))
        connection.execute(sa.update(STORES).values(name="The corner shop of the old town"))
    window.page.reload()
    window.page.wait_for_selector("#till-code")
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    seen = "document.querySelectorAll('main button, main article, main section, .topbar > *')"
    over = f"[...{seen}].filter((one) => one.getBoundingClientRect().right > 391)"
    out = f"{over}.map((one) => `${{one.tagName}}.${{one.className}}`)"

    def fits() -> None:
        assert window.page.evaluate(out) == []
        assert window.page.evaluate(too_wide) == 0

    fits()
    window.ring_up("bread", "milk")
    fits()
    window.page.click(".topbar .menu-of >> nth=-1 >> summary")
    edges = window.page.locator(".menu-sheet").last.evaluate("(one) => one.getBoundingClientRect().toJSON()")
    assert 0 <= edges["left"] < edges["right"] <= 390
    fits()
    window.page.keyboard.press("Escape")
    window.page.click(".till-bar >> .btn-primary")
    window.page.wait_for_selector(".till-pay")
    fits()
    window.page.press('[name="handed"]', "Enter")
    window.page.wait_for_selector(".till-answer-good")
    fits()


def test_money_goes_back_by_the_playbook(window: Window) -> None:
    window.page.add_init_script("window.print = () => undefined")
    window.page.reload()
    window.sold("bread")
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.page.click("dialog >> text=Give money back")
    window.page.select_option('dialog [name="cause"]', label="quality")
    window.page.fill('dialog [name="reason"]', "broken")
    window.page.check(f'[name="who"][value="{SUE}"]')
    window.page.fill('[name="pin"]', PINS[SUE])
    window.page.click('dialog button[type="submit"]')
    window.sees("Hand CNY 5.00 back in cash")
    assert window.orders() == ["voided"]
    window.page.wait_for_selector("dialog >> text=Print the slip")
    window.enters()
    window.sees("Did the slip come out?")
    window.enters()
    window.sees("The slip is printed.")
    states = window.counter.rows("SELECT state FROM slips WHERE kind = 'void'")
    assert [row["state"] for row in states] == ["printed"]
    (undo,) = window.counter.rows("SELECT reason, authoriser_id FROM payments WHERE kind = 'void'")
    assert (undo["reason"], undo["authoriser_id"]) == ("quality: broken", SUE)


def test_a_sale_is_found_by_the_number_on_its_slip(window: Window) -> None:
    window.sold("bread")
    (order,) = window.counter.rows("SELECT order_id FROM orders")
    window.page.keyboard.press("F8")
    window.page.fill('dialog [name="order"]', "another")
    window.page.keyboard.press("Enter")
    window.sees("This store has no order of this number.")
    window.page.fill('dialog [name="order"]', order["order_id"])
    window.page.keyboard.press("Enter")
    # A key that comes before the dialog is open would reach nobody.
    number = window.page.locator("dialog[open] .slip-number").inner_text()
    window.page.keyboard.press("Escape")
    window.page.fill('dialog [name="order"]', number.replace("-", " ").lower())
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(f"dialog .slip-number >> text={number}")


def test_where_two_sales_have_one_number_the_cashier_is_asked_which(window: Window) -> None:
    shop = window.counter
    for order_id in ("till-1-ABCD", "till-2-ABCD"):
        sale = shop.sale(shop.tender(), order_id=OrderId(order_id))
        with ThreadPoolExecutor(max_workers=1) as apart:
            sold(apart.submit(shop.sell, sale).result())
    window.page.keyboard.press("F8")
    window.page.fill('dialog [name="order"]', number_of(OrderId("till-1-ABCD"), shop.clock.now))
    window.page.keyboard.press("Enter")
    window.sees("Several sales have this number. Which one?")
    window.page.click(".till-find ~ .till-sales .till-sale >> nth=1")
    window.page.wait_for_selector("dialog .slip")


def test_what_is_sold_by_weight_asks_for_it_and_without_it_is_taken_out(window: Window) -> None:
    shop = window.counter
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "tea").values(sold_by="weight"))
    window.ring_up("tea")
    window.page.fill('dialog [name="quantity"]', "0.350")
    window.page.keyboard.press("Enter")
    window.sees("0.350 kg")
    window.total_is("0.88")
    window.ring_up("tea")
    window.page.wait_for_selector("dialog[open]")
    window.page.keyboard.press("Escape")
    window.page.wait_for_selector("#till dialog", state="detached")
    assert window.page.locator(".till-line").count() == 1


def test_an_item_without_a_price_asks_for_one(window: Window) -> None:
    shop = window.counter
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "tea").values(price_minor=None))
    with window.page.expect_response("**/till/data/basket"):
        window.page.keyboard.type("tea")
        window.page.keyboard.press("Enter")
    window.page.fill('dialog [name="price"]', "3.20")
    window.page.keyboard.press("Enter")
    window.total_is("3.20")


def test_a_customer_who_pays_a_part_and_leaves_gets_it_back(window: Window) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.type("2")
    window.page.keyboard.press("Enter")
    window.sees("Paid so far")
    window.page.click("text=Park")
    window.sees("Any till of this store can take it up again")
    window.next_sale()
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.page.click("dialog >> text=Give money back")
    window.page.select_option('dialog [name="cause"]', label="changed their mind")
    window.page.fill('[name="pin"]', PINS[SUE])
    window.page.click('dialog button[type="submit"]')
    window.sees("Hand CNY 2.00 back in cash")


def test_a_rest_that_coins_cannot_pay_is_laid_out_anew_without_ringing_up_again(window: Window) -> None:
    shop = window.counter
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(sa.update(MERCHANTS).values(cash_step_minor=100))
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "tea").values(price_minor=240))
    window.page.reload()
    shop.host.plan("charge", Fate.DECLINED)
    window.ring_up("tea")
    window.to_paying()
    window.page.keyboard.press("F3")
    window.page.fill('[name="presented"]', "tok_of_a_test")
    window.page.keyboard.press("Enter")
    window.sees("Coins cannot pay this exactly")
    window.page.click("text=Take cash, rounded")
    window.page.press('[name="handed"]', "Enter")
    window.sees("Paid CNY 2.00")
    assert sorted(window.orders()) == ["cancelled", "paid"]
