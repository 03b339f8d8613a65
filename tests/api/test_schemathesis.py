"""Schemathesis reads our own description and asks whatever fits it, and whatever does not: no fault, no surprise.

It answers a description with the worst that it allows. What it finds is either a fault of ours or a lie of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.serving.application import application
from tests.counter.shop import STORE, token_of
from tests.counter.till import Counter, counter_over

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
QUICK, LONG = 25, 400


@pytest.fixture(scope="module")
def shop(town: Database) -> Iterator[Counter]:
    """One shop for all that is asked; nobody minds what was sold there."""
    opened = counter_over(town, MerchantId("asked"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def description(shop: Counter) -> Iterator[Any]:
    """Our description of the API, over a real database."""
    app = application(shop.another_house())
    yield schemathesis.openapi.from_asgi("/api/v1/schema/openapi.json", app)
    shutdown_lifespans()


def _ask_everything(description: Any, shop: Counter, examples: int) -> None:  # noqa: ANN401 — schemathesis' own schema
    real, turns = _real_ids(shop), count()
    headers = {"Authorization": f"Bearer {token_of(shop.merchant_id)}"}
    for found in description.get_all_operations():
        operation = found.ok()
        strategy = operation.as_strategy()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def ask(case: Any) -> None:  # noqa: ANN401 — schemathesis' own case
            # An id that is made up is nobody's; every other time, ask about something that is there.
            if next(turns) % 2:
                case.path_parameters = {name: real.get(name, value) for name, value in case.path_parameters.items()}
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()


def _real_ids(shop: Counter) -> dict[str, str]:
    open_sale, paid = shop.sale(), shop.sale(shop.tender("wechat"))
    shop.sell(open_sale)
    shop.sell(paid)
    return {"order_id": open_sale.order_id, "payment_id": paid.tenders[0].payment_id, "store_id": STORE}


def test_nothing_that_fits_the_description_is_a_fault_or_a_surprise(description: Any, shop: Counter) -> None:  # noqa: ANN401 — as above
    _ask_everything(description, shop, QUICK)


@pytest.mark.long
def test_nothing_that_fits_the_description_is_a_fault_or_a_surprise_for_long(description: Any, shop: Counter) -> None:  # noqa: ANN401 — as above
    _ask_everything(description, shop, LONG)
