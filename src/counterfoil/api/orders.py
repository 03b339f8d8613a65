"""`/api/v1/sales/…`: one sale seen, parked, recalled, given up, paid further; and what it looks like, before."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND

from counterfoil.api.access import needs
from counterfoil.api.callers import insist_on_store, known_as, not_its_own
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered, asked
from counterfoil.api.problems import PROBLEMS, Refuse
from counterfoil.books.orders.model import Tendered
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import refused
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused as refused_payment
from counterfoil.counter.handing_in import PresentedIn, SaleIn, presented_from
from counterfoil.counter.house import House
from counterfoil.counter.looking.store import OrderSeen, order_seen, parked_orders
from counterfoil.counter.resembling.asking import alike
from counterfoil.counter.resembling.likeness import Resemblance
from counterfoil.counter.shop_view.at_work import at_work
from counterfoil.counter.tendering import TenderOffer
from counterfoil.ids import OrderId, StaffId, StoreId
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.tokens.model import Scope, Token


class OperatorIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who does it."""

    operator_id: str


class GivingUpIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who gives a sale up, and why."""

    operator_id: str
    reason: str


class TenderIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One more tender."""

    operator_id: str
    tender: Tendered
    presented: PresentedIn | None = None


class OrdersController(Controller):
    """Single sales."""

    path = "/api/v1/sales"
    tags = ("sales",)

    @get(
        "/{order_id:str}",
        opt=needs(Scope.READ),
        responses={**PROBLEMS, HTTP_200_OK: answered(OrderSeen, "the sale", examples.ORDER_SEEN)},
        summary="See a sale as a whole",
    )
    async def see(self, request: Request[Any, Token, Any], order_id: FromPath[str]) -> OrderSeen:
        """Return one sale with its lines and payments."""
        house: House = request.app.state.house
        token = request.auth
        return await asyncio.to_thread(_seen, house, token, OrderId(order_id))

    @get(
        "/parked/{store_id:str}", opt=needs(Scope.READ), responses=PROBLEMS, summary="List the parked sales of a store"
    )
    async def parked(self, request: Request[Any, Token, Any], store_id: FromPath[str]) -> list[OrderSeen]:
        """Return the parked sales of a store, the longest parked first."""
        house: House = request.app.state.house
        token = request.auth

        def read() -> list[OrderSeen]:
            shop = house.knowledge.view(token.merchant_id)
            if shop is None or StoreId(known_as(store_id)) not in shop.stores:
                no = refused_payment(PaymentRefusal.NO_SUCH_STORE, store_id=known_as(store_id))
                raise Refuse(no, status=HTTP_404_NOT_FOUND)
            insist_on_store(token, shop, store_id)
            with house.database.transaction(token.merchant_id) as connection:
                return list(parked_orders(connection, token.merchant_id, StoreId(store_id)))

        return await asyncio.to_thread(read)

    @post(
        "/resemblances",
        opt=needs(Scope.SELL),
        responses=PROBLEMS,
        status_code=HTTP_200_OK,
        summary="Ask whether a sale looks like one that was just taken",
    )
    async def resemblances(
        self, request: Request[Any, Token, Any], data: Annotated[SaleIn, asked(examples.SALE_OFFERED)]
    ) -> list[Resemblance]:
        """Return the recent sales that this one looks like; nothing is recorded."""
        house: House = request.app.state.house
        token = request.auth
        no = not_its_own(token, data.sale.terminal_id)
        if no is not None:
            raise Refuse(no, status=HTTP_403_FORBIDDEN)
        insist_on_store(token, await house.knowledge.asked(house.knowledge.view, token.merchant_id), data.sale.store_id)
        answer = await asyncio.to_thread(alike, house, token.merchant_id, data)
        if not isinstance(answer, list):
            raise Refuse(answer)
        return answer

    @post(
        "/{order_id:str}/tenders",
        opt=needs(Scope.SELL),
        responses={**PROBLEMS, HTTP_200_OK: answered(OrderSeen, "how the sale stands then", examples.ORDER_SEEN)},
        status_code=HTTP_200_OK,
        summary="Pay an open sale further",
    )
    async def tender(
        self,
        request: Request[Any, Token, Any],
        order_id: FromPath[str],
        data: Annotated[TenderIn, asked(examples.TENDER)],
    ) -> OrderSeen:
        """Take one more tender, and return how the sale stands then."""
        house: House = request.app.state.house
        token = request.auth
        await _insist(house, token, order_id, data.operator_id, Verb.SELL)
        presented = None if data.presented is None else presented_from(data.presented)
        offer = TenderOffer(
            merchant_id=token.merchant_id,
            order_id=OrderId(order_id),
            tendered=data.tender,
            operator_id=StaffId(data.operator_id),
            presented=presented,
            instrument=None if presented is None else house.selling.instrument(token.merchant_id, presented),
        )
        taken = await asyncio.to_thread(house.tendering.tender, offer)
        if isinstance(taken, Refused):
            raise Refuse(taken)
        return await asyncio.to_thread(_seen, house, token, OrderId(order_id))

    @post(
        "/{order_id:str}/parking",
        opt=needs(Scope.SELL),
        responses={**PROBLEMS, HTTP_200_OK: answered(OrderSeen, "how the sale stands then", examples.ORDER_SEEN)},
        status_code=HTTP_200_OK,
        summary="Park an open sale",
    )
    async def park(
        self,
        request: Request[Any, Token, Any],
        order_id: FromPath[str],
        data: Annotated[OperatorIn, asked(examples.OPERATOR)],
    ) -> OrderSeen:
        """Let an open sale wait."""
        house: House = request.app.state.house
        token = request.auth
        await _insist(house, token, order_id, data.operator_id, Verb.PARK)
        done = await asyncio.to_thread(
            house.parking.park, token.merchant_id, OrderId(order_id), StaffId(data.operator_id)
        )
        return await _after(house, token, order_id, done)

    @delete(
        "/{order_id:str}/parking",
        opt=needs(Scope.SELL),
        responses={**PROBLEMS, HTTP_200_OK: answered(OrderSeen, "how the sale stands then", examples.ORDER_SEEN)},
        status_code=HTTP_200_OK,
        summary="Take a parked sale up again",
    )
    async def recall(
        self,
        request: Request[Any, Token, Any],
        order_id: FromPath[str],
        data: Annotated[OperatorIn, asked(examples.OPERATOR)],
    ) -> OrderSeen:
        """Take a parked sale up again."""
        house: House = request.app.state.house
        token = request.auth
        await _insist(house, token, order_id, data.operator_id, Verb.PARK)
        done = await asyncio.to_thread(
            house.parking.recall, token.merchant_id, OrderId(order_id), StaffId(data.operator_id)
        )
        return await _after(house, token, order_id, done)

    @post(
        "/{order_id:str}/cancellation",
        opt=needs(Scope.SELL),
        responses={**PROBLEMS, HTTP_200_OK: answered(OrderSeen, "how the sale stands then", examples.ORDER_SEEN)},
        status_code=HTTP_200_OK,
        summary="Give up an open sale that nobody paid",
    )
    async def cancel(
        self,
        request: Request[Any, Token, Any],
        order_id: FromPath[str],
        data: Annotated[GivingUpIn, asked(examples.GIVING_UP)],
    ) -> OrderSeen:
        """Give up an open sale."""
        house: House = request.app.state.house
        token = request.auth
        await _insist(house, token, order_id, data.operator_id, Verb.SELL)
        if holds_secret(data.reason):
            raise Refuse(refused(SaleRefusal.TEXT_HOLDS_NUMBER, field="reason"))
        done = await asyncio.to_thread(
            house.parking.cancel, token.merchant_id, OrderId(order_id), StaffId(data.operator_id), data.reason
        )
        return await _after(house, token, order_id, done)


async def _insist(house: House, token: Token, order_id: str, operator_id: str, verb: Verb) -> None:
    """Insist that the sale is of the caller's store, and that the operator works there and may do this."""

    def look() -> Refused | None:
        seen = _seen(house, token, OrderId(order_id))
        return at_work(house.knowledge.view(token.merchant_id), operator_id, seen.store_id, verb)

    no = await house.knowledge.asked(look)
    if no is not None:
        raise Refuse(no)


async def _after(house: House, token: Token, order_id: str, done: object) -> OrderSeen:
    if isinstance(done, Refused):
        raise Refuse(done)
    return await asyncio.to_thread(_seen, house, token, OrderId(order_id))


def _seen(house: House, token: Token, order_id: OrderId) -> OrderSeen:
    """Return a sale; a terminal sees those of its own store."""
    with house.database.transaction(token.merchant_id) as connection:
        seen = order_seen(connection, token.merchant_id, OrderId(known_as(order_id)))
    if seen is None:
        raise Refuse(refused_payment(PaymentRefusal.NO_SUCH_ORDER, order_id=order_id), status=HTTP_404_NOT_FOUND)
    insist_on_store(token, house.knowledge.view(token.merchant_id), seen.store_id)
    return seen
