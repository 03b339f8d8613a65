"""Stock in the database. Takes the transaction of a merchant, never commits; locks rows in the order of their key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ids import MerchantId, StaffId, StoreId, new_id
from counterfoil.shop.catalogue.store import item_of
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.stock.model import Movement, OnHand, OnShelf, Reason, Shelf, ShelfPlace, WantedOnShelf
from counterfoil.shop.stock.tables import STOCK, STOCK_MOVEMENTS


def move(connection: sa.Connection, merchant_id: MerchantId, movements: Iterable[Movement]) -> int:
    """Write movements down and change what is on hand; returns how many were new.

    A movement whose id is known already changes nothing, so that whatever is retried moves stock once. What falls below
    zero is told by `OnHand.is_below_zero`, and never refused: the goods were on the counter.
    """
    rows = [_row(merchant_id, each) for each in movements]
    if not rows:
        return 0
    noted = (
        insert(STOCK_MOVEMENTS)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(STOCK_MOVEMENTS.c.store_id, STOCK_MOVEMENTS.c.sku, STOCK_MOVEMENTS.c.quantity)
    )
    new = connection.execute(noted).all()
    change: dict[tuple[str, str], Decimal] = {}
    for row in new:
        change[row.store_id, row.sku] = change.get((row.store_id, row.sku), Decimal(0)) + row.quantity
    if change:
        _change(connection, merchant_id, change)
    return len(new)


def count(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    store_id: StoreId,
    sku: str,
    counted: Decimal,
    operator_id: StaffId | None,
    now: datetime,
    note: str | None = None,
) -> Decimal:
    """Set what is on hand to what somebody counted, by a movement of the difference, which is returned."""
    difference = counted - held(connection, merchant_id, store_id, sku)
    if difference:
        found = Movement(
            movement_id=new_id(now),
            store_id=store_id,
            sku=sku,
            quantity=difference,
            reason=Reason.COUNTED,
            occurred_at=now,
            operator_id=operator_id,
            note=note,
        )
        move(connection, merchant_id, [found])
    return difference


def held(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, sku: str) -> Decimal:
    """Return what a store has of an item, and keep others from moving it until the transaction ends."""
    _change(connection, merchant_id, {(store_id, sku): Decimal(0)})
    locked = sa.select(STOCK.c.on_hand).where(_is(merchant_id, store_id, sku)).with_for_update()
    return Decimal(connection.execute(locked).scalar_one())


def on_hand(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, skus: Sequence[str] | None = None
) -> tuple[OnHand, ...]:
    """Return what a store has, of these items or of all, by sku."""
    chosen = sa.select(STOCK).where(STOCK.c.merchant_id == merchant_id, STOCK.c.store_id == store_id)
    if skus is not None:
        chosen = chosen.where(STOCK.c.sku.in_(skus))
    return tuple(_on_hand(row) for row in connection.execute(chosen.order_by(STOCK.c.sku)))


def low(connection: sa.Connection, merchant_id: MerchantId) -> tuple[OnHand, ...]:
    """Return what somebody should order or count: at or below its mark, or below zero."""
    chosen = sa.select(STOCK).where(
        STOCK.c.merchant_id == merchant_id, sa.or_(STOCK.c.on_hand <= STOCK.c.low_at, STOCK.c.on_hand < 0)
    )
    return tuple(_on_hand(row) for row in connection.execute(chosen.order_by(STOCK.c.store_id, STOCK.c.sku)))


def shelf(connection: sa.Connection, merchant_id: MerchantId, wanted: WantedOnShelf) -> Shelf:
    """Return one page of items with what the stores have of them; what is low stands first."""
    of_stores = sa.and_(
        STOCK.c.merchant_id == ITEMS.c.merchant_id,
        STOCK.c.sku == ITEMS.c.sku,
        STOCK.c.store_id.in_(sorted(wanted.store_ids)),
    )
    low_there = sa.or_(STOCK.c.on_hand <= STOCK.c.low_at, STOCK.c.on_hand < 0)
    is_low = sa.exists().where(of_stores, low_there, ITEMS.c.tracks_stock)
    chosen = sa.select(ITEMS, is_low.label("is_low")).where(ITEMS.c.merchant_id == merchant_id)
    if wanted.words:
        columns = (ITEMS.c.sku, ITEMS.c.name_en, ITEMS.c.name_zh)
        chosen = chosen.where(sa.or_(*(column.icontains(wanted.words, autoescape=True) for column in columns)))
    if wanted.only_low:
        chosen = chosen.where(is_low)
    if not wanted.with_retired:
        chosen = chosen.where(ITEMS.c.retired_at.is_(None))
    if wanted.after is not None:
        further = ITEMS.c.sku > wanted.after.sku
        chosen = chosen.where(sa.or_(sa.not_(is_low), further) if wanted.after.is_low else sa.and_(~is_low, further))
    page = chosen.order_by(sa.desc("is_low"), ITEMS.c.sku).limit(wanted.limit + 1)
    rows = connection.execute(page).all()
    shown = rows[: wanted.limit]
    there = _stock_of(connection, merchant_id, wanted.store_ids, [row.sku for row in shown])
    items = tuple(
        OnShelf(item=item_of(row), stock=tuple(one for one in there if one.sku == row.sku), is_low=row.is_low)
        for row in shown
    )
    last = items[-1] if len(rows) > wanted.limit else None
    return Shelf(items=items, next=None if last is None else ShelfPlace(is_low=last.is_low, sku=last.item.sku))


def _stock_of(
    connection: sa.Connection, merchant_id: MerchantId, store_ids: Iterable[StoreId], skus: Sequence[str]
) -> list[OnHand]:
    chosen = sa.select(STOCK).where(
        STOCK.c.merchant_id == merchant_id, STOCK.c.store_id.in_(sorted(store_ids)), STOCK.c.sku.in_(skus)
    )
    return [_on_hand(row) for row in connection.execute(chosen.order_by(STOCK.c.store_id))]


def differences(connection: sa.Connection, merchant_id: MerchantId) -> tuple[tuple[StoreId, str], ...]:
    """Return where what is on hand is not the sum of its movements; there must be none."""
    moved = (
        sa.select(
            STOCK_MOVEMENTS.c.store_id, STOCK_MOVEMENTS.c.sku, sa.func.sum(STOCK_MOVEMENTS.c.quantity).label("moved")
        )
        .where(STOCK_MOVEMENTS.c.merchant_id == merchant_id)
        .group_by(STOCK_MOVEMENTS.c.store_id, STOCK_MOVEMENTS.c.sku)
        .subquery()
    )
    beside = STOCK.outerjoin(moved, sa.and_(moved.c.store_id == STOCK.c.store_id, moved.c.sku == STOCK.c.sku))
    wrong = (
        sa.select(STOCK.c.store_id, STOCK.c.sku)
        .select_from(beside)
        .where(STOCK.c.merchant_id == merchant_id, STOCK.c.on_hand != sa.func.coalesce(moved.c.moved, 0))
        .order_by(STOCK.c.store_id, STOCK.c.sku)
    )
    return tuple((StoreId(row.store_id), row.sku) for row in connection.execute(wrong))


def _change(connection: sa.Connection, merchant_id: MerchantId, change: dict[tuple[str, str], Decimal]) -> None:
    rows = [
        {"merchant_id": merchant_id, "store_id": store_id, "sku": sku, "on_hand": quantity}
        # In the order of the key: two transactions that take rows in different orders wait for each other for ever.
        for (store_id, sku), quantity in sorted(change.items())
    ]
    added = insert(STOCK).values(rows)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=[STOCK.c.merchant_id, STOCK.c.store_id, STOCK.c.sku],
            set_={"on_hand": STOCK.c.on_hand + added.excluded.on_hand},
        )
    )


def _is(merchant_id: MerchantId, store_id: StoreId, sku: str) -> sa.ColumnElement[bool]:
    return sa.and_(STOCK.c.merchant_id == merchant_id, STOCK.c.store_id == store_id, STOCK.c.sku == sku)


def _row(merchant_id: MerchantId, movement: Movement) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "movement_id": movement.movement_id,
        "store_id": movement.store_id,
        "sku": movement.sku,
        "quantity": movement.quantity,
        "reason": movement.reason,
        "occurred_at": movement.occurred_at,
        "operator_id": movement.operator_id,
        "subject": movement.subject,
        "note": movement.note,
    }


def _on_hand(row: sa.Row[*tuple[object, ...]]) -> OnHand:
    return OnHand(store_id=StoreId(row.store_id), sku=row.sku, on_hand=row.on_hand, low_at=row.low_at)
