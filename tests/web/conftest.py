"""Pages over a shop of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from litestar.testing import TestClient

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.settings import WebSettings
from tests.applications import application_over
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.counter.till import Counter, counter_over
from tests.desk.steps.shop import FAY, OLA, TOM, hire
from tests.web.browser import chromium as chromium
from tests.web.browser import opening_till as opening_till
from tests.web.browser import window as window
from tests.web.shop import Visitor, give_passwords, house_of
from tests.web.till import BrowserTill

Opening = Callable[..., Visitor]


@pytest.fixture
def opening(counter: Counter) -> Iterator[Opening]:
    """Open browsers at one shop, each with cookies of its own."""
    give_passwords(counter.database, counter.merchant_id)
    with ExitStack() as stack:

        def opened(settings: WebSettings | None = None, **headers: str) -> Visitor:
            client = TestClient(stack.enter_context(application_over(house_of(counter), settings)))
            client.headers.update(headers)
            return Visitor(merchant_id=counter.merchant_id, client=stack.enter_context(client))

        yield opened


@pytest.fixture
def visitor(opening: Opening) -> Visitor:
    """A browser that nobody has signed in at."""
    return opening()


@pytest.fixture
def till(counter: Counter, visitor: Visitor) -> BrowserTill:
    """A cashier at a till in a browser."""
    opened = BrowserTill(counter=counter, visitor=visitor)
    opened.open()
    return opened


@pytest.fixture
def desk(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who works on cases at every store."""
    hire(counter)
    give_passwords(counter.database, counter.merchant_id, FAY, OLA, TOM)
    visitor = opening()
    visitor.sign_in(FAY)
    return visitor


@pytest.fixture
def town_of_another(town: Database, counter: Counter) -> Iterator[Counter]:
    """Another merchant's shop in the same database."""
    another = counter_over(town, MerchantId(f"{counter.merchant_id}-other"))
    yield another
    another.close()
