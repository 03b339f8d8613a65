"""One visit: who asks for a page, in which language and colours, since when. A value, made once for each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from counterfoil.errors import Bug
from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.languages import Language
from counterfoil.shop.merchants.model import Merchant, Store, Terminal
from counterfoil.shop.sessions.model import Session
from counterfoil.shop.sessions.rules import SessionRefusal
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Person, Theme, Verb
from counterfoil.shop.staff.rules import may
from counterfoil.web.told import Told

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody who has signed in, and what they may do where."""

    session: Session
    person: Person
    merchant: Merchant
    #: Open stores.
    stores: tuple[Store, ...]
    #: The till that the session is at.
    terminal: Terminal | None = None

    @property
    def merchant_id(self) -> MerchantId:
        """Whose books these are."""
        return self.merchant.merchant_id

    @property
    def staff_id(self) -> StaffId:
        """Who it is."""
        return self.person.staff_id

    @property
    def store(self) -> Store | None:
        """The one store that the pages show; None: every one that the person works at."""
        return next((store for store in self.stores if store.store_id == self.session.store_id), None)

    @property
    def own_stores(self) -> tuple[Store, ...]:
        """The stores at which the person has a role."""
        return tuple(store for store in self.stores if self.person.roles_at(store.store_id))

    def may(self, verb: Verb, store_id: StoreId) -> bool:
        """Say whether the person may do this at a store; EVERY_STORE asks for a grant at every store."""
        return may(self.person, Ask(verb=verb, store_id=store_id)) is None

    def stores_for(self, verb: Verb) -> frozenset[StoreId]:
        """Return the stores that are shown and at which the person may do this: what a list of theirs may hold."""
        shown = [self.store] if self.store is not None else self.stores
        return frozenset(store.store_id for store in shown if self.may(verb, store.store_id))

    def may_somewhere(self, verb: Verb) -> bool:
        """Say whether the person may do this anywhere that is shown."""
        return bool(self.stores_for(verb)) or self.sees_all(verb)

    def sees_all(self, verb: Verb) -> bool:
        """Whether the person sees what belongs to no store, too: with a grant at every store, and no store chosen."""
        return self.store is None and self.may(verb, EVERY_STORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of a browser."""

    now: datetime
    #: With its query, as the browser sees it.
    path: str
    language: Language
    theme: Theme
    #: What a form of this visit carries; masked anew each time.
    form_token: str = field(repr=False)
    #: Where the request comes from; counted, never kept.
    address: str = field(default="", repr=False)
    who: Who | None = None
    #: Why the session that the browser presented is no good.
    ended: SessionRefusal | None = None
    #: What the page says once, because it was done just before.
    told: Told | None = None
    #: A script of ours asks, and shows a part of what it gets; `is_part`: it wants no more than the part.
    is_scripted: bool = False
    is_part: bool = False

    @property
    def known(self) -> Who:
        """Who it is, on routes that only people who have signed in reach."""
        if self.who is None:
            raise Bug("a route for people who have signed in was reached by somebody who has not")
        return self.who

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of what is shown."""
        return self.who.merchant.zone if self.who is not None else _UTC


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Return the visit of a request of the pages."""
    visit: Visit = request.scope["state"]["visit"]
    return visit
