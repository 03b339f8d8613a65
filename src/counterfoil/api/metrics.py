"""`/metrics`: what Prometheus asks for. Only a token with the scope for it is told, for it is of the whole house."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException

from counterfoil.api.access import needs
from counterfoil.counter.house import House
from counterfoil.measures.exposition import MEDIA_TYPE, Measured
from counterfoil.shop.tokens.model import Scope, Token


class MetricsController(Controller):
    """What is counted."""

    path = "/metrics"
    # It is no part of the API of a shop: docs/reference/metrics.md describes it.
    include_in_schema = False

    @get("/", opt=needs(Scope.METRICS), media_type=MEDIA_TYPE)
    async def told(self, request: Request[Any, Token, Any]) -> Response[bytes]:
        """Tell everything that is counted."""
        house: House = request.app.state.house
        measured: Measured | None = request.app.state.measured
        if measured is None:
            raise NotFoundException
        return Response(await house.knowledge.asked(measured.exposition), media_type=MEDIA_TYPE)
