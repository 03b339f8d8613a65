"""Changes what is sold: one item, or all that a file says. Each change counts as an import, so that tills notice it.

An item's own price holds at every store, so whoever changes it needs the verb at every store.
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
from counterfoil.shop.imports.files import RawFile
from counterfoil.shop.imports.model import FLAW_WORDS, Aside, Noun, Taken
from counterfoil.shop.imports.nouns import title_of
from counterfoil.shop.imports.taking import How, take_read
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Verb
from counterfoil.shop.staff.rules import may

if TYPE_CHECKING:
    import sqlalchemy as sa

#: What may be changed of an item here: columns of an import.
CHANGEABLE = ("name_en", "name_zh", "price")
#: What a file that is taken in the office may tell of. People and customers have rooms of their own.
NOUNS = (Noun.ITEMS, Noun.PRICES, Noun.BARCODES, Noun.TAXES, Noun.STOCK)
#: Of a file's digest, in the name of what happened to it.
_DIGITS_SHOWN = 32


class ItemRefusal(StrEnum):
    """Why nothing was changed, in the order in which it is looked at."""

    MAY_NOT = "may_not_change_items"
    NO_SUCH_ITEM = "no_such_item"
    PRICE_MOVED = "price_moved"
    BAD_VALUE = "bad_value"

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


ITEM_WORDS: Mapping[ItemRefusal, Text] = MappingProxyType(
    {
        ItemRefusal.MAY_NOT: Text(
            en="Items hold at every store, and your role does not. Nothing was changed: ask somebody who leads all of "
            "them.",
            zh="商品资料适用于所有门店，而您的角色并非如此。未作任何更改：请找负责全部门店的同事。",
        ),
        ItemRefusal.NO_SUCH_ITEM: Text(
            en="No item has this sku. Nothing was changed: look for it by its name.",
            zh="没有此编号的商品。未作任何更改：请按名称查找。",
        ),
        ItemRefusal.PRICE_MOVED: Text(
            en="Somebody has changed the price since you opened this page. Nothing was changed: look at it again.",
            zh="在您打开此页之后，价格已被他人更改。未作任何更改：请重新查看。",
        ),
        ItemRefusal.BAD_VALUE: Text(en="{column}: {flaw}. Nothing was changed.", zh="{column}：{flaw}。未作任何更改。"),
    }
)


def change_item(
    connection: sa.Connection,
    merchant_id: MerchantId,
    sku: str,
    typed: Mapping[str, str],
    *,
    seen_price_minor: int | None,
    actor_id: StaffId,
    now: datetime,
) -> Refused | None:
    """Change an item to what somebody typed, by column of CHANGEABLE; None: it is so now.

    `seen_price_minor` is the price that they saw before: a price that moved meanwhile is not overwritten unseen.
    """
    if not _may(connection, merchant_id, actor_id, Verb.MANAGE_CATALOGUE):
        return _no(ItemRefusal.MAY_NOT)
    before = catalogue.item(connection, merchant_id, sku, for_update=True)
    if before is None:
        return _no(ItemRefusal.NO_SUCH_ITEM)
    if before.price_minor != seen_price_minor:
        return _no(ItemRefusal.PRICE_MOVED)
    cells = (sku, *(typed[name] for name in CHANGEABLE))
    digest = hashlib.sha256("\0".join((*cells, now.isoformat())).encode()).digest()
    file = RawFile(name="office", digest=digest, header=("sku", *CHANGEABLE), rows=((1, cells),))
    (taken,) = take_read(connection, merchant_id, None, [(Noun.ITEMS, file)], how=How(actor=actor_id), now=now)
    if taken.aside:
        return _flawed(taken.aside[0])
    if taken.changed:
        after = catalogue.item(connection, merchant_id, sku)
        body = {
            "price_minor_before": before.price_minor,
            "price_minor": None if after is None else after.price_minor,
        }
        journal.note(
            connection,
            merchant_id,
            "item:catalogue:changed",
            f"item:{sku}",
            occurred_at=now,
            actor_id=actor_id,
            body=body,
        )
    return None


def take_file(
    connection: sa.Connection,
    merchant_id: MerchantId,
    noun: Noun,
    file: RawFile,
    *,
    dry_run: bool,
    actor_id: StaffId,
    now: datetime,
) -> Taken | Refused:
    """Take a file of items, prices or stock as a whole, or try it; a file with rows set aside is not taken."""
    if noun not in NOUNS or not _may(connection, merchant_id, actor_id, Verb.IMPORT):
        return _no(ItemRefusal.MAY_NOT)
    how = How(noun=noun, dry_run=dry_run, actor=actor_id)
    (taken,) = take_read(connection, merchant_id, None, [(noun, file)], how=how, now=now)
    if taken.kept and (taken.added or taken.changed):
        journal.note(
            connection,
            merchant_id,
            "item:import:done",
            f"import:{file.digest.hex()[:_DIGITS_SHOWN]}",
            occurred_at=now,
            actor_id=actor_id,
            body={"noun": noun, "added_n": taken.added, "changed_n": taken.changed, "same_n": taken.same},
        )
    return taken


def _may(connection: sa.Connection, merchant_id: MerchantId, actor_id: StaffId, verb: Verb) -> bool:
    actor = staff.person(connection, merchant_id, actor_id)
    return actor is not None and may(actor, Ask(verb=verb, store_id=EVERY_STORE)) is None


def _flawed(aside: Aside) -> Refused:
    facts = {"column": title_of(Noun.ITEMS, aside.column), "flaw": FLAW_WORDS[aside.flaw]}
    return Refused(code=ItemRefusal.BAD_VALUE, text=ITEM_WORDS[ItemRefusal.BAD_VALUE].filled(**facts))


def _no(code: ItemRefusal) -> Refused:
    return Refused(code=code, text=ITEM_WORDS[code])
