"""Reads what the counter needs to know of one merchant: settings, places, people, items. Never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.merchants.tables import MERCHANTS, STORES, TERMINALS
from counterfoil.shop.staff.model import Person
from counterfoil.shop.staff.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopView:
    """One merchant as the counter sees it, at one moment."""

    merchant_id: MerchantId
    currency: str
    zone: ZoneInfo
    business_day_starts_at: time
    #: Open stores.
    stores: frozenset[StoreId]
    #: Terminals in service, with their stores.
    terminals: Mapping[TerminalId, StoreId]
    people: Mapping[StaffId, Person]
    #: The smallest coin, where it is not the one that the currency says.
    cash_step_minor: int | None = None


def shop_view(connection: sa.Connection, merchant_id: MerchantId) -> ShopView | None:
    """Return the merchant as it is now; None where there is none."""
    row = connection.execute(sa.select(MERCHANTS).where(MERCHANTS.c.merchant_id == merchant_id)).mappings().first()
    if row is None:
        return None
    stores = sa.select(STORES.c.store_id).where(STORES.c.merchant_id == merchant_id, STORES.c.retired_at.is_(None))
    terminals = sa.select(TERMINALS.c.terminal_id, TERMINALS.c.store_id).where(
        TERMINALS.c.merchant_id == merchant_id, TERMINALS.c.retired_at.is_(None)
    )
    return ShopView(
        merchant_id=merchant_id,
        currency=row["currency"],
        zone=ZoneInfo(row["time_zone"]),
        business_day_starts_at=row["business_day_starts_at"],
        stores=frozenset(connection.execute(stores).scalars()),
        terminals={TerminalId(terminal): StoreId(store) for terminal, store in connection.execute(terminals)},
        cash_step_minor=row["cash_step_minor"],
        people={person.staff_id: person for person in people(connection, merchant_id)},
    )


def known_skus(connection: sa.Connection, merchant_id: MerchantId, skus: frozenset[str]) -> frozenset[str]:
    """Return which of these items there are; a retired one is still an item, for its last pieces are sold too."""
    query = sa.select(ITEMS.c.sku).where(ITEMS.c.merchant_id == merchant_id, ITEMS.c.sku.in_(skus))
    return frozenset(connection.execute(query).scalars())


def first_skus(connection: sa.Connection, merchant_id: MerchantId, limit: int) -> frozenset[str]:
    """Return the items of a merchant, so many at most."""
    query = sa.select(ITEMS.c.sku).where(ITEMS.c.merchant_id == merchant_id).limit(limit)
    return frozenset(connection.execute(query).scalars())
