"""`/office/items`: what is sold, at what price, and how much of it each store has; what is low stands first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter.changing_items import CHANGEABLE, change_item
from counterfoil.counter.counting_stock import Count
from counterfoil.ids import is_id
from counterfoil.money import to_major
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue import store as catalogue
from counterfoil.shop.merchants.rules import NAME_LENGTH_MAX
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX
from counterfoil.shop.stock import store as stock
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.office.item_filters import PATH, Filters, filters_of
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

LOOKS = needs(Verb.MANAGE_CATALOGUE, Verb.COUNT_STOCK)
CHANGES = needs(Verb.MANAGE_CATALOGUE)
_AMOUNT_LENGTH_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form comes back with."""

    refused: Refused | None = None
    #: Of a count, and of what belongs to the item besides its name and price.
    refused_count: Refused | None = None
    refused_part: Refused | None = None
    #: A count that was looked at, and not taken.
    count: Count | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether something was refused, or is to be looked at again."""
        refusals = (self.refused, self.refused_count, self.refused_part)
        return any(one is not None for one in refusals) or (self.count is not None and self.count.moved)


class ItemsOfficeController(Controller):
    """The items."""

    path = PATH
    include_in_schema = False

    @get("/", opt=LOOKS)
    async def items(self, request: Request[Any, Any, Any]) -> Response[str]:
        """List items."""
        faces, visit = faces_of(request), visit_of(request)
        given = {name: request.query_params[name] for name in request.query_params}
        return await faces.asked(_list, faces, visit, filters_of(given))

    @get("/{sku:str}", opt=LOOKS)
    async def item(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[str]:
        """Show an item."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(item_page, faces, visit, sku, Typed())

    @post("/{sku:str}", opt=CHANGES, status_code=HTTP_303_SEE_OTHER)
    async def change(self, request: Request[Any, Any, Any], sku: FromPath[str]) -> Response[Any]:
        """Change an item."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_change, faces, visit, sku, form)


def _list(faces: Faces, visit: Visit, filters: Filters) -> Response[str]:
    who = visit.known
    wanted = filters.wanted(who)
    with faces.reading(visit) as connection:
        shelf = stock.shelf(connection, who.merchant_id, wanted)
    older = None if shelf.next is None else filters.address(after=f"{'low' * shelf.next.is_low}~{shelf.next.sku}")
    return faces.page(
        visit,
        "office/items.html",
        filters=filters,
        shelf=shelf,
        older=older,
        stores=[store for store in who.stores if store.store_id in wanted.store_ids],
        currency=who.merchant.currency,
        may_import=who.may(Verb.IMPORT, EVERY_STORE),
    )


def item_page(faces: Faces, visit: Visit, sku: str, typed: Typed) -> Response[str]:
    """Show an item, with what came of a form."""
    who = visit.known
    wanted = Filters().wanted(who)
    with faces.reading(visit) as connection:
        item = catalogue.item(connection, who.merchant_id, sku) if is_id(sku) else None
        if item is None:
            raise NotFoundException
        there = [
            one
            for store_id in sorted(wanted.store_ids)
            for one in stock.on_hand(connection, who.merchant_id, store_id, [sku])
        ]
        parts = {
            "barcodes": catalogue.barcodes(connection, who.merchant_id, sku),
            "taxes": catalogue.taxes(connection, who.merchant_id),
            "prices": catalogue.prices(connection, who.merchant_id, sku),
            "price_lists": catalogue.price_lists(connection, who.merchant_id),
        }
    price = None if item.price_minor is None else f"{to_major(item.price_minor, who.merchant.currency):f}"
    return faces.page(
        visit,
        "office/item.html",
        status=HTTP_409_CONFLICT if typed.is_refused else HTTP_200_OK,
        item=item,
        there=there,
        store_names={store.store_id: store.name for store in who.stores},
        currency=who.merchant.currency,
        values={"name_en": item.name_en or "", "name_zh": item.name_zh or "", "price": price or "", **typed.fields},
        seen="" if item.price_minor is None else str(item.price_minor),
        refused=typed.refused,
        typed=typed,
        **parts,
        lists=sorted({*parts["price_lists"], *(one.price_list for one in who.stores if one.price_list)}),
        count_choices=[
            (store.store_id, store.name) for store in who.stores if store.store_id in who.stores_for(Verb.COUNT_STOCK)
        ],
        reason_length_max=REASON_LENGTH_MAX,
        may_change=who.may(Verb.MANAGE_CATALOGUE, EVERY_STORE),
        name_length_max=NAME_LENGTH_MAX,
    )


def _change(faces: Faces, visit: Visit, sku: str, form: Filled) -> Response[Any]:
    who = visit.known
    if not is_id(sku):
        raise NotFoundException
    typed = {
        name: form.text(name, longest=_AMOUNT_LENGTH_MAX if name == "price" else NAME_LENGTH_MAX * 2)
        for name in CHANGEABLE
    }
    seen = form.text("seen", longest=_AMOUNT_LENGTH_MAX, default="")
    with faces.database.transaction(who.merchant_id) as connection:
        refused = change_item(
            connection,
            who.merchant_id,
            sku,
            typed,
            seen_price_minor=form.count("seen") if seen else None,
            actor_id=who.staff_id,
            now=visit.now,
        )
    if refused is not None:
        return item_page(faces, visit, sku, Typed(refused=refused, fields=typed))
    return Redirect(f"{PATH}/{sku}", status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(Told.ITEM_CHANGED)])
