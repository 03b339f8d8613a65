"""`/till/data/sales/…/slips`: the till says what became of the slips of a sale, as whoever stands there saw it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.states import ENDS, Event
from counterfoil.ids import OrderId
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.web.till.at_till import SELLS, AtTill, at_till
from counterfoil.web.till.refusals import HANDLERS, TillRefused

_NOTHING_CHANGED = Text(en="The slip stays as it was.", zh="票据状态未变。")


class SlipsIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What became of the slips of a sale."""

    event: Event
    #: Why it did not come out.
    fault: str | None = None


class SlipsController(Controller):
    """Slips of the sales of this till's store."""

    path = "/till/data"
    include_in_schema = False
    exception_handlers = HANDLERS

    @post("/sales/{order_id:str}/slips", opt=SELLS, status_code=HTTP_200_OK)
    async def told(
        self, request: Request[Any, Any, Any], order_id: FromPath[str], data: JSONBody[SlipsIn]
    ) -> list[Slip]:
        """Tell of every slip of the sale that has not reached anybody yet; returns how they stand."""
        at = at_till(request)
        return await at.faces.asked(_told, at, order_id, data)


def _told(at: AtTill, order_id: str, data: SlipsIn) -> list[Slip]:
    sale = OrderId(at.order(order_id).order_id)
    due = [slip for slip in at.house.slips.of_order(at.merchant_id, sale) if slip.state not in ENDS]
    words = [
        Told(slip_id=slip.slip_id, event=data.event, told_at=at.visit.now, fault=data.fault, operator_id=at.operator_id)
        for slip in due
    ]
    refusals = [answer for answer in at.house.slips.tell(at.merchant_id, words) if isinstance(answer, Refused)]
    if refusals:
        raise TillRefused(refusals[0], _NOTHING_CHANGED)
    return at.house.slips.of_order(at.merchant_id, sale)
