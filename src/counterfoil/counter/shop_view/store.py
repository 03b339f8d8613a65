"""Reads what the counter needs to know of one merchant: settings, places, people, items, prices. Never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.shop.catalogue.model import ItemKind, Listing, Price, SoldBy
from counterfoil.shop.catalogue.tables import ITEMS, PRICES
from counterfoil.shop.imports.model import Noun
from counterfoil.shop.imports.tables import SHOP_IMPORTS
from counterfoil.shop.merchants.tables import MERCHANTS, STORES, TERMINALS
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.pricing.cash import cash_step
from counterfoil.shop.staff.model import Person, Role
from counterfoil.shop.staff.roles import Limit
from counterfoil.shop.staff.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopView:
    """One merchant as the counter sees it, at one moment."""

    merchant_id: MerchantId
    currency: str
    zone: ZoneInfo
    business_day_starts_at: time
    #: The smallest coin.
    cash_step_minor: int
    #: Open stores, with their price lists; None: the items' own prices hold there.
    stores: Mapping[StoreId, str | None]
    #: Terminals in service, with their stores.
    terminals: Mapping[TerminalId, StoreId]
    people: Mapping[StaffId, Person]
    #: How much of what each role may do, as the policy says it.
    limits: Mapping[Role, Limit]
    #: How far apart two equal sales may be one, as the policy says it.
    duplicate_window: timedelta
    #: How many imports of items and prices there were: another number, and what is known of items is old.
    catalogue_n: int


def shop_view(connection: sa.Connection, merchant_id: MerchantId, *, now: datetime) -> ShopView | None:
    """Return the merchant as it is now; None where there is none."""
    row = connection.execute(sa.select(MERCHANTS).where(MERCHANTS.c.merchant_id == merchant_id)).mappings().first()
    if row is None:
        return None
    stores = sa.select(STORES.c.store_id, STORES.c.price_list).where(
        STORES.c.merchant_id == merchant_id, STORES.c.retired_at.is_(None)
    )
    terminals = sa.select(TERMINALS.c.terminal_id, TERMINALS.c.store_id).where(
        TERMINALS.c.merchant_id == merchant_id, TERMINALS.c.retired_at.is_(None)
    )
    imports = sa.select(sa.func.count()).where(
        SHOP_IMPORTS.c.merchant_id == merchant_id, SHOP_IMPORTS.c.noun.in_([Noun.ITEMS, Noun.PRICES])
    )
    policy = policy_at(connection, merchant_id, now)
    return ShopView(
        merchant_id=merchant_id,
        currency=row["currency"],
        zone=ZoneInfo(row["time_zone"]),
        business_day_starts_at=row["business_day_starts_at"],
        cash_step_minor=cash_step(row["currency"], row["cash_step_minor"]),
        # Before anything else of the catalogue is read: what is read later is at least as new as this number.
        catalogue_n=connection.execute(imports).scalar_one(),
        stores={StoreId(store): price_list for store, price_list in connection.execute(stores)},
        terminals={TerminalId(terminal): StoreId(store) for terminal, store in connection.execute(terminals)},
        people={person.staff_id: person for person in people(connection, merchant_id)},
        limits=policy.limits,
        duplicate_window=policy.audit.duplicate_window,
    )


def listings_of(
    connection: sa.Connection, merchant_id: MerchantId, skus: frozenset[str], *, since: datetime
) -> dict[str, Listing]:
    """Return these items with their prices since a moment; a retired one is still an item, for its last pieces."""
    wanted = ITEMS.c.sku.in_(skus)
    return _listings(connection, merchant_id, wanted, PRICES.c.sku.in_(skus), since=since, limit=len(skus))


def first_listings(
    connection: sa.Connection, merchant_id: MerchantId, limit: int, *, since: datetime
) -> dict[str, Listing]:
    """Return the items of a merchant, so many at most, with their prices since a moment."""
    return _listings(connection, merchant_id, sa.true(), sa.true(), since=since, limit=limit)


def _listings(
    connection: sa.Connection,
    merchant_id: MerchantId,
    items: sa.ColumnElement[bool],
    prices: sa.ColumnElement[bool],
    *,
    since: datetime,
    limit: int,
) -> dict[str, Listing]:
    listed: dict[str, list[Price]] = {}
    for price in connection.execute(_prices(merchant_id, since).where(prices)):
        listed.setdefault(price.sku, []).append(
            Price(
                price_list=price.price_list,
                sku=price.sku,
                valid_from=price.valid_from,
                price_minor=price.price_minor,
            )
        )
    chosen = (
        sa.select(
            *(ITEMS.c.sku, ITEMS.c.kind, ITEMS.c.sold_by, ITEMS.c.price_minor),
            sa.func.coalesce(ITEMS.c.priced_at, ITEMS.c.created_at).label("priced_at"),
        )
        .where(ITEMS.c.merchant_id == merchant_id, items)
        .limit(limit)
    )
    return {
        row.sku: Listing(
            kind=ItemKind(row.kind),
            sold_by=SoldBy(row.sold_by),
            price_minor=row.price_minor,
            priced_at=row.priced_at,
            listed=tuple(listed.get(row.sku, ())),
        )
        for row in connection.execute(chosen)
    }


def _prices(merchant_id: MerchantId, since: datetime) -> sa.Select[*tuple[object, ...]]:
    """Return the query of prices that a store uses, the latest first; what was over before a moment is left out."""
    later = PRICES.alias("later")
    is_over = sa.exists().where(
        later.c.merchant_id == PRICES.c.merchant_id,
        later.c.price_list == PRICES.c.price_list,
        later.c.sku == PRICES.c.sku,
        later.c.valid_from > PRICES.c.valid_from,
        later.c.valid_from <= since,
    )
    used = sa.select(STORES.c.price_list).where(STORES.c.merchant_id == merchant_id, STORES.c.price_list.is_not(None))
    return (
        sa.select(PRICES.c.price_list, PRICES.c.sku, PRICES.c.valid_from, PRICES.c.price_minor)
        .where(PRICES.c.merchant_id == merchant_id, PRICES.c.price_list.in_(used), ~is_over)
        .order_by(PRICES.c.valid_from.desc())
    )
