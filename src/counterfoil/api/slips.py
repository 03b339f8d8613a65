"""`/api/v1/slips`: the slips of a sale, and what became of each."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_413_REQUEST_ENTITY_TOO_LARGE

from counterfoil.api.access import needs
from counterfoil.api.callers import insist_on_store, known_as
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered, asked
from counterfoil.api.problems import PROBLEMS, language_of
from counterfoil.books.orders import store as orders
from counterfoil.books.slips import store as slips
from counterfoil.books.slips.model import Slip, Told
from counterfoil.counter.house import House
from counterfoil.ids import OrderId
from counterfoil.refusals import Refused
from counterfoil.shop.tokens.model import Scope, Token

#: Words about slips in one request; a till with more sends them in several.
TOLD_MAX = 500


class ToldIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What became of slips."""

    told: list[Told]


class SlipOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The answer to one of many: the slip as it stands, or why the word was not taken."""

    slip_id: str
    slip: Slip | None = None
    code: str | None = None
    detail: str | None = None


class ToldOut(msgspec.Struct, kw_only=True):
    """The answers to many words, in their order."""

    answers: list[SlipOut]


class SlipsController(Controller):
    """Slips."""

    path = "/api/v1/slips"
    tags = ("slips",)

    @get(
        "/of/{order_id:str}",
        opt=needs(Scope.READ),
        responses={**PROBLEMS, HTTP_200_OK: answered(list[Slip], "the slips, the oldest first", examples.SLIPS)},
        summary="List the slips of a sale",
        description="A terminal sees those of its own store. "
        "Of the sale itself, of its void and of its refunds: whether each came out, and why not.",
    )
    async def of_order(self, request: Request[Any, Token, Any], order_id: FromPath[str]) -> list[Slip]:
        """List them, the oldest first."""
        house: House = request.app.state.house
        return await asyncio.to_thread(_of_order, house, request.auth, OrderId(known_as(order_id)))

    @post(
        "/told",
        opt=needs(Scope.SELL),
        responses={
            **PROBLEMS,
            HTTP_200_OK: answered(ToldOut, "an answer for each word", examples.SLIPS_TOLD_ANSWERED),
        },
        status_code=HTTP_200_OK,
        summary="Tell what became of slips",
        description="Each word is taken or refused by itself, and has an answer of its own, in their order. The same "
        "word again changes nothing.",
    )
    async def told(
        self, request: Request[Any, Token, Any], data: Annotated[ToldIn, asked(examples.SLIPS_TOLD)]
    ) -> ToldOut:
        """Take words about slips."""
        house: House = request.app.state.house
        token = request.auth
        if len(data.told) > TOLD_MAX:
            raise ClientException(status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE)
        answers = await asyncio.to_thread(house.slips.tell, token.merchant_id, data.told, terminal_id=token.terminal_id)
        return ToldOut(
            answers=[_out(word.slip_id, answer, request) for word, answer in zip(data.told, answers, strict=True)]
        )


def _of_order(house: House, token: Token, order_id: OrderId) -> list[Slip]:
    with house.database.transaction(token.merchant_id) as connection:
        shop = house.knowledge.view(token.merchant_id)
        placed = orders.day_of(connection, token.merchant_id, order_id)
        if placed is not None:
            insist_on_store(token, shop, placed.store_id)
        return slips.of_order(connection, token.merchant_id, order_id)


def _out(slip_id: str, answer: Slip | Refused, request: Request[Any, Any, Any]) -> SlipOut:
    if isinstance(answer, Refused):
        return SlipOut(slip_id=slip_id, code=answer.code, detail=answer.said(language_of(request)))
    return SlipOut(slip_id=slip_id, slip=answer)
