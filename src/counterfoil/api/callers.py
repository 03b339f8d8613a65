"""Who calls: a bearer's token, the merchant that it belongs to, and what it may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from litestar import Request
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.shop_view.store import Token


class Scope(StrEnum):
    """What a token may do."""

    SELL = "sell"  #: take sales and their payments
    UNDO = "undo"  #: void and refund; a person's PIN is needed as well
    CLOSE = "close"  #: close a store's day
    READ = "read"  #: read sales, payments and findings
    BILLS = "bills"  #: hand in bills


_BEARER = "bearer "


async def caller_of(request: Request[Any, Any, Any], knowledge: ShopKnowledge, scope: Scope) -> Token:
    """Return the bearer of the request's token; 401 where there is none, 403 where it may not do this."""
    header = request.headers.get("authorization", "")
    if header[: len(_BEARER)].lower() != _BEARER:
        raise NotAuthorizedException
    text = header[len(_BEARER) :].strip()
    token = knowledge.kept_bearer(text) or await knowledge.asked(knowledge.bearer, text)
    if token is None:
        raise NotAuthorizedException
    if scope not in token.scopes:
        raise PermissionDeniedException
    return token
