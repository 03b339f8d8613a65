"""The till in a real browser listens from the moment that a view is there: a cashier who types quickly loses no key."""

from __future__ import annotations

import pytest

from tests.web.browser import Window

pytestmark = pytest.mark.browser

#: Presses a key, and tells what has the focus before the browser draws or does anything else.
_PRESSED = """async (key) => {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
    await null;
    return document.activeElement.name || document.activeElement.id;
}"""


def test_the_first_field_of_a_view_listens_as_soon_as_the_view_is_there(window: Window) -> None:
    window.ring_up("bread")
    assert window.page.evaluate(_PRESSED, "F9") == "handed"
    assert window.page.evaluate(_PRESSED, "F3") == "presented"
    assert window.page.evaluate(_PRESSED, "Escape") == "till-code"


def test_the_tenders_know_their_keys_as_soon_as_they_are_there(window: Window) -> None:
    window.ring_up("bread")
    window.page.evaluate(f"async () => {{ const press = {_PRESSED}; await press('F9'); await press('F3'); }}")
    window.page.wait_for_selector('[name="presented"]')


def test_what_is_typed_in_one_go_is_paid_as_it_was_typed(window: Window) -> None:
    window.ring_up("bread")
    for key in ("F9", "1", "0", "Enter"):
        window.page.keyboard.press(key)
    window.sees("Change to the customer")
    assert window.orders() == ["paid"]
