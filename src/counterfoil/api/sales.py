"""`/api/v1/sales`: a till offers a sale, or many; the same one as often as it needs to."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, post
from litestar.exceptions import ClientException
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_201_CREATED,
    HTTP_403_FORBIDDEN,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
)

from counterfoil.api.access import needs
from counterfoil.api.callers import not_its_own
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered, asked
from counterfoil.api.problems import PROBLEMS, Refuse, language_of
from counterfoil.books.orders.model import Sale
from counterfoil.counter.answers import Recorded, SaleAnswer
from counterfoil.counter.handing_in import SaleIn, differs, offered_from
from counterfoil.counter.selling import Offered, Selling
from counterfoil.db.trouble import Trouble
from counterfoil.refusals import Refused
from counterfoil.shop.tokens.model import Scope, Token

#: Sales in one upload; a till with more sends them in several.
SALES_MAX = 500


class SalesIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The sales of a till that was offline."""

    sales: list[Sale]


class SaleOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The answer to one of many: how it was recorded, or why not."""

    order_id: str
    answer: SaleAnswer | None = None
    code: str | None = None
    detail: str | None = None
    transient: bool = False


class SalesOut(msgspec.Struct, kw_only=True):
    """The answers to many sales, in their order."""

    answers: list[SaleOut]


class SalesController(Controller):
    """The sales of the counter."""

    path = "/api/v1/sales"
    tags = ("sales",)

    @post(
        "/",
        opt=needs(Scope.SELL),
        responses={
            **PROBLEMS,
            HTTP_201_CREATED: answered(SaleAnswer, "recorded now", examples.SALE_ANSWERED),
            HTTP_200_OK: answered(SaleAnswer, "recorded before, exactly so", examples.SALE_KNOWN),
        },
        summary="Offer a sale",
        description="Records the sale once, whatever is retried, and sends its payments. A repeat under the same ids "
        "answers `exists`, or in which field it differs from what was recorded.",
    )
    async def offer(
        self,
        request: Request[Any, Token, Any],
        data: Annotated[SaleIn, asked(examples.SALE_OFFERED, examples.CARD_SALE_OFFERED)],
    ) -> Response[SaleAnswer]:
        """Take one sale."""
        selling: Selling = request.app.state.selling
        token = request.auth
        no = not_its_own(token, data.sale.terminal_id)
        if no is not None:
            raise Refuse(no, status=HTTP_403_FORBIDDEN)
        answer = await selling.sell(token.merchant_id, offered_from(data))
        if isinstance(answer, Refused):
            raise Refuse(answer)
        if answer.recorded.differs_in is not None:
            raise Refuse(differs(answer, answer.recorded.differs_in))
        is_new = answer.recorded is Recorded.CREATED
        return Response(answer, status_code=HTTP_201_CREATED if is_new else HTTP_200_OK)

    @post(
        "/batch",
        opt=needs(Scope.SELL),
        responses={**PROBLEMS, HTTP_200_OK: answered(SalesOut, "an answer to each", examples.SALES_ANSWERED)},
        status_code=HTTP_200_OK,
        summary="Offer the sales of a till that was offline",
        description="Each sale is taken or refused by itself, and has an answer of its own, in the order of the sales.",
    )
    async def offer_all(
        self, request: Request[Any, Token, Any], data: Annotated[SalesIn, asked(examples.SALES_OFFERED)]
    ) -> SalesOut:
        """Take many sales."""
        selling: Selling = request.app.state.selling
        token = request.auth
        if len(data.sales) > SALES_MAX:
            raise ClientException(status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE)
        foreign = {n: no for n, sale in enumerate(data.sales) if (no := not_its_own(token, sale.terminal_id))}
        own = [sale for n, sale in enumerate(data.sales) if n not in foreign]
        taken = iter(
            await selling.sell_all(token.merchant_id, [Offered(sale=sale, presented={}, consents={}) for sale in own])
        )
        return SalesOut(
            answers=[
                _out(sale.order_id, foreign[n] if n in foreign else next(taken), request)
                for n, sale in enumerate(data.sales)
            ]
        )


def _out(order_id: str, answer: SaleAnswer | Refused | Trouble, request: Request[Any, Any, Any]) -> SaleOut:
    match answer:
        case SaleAnswer(recorded=recorded):
            field = recorded.differs_in
            if field is None:
                return SaleOut(order_id=order_id, answer=answer)
            detail = differs(answer, field).said(language_of(request))
            return SaleOut(order_id=order_id, answer=answer, code=recorded, detail=detail)
        case Refused():
            detail = answer.said(language_of(request))
            return SaleOut(order_id=order_id, code=answer.code, detail=detail, transient=answer.transient)
        case Trouble():
            detail = answer.text.to(language_of(request))
            return SaleOut(order_id=order_id, code=answer.kind, detail=detail, transient=True)
