"""Who calls: a bearer's token, the merchant that it belongs to, and what it may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from litestar import Request
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException

from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.shop_view.store import ShopView, Token
from counterfoil.ids import ID_LENGTH_MAX, StaffId, StoreId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Ask, Verb
from counterfoil.shop.staff.rules import may


class Scope(StrEnum):
    """What a token may do."""

    SELL = "sell"  #: take sales and their payments
    UNDO = "undo"  #: void and refund; a person's PIN is needed as well
    CLOSE = "close"  #: close a store's day
    READ = "read"  #: read sales, payments and findings
    BILLS = "bills"  #: hand in bills


_BEARER = "bearer "


def known_as(text: str) -> str:
    """Return the id in an address; 404 where it can be nobody's."""
    if not is_id(text):
        raise NotFoundException
    return text


def at_work(shop: ShopView | None, staff_id: str, store_id: str | None, verb: Verb | None = None) -> Refused | None:
    """Return why this person may not do it; None where they work here, and may. No name can be made up."""
    person = None if shop is None else shop.people.get(StaffId(staff_id))
    is_here = person is not None and person.retired_at is None
    if person is not None and is_here and (verb is None or may(person, _ask(verb, store_id)) is None):
        return None
    return refused(PaymentRefusal.MAY_NOT, staff_id=staff_id[:ID_LENGTH_MAX], verb=verb or "this")


def _ask(verb: Verb, store_id: str | None) -> Ask:
    return Ask(verb=verb, store_id=StoreId(store_id or ""))


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
