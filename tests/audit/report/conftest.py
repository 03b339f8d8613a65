"""A real browser on written reports; what it says on its console and asks of the network is kept and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.report.assemble import write_report
from counterfoil.audit.report.model import ReportInput
from counterfoil.bench import browser as installed_browser
from counterfoil.bench.sample.report_input import report_input

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(slots=True)
class Window:
    """One open page with what it complained about and what it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Go to another view of the report and wait until it is drawn."""
        self.page.evaluate("(hash) => { location.hash = hash; }", address)
        self.page.wait_for_timeout(60)
        self.page.wait_for_function("() => !document.querySelector('.waiting')")

    def text(self, selector: str = "main") -> str:
        """Give the text that a reader sees."""
        return self.page.locator(selector).first.inner_text()


Opener = Callable[..., Window]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser once for a file; while it is there, an event loop runs here, and no other test may run one."""
    if installed_browser.installed() is None:
        pytest.skip("no Chromium on this machine")
    with installed_browser.browser() as started:
        yield started


@pytest.fixture(scope="session")
def sample() -> ReportInput:
    """Make one audit of everyday size."""
    return report_input(300)


@pytest.fixture(scope="session")
def sample_file(sample: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write it once."""
    out = tmp_path_factory.mktemp("sample") / "report.html"
    write_report(out, sample)
    return out


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open a report, or a file that has been written, in a window of its own."""
    contexts = []

    def open_it(
        report: ReportInput | Path, address: str = "", *, language: str = "", theme: str = "", width: int = 1280
    ) -> Window:
        out = report if isinstance(report, Path) else tmp_path / "report.html"
        if isinstance(report, ReportInput):
            write_report(out, report)
        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        for name, value in (("language", language), ("theme", theme)):
            if value:
                context.add_init_script(f"localStorage.setItem('counterfoil.report.{name}', '{value}')")
        window = Window(page=context.new_page())
        window.page.on("console", lambda said: window.complaints.append(f"{said.type}: {said.text}"))
        window.page.on("pageerror", lambda error: window.complaints.append(f"error: {error}"))
        window.page.on("request", lambda request: window.requests.append(request.url))
        window.page.goto(out.as_uri() + address)
        window.page.wait_for_selector("main .page")
        return window

    yield open_it
    for context in contexts:
        context.close()
