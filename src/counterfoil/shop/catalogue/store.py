"""The catalogue in the database. Takes the transaction of a merchant, never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue.model import Item, ItemKind, Named, Price, Sellable, SoldBy, Tax
from counterfoil.shop.catalogue.rules import CodeRefusal, Picked, look_ups, pick
from counterfoil.shop.catalogue.scale_codes import ScalePattern
from counterfoil.shop.catalogue.tables import BARCODES, ITEMS, PRICES, TAXES

FOUND_MAX = 50


def sellables(
    connection: sa.Connection,
    merchant_id: MerchantId,
    skus: Iterable[str],
    *,
    price_list: str | None,
    now: datetime,
) -> Mapping[str, Sellable]:
    """Return what is known of these items, by sku, with the prices of a list; one query, however many they are."""
    wanted = _sellable(merchant_id, price_list, now).where(ITEMS.c.sku.in_(list(skus)))
    return {row.sku: _of(row) for row in connection.execute(wanted)}


def pick_code(
    connection: sa.Connection,
    merchant_id: MerchantId,
    code: str,
    *,
    patterns: Iterable[ScalePattern],
    price_list: str | None,
    now: datetime,
) -> Picked | CodeRefusal:
    """Return what a scanned or keyed code puts into the basket; an item's own sku counts as a code of it."""
    known_patterns = tuple(patterns)
    codes = look_ups(code, known_patterns)
    coded = sa.select(BARCODES.c.barcode, BARCODES.c.sku).where(
        BARCODES.c.merchant_id == merchant_id, BARCODES.c.barcode.in_(codes)
    )
    sku_of = {row.barcode: row.sku for row in connection.execute(coded)}
    found = sellables(connection, merchant_id, {*sku_of.values(), code.strip()}, price_list=price_list, now=now)
    known = {barcode: found[sku] for barcode, sku in sku_of.items()}
    if code.strip() in found:
        known.setdefault(code.strip(), found[code.strip()])
    return pick(code, known, known_patterns)


def items_named(
    connection: sa.Connection,
    merchant_id: MerchantId,
    words: str,
    *,
    price_list: str | None,
    now: datetime,
) -> tuple[Sellable, ...]:
    """Return the items on sale whose name or sku holds these words, at most FOUND_MAX."""
    like = {"autoescape": True}
    named = sa.or_(
        ITEMS.c.sku.icontains(words, **like),
        ITEMS.c.name_en.icontains(words, **like),
        ITEMS.c.name_zh.icontains(words, **like),
    )
    wanted = (
        _sellable(merchant_id, price_list, now)
        .where(named, ITEMS.c.retired_at.is_(None))
        .order_by(ITEMS.c.sku)
        .limit(FOUND_MAX)
    )
    return tuple(_of(row) for row in connection.execute(wanted))


def names_of(connection: sa.Connection, merchant_id: MerchantId, skus: Collection[str]) -> Mapping[str, Named]:
    """Return what items are called, by sku, those that are not sold any more too; one query, however many they are."""
    return _names(connection, ITEMS.c.sku, merchant_id, skus)


def tax_names_of(connection: sa.Connection, merchant_id: MerchantId, codes: Collection[str]) -> Mapping[str, Named]:
    """Return what taxes are called, by their code."""
    return _names(connection, TAXES.c.tax_code, merchant_id, codes)


def _names(
    connection: sa.Connection, key: sa.Column[str], merchant_id: MerchantId, wanted: Collection[str]
) -> Mapping[str, Named]:
    if not wanted:
        return {}
    table = key.table
    chosen = sa.select(key, table.c.name_en, table.c.name_zh).where(
        table.c.merchant_id == merchant_id, key.in_(list(wanted))
    )
    return {code: Named(en=name_en, zh=name_zh) for code, name_en, name_zh in connection.execute(chosen)}


def _sellable(merchant_id: MerchantId, price_list: str | None, now: datetime) -> sa.Select[*tuple[object, ...]]:
    """Return the query of items with their tax and with the price of the list that holds now, if it has one."""
    listed = (
        sa.select(PRICES.c.price_minor)
        .where(
            PRICES.c.merchant_id == ITEMS.c.merchant_id,
            PRICES.c.price_list == price_list,
            PRICES.c.sku == ITEMS.c.sku,
            PRICES.c.valid_from <= now,
        )
        .order_by(PRICES.c.valid_from.desc())
        .limit(1)
        .scalar_subquery()
        .label("listed_minor")
    )
    taxed = ITEMS.outerjoin(
        TAXES, sa.and_(TAXES.c.merchant_id == ITEMS.c.merchant_id, TAXES.c.tax_code == ITEMS.c.tax_code)
    )
    tax = (
        TAXES.c.name_en.label("tax_name_en"),
        TAXES.c.name_zh.label("tax_name_zh"),
        TAXES.c.rate,
        TAXES.c.included,
    )
    return sa.select(ITEMS, *tax, listed).select_from(taxed).where(ITEMS.c.merchant_id == merchant_id)


def item(connection: sa.Connection, merchant_id: MerchantId, sku: str, *, for_update: bool = False) -> Item | None:
    """Return an item as it is, without any list's price; `for_update`: nobody else changes it meanwhile."""
    chosen = sa.select(ITEMS).where(ITEMS.c.merchant_id == merchant_id, ITEMS.c.sku == sku)
    row = connection.execute(chosen.with_for_update() if for_update else chosen).one_or_none()
    return item_of(row) if row is not None else None


def barcodes(connection: sa.Connection, merchant_id: MerchantId, sku: str) -> tuple[str, ...]:
    """Return the codes that stand for an item, besides its own sku."""
    chosen = sa.select(BARCODES.c.barcode).where(BARCODES.c.merchant_id == merchant_id, BARCODES.c.sku == sku)
    return tuple(connection.execute(chosen.order_by(BARCODES.c.barcode)).scalars())


def holder_of(connection: sa.Connection, merchant_id: MerchantId, barcode: str) -> str | None:
    """Return the sku that a code stands for, as `codes.canonical` writes it; None: it stands for nothing."""
    chosen = sa.select(BARCODES.c.sku).where(BARCODES.c.merchant_id == merchant_id, BARCODES.c.barcode == barcode)
    return connection.execute(chosen).scalar_one_or_none()


def remove_barcode(connection: sa.Connection, merchant_id: MerchantId, sku: str, barcode: str) -> bool:
    """Let a code stand for an item no longer; False: it did not."""
    done = connection.execute(
        sa.delete(BARCODES).where(
            BARCODES.c.merchant_id == merchant_id, BARCODES.c.sku == sku, BARCODES.c.barcode == barcode
        )
    )
    return done.rowcount == 1


def taxes(connection: sa.Connection, merchant_id: MerchantId) -> tuple[Tax, ...]:
    """Return every rate of tax, by its code."""
    chosen = sa.select(TAXES).where(TAXES.c.merchant_id == merchant_id).order_by(TAXES.c.tax_code)
    return tuple(
        Tax(
            tax_code=row.tax_code,
            name_en=row.name_en,
            name_zh=row.name_zh,
            rate=Decimal(row.rate),
            included=row.included,
        )
        for row in connection.execute(chosen)
    )


def prices(connection: sa.Connection, merchant_id: MerchantId, sku: str) -> tuple[Price, ...]:
    """Return what an item cost and will cost on every price list, the latest first within each; at most FOUND_MAX."""
    chosen = (
        sa.select(PRICES)
        .where(PRICES.c.merchant_id == merchant_id, PRICES.c.sku == sku)
        .order_by(PRICES.c.price_list, PRICES.c.valid_from.desc())
        .limit(FOUND_MAX)
    )
    return tuple(
        Price(price_list=row.price_list, sku=row.sku, valid_from=row.valid_from, price_minor=row.price_minor)
        for row in connection.execute(chosen)
    )


def price_lists(connection: sa.Connection, merchant_id: MerchantId) -> tuple[str, ...]:
    """Return the names of the lists that have a price."""
    chosen = sa.select(PRICES.c.price_list).where(PRICES.c.merchant_id == merchant_id).distinct()
    return tuple(sorted(connection.execute(chosen).scalars()))


def item_of(row: sa.Row[*tuple[object, ...]]) -> Item:
    """Return the item of a row that has all its columns."""
    return Item(
        sku=row.sku,
        name_en=row.name_en,
        name_zh=row.name_zh,
        kind=ItemKind(row.kind),
        tax_code=row.tax_code,
        sold_by=SoldBy(row.sold_by),
        price_minor=row.price_minor,
        tracks_stock=row.tracks_stock,
        retired_at=row.retired_at,
    )


def _of(row: sa.Row[*tuple[object, ...]]) -> Sellable:
    found = item_of(row)
    tax = (
        Tax(
            tax_code=row.tax_code,
            name_en=row.tax_name_en,
            name_zh=row.tax_name_zh,
            rate=Decimal(row.rate),
            included=row.included,
        )
        if row.tax_code is not None
        else None
    )
    return Sellable(item=found, tax=tax, price_minor=row.price_minor if row.listed_minor is None else row.listed_minor)
