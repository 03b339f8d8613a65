"""An API over a shop of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from tests.api.asking import Asking
from tests.applications import application_over
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.counter.shop import token_of
from tests.counter.till import Counter


@pytest.fixture
def asking(counter: Counter) -> Iterator[Asking]:
    """A caller with a token that may do everything."""
    with application_over(counter.another_house()) as app, TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {token_of(counter.merchant_id)}"
        yield Asking(counter=counter, client=client)


@pytest.fixture
def town_of(asking: Asking) -> dict[str, str]:
    """One open and one paid sale to ask about."""
    open_sale = asking.counter.sale()
    paid = asking.counter.sale(asking.counter.tender("wechat"))
    for sale in (open_sale, paid):
        assert asking.offer(sale).status_code == 201
    return {"order": open_sale.order_id, "payment": paid.tenders[0].payment_id}
