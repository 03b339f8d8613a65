"""A small merchant that tests of the shop play on: two stores, a terminal, and the costs of a quick PIN."""

from __future__ import annotations

from datetime import UTC, datetime

import argon2
import sqlalchemy as sa

from counterfoil.counter.proving import by_pin
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.languages import Language
from counterfoil.shop.merchants.tables import MERCHANTS, STORES
from counterfoil.shop.secret_keys import MerchantKeys, SecretKey
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Person, Role
from counterfoil.shop.staff.pins import Pin, PinRefusal, Pins

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NORTH, SOUTH = StoreId("north"), StoreId("south")
SECRET = SecretKey(secret=bytes(range(32)))

#: As cheap as Argon2 gets: what is tested is what we do with it.
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def keys_of(merchant_id: MerchantId) -> MerchantKeys:
    return SECRET.for_merchant(merchant_id)


def quick_pins(merchant_id: MerchantId) -> Pins:
    return Pins(keys_of(merchant_id).pins, QUICK)


def pin_refusal(
    database: Database, merchant_id: MerchantId, pins: Pins, staff_id: StaffId, pin: Pin, *, now: datetime = NOW
) -> PinRefusal | None:
    """Try to be somebody by a PIN."""
    return by_pin(database, merchant_id, pins, staff_id, pin, now=now, then=lambda _, tried: tried.refusal)


def found(connection: sa.Connection, merchant_id: MerchantId, currency: str = "CNY") -> None:
    """Found a merchant with two stores."""
    connection.execute(
        sa.insert(MERCHANTS).values(
            merchant_id=merchant_id, name="Corner shop", currency=currency, time_zone="Asia/Shanghai", created_at=NOW
        )
    )
    for store_id in (NORTH, SOUTH):
        connection.execute(
            sa.insert(STORES).values(merchant_id=merchant_id, store_id=store_id, name=store_id, created_at=NOW)
        )


def hire(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: str, *roles: Role, at: StoreId = EVERY_STORE
) -> StaffId:
    """Take somebody on with roles."""
    who = StaffId(staff_id)
    staff.add_person(connection, merchant_id, who, name=staff_id.title(), language=Language.EN, now=NOW)
    for role in roles:
        staff.give(connection, merchant_id, Grant(staff_id=who, role=role, store_id=at), now=NOW)
    return who


def somebody(staff_id: str, *roles: Role, at: StoreId = EVERY_STORE, retired_at: datetime | None = None) -> Person:
    """Make somebody up who is in no database."""
    who = StaffId(staff_id)
    return Person(
        merchant_id=MerchantId("M"),
        staff_id=who,
        name=staff_id,
        language=Language.EN,
        has_pin=True,
        pin_locked_until=None,
        retired_at=retired_at,
        grants=tuple(Grant(staff_id=who, role=role, store_id=at) for role in roles),
    )
