"""The API as one router: handlers, and what their errors become. Whoever serves it puts it beside the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import Router
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from sqlalchemy.exc import SQLAlchemyError

from counterfoil import __version__
from counterfoil.api.access import ask_for_token, insist_on_declarations
from counterfoil.api.bills import BillsController
from counterfoil.api.days import DaysController
from counterfoil.api.description.page import PATH, PlainPage
from counterfoil.api.findings import FindingsController
from counterfoil.api.health import HealthController
from counterfoil.api.metrics import MetricsController
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
from counterfoil.api.slips import SlipsController
from counterfoil.api.webhooks import WebhooksController
from counterfoil.counter.group_commit import CounterIsFull
from counterfoil.db.trouble import Trouble

if TYPE_CHECKING:
    from litestar.types import ExceptionHandlersMap

#: Where every address of the API begins.
API = "/api/"

#: A till's largest upload is far below this.
BODY_BYTES_MAX = 4 * 1024 * 1024

OPENAPI = OpenAPIConfig(
    title="Counterfoil",
    version=__version__,
    description="A till offers sales, the same one as often as it needs to. A `no` is problem+json with a stable code.",
    path=PATH,
    # Whoever reads it loads nothing from anywhere else.
    render_plugins=[PlainPage(), JsonRenderPlugin()],
    components=Components(
        security_schemes={"token": SecurityScheme(type="http", scheme="bearer", bearer_format="cft_…")}
    ),
    security=[{"token": []}],
)

#: What the API does with each kind of error.
HANDLERS: ExceptionHandlersMap = {
    Refuse: on_refusal,
    Trouble: on_trouble,
    SQLAlchemyError: on_database,
    CounterIsFull: on_full,
    HTTPException: on_http,
    RecursionError: on_too_deep,
    UnicodeError: on_odd_bytes,
    Exception: on_fault,
}


def api_routes() -> Router:
    """Return the API as one router; Bug where a route does not declare which token it needs."""
    router = Router(
        path="/",
        route_handlers=[
            *(HealthController, SalesController, OrdersController, PaymentsController, DaysController),
            *(SlipsController, BillsController, WebhooksController, FindingsController, MetricsController),
        ],
        guards=[ask_for_token],
        exception_handlers=HANDLERS,
        request_max_body_size=BODY_BYTES_MAX,
    )
    insist_on_declarations(router)
    return router
