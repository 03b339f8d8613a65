"""The application that is served: the API and the pages side by side over one house, and a clean end of both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException

from counterfoil.api.app import API, BODY_BYTES_MAX, OPENAPI, api_routes
from counterfoil.api.problems import on_fault as api_on_fault
from counterfoil.api.problems import on_host as api_on_host
from counterfoil.api.problems import on_http as api_on_http
from counterfoil.counter.house import House
from counterfoil.measures.exposition import Measured
from counterfoil.serving.hosts import names_a_host
from counterfoil.settings import WebSettings
from counterfoil.web.built_files import built_files
from counterfoil.web.faces import faces_over
from counterfoil.web.headers import headers_on_everything
from counterfoil.web.problems import on_fault, on_host, on_http
from counterfoil.web.rendering import Templates
from counterfoil.web.routes import file_routes, page_routes

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send


def application(house: House, settings: WebSettings | None = None, *, measured: Measured | None = None) -> Litestar:
    """Make the application over a house that `bootstrap` has put together; BadInput where the pages are not built.

    `measured` is what `/metrics` tells; None: there is nothing at that address.
    """
    settings = settings or WebSettings()
    app = empty_application(settings)
    move_in(app, house, settings, measured=measured)
    return app


def empty_application(settings: WebSettings) -> Litestar:
    """Make the application without a house: every route and every template. That is what takes its time."""
    app = Litestar(
        route_handlers=[api_routes(), page_routes(), file_routes()],
        lifespan=[_let_go],
        # Each half words its own errors; these are of addresses that neither half knows.
        exception_handlers={HTTPException: _on_http, Exception: _on_fault},
        before_send=[headers_on_everything(is_https=settings.is_https)],
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=OPENAPI,
        state=State({"templates": Templates(built_files())}),
        debug=False,
        logging_config=None,
    )
    app.asgi_handler = _at_the_door(app.asgi_handler)
    return app


def _at_the_door(inside: ASGIApp) -> ASGIApp:
    """Turn away who names no host: whatever their address, before the framework looks for it."""

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or names_a_host(scope):
            await inside(scope, receive, send)
            return
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        answer = (api_on_host if _is_of_api(request) else on_host)(request)
        await answer.to_asgi_response(None, request)(scope, receive, send)

    return door


def move_in(app: Litestar, house: House, settings: WebSettings, *, measured: Measured | None = None) -> None:
    """Put a house into an application that does not run: what is asked there is asked of that house."""
    app.state.house = house
    app.state.selling = house.selling
    app.state.faces = faces_over(house, settings, app.state.templates)
    app.state.measured = measured


@asynccontextmanager
async def _let_go(app: Litestar) -> AsyncIterator[None]:
    """Let go of the house when the application ends."""
    try:
        yield
    finally:
        app.state.faces.close()
        await app.state.house.close()


def _on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    return (api_on_http if _is_of_api(request) else on_http)(request, error)


def _on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return (api_on_fault if _is_of_api(request) else on_fault)(request, error)


def _is_of_api(request: Request[Any, Any, Any]) -> bool:
    return request.scope["path"].startswith(API)
