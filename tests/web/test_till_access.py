"""The till for everybody: WCAG 2 AA by axe-core at each stage of a sale, in both themes, narrow and wide."""

from __future__ import annotations

import pytest

from tests.counter.acquirer import Fate
from tests.web.browser import Opening

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("theme", "width", "language"), [("light", 1280, "en"), ("dark", 1280, "en"), ("light", 390, "zh-CN")]
)
def test_no_stage_of_a_sale_breaks_the_rules_of_access(
    opening_till: Opening, theme: str, width: int, language: str
) -> None:
    window = opening_till(theme=theme, width=width, language=language)
    assert window.barriers() == []
    window.ring_up("bread", "wine")
    assert window.barriers() == []
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.page.keyboard.press("F7")
    window.page.wait_for_selector("dialog[open]")
    assert window.barriers() == []
    window.page.keyboard.press("Escape")
    window.page.wait_for_selector("dialog[open]", state="detached")
    window.to_paying()
    assert window.barriers() == []
    window.counter.wechat.plan("charge", Fate.LOST_ANSWER)
    window.page.keyboard.press("F4")
    window.page.fill('[name="presented"]', "134567890123456789")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#till-unknown")
    assert window.barriers() == []
    window.counter.clock.passes(seconds=10)
    window.counter.resolve()
    window.page.wait_for_selector(".till-answer-good")
    assert window.barriers() == []


def test_the_words_of_a_key_can_be_read_in_the_moment_it_can_be_pressed(opening_till: Opening) -> None:
    window = opening_till(theme="light", width=1280, language="en")
    keys = "[...document.querySelectorAll('.till .btn')]"
    drifting = f"{keys}.filter((one) => parseFloat(getComputedStyle(one).transitionDuration))"
    assert window.page.evaluate(f"{keys}.length") > 0
    assert window.page.evaluate(f"{drifting}.length") == 0
