"""`/till/data/sales/…/slips`: how the slips of a sale stand, and what became of them at this till's printer."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.states import ENDS, Event
from counterfoil.ids import OrderId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.till.at_till import SELLS, AtTill, at_till
from counterfoil.web.till.refusals import HANDLERS, TillRefused

REPRINTS = needs(Verb.SELL, Verb.REPRINT, by_pin=True)


class CameOut(msgspec.Struct, kw_only=True):
    """Whether the paper came out; `fault` says why not."""

    event: Event
    fault: str | None = None


class SlipsController(Controller):
    """Slips of single sales."""

    path = "/till/data/sales/{order_id:str}/slips"
    include_in_schema = False
    exception_handlers = HANDLERS

    @get("/", opt=SELLS)
    async def slips(self, request: Request[Any, Any, Any], order_id: FromPath[str]) -> list[Slip]:
        """Return the slips of a sale, of its void and of its refunds, the oldest first."""
        at = at_till(request)
        return await at.faces.asked(_slips, at, order_id)

    @post("/", opt=REPRINTS, status_code=HTTP_200_OK)
    async def told(
        self, request: Request[Any, Any, Any], order_id: FromPath[str], data: JSONBody[CameOut]
    ) -> list[Slip]:
        """Take what became of the slips that a sale still owes; one that is out already stays so."""
        at = at_till(request)
        return await at.faces.asked(_told, at, order_id, data)


def _slips(at: AtTill, order_id: str) -> list[Slip]:
    return at.house.slips.of_order(at.merchant_id, OrderId(at.order(order_id).order_id))


def _told(at: AtTill, order_id: str, data: CameOut) -> list[Slip]:
    owed = [slip for slip in _slips(at, order_id) if slip.state not in ENDS]
    words = [
        Told(
            slip_id=slip.slip_id,
            event=data.event,
            told_at=at.visit.now,
            fault=data.fault,
            operator_id=at.operator_id,
        )
        for slip in owed
    ]
    for answer in at.house.slips.tell(at.merchant_id, words):
        if isinstance(answer, Refused):
            raise TillRefused(answer)
    return _slips(at, order_id)
