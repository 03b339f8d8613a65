"""Who stands at which till: what every address of the till asks first. It never decides what they may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from litestar import Request
from litestar.exceptions import NotFoundException

from counterfoil.counter.house import House
from counterfoil.counter.looking.store import OrderSeen, order_seen
from counterfoil.counter.paper.laying import paper_of
from counterfoil.counter.paper.model import Paper, Place
from counterfoil.counter.ringing_up import Counter
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import MerchantId, OrderId, StaffId, is_id
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.pricing.cash import cash_step
from counterfoil.shop.pricing.line_names import LineNames
from counterfoil.shop.sessions.refusals import SignInRefusal, refused
from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.till.refusals import TillRefused
from counterfoil.web.visits import Visit, visit_of

#: Whoever sells here uses the till, by PIN too.
SELLS = needs(Verb.SELL, by_pin=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTill:
    """One request of a till in a browser."""

    faces: Faces
    visit: Visit
    counter: Counter

    @property
    def house(self) -> House:
        """The house whose verbs are called."""
        return self.faces.house

    @property
    def merchant_id(self) -> MerchantId:
        """Whose till it is."""
        return self.counter.merchant.merchant_id

    @property
    def operator_id(self) -> StaffId:
        """Who stands there."""
        return self.counter.operator_id

    @property
    def cash_step_minor(self) -> int:
        """The smallest coin here."""
        merchant = self.counter.merchant
        return cash_step(merchant.currency, merchant.cash_step_minor)

    def shop(self) -> ShopView:
        """Return the shop as the counter knows it. May wait for the database."""
        shop = self.house.knowledge.view(self.merchant_id)
        assert shop is not None, "a session is of a merchant that there is"
        return shop

    def order(self, order_id: str) -> OrderSeen:
        """Return an order of this till's store; 404 where there is none."""
        if not is_id(order_id):
            raise NotFoundException
        with self.faces.reading(self.visit) as connection:
            seen = order_seen(connection, self.merchant_id, OrderId(order_id))
        if seen is None or seen.store_id != self.counter.store.store_id:
            raise NotFoundException
        return seen

    def tills_of(self, connection: sa.Connection, orders: Sequence[OrderSeen]) -> Mapping[str, str]:
        """Return what the tills of some orders are called; the books are asked only where one is not this one."""
        own = self.counter.terminal
        if all(order.terminal_id == own.terminal_id for order in orders):
            return {own.terminal_id: own.name}
        return {one.terminal_id: one.name for one in merchants.terminals(connection, self.merchant_id)}

    def paper(self, order: OrderSeen, names: LineNames, tills: Mapping[str, str]) -> Paper:
        """Return what stands on the slip of an order of this till's store. May wait for the database."""
        counter, people = self.counter, self.shop().people
        who = people.get(StaffId(order.operator_id or ""))
        place = Place(
            merchant=counter.merchant.name,
            store=counter.store.name,
            address=counter.store.address or "",
            terminal=tills.get(order.terminal_id or "", order.terminal_id or ""),
            operator=order.operator_id or "" if who is None else who.name,
        )
        return paper_of(order, place, self.visit.language, names)


def at_till(request: Request[Any, Any, Any]) -> AtTill:
    """Return who stands at which till; a refusal where the browser is at none."""
    faces, visit = faces_of(request), visit_of(request)
    counter = counter_of(visit)
    if counter is None:
        raise TillRefused(refused(SignInRefusal.NOT_AT_A_TILL))
    return AtTill(faces=faces, visit=visit, counter=counter)


def counter_of(visit: Visit) -> Counter | None:
    """Return the counter that a visit is at; None where it is at none, or its store was closed."""
    who = visit.known
    if who.terminal is None:
        return None
    store = next((store for store in who.stores if store.store_id == who.terminal.store_id), None)
    if store is None:
        return None
    return Counter(merchant=who.merchant, store=store, terminal=who.terminal, operator_id=who.staff_id)
