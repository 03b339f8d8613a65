"""The till in a real browser says what is amiss where it is amiss, and what cannot be pressed looks like it."""

from __future__ import annotations

import pytest

from tests.web.browser import Opening, Window

pytestmark = pytest.mark.browser


def test_another_price_without_a_reason_asks_for_the_reason_and_for_no_other_amount(window: Window) -> None:
    window.ring_up("bread")
    window.page.click('[aria-label="Change bread"]')
    window.page.fill('dialog [name="price"]', "4.00")
    window.page.keyboard.press("Enter")
    window.sees("Say why it has another price.")
    assert window.page.locator("text=Enter an amount").count() == 0
    window.page.fill('dialog [name="why"]', "dented")
    window.page.keyboard.press("Enter")
    window.sees("A second person who may do that has to allow it.")
    # Nobody has allowed it yet: it is neither paid nor parked.
    for key in ("Pay", "Park"):
        assert window.page.locator(f'.till-right button:has-text("{key}")').get_attribute("aria-disabled") == "true"


def test_more_than_is_due_is_charged_to_no_card(window: Window) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.press("F3")
    window.page.fill('[name="presented"]', "tok_of_a_test")
    window.page.fill('[name="part"]', "9999")
    window.sees("Enter an amount of at most CNY 5.00.")
    assert window.page.locator('.till-pay button[type="submit"]').get_attribute("aria-disabled") == "true"


def test_a_sale_that_is_paid_in_part_is_not_called_unpaid(window: Window) -> None:
    window.ring_up("bread")
    window.to_paying()
    window.page.keyboard.type("2")
    window.page.keyboard.press("Enter")
    window.sees("NOT PAID IN FULL")
    window.sees("Paid so far CNY 2.00")


def test_on_a_phone_an_answer_begins_in_sight_and_a_question_is_seen_with_its_answers(opening_till: Opening) -> None:
    window = opening_till(width=390)
    window.page.set_viewport_size({"width": 390, "height": 640})
    seen = "(one) => { const box = one.getBoundingClientRect(); return box.top >= 50 && box.bottom <= innerHeight; }"
    for _ in range(2):
        window.ring_up("bread", "2*milk", "tea")
        window.to_paying()
        exact = window.page.locator('.till-quick button:has-text("Exact")')
        exact.scroll_into_view_if_needed()
        exact.click()
        asked = window.page.locator("#till-alike")
        asked.or_(window.page.locator(".till-answer-good h2")).wait_for()
        if asked.count():
            for part in (asked, *window.page.locator(".till-choice button").all()):
                assert part.evaluate(seen)
            break
        assert window.page.locator(".till-answer-good h2").evaluate(seen)
        window.next_sale()
    else:
        raise AssertionError("the same sale was not asked about")
