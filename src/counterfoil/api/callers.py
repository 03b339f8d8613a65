"""Whom a bearer's token speaks for: a terminal, a store, or the whole shop; and what can be an id at all."""

from __future__ import annotations

from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_403_FORBIDDEN

from counterfoil.api.problems import Refuse
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.desk.cases.inbox.model import Scope, scope_of
from counterfoil.ids import ID_LENGTH_MAX, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.tokens.model import Token
from counterfoil.shop.tokens.rules import WORDS, TokenRefusal


def known_as(text: str) -> str:
    """Return the id in an address; 404 where it can be nobody's."""
    if not is_id(text):
        raise NotFoundException
    return text


def not_its_own(token: Token, terminal_id: str) -> Refused | None:
    """Return why a terminal's token may not speak for this terminal; None where it is its own, or bound to none."""
    if token.terminal_id in {None, terminal_id}:
        return None
    return _another(token, terminal_id)


def insist_on_store(token: Token, shop: ShopView | None, store_id: str | None) -> None:
    """End with 403 where a terminal's token may not speak for this store; one that is bound to none speaks for all."""
    if token.terminal_id is not None and (shop is None or shop.terminals.get(token.terminal_id) != store_id):
        raise Refuse(_another(token, store_id or ""), status=HTTP_403_FORBIDDEN)


def stores_of(token: Token, shop: ShopView | None, verb: Verb) -> Scope:
    """Return the stores that a token speaks for: a terminal's for its own, a person's where they may do this.

    One that is bound to neither speaks for every store, and for what is of none.
    """
    if token.terminal_id is not None:
        own = None if shop is None else shop.terminals.get(token.terminal_id)
        return Scope(store_ids=frozenset() if own is None else frozenset({own}))
    if token.staff_id is not None:
        person = None if shop is None else shop.people.get(token.staff_id)
        return Scope(store_ids=frozenset()) if person is None else scope_of(person, verb)
    return Scope(store_ids=None)


def insist_on_whole_shop(token: Token, shop: ShopView | None, verb: Verb) -> None:
    """End with 403 where a token does not speak for every store, as for what is of none it has to."""
    if stores_of(token, shop, verb).store_ids is not None:
        raise not_of_these_stores()


def not_of_these_stores() -> Refuse:
    """Return the 403 of a token that asks for what is not of the stores it speaks for."""
    refused = Refused(code=TokenRefusal.SOME_STORES, text=WORDS[TokenRefusal.SOME_STORES])
    return Refuse(refused, status=HTTP_403_FORBIDDEN)


def _another(token: Token, found: str) -> Refused:
    return Refused(
        code=TokenRefusal.ANOTHER_TERMINAL,
        text=WORDS[TokenRefusal.ANOTHER_TERMINAL],
        facts={"terminal_id": token.terminal_id or "", "found": found[:ID_LENGTH_MAX]},
    )
