"""`/api/v1/payments/…`: money given back, by two people; an unknown outcome asked for again."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_404_NOT_FOUND

from counterfoil.api.access import needs
from counterfoil.api.callers import insist_on_store, known_as
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered, asked
from counterfoil.api.problems import PROBLEMS, Refuse
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Decline
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.giving_back import UndoIn, give_back
from counterfoil.counter.house import House
from counterfoil.counter.taking_answers import Taken
from counterfoil.ids import PaymentId
from counterfoil.refusals import Refused
from counterfoil.shop.tokens.model import Scope, Token


class PaymentOut(msgspec.Struct, kw_only=True):
    """How a payment stands."""

    payment: Payment
    #: What happened just now, in one English sentence for support.
    because: str | None = None
    decline: Decline | None = None


_ANSWERS = {**PROBLEMS, HTTP_200_OK: answered(PaymentOut, "how the payment stands", examples.PAYMENT)}


class PaymentsController(Controller):
    """Payments."""

    path = "/api/v1/payments"
    tags = ("payments",)

    @get("/{payment_id:str}", opt=needs(Scope.READ), responses=_ANSWERS, summary="See a payment")
    async def see(self, request: Request[Any, Token, Any], payment_id: FromPath[str]) -> PaymentOut:
        """Return one payment."""
        house: House = request.app.state.house
        token = request.auth
        return PaymentOut(payment=await asyncio.to_thread(_payment, house, token, payment_id))

    @post(
        "/{payment_id:str}/undo",
        opt=needs(Scope.UNDO),
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Give money back: void before settlement, else refund",
    )
    async def undo(
        self,
        request: Request[Any, Token, Any],
        payment_id: FromPath[str],
        data: Annotated[UndoIn, asked(examples.UNDO)],
    ) -> PaymentOut:
        """Give money back by whichever way is right now."""
        return await _undone(request, payment_id, data, None)

    @post(
        "/{payment_id:str}/voids",
        opt=needs(Scope.UNDO),
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Void a payment, before settlement and in full",
    )
    async def void(
        self,
        request: Request[Any, Token, Any],
        payment_id: FromPath[str],
        data: Annotated[UndoIn, asked(examples.UNDO)],
    ) -> PaymentOut:
        """Void, or say why only a refund will do."""
        return await _undone(request, payment_id, data, Kind.VOID)

    @post(
        "/{payment_id:str}/refunds",
        opt=needs(Scope.UNDO),
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Refund a payment, in full or in part",
    )
    async def refund(
        self,
        request: Request[Any, Token, Any],
        payment_id: FromPath[str],
        data: Annotated[UndoIn, asked(examples.UNDO)],
    ) -> PaymentOut:
        """Refund, or say why only a void will do."""
        return await _undone(request, payment_id, data, Kind.REFUND)

    @post(
        "/{payment_id:str}/inquiries",
        opt=needs(Scope.SELL),
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Take the next step of an unknown payment now",
    )
    async def ask(self, request: Request[Any, Token, Any], payment_id: FromPath[str]) -> PaymentOut:
        """Ask the acquirer again, or reverse again: whatever its ladder has next."""
        house: House = request.app.state.house
        token = request.auth
        await asyncio.to_thread(_payment, house, token, payment_id)
        taken = await asyncio.to_thread(house.resolver.step_now, token.merchant_id, PaymentId(payment_id))
        if taken is not None:
            return _out(taken)
        return PaymentOut(payment=await asyncio.to_thread(_payment, house, token, payment_id))


async def _undone(request: Request[Any, Token, Any], payment_id: str, data: UndoIn, kind: Kind | None) -> PaymentOut:
    house: House = request.app.state.house
    token = request.auth
    original = await asyncio.to_thread(_payment, house, token, payment_id)
    answer = await asyncio.to_thread(give_back, house, original, data, kind)
    if isinstance(answer, Refused):
        raise Refuse(answer)
    return _out(answer)


def _payment(house: House, token: Token, payment_id: str) -> Payment:
    """Return a payment; a terminal sees those of its own store."""
    with house.database.transaction(token.merchant_id) as connection:
        found = payments.payment(connection, token.merchant_id, PaymentId(known_as(payment_id)))
    if found is None:
        raise Refuse(refused(PaymentRefusal.NO_SUCH_PAYMENT, payment_id=payment_id), status=HTTP_404_NOT_FOUND)
    insist_on_store(token, house.knowledge.view(token.merchant_id), found.store_id)
    return found


def _out(taken: Taken) -> PaymentOut:
    return PaymentOut(payment=taken.payment, because=taken.because, decline=taken.decline)
