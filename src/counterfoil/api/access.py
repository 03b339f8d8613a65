"""Which token a route of the API needs: declared on each, and asked before its path, query or body is looked at.

A route without a declaration does not exist: the application refuses to start with it. Whoever has no token is told
that, and nothing of what else is wrong with the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from litestar import HttpMethod
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from counterfoil.errors import Bug
from counterfoil.shop.tokens.model import Scope

if TYPE_CHECKING:
    from litestar import Router
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

    from counterfoil.counter.house import House

#: Under which name a declaration stands on a route.
_SCOPE = "scope"
_BEARER = "bearer "

#: `@get(…, opt=OPEN)`: for everybody, or for whoever signs the call.
OPEN: Mapping[str, Any] = {_SCOPE: None}


def needs(scope: Scope) -> Mapping[str, Any]:
    """`@get(…, opt=needs(Scope.READ))`: for the bearer of a token with this scope, who is `request.auth` then."""
    return {_SCOPE: scope}


def scope_of(handler: BaseRouteHandler) -> Scope | None:
    """Return the scope that a route needs, None where it needs no token; Bug where it declares nothing."""
    if _SCOPE not in handler.opt:
        raise Bug(f"{handler}: a route of the API declares which token it needs, with `opt=`")
    declared: Scope | None = handler.opt[_SCOPE]
    return declared


def insist_on_declarations(router: Router) -> None:
    """Bug where a route declares nothing; OPTIONS is the framework's own, and tells methods and nothing else."""
    for route in router.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods != {HttpMethod.OPTIONS}:
                scope_of(handler)


async def ask_for_token(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let the bearer of a token through to a route; else 401 where there is none, 403 where it may not do this."""
    if connection.scope.get("method") == HttpMethod.OPTIONS:
        return
    scope = scope_of(handler)
    if scope is None:
        return
    house: House = connection.app.state.house
    header = connection.headers.get("authorization", "")
    if header[: len(_BEARER)].lower() != _BEARER:
        raise NotAuthorizedException
    text = header[len(_BEARER) :].strip()
    token = house.knowledge.kept_bearer(text) or await house.knowledge.asked(house.knowledge.bearer, text)
    if token is None:
        raise NotAuthorizedException
    if scope not in token.scopes:
        raise PermissionDeniedException
    connection.scope["auth"] = token
