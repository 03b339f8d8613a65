"""Pages of a shop of the test's own in a real browser, served over HTTP; what the browser complains about is kept."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.serving.application import application
from tests.counter.shop import ANN, T1
from tests.counter.till import Counter, counter_over
from tests.web.shop import PASSWORD, give_passwords, house_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

#: Nothing here takes so long, on a busy machine either.
WAIT_MS_MAX = 20_000


@dataclass(slots=True, kw_only=True)
class Window:
    """One browser at the till, and the shop behind it."""

    counter: Counter
    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open_till(self, who: str = ANN) -> None:
        """Sign in, and put this browser at the first till."""
        self.page.goto(f"{self.address}/sign-in?next=/till/choice")
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
            self.page.fill("#till-code", code)
            self.page.press("#till-code", "Enter")
        self.page.wait_for_selector("#till-total")

    def to_paying(self) -> None:
        """Go to the tenders."""
        self.page.keyboard.press("F9")
        self.page.wait_for_selector(".till-pay")

    def sees(self, text: str) -> None:
        """Wait until a text is in sight."""
        self.page.wait_for_selector(f"text={text}")

    def orders(self) -> list[str]:
        """Return the states of the orders that the books have, in the order of their ids."""
        return [row["state"] for row in self.counter.rows("SELECT state FROM orders ORDER BY order_id")]


@contextmanager
def served(counter: Counter, house: House | None = None) -> Iterator[str]:
    """Serve a shop, or a house of it that a test has put together, in a thread; returns its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = application(house or house_of(counter))
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
