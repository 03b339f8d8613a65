"""`/till/data/sales`: a sale is offered, seen, paid further, parked, recalled and given up; what it looks like, before.

The till makes the ids and keeps the sale before it sends it. A repeat under the same ids is the same sale, and each
answer is the order as the books have it then, so that a till that lost its memory can go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from counterfoil.books.orders.model import Sale, Tendered
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import refused
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.checking_sales import shares_allowed
from counterfoil.counter.handing_in import PresentedIn, SaleIn, differs, offered_from, presented_from
from counterfoil.counter.looking.store import parked_orders
from counterfoil.counter.resembling.asking import alike
from counterfoil.counter.resembling.likeness import REASONS, Resemblance
from counterfoil.counter.tendering import TenderOffer
from counterfoil.ids import MerchantId, OrderId, StaffId
from counterfoil.languages import Text
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.till.at_till import SELLS, AtTill, at_till
from counterfoil.web.till.proofs import who_consented
from counterfoil.web.till.refusals import HANDLERS, TillRefused
from counterfoil.web.till.standing import OrderOut, standing, standings
from counterfoil.web.visiting import UNATTENDED

PARKS = needs(Verb.PARK, by_pin=True)


class TillSaleIn(msgspec.Struct, kw_only=True):
    """A sale as the till in a browser hands it in."""

    sale: Sale
    #: By payment: what the customer presented.
    presented: dict[str, PresentedIn] = {}
    #: By person: the proof of their consent.
    consents: dict[str, str] = {}

    def __repr__(self) -> str:
        """Say which sale, and no more."""
        return f"TillSaleIn({self.sale.order_id})"


class TenderIn(msgspec.Struct, kw_only=True):
    """One more tender."""

    tender: Tendered
    presented: PresentedIn | None = None

    def __repr__(self) -> str:
        """Say which, and no more."""
        return f"TenderIn({self.tender.payment_id})"


class GivingUpIn(msgspec.Struct, kw_only=True):
    """Why a sale is given up."""

    reason: str


class LikeOut(msgspec.Struct, kw_only=True):
    """A sale that another one looks like."""

    standing: OrderOut
    said: str
    reasons: list[str]


class OrdersController(Controller):
    """The sales of this till's store."""

    path = "/till/data"
    include_in_schema = False
    exception_handlers = HANDLERS

    @post("/sales", opt=SELLS, status_code=HTTP_200_OK)
    async def offer(self, request: Request[Any, Any, Any], data: JSONBody[TillSaleIn]) -> OrderOut:
        """Take a sale, once, whatever is retried."""
        at = at_till(request)
        insist_on_place(at, data.sale)
        shares = shares_allowed(data.sale, at.cash_step_minor)
        allowed = who_consented(at.faces.forms_key, at.merchant_id, data.sale.order_id, shares, data.consents)
        offered = msgspec.structs.replace(
            offered_from(SaleIn(sale=data.sale, presented=data.presented)), proven=allowed
        )
        answer = await at.house.selling.sell(at.merchant_id, offered)
        if isinstance(answer, Refused):
            raise TillRefused(answer)
        if answer.recorded.differs_in is not None:
            raise TillRefused(differs(answer, answer.recorded.differs_in))
        return await at.faces.asked(_answered, at, answer)

    @get("/sales/{order_id:str}", opt={**SELLS, **UNATTENDED})
    async def see(self, request: Request[Any, Any, Any], order_id: FromPath[str]) -> OrderOut:
        """Return how a sale stands; 404 says that the books have none of this id."""
        at = at_till(request)
        return await at.faces.asked(_seen, at, order_id)

    @post("/resemblances", opt=SELLS, status_code=HTTP_200_OK)
    async def resemblances(self, request: Request[Any, Any, Any], data: JSONBody[TillSaleIn]) -> list[LikeOut]:
        """Return the recent sales that this one looks like, the nearest first; nothing is recorded."""
        at = at_till(request)
        insist_on_place(at, data.sale)
        return await at.faces.asked(_alike, at, data)

    @post("/sales/{order_id:str}/tenders", opt=SELLS, status_code=HTTP_200_OK)
    async def tender(
        self, request: Request[Any, Any, Any], order_id: FromPath[str], data: JSONBody[TenderIn]
    ) -> OrderOut:
        """Take one more tender of an open sale."""
        at = at_till(request)
        # An acquirer may take its time: the threads of the pages do not wait for it.
        return await asyncio.to_thread(_tendered, at, order_id, data)

    @get("/parked", opt=PARKS)
    async def parked(self, request: Request[Any, Any, Any]) -> list[OrderOut]:
        """Return the parked sales of this store, the longest parked first."""
        at = at_till(request)
        return await at.faces.asked(_parked, at)

    @post("/sales/{order_id:str}/parking", opt=PARKS, status_code=HTTP_200_OK)
    async def park(self, request: Request[Any, Any, Any], order_id: FromPath[str]) -> OrderOut:
        """Let an open sale wait."""
        at = at_till(request)
        return await at.faces.asked(_moved, at, order_id, at.house.parking.park)

    @delete("/sales/{order_id:str}/parking", opt=PARKS, status_code=HTTP_200_OK)
    async def recall(self, request: Request[Any, Any, Any], order_id: FromPath[str]) -> OrderOut:
        """Take a parked sale up again."""
        at = at_till(request)
        return await at.faces.asked(_moved, at, order_id, at.house.parking.recall)

    @post("/sales/{order_id:str}/cancellation", opt=SELLS, status_code=HTTP_200_OK)
    async def cancel(
        self, request: Request[Any, Any, Any], order_id: FromPath[str], data: JSONBody[GivingUpIn]
    ) -> OrderOut:
        """Give up an open sale that nobody paid."""
        at = at_till(request)
        return await at.faces.asked(_given_up, at, order_id, data.reason)


def insist_on_place(at: AtTill, sale: Sale) -> None:
    """Refuse a sale that says to be of another till, or of somebody who does not stand here."""
    if sale.store_id != at.counter.store.store_id:
        raise TillRefused(refused(SaleRefusal.UNKNOWN_STORE, found=sale.store_id))
    if sale.terminal_id != at.counter.terminal.terminal_id:
        raise TillRefused(refused(SaleRefusal.UNKNOWN_TERMINAL, found=sale.terminal_id))
    if sale.operator_id != at.operator_id:
        raise TillRefused(refused(SaleRefusal.UNKNOWN_OPERATOR, found=sale.operator_id))
    if sale.training:
        # Practice is in no figure and no finding: a till that could call any sale one would hide what it takes.
        raise TillRefused(refused(SaleRefusal.NO_PRACTICE_HERE))


def _seen(at: AtTill, order_id: str) -> OrderOut:
    return standing(at, at.order(order_id))


def _answered(at: AtTill, answer: SaleAnswer) -> OrderOut:
    decline = next((one.decline for one in answer.tenders if one.decline is not None), None)
    return standing(at, at.order(answer.order_id), recorded=answer.recorded, decline=decline)


def _alike(at: AtTill, data: TillSaleIn) -> list[LikeOut]:
    found = alike(at.house, at.merchant_id, SaleIn(sale=data.sale, presented=data.presented))
    if isinstance(found, Refused):
        raise TillRefused(found)
    shown = standings(at, [at.order(one.order_id) for one in found])
    return [_like(at, one, stands) for one, stands in zip(found, shown, strict=True)]


def _like(at: AtTill, one: Resemblance, stands: OrderOut) -> LikeOut:
    language = at.visit.language
    return LikeOut(
        standing=stands,
        said=Text(en=one.said_en, zh=one.said_zh).to(language),
        reasons=[REASONS[reason].to(language) for reason in one.reasons],
    )


def _tendered(at: AtTill, order_id: str, data: TenderIn) -> OrderOut:
    order = at.order(order_id)
    presented = None if data.presented is None else presented_from(data.presented)
    offer = TenderOffer(
        merchant_id=at.merchant_id,
        order_id=OrderId(order.order_id),
        tendered=data.tender,
        operator_id=at.operator_id,
        presented=presented,
        instrument=None if presented is None else at.house.selling.instrument(at.merchant_id, presented),
    )
    taken = at.house.tendering.tender(offer)
    if isinstance(taken, Refused):
        raise TillRefused(taken)
    return standing(at, at.order(order_id), decline=taken.decline)


def _parked(at: AtTill) -> list[OrderOut]:
    with at.faces.reading(at.visit) as connection:
        found = parked_orders(connection, at.merchant_id, at.counter.store.store_id)
    return standings(at, found)


def _moved(at: AtTill, order_id: str, verb: Callable[[MerchantId, OrderId, StaffId], object]) -> OrderOut:
    order = at.order(order_id)
    done = verb(at.merchant_id, OrderId(order.order_id), at.operator_id)
    if isinstance(done, Refused):
        raise TillRefused(done)
    return standing(at, at.order(order_id))


def _given_up(at: AtTill, order_id: str, reason: str) -> OrderOut:
    order = at.order(order_id)
    if holds_secret(reason):
        raise TillRefused(refused(SaleRefusal.TEXT_HOLDS_NUMBER, field="reason"))
    done = at.house.parking.cancel(at.merchant_id, OrderId(order.order_id), at.operator_id, reason)
    if isinstance(done, Refused):
        raise TillRefused(done)
    return standing(at, at.order(order_id))
