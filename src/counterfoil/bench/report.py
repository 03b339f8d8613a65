"""How large the report is, and how quickly its page answers, measured in a real browser.

The bars: with 50,000 findings at most 30 MB, the first view within 3 s, a filter within 200 ms.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.audit.report.assemble import write_report
from counterfoil.bench.browser import browser
from counterfoil.bench.sample.report_input import report_input

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

SIZE_BAR_BYTES = 30_000_000
FIRST_VIEW_BAR_MS = 3_000
FILTER_BAR_MS = 200

#: Filters that are tried, as the address writes them; every one narrows the one before it no further.
_FILTERS = (
    "exception=missing_slip",
    "severity=high&severity=critical",
    "store_id=store-03&min=100&max=900",
    "from=2026-04-01&to=2026-04-30",
    "sort=-amount",
    "sort=subject",
    "q=till-03",
    "q=refund+2026-05",
    "",
)

#: Set an address, and tell after how many milliseconds the page has been drawn anew.
_GO = """(hash) => new Promise((done) => {
  const begun = performance.now();
  location.hash = hash;
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0)));
})"""

#: Type into the search, and tell after how many milliseconds the count of findings has changed.
_TYPE = """(text) => new Promise((done) => {
  const field = document.getElementById('search');
  const found = document.querySelector('.found');
  const begun = performance.now();
  new MutationObserver((_, self) => {
    self.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
  }).observe(found, { childList: true, characterData: true, subtree: true });
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def bench_report(findings: int) -> dict[str, float]:
    """Write a made-up report of so many findings and use it; times in milliseconds, sizes in bytes."""
    data = report_input(findings)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.html"
        begun = time.perf_counter()
        write_report(out, data)
        written_ms = (time.perf_counter() - begun) * 1000
        figures = {"findings": float(findings), "write_ms": written_ms, "size_bytes": float(out.stat().st_size)}
        return {key: round(value, 1) for key, value in {**figures, **_used(out)}.items()}


def broken_promises(found: dict[str, float]) -> list[str]:
    """Say in one line each which bars the figures do not meet."""
    bars = {
        "size_bytes": SIZE_BAR_BYTES,
        "first_view_ms": FIRST_VIEW_BAR_MS,
        "filter_ms_max": FILTER_BAR_MS,
        "search_ms": FILTER_BAR_MS,
    }
    return [f"{name}: {found[name]:,.0f}, at most {bar:,}" for name, bar in bars.items() if found[name] > bar]


def _used(out: Path) -> dict[str, float]:
    """Open the page, filter, search and open a case."""
    with browser() as started:
        page = started.new_page(viewport={"width": 1440, "height": 900})
        page.goto(out.as_uri())
        page.wait_for_selector(".hero")
        first_view = page.evaluate("performance.getEntriesByName('first-view')[0].startTime")
        page.evaluate("location.hash = '#/findings'")
        page.wait_for_selector(".rows .row:not(:has(.waiting))")
        page.wait_for_timeout(3000)  # the sentences arrive while nobody waits
        filters = [_filter(page, one) for one in _FILTERS]
        search = page.evaluate(_TYPE, "store-05")
        return {
            "first_view_ms": first_view,
            "filter_ms_max": max(wall for wall, _ in filters),
            "filter_cpu_ms_max": max(cpu for _, cpu in filters),
            "search_ms": search,
            "case_ms": _case(page),
        }


def _filter(page: Page, address: str) -> tuple[float, float]:
    """Filter once; return milliseconds by the clock, and of the page's own processor time.

    On a busy machine the clock tells of the neighbours; the processor time does not.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _busy_seconds(session)
    wall: float = page.evaluate(_GO, f"#/findings?{address}")
    cpu = (_busy_seconds(session) - before) * 1000
    session.detach()
    return wall, cpu


def _busy_seconds(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def _case(page: Page) -> float:
    begun = time.perf_counter()
    page.locator(".row a").first.click()
    page.wait_for_selector(".ledger, .command")
    return (time.perf_counter() - begun) * 1000
