"""`/api/v1/stores/…/days/…`: a store's business day, and its end."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK

from counterfoil.api.access import needs
from counterfoil.api.callers import insist_on_store
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered, asked
from counterfoil.api.problems import PROBLEMS, Refuse
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.closing.day import Closed
from counterfoil.counter.house import House
from counterfoil.counter.shop_view.at_work import at_work
from counterfoil.ids import ID_LENGTH_MAX, MerchantId, StaffId, StoreId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.staff.pins import Pin
from counterfoil.shop.tokens.model import Scope, Token


class ClosingIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who closes the day, and their PIN: a name alone closes nothing."""

    operator_id: str
    #: It is checked, and never kept.
    pin: str

    def __repr__(self) -> str:
        """Say who, and no more."""
        return f"ClosingIn(operator_id={self.operator_id!r})"


class DaysController(Controller):
    """Business days."""

    path = "/api/v1/stores"
    tags = ("days",)

    @post(
        "/{store_id:str}/days/{business_date:str}/closing",
        opt=needs(Scope.CLOSE),
        responses={**PROBLEMS, HTTP_200_OK: answered(Closed, "how the day was closed", examples.CLOSED)},
        status_code=HTTP_200_OK,
        summary="Close a store's business day",
        description="Fixes the date, adds up its tenders and closes the acquirers' batches. What nobody knows yet is "
        "carried over as findings. Whoever closes gives their PIN. A day that is closed already is told as it was "
        "closed, with `is_new` false; a batch whose acquirer did not answer then is asked for again.",
    )
    async def close(
        self,
        request: Request[Any, Token, Any],
        store_id: FromPath[str],
        business_date: FromPath[date],
        data: Annotated[ClosingIn, asked(examples.CLOSING)],
    ) -> Closed:
        """Close a day."""
        house: House = request.app.state.house
        token = request.auth
        insist_on_store(token, await house.knowledge.asked(house.knowledge.view, token.merchant_id), store_id)
        answer = await asyncio.to_thread(_close, house, token.merchant_id, StoreId(store_id), business_date, data)
        if isinstance(answer, Refused):
            raise Refuse(answer)
        return answer


def _close(
    house: House, merchant_id: MerchantId, store_id: StoreId, business_date: date, data: ClosingIn
) -> Closed | Refused:
    shop = house.knowledge.view(merchant_id)
    if shop is None or store_id not in shop.stores:
        return refused(PaymentRefusal.NO_SUCH_STORE, store_id=store_id[:ID_LENGTH_MAX])
    operator = StaffId(data.operator_id)
    no = at_work(shop, operator, store_id, Verb.CLOSE_DAY)
    no = no or house.authorising.why_not(merchant_id, operator, Pin(digits=data.pin))
    return no or house.closing.close_day(merchant_id, store_id, business_date, operator)
