"""Who may open a page or press a button: declared on each route, and asked before anything else is done.

A route without a declaration does not exist: the application refuses to start with it. A declaration names verbs of the
shop; which role has which verb, and at which store, is the shop's own law (`shop/staff/roles.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from litestar import HttpMethod
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from counterfoil.errors import Bug
from counterfoil.shop.sessions.model import Began
from counterfoil.shop.staff.model import Verb
from counterfoil.web.visits import Visit

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

#: Under which name a declaration stands on a route.
ACCESS = "access"


class Kind(StrEnum):
    """Whom a route is for."""

    EVERYBODY = "everybody"  #: also those who have not signed in
    SIGNED_IN = "signed_in"  #: whoever works here
    VERBS = "verbs"  #: who may do at least one of these, at some store that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One declaration."""

    kind: Kind
    verbs: tuple[Verb, ...] = ()
    #: Whether a session that began by PIN, at a till, is enough.
    by_pin: bool = False


class PasswordNeeded(NotAuthorizedException):
    """A session that began by PIN asks for what needs a password."""


#: `@get(…, opt=PUBLIC)`: for everybody.
PUBLIC: Mapping[str, Any] = {ACCESS: Access(kind=Kind.EVERYBODY, by_pin=True)}
#: `@get(…, opt=SIGNED_IN)`: for whoever works here, at a till by PIN too.
SIGNED_IN: Mapping[str, Any] = {ACCESS: Access(kind=Kind.SIGNED_IN, by_pin=True)}


def needs(*verbs: Verb, by_pin: bool = False) -> Mapping[str, Any]:
    """`@get(…, opt=needs(Verb.WORK_CASES))`: for who may do at least one of these, at some store that is shown."""
    if not verbs:
        raise Bug("a route that needs a verb names one")
    return {ACCESS: Access(kind=Kind.VERBS, verbs=verbs, by_pin=by_pin)}


def access_of(handler: BaseRouteHandler) -> Access:
    """Return what is declared on a route; Bug where nothing is."""
    declared = handler.opt.get(ACCESS)
    if not isinstance(declared, Access):
        raise Bug(f"{handler}: a route of the pages declares who may use it, with `opt=`")
    return declared


def insist_on_declarations(handlers: Iterable[HTTPRouteHandler]) -> None:
    """Bug where a route declares nothing."""
    for handler in handlers:
        access_of(handler)


def ask_for_access(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let somebody through to a route, or end the request: 401 asks to sign in, 403 says no."""
    if connection.scope.get("method") == HttpMethod.OPTIONS:
        return
    access = access_of(handler)
    visit: Visit = connection.scope["state"]["visit"]
    if access.kind is Kind.EVERYBODY:
        return
    if visit.who is None:
        raise NotAuthorizedException
    if visit.who.session.began_by is Began.PIN and not access.by_pin:
        raise PasswordNeeded
    if access.kind is Kind.VERBS and not any(map(visit.who.may_somewhere, access.verbs)):
        raise PermissionDeniedException
