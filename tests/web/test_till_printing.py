"""What comes out of a till's printer, in a real browser: whether the books hear of it, and what stands on it."""

from __future__ import annotations

import pytest

from tests.counter.acquirer import Fate
from tests.web.browser import Window

pytestmark = pytest.mark.browser


def test_the_books_hear_whether_the_slip_came_out_and_the_next_one_is_a_copy(window: Window) -> None:
    window.page.add_init_script("window.print = () => undefined")
    window.page.reload()
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("No change")
    window.enters()
    window.page.click("text=No: out of paper")
    window.sees("The slip did not come out")
    assert [row["fault"] for row in window.counter.rows("SELECT fault FROM slips")] == ["paper_out"]
    window.sees("Print the slip")
    window.enters()
    window.sees("Did the slip come out?")
    window.enters()
    window.sees("The slip is printed.")
    assert [row["state"] for row in window.counter.rows("SELECT state FROM slips")] == ["printed"]
    # Nothing is owed any more: now Enter is the next sale.
    window.enters()
    window.page.wait_for_selector("#till-code")
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.sees("COPY")
    window.sees("Print a copy")


def test_of_a_dialog_the_slip_alone_comes_out(window: Window) -> None:
    """What leads to the slip of an earlier sale, or of money back, is the cashier's, and not the customer's."""
    window.sold("bread")
    window.page.keyboard.press("F8")
    window.page.click(".till-sale >> nth=0")
    window.page.wait_for_selector(".dialog .slip")
    window.page.emulate_media(media="print")
    assert window.page.locator(".dialog h2, .dialog .state, .dialog button").filter(visible=True).count() == 0
    box = window.page.locator(".slip").bounding_box()
    assert box is not None
    assert box["y"] < 1


def test_a_paid_sale_whose_slip_is_out_is_not_asked_for_it_again_after_a_reload(window: Window) -> None:
    window.page.add_init_script("window.print = () => undefined")
    window.page.reload()
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("Enter")
    window.sees("No change")
    window.enters()
    window.sees("Did the slip come out?")
    window.enters()
    window.sees("The slip is printed.")
    window.page.reload()
    window.sees("Print a copy")
    assert window.page.locator("text=Print the slip").count() == 0
    window.enters()
    window.page.wait_for_selector("#till-code")


def test_a_slip_says_what_was_handed_over_and_leaves_out_what_never_happened(window: Window) -> None:
    window.counter.host.plan("charge", Fate.DECLINED)
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.type("2")
    window.page.keyboard.press("Enter")
    window.sees("Paid so far")
    window.counter.clock.passes(minutes=1)
    window.page.keyboard.press("F3")
    window.page.fill('[name="presented"]', "tok_of_a_test")
    window.page.keyboard.press("Enter")
    window.sees("Declined: nothing was charged")
    window.page.fill('[name="handed"]', "50")
    window.page.keyboard.press("Enter")
    window.sees("Change to the customer")
    rows = window.page.locator(".slip-rows >> nth=1 >> li").all_inner_texts()
    assert [" ".join(row.split()) for row in rows] == ["Cash CNY 2.00", "Cash CNY 50.00", "Change CNY 47.00"]
