"""The application that serves the API: handlers, what their errors become, and a clean end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from sqlalchemy.exc import SQLAlchemyError

from counterfoil import __version__
from counterfoil.api.bills import BillsController
from counterfoil.api.days import DaysController
from counterfoil.api.findings import FindingsController
from counterfoil.api.health import HealthController
from counterfoil.api.orders import OrdersController
from counterfoil.api.payments import PaymentsController
from counterfoil.api.problems import (
    Refuse,
    on_database,
    on_fault,
    on_full,
    on_http,
    on_odd_bytes,
    on_refusal,
    on_too_deep,
    on_trouble,
)
from counterfoil.api.sales import SalesController
from counterfoil.api.webhooks import WebhooksController
from counterfoil.counter.group_commit import CounterIsFull
from counterfoil.counter.house import House
from counterfoil.db.trouble import Trouble

#: A till's largest upload is far below this.
BODY_BYTES_MAX = 4 * 1024 * 1024

_OPENAPI = OpenAPIConfig(
    title="Counterfoil",
    version=__version__,
    description="A till offers sales, the same one as often as it needs to. A `no` is problem+json with a stable code.",
    path="/api/v1/schema",
    components=Components(
        security_schemes={"token": SecurityScheme(type="http", scheme="bearer", bearer_format="cft_…")}
    ),
    security=[{"token": []}],
)


def application(house: House) -> Litestar:
    """Make the application over a house that `bootstrap` has put together."""

    @asynccontextmanager
    async def open_house(app: Litestar) -> AsyncIterator[None]:
        app.state.house = house
        app.state.selling = house.selling
        try:
            yield
        finally:
            await house.close()

    return Litestar(
        route_handlers=[
            *(HealthController, SalesController, OrdersController, PaymentsController, DaysController),
            *(BillsController, WebhooksController, FindingsController),
        ],
        lifespan=[open_house],
        exception_handlers={
            Refuse: on_refusal,
            Trouble: on_trouble,
            SQLAlchemyError: on_database,
            CounterIsFull: on_full,
            HTTPException: on_http,
            RecursionError: on_too_deep,
            UnicodeDecodeError: on_odd_bytes,
            Exception: on_fault,
        },
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=_OPENAPI,
        debug=False,
        logging_config=None,
    )
