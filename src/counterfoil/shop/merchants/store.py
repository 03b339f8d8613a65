"""The merchant, its stores and terminals in the database. Takes the transaction of a merchant, never commits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ids import MerchantId, StoreId, TerminalId
from counterfoil.shop.merchants.model import Merchant, Store, Terminal
from counterfoil.shop.merchants.tables import MERCHANTS, STORES, TERMINALS


def add_merchant(connection: sa.Connection, merchant: Merchant) -> bool:
    """Set a merchant up; False where there is one of this id, and nothing is changed."""
    row = {
        "merchant_id": merchant.merchant_id,
        "name": merchant.name,
        "currency": merchant.currency,
        "time_zone": merchant.time_zone,
        "business_day_starts_at": merchant.business_day_starts_at,
        "cash_step_minor": merchant.cash_step_minor,
        "created_at": merchant.created_at,
    }
    added = insert(MERCHANTS).values(row).on_conflict_do_nothing().returning(MERCHANTS.c.merchant_id)
    return connection.execute(added).first() is not None


def merchant(connection: sa.Connection, merchant_id: MerchantId) -> Merchant | None:
    """Return a merchant."""
    row = connection.execute(sa.select(MERCHANTS).where(MERCHANTS.c.merchant_id == merchant_id)).one_or_none()
    if row is None:
        return None
    return Merchant(
        merchant_id=merchant_id,
        name=row.name,
        currency=row.currency,
        time_zone=row.time_zone,
        created_at=row.created_at,
        business_day_starts_at=row.business_day_starts_at,
        cash_step_minor=row.cash_step_minor,
    )


def only_merchant(connection: sa.Connection) -> MerchantId | None:
    """Return the merchant of an installation that has one; None where it has none or several."""
    found = connection.execute(sa.text("SELECT id FROM public.merchant_ids() AS id LIMIT 2")).scalars().all()
    return MerchantId(found[0]) if len(found) == 1 else None


def add_store(connection: sa.Connection, merchant_id: MerchantId, store: Store, *, now: datetime) -> bool:
    """Open a store; False where there is one of this id, and nothing is changed."""
    row = {
        "merchant_id": merchant_id,
        "store_id": store.store_id,
        "name": store.name,
        "address": store.address,
        "price_list": store.price_list,
        "created_at": now,
    }
    added = insert(STORES).values(row).on_conflict_do_nothing().returning(STORES.c.store_id)
    return connection.execute(added).first() is not None


def store(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId) -> Store | None:
    """Return a store."""
    return next((each for each in stores(connection, merchant_id) if each.store_id == store_id), None)


def stores(connection: sa.Connection, merchant_id: MerchantId) -> tuple[Store, ...]:
    """Return every store, the retired ones too, by their id."""
    chosen = sa.select(STORES).where(STORES.c.merchant_id == merchant_id).order_by(STORES.c.store_id)
    return tuple(
        Store(
            store_id=StoreId(row.store_id),
            name=row.name,
            address=row.address,
            price_list=row.price_list,
            retired_at=row.retired_at,
        )
        for row in connection.execute(chosen)
    )


def add_terminal(connection: sa.Connection, merchant_id: MerchantId, terminal: Terminal, *, now: datetime) -> bool:
    """Set a terminal up; False where there is one of this id. IntegrityError where there is no such store."""
    row = {
        "merchant_id": merchant_id,
        "terminal_id": terminal.terminal_id,
        "store_id": terminal.store_id,
        "name": terminal.name,
        "created_at": now,
    }
    added = insert(TERMINALS).values(row).on_conflict_do_nothing().returning(TERMINALS.c.terminal_id)
    return connection.execute(added).first() is not None


def terminal(connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId) -> Terminal | None:
    """Return a terminal."""
    chosen = sa.select(TERMINALS).where(TERMINALS.c.merchant_id == merchant_id, TERMINALS.c.terminal_id == terminal_id)
    row = connection.execute(chosen).one_or_none()
    return _terminal(row) if row is not None else None


def terminals(connection: sa.Connection, merchant_id: MerchantId) -> tuple[Terminal, ...]:
    """Return every terminal, the retired ones too, by their id."""
    chosen = sa.select(TERMINALS).where(TERMINALS.c.merchant_id == merchant_id).order_by(TERMINALS.c.terminal_id)
    return tuple(_terminal(row) for row in connection.execute(chosen))


def retire_terminal(
    connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId, *, now: datetime
) -> bool:
    """Take a terminal out of use; False where none of this id was in use."""
    gone = (
        sa.update(TERMINALS)
        .where(
            TERMINALS.c.merchant_id == merchant_id,
            TERMINALS.c.terminal_id == terminal_id,
            TERMINALS.c.retired_at.is_(None),
        )
        .values(retired_at=now)
    )
    return connection.execute(gone).rowcount == 1


def _terminal(row: sa.Row[*tuple[object, ...]]) -> Terminal:
    return Terminal(
        terminal_id=TerminalId(row.terminal_id),
        store_id=StoreId(row.store_id),
        name=row.name,
        retired_at=row.retired_at,
    )
