"""The page for everybody: WCAG 2 AA by axe-core, in both themes and languages, and with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.report.conftest import Opener, Window

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "src/counterfoil/audit/report/page/node_modules/axe-core/axe.min.js"
VIEWS = ("overview", "findings", "charts", "match", "playbooks", "checks", "files")
_RULES = """{
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}"""


def _violations(window: Window) -> list[str]:
    found = window.page.evaluate(f"axe.run(document, {_RULES}).then((result) => result.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_no_view_breaks_the_rules_of_access(opened: Opener, sample_file: Path, theme: str, width: int) -> None:
    window = opened(sample_file, theme=theme, width=width, language="zh" if width < 800 else "en")
    window.page.evaluate(AXE.read_text(encoding="utf-8"))
    for view in VIEWS:
        window.go(f"#/{view}")
        assert _violations(window) == [], view
    window.go("#/findings?exception=duplicate_order")
    window.page.locator(".row a").first.click()
    window.page.wait_for_selector(".ledger")
    window.page.locator(".entry summary").first.click()
    assert _violations(window) == []


def test_the_first_tab_leads_past_the_head(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, language="en")
    window.page.keyboard.press("Tab")
    assert window.page.evaluate("document.activeElement.textContent") == "Skip to content"
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("document.activeElement.id") == "main"


def test_a_whole_visit_needs_no_mouse(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, language="en")
    window.page.keyboard.press("/")
    window.page.wait_for_selector("#search:focus")
    window.page.keyboard.type("till-0")
    window.page.wait_for_function("() => location.hash.includes('q=till-0')")
    window.page.locator(".row a").first.focus()
    window.page.keyboard.press("ArrowDown")
    assert window.page.evaluate("document.activeElement.dataset.place") == "1"
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".case-ticket")
    window.page.wait_for_selector("text=2 of 300")
    window.page.keyboard.press("k")
    window.page.wait_for_selector("text=1 of 300")
    window.page.keyboard.press("u")
    window.page.wait_for_selector(".rows")
    assert "q=till-0" in window.page.url


def test_single_key_shortcuts_can_be_switched_off(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, language="en")
    window.page.keyboard.press("?")
    window.page.get_by_role("checkbox", name="Single-key shortcuts are on").uncheck()
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("l")

    assert window.page.evaluate("document.documentElement.lang") == "en"
