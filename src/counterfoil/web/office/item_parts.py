"""`/office/items/{sku}/…`: what belongs to an item besides its name and price. Each press is one verb.

A count is looked at before it is taken: the page shows the difference, and the button beneath it takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.counter.counting_stock import take_count
from counterfoil.counter.listing_items import add_barcode, list_price, remove_barcode, set_tax
from counterfoil.ids import StoreId, is_id
from counterfoil.moments import is_of_a_shop
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.office.item_filters import PATH
from counterfoil.web.office.items import CHANGES, Typed, item_page
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of
from counterfoil.written_numbers import decimal_number

COUNTS = needs(Verb.COUNT_STOCK)
#: Of a code, an id or an amount, as somebody types it.
CODE_LENGTH_MAX = 64

Do = Callable[[Faces, Visit, str, Filled], Refused | None]


class ItemPartsController(Controller):
    """What belongs to an item."""

    path = PATH
    include_in_schema = False

    @post("/{sku:str}/counts", opt=COUNTS, status_code=HTTP_303_SEE_OTHER)
    async def count(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[Any]:
        """Look at a count, or take one that was looked at."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_count, faces, visit, sku, form)

    @post("/{sku:str}/barcodes", opt=CHANGES, status_code=HTTP_303_SEE_OTHER)
    async def add_code(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[Any]:
        """Add a barcode."""
        return await _pressed(request, sku, _add_code)

    @post("/{sku:str}/barcodes/removals", opt=CHANGES, status_code=HTTP_303_SEE_OTHER)
    async def remove_code(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[Any]:
        """Remove a barcode."""
        return await _pressed(request, sku, _remove_code)

    @post("/{sku:str}/tax", opt=CHANGES, status_code=HTTP_303_SEE_OTHER)
    async def tax(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[Any]:
        """Set the tax."""
        return await _pressed(request, sku, _tax)

    @post("/{sku:str}/prices", opt=CHANGES, status_code=HTTP_303_SEE_OTHER)
    async def price(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[Any]:
        """Give a price on a list."""
        return await _pressed(request, sku, _price)


async def _pressed(request: Request[Any, Any, Any], sku: str, do: Do) -> Response[Any]:
    faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
    return await faces.asked(_done, faces, visit, sku, form, do)


def _done(faces: Faces, visit: Visit, sku: str, form: Filled, do: Do) -> Response[Any]:
    if not is_id(sku):
        raise NotFoundException
    refused = do(faces, visit, sku, form)
    if refused is not None:
        return item_page(faces, visit, sku, Typed(refused_part=refused))
    return _back(faces, sku, Told.ITEM_CHANGED)


def _count(faces: Faces, visit: Visit, sku: str, form: Filled) -> Response[Any]:
    who = visit.known
    if not is_id(sku):
        raise NotFoundException
    fields = {
        "store": form.id("store"),
        "counted": form.text("counted", longest=CODE_LENGTH_MAX),
        "reason": form.text("reason", longest=REASON_LENGTH_MAX * 2),
    }
    seen = form.optional_text("seen", longest=CODE_LENGTH_MAX)
    with faces.database.transaction(who.merchant_id) as connection:
        answer = take_count(
            connection,
            who.merchant_id,
            sku,
            StoreId(fields["store"]),
            fields["counted"],
            seen=None if seen is None else _number(seen),
            reason=fields["reason"],
            actor_id=who.staff_id,
            now=visit.now,
        )
    if isinstance(answer, Refused):
        return item_page(faces, visit, sku, Typed(refused_count=answer, fields=fields))
    if not answer.taken:
        return item_page(faces, visit, sku, Typed(count=answer, fields=fields))
    return _back(faces, sku, Told.STOCK_COUNTED)


def _add_code(faces: Faces, visit: Visit, sku: str, form: Filled) -> Refused | None:
    who, code = visit.known, form.text("barcode", longest=CODE_LENGTH_MAX)
    with faces.database.transaction(who.merchant_id) as connection:
        return add_barcode(connection, who.merchant_id, sku, code, actor_id=who.staff_id, now=visit.now)


def _remove_code(faces: Faces, visit: Visit, sku: str, form: Filled) -> Refused | None:
    who, code = visit.known, form.text("barcode", longest=CODE_LENGTH_MAX)
    with faces.database.transaction(who.merchant_id) as connection:
        return remove_barcode(connection, who.merchant_id, sku, code, actor_id=who.staff_id, now=visit.now)


def _tax(faces: Faces, visit: Visit, sku: str, form: Filled) -> Refused | None:
    who, code = visit.known, form.text("tax_code", longest=CODE_LENGTH_MAX)
    with faces.database.transaction(who.merchant_id) as connection:
        return set_tax(connection, who.merchant_id, sku, code, actor_id=who.staff_id, now=visit.now)


def _price(faces: Faces, visit: Visit, sku: str, form: Filled) -> Refused | None:
    who = visit.known
    since = form.optional_text("valid_from", longest=CODE_LENGTH_MAX)
    with faces.database.transaction(who.merchant_id) as connection:
        return list_price(
            connection,
            who.merchant_id,
            sku,
            form.text("price_list", longest=CODE_LENGTH_MAX),
            form.text("price", longest=CODE_LENGTH_MAX),
            valid_from=visit.now if since is None else _moment(since, visit),
            actor_id=who.staff_id,
            now=visit.now,
        )


def _moment(text: str, visit: Visit) -> datetime:
    """Read a moment of the shop's clock, as a browser sends it."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=visit.zone)
    except ValueError:
        moment = None
    if moment is None or not is_of_a_shop(moment):
        raise ValidationException(detail="valid_from is no moment")
    return moment


def _number(text: str) -> Decimal:
    number = decimal_number(text)
    if number is None:
        raise ValidationException(detail="seen is no number")
    return number


def _back(faces: Faces, sku: str, told: Told) -> Response[Any]:
    return Redirect(f"{PATH}/{sku}", status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(told)])
