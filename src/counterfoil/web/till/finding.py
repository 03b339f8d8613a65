"""`/till/data/sales?number=…`: this store's sales by what somebody typed: the number on a slip, or a whole id."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, get
from litestar.params import QueryParameter

from counterfoil.counter.looking.store import order_seen
from counterfoil.counter.paper.store import orders_meant
from counterfoil.ids import ID_LENGTH_MAX
from counterfoil.web.till.at_till import SELLS, AtTill, at_till
from counterfoil.web.till.refusals import HANDLERS
from counterfoil.web.till.standing import OrderOut, standings

Number = Annotated[str, QueryParameter(name="number", description="As it was typed.")]


class FindingController(Controller):
    """Sales by their number."""

    path = "/till/data/sales"
    include_in_schema = False
    exception_handlers = HANDLERS

    @get("/", opt=SELLS)
    async def numbered(self, request: Request[Any, Any, Any], number: Number) -> list[OrderOut]:
        """Return the sales of a number, the latest first; mostly one, or none."""
        at = at_till(request)
        return await at.faces.asked(_numbered, at, number.strip())


def _numbered(at: AtTill, number: str) -> list[OrderOut]:
    if len(number) > ID_LENGTH_MAX:
        return []
    with at.faces.reading(at.visit) as connection:
        names = orders_meant(connection, at.merchant_id, number, store_id=at.counter.store.store_id)
        found = [order_seen(connection, at.merchant_id, name) for name in names]
    return standings(at, [order for order in found if order is not None])
