"""Pages of a shop of the test's own in a real browser, served over HTTP; what the browser complains about is kept."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from counterfoil.bench import browser as installed_browser
from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from tests.applications import application_over
from tests.counter.shop import ANN, T1
from tests.counter.till import Counter, counter_over
from tests.web.shop import PASSWORD, give_passwords, house_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

#: Nothing here takes so long, on a busy machine either.
WAIT_MS_MAX = 20_000
#: A press sooner than this after a view appeared is the second one of a double press.
MEANT_MS = 700
#: What the browser itself says of an answer that a test took away or that was a "no".
_EXPECTED = "Failed to load resource"
#: Presses the switch of languages, wherever it stands.
_SPEAK_CHINESE = "document.querySelector('button[name=language][value=zh]').click()"
_numbers = count(1)


_AXE = Path(__file__).parents[2] / "src/counterfoil/web/assets/node_modules/axe-core/axe.min.js"
#: What WCAG 2.2 asks for at level AA, as axe-core puts it.
_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}"
#: Colours are judged where they come to rest; what turns without an end (a wheel of waiting) is not waited for.
_AT_REST = """Promise.allSettled(
    document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
        .map((one) => one.finished)
)"""


@dataclass(slots=True, kw_only=True)
class Window:
    """One browser at the till, and the shop behind it."""

    counter: Counter
    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def barriers(self) -> list[str]:
        """Return what on the page, as it stands, keeps somebody out: the rule, and the first place."""
        return barriers_on(self.page)

    def open_till(self, who: str = ANN) -> None:
        """Sign in, and put this browser at the first till."""
        self.page.goto(f"{self.address}/sign-in?next=/till")
        self.sign_in(who)

    def sign_in(self, who: str = ANN) -> None:
        """Fill in the form of signing in, and choose the till."""
        if self.page.query_selector('[name="merchant"]') is not None:
            self.page.fill('[name="merchant"]', self.counter.merchant_id)
        self.page.fill('[name="who"]', who)
        self.page.fill('[name="password"]', PASSWORD)
        self.page.click('form[action="/sign-in"] button[type="submit"]')
        self.page.check(f'[name="terminal"][value="{T1}"]')
        self.page.click('form[action="/till/choice"] button[type="submit"]')
        self.page.wait_for_selector("#till-code")

    def ring_up(self, *codes: str) -> None:
        """Key codes, as a scanner does, and wait until they are priced."""
        for code in codes:
            with self.page.expect_response("**/till/data/basket"):
                self.page.fill("#till-code", code)
                self.page.press("#till-code", "Enter")
        self.page.wait_for_selector("#till-total")

    def to_paying(self) -> None:
        """Go to the tenders; what is typed there goes into the first field as soon as they are there."""
        self.page.keyboard.press("F9")
        self.page.wait_for_selector(".till-pay")

    def next_sale(self) -> None:
        """Begin the next sale, from the answer to this one, whether its slip came out or not."""
        self.page.wait_for_timeout(MEANT_MS)
        self.page.keyboard.press("F2")
        self.page.wait_for_selector("#till-code")

    def enters(self) -> None:
        """Press Enter where something has just appeared, and mean it."""
        self.page.wait_for_timeout(MEANT_MS)
        self.page.keyboard.press("Enter")

    def sold(self, *codes: str) -> None:
        """Sell for exact cash, and begin the next sale."""
        self.ring_up(*codes)
        self.to_paying()
        self.page.keyboard.press("Enter")
        self.sees("No change")
        self.next_sale()

    def total_is(self, text: str) -> None:
        """Wait until the total is this."""
        self.page.wait_for_function(
            "(text) => document.querySelector('#till-total')?.textContent.includes(text)", arg=text
        )

    def sees(self, text: str) -> None:
        """Wait until a text is in sight."""
        self.page.wait_for_selector(f"text={text}")

    def orders(self) -> list[str]:
        """Return the states of the orders that the books have, in the order of their ids."""
        return [row["state"] for row in self.counter.rows("SELECT state FROM orders ORDER BY order_id")]


def barriers_on(page: Page) -> list[str]:
    """Return what on a page, as it stands, keeps somebody out: the rule, and the first place."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    page.evaluate(_AT_REST)
    found = page.evaluate(f"axe.run(document, {_RULES}).then((result) => result.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@contextmanager
def served(counter: Counter, house: House | None = None) -> Iterator[str]:
    """Serve a shop, or a house of it that a test has put together, in a thread; returns its address."""
    with served_house(house or house_of(counter)) as address:
        yield address


@contextmanager
def served_house(house: House) -> Iterator[str]:
    """Serve the pages and the interface of a house in a thread; returns its address."""
    with application_over(house) as app, socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server of a test")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def shop_of(town: Database, merchant_id: MerchantId) -> Iterator[Counter]:
    """Open a shop; its loop is closed in a thread, because the browser's own runs in this one."""
    counter = counter_over(town, merchant_id)
    give_passwords(town, merchant_id)
    try:
        yield counter
    finally:
        closing = threading.Thread(target=counter.close)
        closing.start()
        closing.join()


def window_on(context: BrowserContext, counter: Counter, address: str) -> Window:
    """Open a window; what it says on its console, and what fails in it, is a complaint."""
    context.set_default_timeout(WAIT_MS_MAX)
    window = Window(counter=counter, address=address, page=context.new_page())
    window.page.on("console", lambda said: window.complaints.append(f"{said.type}: {said.text}"))
    window.page.on("pageerror", lambda error: window.complaints.append(f"error: {error}"))
    return window


Opening = Callable[..., Window]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser once for a file; while it is there, an event loop runs here, and no other test may run one."""
    if installed_browser.installed() is None:
        pytest.skip("no Chromium on this machine")
    with installed_browser.browser() as started:
        yield started


@pytest.fixture
def opening_till(chromium: Browser, town: Database) -> Iterator[Opening]:
    """Open browsers at a till of one shop; at the end none of them may have complained."""
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
                window.sees("购物篮是空的")
            return window

        yield opened
        for window in windows:
            assert [one for one in window.complaints if _EXPECTED not in one] == []


@pytest.fixture
def window(opening_till: Opening) -> Window:
    """A cashier at a till."""
    return opening_till()
