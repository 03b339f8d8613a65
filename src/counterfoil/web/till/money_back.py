"""`/till/data`: the last sales of a till, money given back by two people, an unknown outcome asked for now."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Decline
from counterfoil.books.payments.states import State
from counterfoil.counter.giving_back import ConsentIn, LineIn, UndoIn, give_back
from counterfoil.counter.looking.store import latest_orders
from counterfoil.ids import PaymentId, is_id
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused
from counterfoil.web.till.at_till import SELLS, AtTill, at_till
from counterfoil.web.till.refusals import HANDLERS, TillRefused
from counterfoil.web.till.standing import NoOut, OrderOut, said_no, standing, standings

_NO_MONEY_MOVED = Text(en="No money was moved.", zh="未退款。")


class GivingBackIn(msgspec.Struct, kw_only=True):
    """Money back for one payment; the same on every retry."""

    #: Made by the till, and kept before it asks.
    payment_id: str
    reason: str
    consent: ConsentIn
    #: None: all that is left.
    amount_minor: int | None = None
    lines: list[LineIn] = []
    #: Equal sales that went back before, where every one of them was brought back, or is another customer's.
    also_back: list[str] = []

    def __repr__(self) -> str:
        """Say which, and no more."""
        return f"GivingBackIn({self.payment_id})"


class GivenBackOut(msgspec.Struct, kw_only=True):
    """How money that goes back stands, and the sale that it was of."""

    payment_id: str
    #: `void` or `refund`, whichever was right.
    kind: Kind
    state: str
    amount_minor: int
    sale: OrderOut | None
    #: Why the acquirer said no, where it did.
    no: NoOut | None = None


class MoneyBackController(Controller):
    """What was sold, and money back for it."""

    path = "/till/data"
    include_in_schema = False
    exception_handlers = HANDLERS

    @get("/latest", opt=SELLS)
    async def latest(self, request: Request[Any, Any, Any]) -> list[OrderOut]:
        """Return the sales that this till took last."""
        at = at_till(request)
        return await at.faces.asked(_latest, at)

    @post("/payments/{payment_id:str}/undo", opt=SELLS, status_code=HTTP_200_OK)
    async def undo(
        self, request: Request[Any, Any, Any], payment_id: FromPath[str], data: JSONBody[GivingBackIn]
    ) -> GivenBackOut:
        """Give money back: a void before settlement, else a refund."""
        at = at_till(request)
        return await asyncio.to_thread(_given_back, at, payment_id, data)

    @post("/payments/{payment_id:str}/inquiries", opt=SELLS, status_code=HTTP_200_OK)
    async def ask(self, request: Request[Any, Any, Any], payment_id: FromPath[str]) -> OrderOut:
        """Take the next step of an unknown payment now, and return how its sale stands then."""
        at = at_till(request)
        return await asyncio.to_thread(_asked, at, payment_id)


def _latest(at: AtTill) -> list[OrderOut]:
    with at.faces.reading(at.visit) as connection:
        found = latest_orders(connection, at.merchant_id, at.counter.terminal.terminal_id)
    return standings(at, found)


def _given_back(at: AtTill, payment_id: str, data: GivingBackIn) -> GivenBackOut:
    original = _payment(at, payment_id)
    asked = UndoIn(
        payment_id=data.payment_id,
        operator_id=at.operator_id,
        reason=data.reason,
        consent=data.consent,
        amount_minor=data.amount_minor,
        lines=data.lines,
        also_back=data.also_back,
    )
    taken = give_back(at.house, original, asked, None)
    if isinstance(taken, Refused):
        raise TillRefused(taken, _NO_MONEY_MOVED)
    undo = taken.payment
    return GivenBackOut(
        payment_id=undo.payment_id,
        kind=undo.kind,
        state=undo.state,
        amount_minor=undo.amount_minor,
        sale=None if original.order_id is None else standing(at, at.order(original.order_id)),
        no=_no_of(undo, taken.decline, at.visit.language),
    )


def _no_of(undo: Payment, decline: Decline | None, language: Language) -> NoOut | None:
    return said_no(undo.kind, undo.response_code, decline, language) if undo.state is State.DECLINED else None


def _asked(at: AtTill, payment_id: str) -> OrderOut:
    payment = _payment(at, payment_id)
    if payment.order_id is None:
        raise NotFoundException
    at.house.resolver.step_now(at.merchant_id, payment.payment_id)
    return standing(at, at.order(payment.order_id))


def _payment(at: AtTill, payment_id: str) -> Payment:
    if not is_id(payment_id):
        raise NotFoundException
    with at.faces.reading(at.visit) as connection:
        found = payments.payment(connection, at.merchant_id, PaymentId(payment_id))
    if found is None or found.store_id != at.counter.store.store_id:
        raise NotFoundException
    return found
