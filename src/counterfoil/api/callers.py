"""Who calls: a bearer's token, the merchant that it belongs to, and what it may do."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.status_codes import HTTP_403_FORBIDDEN

from counterfoil.api.problems import Refuse
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import ID_LENGTH_MAX, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.tokens.model import Scope as Scope
from counterfoil.shop.tokens.model import Token
from counterfoil.shop.tokens.rules import WORDS, TokenRefusal

_BEARER = "bearer "


def known_as(text: str) -> str:
    """Return the id in an address; 404 where it can be nobody's."""
    if not is_id(text):
        raise NotFoundException
    return text


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


def not_its_own(token: Token, terminal_id: str) -> Refused | None:
    """Return why a terminal's token may not speak for this terminal; None where it is its own, or bound to none."""
    if token.terminal_id in {None, terminal_id}:
        return None
    return _another(token, terminal_id)


def insist_on_store(token: Token, shop: ShopView | None, store_id: str | None) -> None:
    """End with 403 where a terminal's token may not speak for this store; one that is bound to none speaks for all."""
    if token.terminal_id is not None and (shop is None or shop.terminals.get(token.terminal_id) != store_id):
        raise Refuse(_another(token, store_id or ""), status=HTTP_403_FORBIDDEN)


def _another(token: Token, found: str) -> Refused:
    return Refused(
        code=TokenRefusal.ANOTHER_TERMINAL,
        text=WORDS[TokenRefusal.ANOTHER_TERMINAL],
        facts={"terminal_id": token.terminal_id or "", "found": found[:ID_LENGTH_MAX]},
    )
