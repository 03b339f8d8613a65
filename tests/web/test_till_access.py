"""The till for everybody: WCAG 2 AA by axe-core at each stage of a sale, in both themes, narrow and wide."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counter.acquirer import Fate
from tests.web.browser import Opening, Window

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "src/counterfoil/web/assets/node_modules/axe-core/axe.min.js"
_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}"


def _violations(window: Window) -> list[str]:
    found = window.page.evaluate(f"axe.run(document, {_RULES}).then((result) => result.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize(
    ("theme", "width", "language"), [("light", 1280, "en"), ("dark", 1280, "en"), ("light", 390, "zh-CN")]
)
def test_no_stage_of_a_sale_breaks_the_rules_of_access(
    opening_till: Opening, theme: str, width: int, language: str
) -> None:
    window = opening_till(theme=theme, width=width, language=language)
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
