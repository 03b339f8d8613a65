"""Takes a count of stock: the books are set to what somebody counted, by a movement of the difference and a fact.

The difference is shown before it is taken. Where something was sold meanwhile, it is shown anew and nothing is taken:
what was counted is held against what the books said when it was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.journal import store as journal
from counterfoil.languages import Text
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue import store as catalogue
from counterfoil.shop.catalogue.model import SoldBy
from counterfoil.shop.imports.cells import Setting, read_cell
from counterfoil.shop.imports.model import Noun, RowFlaw
from counterfoil.shop.imports.nouns import COLUMNS
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Ask, Verb
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX, may, said_reason
from counterfoil.shop.stock import store as stock

if TYPE_CHECKING:
    import sqlalchemy as sa

[_QUANTITY] = [column for column in COLUMNS[Noun.STOCK] if column.name == "on_hand"]
#: A count names no money and no local time.
_SETTING = Setting(currency="XXX", zone=ZoneInfo("UTC"))


class CountRefusal(StrEnum):
    """Why no count was taken, in the order in which it is looked at."""

    MAY_NOT = "may_not_count"
    NO_SUCH_STORE = "no_such_store_to_count"
    NO_SUCH_ITEM = "no_such_item_to_count"
    NOT_COUNTED = "item_is_not_counted"
    BAD_COUNT = "bad_count"
    NO_REASON = "count_without_reason"
    SECRET = "count_reason_secret"  # noqa: S105 — the name of a refusal

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


COUNT_WORDS: Mapping[CountRefusal, Text] = MappingProxyType(
    {
        CountRefusal.MAY_NOT: Text(
            en="Your role does not count stock at this store. Nothing was changed: ask somebody who leads it.",
            zh="您的角色无权在此门店盘点。未作任何更改：请找该店负责人。",
        ),
        CountRefusal.NO_SUCH_STORE: Text(
            en="No store has this id. Nothing was changed: choose one of the list.",
            zh="没有此编号的门店。未作任何更改：请从列表中选择。",
        ),
        CountRefusal.NO_SUCH_ITEM: Text(
            en="No item has this sku. Nothing was changed: look for it by its name.",
            zh="没有此编号的商品。未作任何更改：请按名称查找。",
        ),
        CountRefusal.NOT_COUNTED: Text(
            en="The stock of this item is not kept. Nothing was changed.", zh="此商品不计库存。未作任何更改。"
        ),
        CountRefusal.BAD_COUNT: Text(
            en="This is no count: pieces are whole, kilograms have at most four decimals, and none is below zero. "
            "Nothing was changed.",
            zh="数量不可用：按件须为整数，按公斤最多四位小数，且不得为负。未作任何更改。",
        ),
        CountRefusal.NO_REASON: Text(
            en="Say why it was counted, in {most} characters at most. Nothing was changed.",
            zh="请说明盘点原因（最多 {most} 个字）。未作任何更改。",
        ),
        CountRefusal.SECRET: Text(
            en="The reason holds a card number or a PIN, which must not be kept. Nothing was changed: leave it out.",
            zh="原因中含有卡号或 PIN，不得留存。未作任何更改：请删去。",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What somebody counted, beside what the books say."""

    store_id: StoreId
    counted: Decimal
    #: What the books said.
    before: Decimal
    #: Whether it was taken; if not, nothing was changed.
    taken: bool = False
    #: Whether the books say something else than when it was looked at, so that it was not taken.
    moved: bool = False

    @property
    def difference(self) -> Decimal:
        """How much more there is than the books said; below zero: less."""
        return self.counted - self.before


def take_count(
    connection: sa.Connection,
    merchant_id: MerchantId,
    sku: str,
    store_id: StoreId,
    counted: str,
    *,
    seen: Decimal | None,
    reason: str,
    actor_id: StaffId,
    now: datetime,
) -> Count | Refused:
    """Take a count of an item at a store, in pieces or kilograms as somebody typed them.

    `seen` is what the books said when the difference was looked at; None: it is only looked at now.
    """
    nowhere = _why_not_there(connection, merchant_id, store_id, actor_id)
    if nowhere is not None:
        return _no(nowhere)
    item = catalogue.item(connection, merchant_id, sku)
    if item is None:
        return _no(CountRefusal.NO_SUCH_ITEM)
    if not item.tracks_stock:
        return _no(CountRefusal.NOT_COUNTED)
    amount = read_cell(_QUANTITY, counted, _SETTING)
    is_piece = item.sold_by is SoldBy.PIECE
    if not isinstance(amount, Decimal) or amount < 0 or (is_piece and amount != amount.to_integral_value()):
        assert isinstance(amount, Decimal | RowFlaw)
        return _no(CountRefusal.BAD_COUNT)
    why = said_reason(reason)
    if why is None or len(why) > REASON_LENGTH_MAX:
        return _no(CountRefusal.NO_REASON, most=REASON_LENGTH_MAX)
    if holds_secret(why):
        return _no(CountRefusal.SECRET)
    before = stock.held(connection, merchant_id, store_id, sku)
    count = Count(store_id=store_id, counted=amount, before=before)
    if seen is None or seen != before:
        return replace(count, moved=seen is not None)
    stock.count(
        connection,
        merchant_id,
        store_id=store_id,
        sku=sku,
        counted=amount,
        operator_id=actor_id,
        now=now,
        note=why,
    )
    body = {
        "store_id": store_id,
        "before": f"{before:f}",
        "counted": f"{amount:f}",
        "difference": f"{count.difference:f}",
    }
    journal.note(
        connection, merchant_id, "item:stock:counted", f"item:{sku}", occurred_at=now, actor_id=actor_id, body=body
    )
    return replace(count, taken=True)


def _why_not_there(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, actor_id: StaffId
) -> CountRefusal | None:
    actor = staff.person(connection, merchant_id, actor_id)
    if actor is None or may(actor, Ask(verb=Verb.COUNT_STOCK, store_id=store_id)) is not None:
        return CountRefusal.MAY_NOT
    return None if merchants.store(connection, merchant_id, store_id) else CountRefusal.NO_SUCH_STORE


def _no(code: CountRefusal, **facts: object) -> Refused:
    return Refused(code=code, text=COUNT_WORDS[code].filled(**facts) if facts else COUNT_WORDS[code])
