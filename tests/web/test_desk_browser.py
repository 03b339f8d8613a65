"""The desk in a real browser: walked by keys, counting by itself, and a step pressed as people press."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, TypeVar

import pytest

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.web import streams
from counterfoil.web.desk import live
from tests.counter.shop import PINS, SUE
from tests.counter.till import Counter
from tests.desk.steps.shop import FAY, OLA, double, found, hire, leftover, unknown
from tests.web.browser import Window, served, shop_of, window_on
from tests.web.shop import PASSWORD, give_passwords

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

#: What the browser itself says of an answer that was a "no".
_EXPECTED = "Failed to load resource"
_numbers = count(1)
Sold = TypeVar("Sold")


Opening = Callable[..., Window]


@pytest.fixture
def opening(chromium: Browser, town: Database) -> Iterator[Opening]:
    """Open browsers at the desk of one shop."""
    with ExitStack() as stack:
        shop = stack.enter_context(shop_of(town, MerchantId(f"d{next(_numbers)}")))
        hire(shop)
        give_passwords(town, shop.merchant_id, FAY, OLA)
        address = stack.enter_context(served(shop))
        windows: list[Window] = []

        def opened(who: str = FAY, *, theme: str = "light", width: int = 1280, script: bool = True) -> Window:
            context = chromium.new_context(
                locale="en", color_scheme=theme, viewport={"width": width, "height": 900}, java_script_enabled=script
            )
            stack.callback(context.close)
            window = window_on(context, shop, address)
            windows.append(window)
            window.page.goto(f"{address}/sign-in?next=/desk")
            if window.page.query_selector('[name="merchant"]') is not None:
                window.page.fill('[name="merchant"]', shop.merchant_id)
            window.page.fill('[name="who"]', who)
            window.page.fill('[name="password"]', PASSWORD)
            window.page.click('form[action="/sign-in"] button[type="submit"]')
            window.page.wait_for_selector("#tally")
            return window

        yield opened
        for window in windows:
            assert [one for one in window.complaints if _EXPECTED not in one] == []


def apart(sell: Callable[[Counter], Sold], counter: Counter) -> Sold:
    """Let somebody sell in a thread of theirs: the browser's own loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(sell, counter).result()


def case_of(window: Window, case_id: str) -> None:
    """Open the page of a case."""
    window.page.goto(f"{window.address}/desk/cases/{case_id}")
    window.page.wait_for_selector("#said")


def give_back(window: Window) -> None:
    """Fill the form of the main step in, and press it."""
    window.page.click(".offer summary")
    window.page.fill('.offer [name="reason"]', "charged twice")
    window.page.select_option('.offer [name="authoriser"]', SUE)
    window.page.fill('.offer [name="pin"]', PINS[SUE])
    window.page.click('.offer button[type="submit"]')


def test_a_list_is_walked_by_keys_and_opened(opening: Opening) -> None:
    window = opening()
    for number in range(3):
        found(window.counter, f"F{number}", explanation_en=f"case {number}", amount_at_risk_minor=100 - number)
    window.page.goto(f"{window.address}/desk?sort=money")
    focused = "document.activeElement.textContent"
    window.page.keyboard.press("j")
    window.page.keyboard.press("j")
    assert window.page.evaluate(focused) == "case 1"
    window.page.keyboard.press("k")
    assert window.page.evaluate(focused) == "case 0"
    window.page.keyboard.press("/")
    assert window.page.evaluate("document.activeElement.id") == "q"
    window.page.keyboard.press("Tab")
    window.page.click("h1")
    window.page.keyboard.press("j")
    window.page.keyboard.press("x")
    assert window.page.is_checked('.case-row input[value^="F0@"]')
    window.page.keyboard.press("j")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#said")
    assert window.page.url.endswith("/desk/cases/F1")


def test_a_filter_changes_the_list_and_the_address_and_back_leads_back(opening: Opening) -> None:
    window = opening()
    found(window.counter, "F1", severity="low")
    found(window.counter, "F2")
    window.page.goto(f"{window.address}/desk")
    window.page.click(".more-filters summary")
    window.page.select_option("#severity", "low")
    window.page.wait_for_selector(".case-row ~ .case-row", state="detached")
    assert "severity=low" in window.page.url
    window.page.go_back()
    window.page.wait_for_selector(".case-row ~ .case-row")


def test_the_figures_count_by_themselves(opening: Opening) -> None:
    window = opening()
    assert window.page.inner_text("#tally .tile-value") == "0"
    found(window.counter, "F1")
    window.page.wait_for_selector("#tally .tile:first-child .tile-value:text-is('1')")


def test_a_page_without_room_to_listen_says_nothing_and_asks_again(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signs in at a seventh device, or has a seventh window open, is told of no fault of theirs."""
    window = opening()
    monkeypatch.setattr(streams, "STREAMS_OF_ONE_MAX", 0)
    monkeypatch.setattr(live, "ASK_AGAIN_MS", 50)
    with window.page.expect_response("**/desk/live"):
        window.page.reload()
    with window.page.expect_response("**/desk/live"):
        pass
    assert window.page.query_selector("#toasts .toast-item") is None
    monkeypatch.undo()
    found(window.counter, "F1")
    window.page.wait_for_selector("#tally .tile:first-child .tile-value:text-is('1')")


def test_a_page_that_is_opened_behind_another_holds_no_stream(opening: Opening) -> None:
    """Cases opened in tabs behind the list would take every connection that a browser keeps to one place."""
    window = opening()
    window.page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => !window.isSeen})")
    window.page.goto("about:blank")
    with window.page.expect_event("requestfailed", lambda request: request.url.endswith("/desk/live")):
        window.page.goto(f"{window.address}/desk")
    found(window.counter, "F1")
    window.page.evaluate("window.isSeen = true; document.dispatchEvent(new Event('visibilitychange'))")
    window.page.wait_for_selector("#tally .tile:first-child .tile-value:text-is('1')")


def test_money_goes_back_by_one_press_and_the_page_says_so(opening: Opening) -> None:
    window = opening()
    _order_id, payment_id, case_id = apart(double, window.counter)
    case_of(window, case_id)
    give_back(window)
    window.sees("Done, and proven.")
    window.sees("Give the money back: done")
    assert window.counter.host.taken(payment_id) == 0
    # Nothing is left to do about the money; the customer is owed the slip of it.
    (left,) = window.page.query_selector_all(".offer")
    assert "Print the slip" in left.inner_text()


def test_a_double_press_gives_back_once(opening: Opening) -> None:
    window = opening()
    _order_id, payment_id, case_id = apart(double, window.counter)
    case_of(window, case_id)
    window.page.click(".offer summary")
    window.page.fill('.offer [name="reason"]', "charged twice")
    window.page.select_option('.offer [name="authoriser"]', SUE)
    window.page.fill('.offer [name="pin"]', PINS[SUE])
    window.page.dblclick('.offer button[type="submit"]')
    window.sees("Give the money back: done")
    undone = "SELECT count(*) FROM payments WHERE original_payment_id = :id"
    assert window.counter.value(undone, id=payment_id) == 1


def test_a_wrong_pin_leaves_what_was_typed_in_front_of_one(opening: Opening) -> None:
    window = opening()
    _order_id, payment_id, case_id = apart(double, window.counter)
    case_of(window, case_id)
    window.page.click(".offer summary")
    window.page.fill('.offer [name="reason"]', "charged twice")
    window.page.select_option('.offer [name="authoriser"]', SUE)
    window.page.fill('.offer [name="pin"]', "00000")
    window.page.click('.offer button[type="submit"]')
    window.page.wait_for_selector("#toasts .toast-item")
    assert "The PIN was not accepted" in window.page.inner_text("#toasts")
    assert window.page.input_value('.offer [name="reason"]') == "charged twice"
    assert window.counter.host.taken(payment_id) == 500


def test_a_page_hears_that_somebody_else_has_taken_the_case(opening: Opening) -> None:
    one, other = opening(), opening(OLA)
    case_id = found(one.counter, "F1")
    case_of(one, case_id)
    case_of(other, case_id)
    other.page.click('form[action$="/taking"] button')
    other.sees("The case is yours.")
    one.page.wait_for_selector("#moved-on .message")
    assert "took it meanwhile" in one.page.inner_text("#moved-on").replace("\u2068", "").replace("\u2069", "")


def test_everything_works_without_a_script(opening: Opening) -> None:
    window = opening(script=False)
    _order_id, payment_id, case_id = apart(double, window.counter)
    window.page.goto(f"{window.address}/desk")
    window.page.click(".more-filters summary")
    window.page.select_option("#severity", "critical")
    window.page.click('.filters > button[type="submit"]')
    window.page.click(".case-said")
    give_back(window)
    window.page.wait_for_selector("text=Give the money back: done")
    assert window.counter.host.taken(payment_id) == 0
    assert window.page.url.endswith(f"/desk/cases/{case_id}")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_no_page_of_the_desk_breaks_the_rules_of_access(opening: Opening, theme: str, width: int) -> None:
    window = opening(theme=theme, width=width)
    _order_id, _payment_id, twins = apart(double, window.counter)
    _payment, unanswered = apart(unknown, window.counter)
    _record, charge = leftover(window.counter, store_id=None)
    found(window.counter, "F1", explanation_en="x" * 300)
    for path in ("/desk?severity=high", *(f"/desk/cases/{name}" for name in (twins, unanswered, charge, "F1"))):
        window.page.goto(window.address + path)
        window.page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        assert window.barriers() == [], path
        assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
