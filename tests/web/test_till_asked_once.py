"""The till asks once whether a sale is the last one again, and keeps the answer as long as the basket is the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.counter.acquirer import Fate
from tests.web.browser import MEANT_MS, Window

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

_QUESTION = "Is this the same sale twice?"
_REPEAT = "text=A genuine repeat: charge"
_NO = {"code": "not_now", "happened": "Not now.", "means": "Nothing was charged.", "todo": "Try again."}


def test_what_is_declined_and_rung_up_again_is_not_asked_about_again(window: Window) -> None:
    window.sold("bread")
    window.counter.host.plan("charge", Fate.DECLINED)
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("F3")
    window.page.fill('[name="presented"]', "tok_of_a_test")
    window.page.keyboard.press("Enter")
    window.sees(_QUESTION)
    window.page.click(_REPEAT)
    window.sees("Declined: nothing was charged")
    window.page.click("text=Change the basket")
    window.page.wait_for_selector("#till-total")
    window.to_paying()
    window.page.wait_for_timeout(MEANT_MS)
    window.page.keyboard.press("Enter")
    window.sees("No change")
    assert repeats(window) == [None, "first", "first"]


def test_an_answer_is_no_answer_for_another_basket(window: Window) -> None:
    window.sold("bread")
    window.ring_up("bread")
    refused_once(window)
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees(_QUESTION)
    window.page.click(_REPEAT)
    window.sees("Not now.")
    # The customer wants another one after all: these goods are nobody's repeat.
    window.page.click("text=Back to the basket")
    window.ring_up("milk")
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("No change")
    assert repeats(window) == [None, None]


def test_an_answer_is_kept_for_the_same_basket(window: Window) -> None:
    window.sold("bread")
    window.ring_up("bread")
    refused_once(window)
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees(_QUESTION)
    window.page.click(_REPEAT)
    window.sees("Not now.")
    window.page.wait_for_timeout(MEANT_MS)
    window.page.press('[name="handed"]', "Enter")
    window.sees("No change")
    assert repeats(window) == [None, "first"]


def test_every_further_equal_sale_is_asked_about_by_itself(window: Window) -> None:
    window.sold("bread")
    for _ in range(2):
        window.ring_up("bread")
        window.to_paying()
        window.page.keyboard.press("Enter")
        window.sees(_QUESTION)
        window.page.click(_REPEAT)
        window.sees("No change")
        window.next_sale()
    assert window.orders() == ["paid"] * 3


def refused_once(window: Window) -> None:
    """Let the next sale that is sent be refused before it reaches the books."""

    def refuse(route: Route) -> None:
        route.fulfill(status=409, content_type="application/json", body=json.dumps(_NO))

    window.page.route("**/till/data/sales", refuse, times=1)


def repeats(window: Window) -> list[str | None]:
    """Return of which order each is a repeat, in the order of time."""
    rows = window.counter.rows("SELECT order_id, repeat_of FROM orders ORDER BY order_id")
    return [None if row["repeat_of"] is None else "first" * (row["repeat_of"] == rows[0]["order_id"]) for row in rows]
