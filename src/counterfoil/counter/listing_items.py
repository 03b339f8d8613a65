"""Changes what belongs to an item besides its name and price: its barcodes, its tax, and its prices on price lists.

Each change is a row of an import, read and held to its tables as a file's would be, so that tills notice it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.ids import MerchantId, StaffId
from counterfoil.journal import store as journal
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue import store as catalogue
from counterfoil.shop.catalogue.codes import CodeFlaw, canonical
from counterfoil.shop.imports.files import RawFile
from counterfoil.shop.imports.model import FLAW_WORDS, Noun
from counterfoil.shop.imports.nouns import title_of
from counterfoil.shop.imports.taking import How, take_read
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Verb
from counterfoil.shop.staff.rules import may

if TYPE_CHECKING:
    import sqlalchemy as sa


class ListingRefusal(StrEnum):
    """Why nothing was changed, in the order in which it is looked at."""

    MAY_NOT = "may_not_list_items"
    NO_SUCH_ITEM = "no_such_item_to_list"
    CODE_TAKEN = "barcode_taken"
    NO_SUCH_CODE = "no_such_barcode"
    IN_THE_PAST = "price_in_the_past"
    BAD_VALUE = "bad_listing"
    SO_ALREADY = "listing_so_already"

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


LISTING_WORDS: Mapping[ListingRefusal, Text] = MappingProxyType(
    {
        ListingRefusal.MAY_NOT: Text(
            en="Items hold at every store, and your role does not. Nothing was changed: ask somebody who leads all of "
            "them.",
            zh="商品资料适用于所有门店，而您的角色并非如此。未作任何更改：请找负责全部门店的同事。",
        ),
        ListingRefusal.NO_SUCH_ITEM: Text(
            en="No item has this sku. Nothing was changed: look for it by its name.",
            zh="没有此编号的商品。未作任何更改：请按名称查找。",
        ),
        ListingRefusal.CODE_TAKEN: Text(
            en="This barcode is another item’s: {sku}. Nothing was changed: take it off there first.",
            zh="此条码属于另一商品：{sku}。未作任何更改：请先在该商品处移除。",
        ),
        ListingRefusal.NO_SUCH_CODE: Text(
            en="This item has no such barcode any more. Nothing was changed.", zh="此商品已无该条码。未作任何更改。"
        ),
        ListingRefusal.IN_THE_PAST: Text(
            en="A price begins now or later: what sales were held to is not rewritten. Nothing was changed.",
            zh="价格只能从现在或以后生效：已成交销售所依据的价格不会改写。未作任何更改。",
        ),
        ListingRefusal.BAD_VALUE: Text(
            en="{column}: {flaw}. Nothing was changed.", zh="{column}：{flaw}。未作任何更改。"
        ),
        ListingRefusal.SO_ALREADY: Text(en="It is so already. Nothing was changed.", zh="已是如此，未作任何更改。"),
    }
)


def add_barcode(
    connection: sa.Connection, merchant_id: MerchantId, sku: str, code: str, *, actor_id: StaffId, now: datetime
) -> Refused | None:
    """Let a code stand for an item; one that stands for another item is not taken from it. None: it is so now."""
    no = _why_not(connection, merchant_id, sku, actor_id)
    if no is not None:
        return no
    kept = canonical(code.strip())
    if not isinstance(kept, CodeFlaw):
        holder = catalogue.holder_of(connection, merchant_id, kept)
        if holder is not None and holder != sku:
            return _no(ListingRefusal.CODE_TAKEN, sku=holder)
    row = {"barcode": code, "sku": sku}
    return _take(connection, merchant_id, Noun.BARCODES, row, "item:barcode:added", actor_id=actor_id, now=now)


def remove_barcode(
    connection: sa.Connection, merchant_id: MerchantId, sku: str, code: str, *, actor_id: StaffId, now: datetime
) -> Refused | None:
    """Let a code stand for an item no longer. None: it is so now."""
    no = _why_not(connection, merchant_id, sku, actor_id)
    if no is not None:
        return no
    if not catalogue.remove_barcode(connection, merchant_id, sku, code):
        return _no(ListingRefusal.NO_SUCH_CODE)
    # Tills look for imports to notice what is other; a removal is none, and a barcode is looked up at each scan.
    _note(connection, merchant_id, "item:barcode:removed", sku, {"barcode": code}, actor_id=actor_id, now=now)
    return None


def set_tax(
    connection: sa.Connection, merchant_id: MerchantId, sku: str, tax_code: str, *, actor_id: StaffId, now: datetime
) -> Refused | None:
    """Let an item be taxed by a code; an empty one: not at all. Sales of before keep theirs. None: it is so now."""
    no = _why_not(connection, merchant_id, sku, actor_id)
    if no is not None:
        return no
    row = {"sku": sku, "tax_code": tax_code}
    return _take(connection, merchant_id, Noun.ITEMS, row, "item:tax:changed", actor_id=actor_id, now=now)


def list_price(
    connection: sa.Connection,
    merchant_id: MerchantId,
    sku: str,
    price_list: str,
    price: str,
    *,
    valid_from: datetime,
    actor_id: StaffId,
    now: datetime,
) -> Refused | None:
    """Give an item a price on a list, from a moment on; empty: its own holds there again. None: it is so now."""
    no = _why_not(connection, merchant_id, sku, actor_id)
    if no is not None:
        return no
    if valid_from < now:
        return _no(ListingRefusal.IN_THE_PAST)
    row = {"price_list": price_list, "sku": sku, "valid_from": valid_from.isoformat(), "price": price}
    return _take(connection, merchant_id, Noun.PRICES, row, "item:price:listed", actor_id=actor_id, now=now)


def _why_not(connection: sa.Connection, merchant_id: MerchantId, sku: str, actor_id: StaffId) -> Refused | None:
    actor = staff.person(connection, merchant_id, actor_id)
    if actor is None or may(actor, Ask(verb=Verb.MANAGE_CATALOGUE, store_id=EVERY_STORE)) is not None:
        return _no(ListingRefusal.MAY_NOT)
    # Nobody else changes the item meanwhile.
    found = catalogue.item(connection, merchant_id, sku, for_update=True)
    return _no(ListingRefusal.NO_SUCH_ITEM) if found is None else None


def _take(
    connection: sa.Connection,
    merchant_id: MerchantId,
    noun: Noun,
    row: Mapping[str, str],
    tag: str,
    *,
    actor_id: StaffId,
    now: datetime,
) -> Refused | None:
    """Take one row as a file of one row would be, and write the fact."""
    cells = tuple(row.values())
    digest = hashlib.sha256("\0".join((noun, *cells, now.isoformat())).encode()).digest()
    file = RawFile(name="office", digest=digest, header=tuple(row), rows=((1, cells),))
    (taken,) = take_read(connection, merchant_id, None, [(noun, file)], how=How(actor=actor_id), now=now)
    if taken.aside:
        aside = taken.aside[0]
        return _no(ListingRefusal.BAD_VALUE, column=title_of(noun, aside.column), flaw=FLAW_WORDS[aside.flaw])
    if not (taken.added or taken.changed):
        return _no(ListingRefusal.SO_ALREADY)
    body = {name: value for name, value in row.items() if name != "sku"}
    _note(connection, merchant_id, tag, row["sku"], body, actor_id=actor_id, now=now)
    return None


def _note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    tag: str,
    sku: str,
    body: Mapping[str, object],
    *,
    actor_id: StaffId,
    now: datetime,
) -> None:
    journal.note(connection, merchant_id, tag, f"item:{sku}", occurred_at=now, actor_id=actor_id, body=body)


def _no(code: ListingRefusal, **facts: object) -> Refused:
    return Refused(code=code, text=LISTING_WORDS[code].filled(**facts) if facts else LISTING_WORDS[code])
