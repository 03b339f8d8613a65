"""`/api/v1/webhooks/…`: what a channel tells unasked. No token: the signature is the proof."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK

from counterfoil.api.access import OPEN
from counterfoil.api.problems import PROBLEMS
from counterfoil.books.payments.webhooks import BODY_BYTES_MAX
from counterfoil.counter.bills.webhooks import UnknownAcquirer
from counterfoil.counter.house import House


class WebhooksController(Controller):
    """Channels that call us."""

    path = "/api/v1/webhooks"
    tags = ("webhooks",)

    @post(
        "/{acquirer:str}",
        opt=OPEN,
        responses=PROBLEMS,
        status_code=HTTP_200_OK,
        # One byte more, so that what is too long is seen to be.
        request_max_body_size=BODY_BYTES_MAX + 1,
        security=[{}],
        summary="Hear a channel",
        description="Verified by the channel's own signature, kept once, and acknowledged as the channel wants it. "
        "401 where the signature is not the channel's; a repeat is acknowledged and changes nothing.",
    )
    async def hear(self, request: Request[Any, Any, Any], acquirer: FromPath[str]) -> Response[bytes]:
        """Hear one call."""
        house: House = request.app.state.house
        body = await request.body()
        try:
            heard = await asyncio.to_thread(house.webhooks.hear, acquirer, dict(request.headers), body)
        except UnknownAcquirer:
            raise NotFoundException from None
        if heard.acknowledgement is None:
            raise NotAuthorizedException
        said = heard.acknowledgement
        return Response(said.body, status_code=said.status, media_type=said.content_type)
