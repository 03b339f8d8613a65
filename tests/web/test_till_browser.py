"""The till in a real browser: a sale from the first item to its end, and the worst moments on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterfoil.bench import browser as installed_browser
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from tests.counter.acquirer import Fate
from tests.counter.shop import PINS, SUE
from tests.web.browser import Window, served, shop_of, window_on

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "src/counterfoil/web/assets/node_modules/axe-core/axe.min.js"
_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}"
#: What the browser itself says of an answer that a test took away or that was a "no".
_EXPECTED = "Failed to load resource"
#: A press sooner than this after a view appeared is the second one of a double press.
MEANT_MS = 700
#: Presses the switch of languages, wherever it stands.
_SPEAK_CHINESE = "document.querySelector('button[name=language][value=zh]').click()"
_numbers = count(1)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser once for a file."""
    if installed_browser.installed() is None:
        pytest.skip("no Chromium on this machine")
    with installed_browser.browser() as started:
        yield started


Opening = Callable[..., Window]


@pytest.fixture
def opening(chromium: Browser, town: Database) -> Iterator[Opening]:
    """Open browsers at a till of one shop."""
    with ExitStack() as stack:
        shop = stack.enter_context(shop_of(town, MerchantId(f"b{next(_numbers)}")))
        address = stack.enter_context(served(shop))
        windows: list[Window] = []

        def opened(*, language: str = "en", theme: str = "light", width: int = 1280) -> Window:
            context = chromium.new_context(
                locale=language, color_scheme=theme, viewport={"width": width, "height": 900}
            )
            stack.callback(context.close)
            window = window_on(context, shop, address)
            windows.append(window)
            window.open_till()
            if language != "en":
                window.page.evaluate(_SPEAK_CHINESE)
                window.page.wait_for_selector("text=购物篮是空的")
            return window

        yield opened
        for window in windows:
            assert [one for one in window.complaints if _EXPECTED not in one] == []


@pytest.fixture
def window(opening: Opening) -> Window:
    """A cashier at a till."""
    return opening()


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
    window.page.wait_for_timeout(MEANT_MS)
    window.page.keyboard.press("Enter")
    window.sees("The basket is empty")
    window.ring_up("tea")
    assert "2.50" in window.page.inner_text("#till-total")


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


def sold(window: Window, *codes: str) -> None:
    """Sell for exact cash, and begin the next sale."""
    window.ring_up(*codes)
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("No change")
    window.page.wait_for_timeout(MEANT_MS)
    window.page.keyboard.press("Enter")
    window.sees("The basket is empty")


def test_a_sale_like_the_last_one_is_laid_beside_it_before_anything_is_charged(window: Window) -> None:
    sold(window, "bread")
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
    sold(window, "bread")
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
    window.page.wait_for_timeout(MEANT_MS)
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#till-code")
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.page.click("text=Take up again")
    window.sees("Still to pay")
    window.page.press('[name="handed"]', "Enter")
    window.sees("No change")
    assert window.orders() == ["paid"]


def test_money_goes_back_by_the_playbook(window: Window) -> None:
    sold(window, "bread")
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.page.click("dialog >> text=Give money back")
    window.page.fill('dialog [name="reason"]', "broken")
    window.page.check(f'[name="who"][value="{SUE}"]')
    window.page.fill('[name="pin"]', PINS[SUE])
    window.page.click('dialog button[type="submit"]')
    window.sees("Voided")
    assert window.orders() == ["voided"]


def test_a_second_tab_is_told_that_the_till_is_open_elsewhere(window: Window) -> None:
    other = window.page.context.new_page()
    other.goto(f"{window.address}/till")
    other.wait_for_selector("text=This till is open in another tab")


def _violations(window: Window) -> list[str]:
    found = window.page.evaluate(f"axe.run(document, {_RULES}).then((result) => result.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize(
    ("theme", "width", "language"), [("light", 1280, "en"), ("dark", 1280, "en"), ("light", 390, "zh-CN")]
)
def test_no_stage_of_a_sale_breaks_the_rules_of_access(opening: Opening, theme: str, width: int, language: str) -> None:
    window = opening(theme=theme, width=width, language=language)
    window.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert _violations(window) == []
    window.ring_up("bread", "wine")
    assert _violations(window) == []
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.page.keyboard.press("F7")
    window.page.wait_for_selector("dialog[open]")
    assert _violations(window) == []
    window.page.keyboard.press("Escape")
    window.page.wait_for_selector("dialog[open]", state="detached")
    window.to_paying()
    assert _violations(window) == []
    window.counter.wechat.plan("charge", Fate.LOST_ANSWER)
    window.page.keyboard.press("F4")
    window.page.fill('[name="presented"]', "134567890123456789")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#till-unknown")
    assert _violations(window) == []
    window.counter.clock.passes(seconds=10)
    window.counter.resolve()
    window.page.wait_for_selector(".till-answer-good")
    assert _violations(window) == []
