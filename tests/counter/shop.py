"""A small shop to sell in: a merchant, two tills, four people with PINs, five items, a clock set by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.languages import Language
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.merchants.tables import MERCHANTS, STORES, TERMINALS
from counterfoil.shop.secret_keys import SecretKey
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.model import Grant, Role
from counterfoil.shop.staff.pins import Pin, Pins
from counterfoil.shop.stock.tables import STOCK
from counterfoil.shop.tokens.tables import API_TOKENS
from tests.shop.stage import QUICK

#: A Tuesday, half past five in the afternoon in Shanghai.
OPENING = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)

STORE, OTHER_STORE = StoreId("s1"), StoreId("s2")
T1, T2 = TerminalId("t1"), TerminalId("t2")
ANN, BEN, SUE, OLD = StaffId("ann"), StaffId("ben"), StaffId("sue"), StaffId("old")
PINS = {ANN: "28174", BEN: "61903", SUE: "74052"}

#: What items cost, in fen.
PRICES = {"bread": 500, "milk": 300, "tea": 250, "wine": 8_800, "egg": 40}
IN_STOCK = Decimal(1000)

SECRET = SecretKey(secret=bytes(range(32)))
TOKEN_SECRET = "s3cret"  # noqa: S105 — of a token that opens a test's database
TOKEN_ID = "k1"  # noqa: S105 — the id of a token, and no secret
SCOPES = ["sell", "undo", "close", "read", "bills"]


@dataclass(slots=True)
class Clock:
    """Time that passes when a test says so."""

    now: datetime = OPENING

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now


def found(database: Database, merchant_id: MerchantId) -> None:
    """Write the shop into an empty database."""
    with database.transaction(merchant_id) as connection:
        of: dict[str, Any] = {"merchant_id": merchant_id, "created_at": OPENING - timedelta(days=90)}
        connection.execute(
            sa.insert(MERCHANTS).values(**of, name="Corner shop", currency="CNY", time_zone="Asia/Shanghai")
        )
        for store_id in (STORE, OTHER_STORE):
            connection.execute(sa.insert(STORES).values(**of, store_id=store_id, name=store_id))
        for terminal_id in (T1, T2):
            connection.execute(sa.insert(TERMINALS).values(**of, terminal_id=terminal_id, store_id=STORE, name="till"))
        for sku, price in PRICES.items():
            connection.execute(sa.insert(ITEMS).values(**of, sku=sku, name_en=sku, price_minor=price))
            connection.execute(
                sa.insert(STOCK).values(merchant_id=merchant_id, store_id=STORE, sku=sku, on_hand=IN_STOCK)
            )
        for staff_id, role in ((ANN, Role.CASHIER), (BEN, Role.CASHIER), (SUE, Role.MANAGER), (OLD, Role.MANAGER)):
            staff.add_person(connection, merchant_id, staff_id, name=staff_id, language=Language.EN, now=OPENING)
            staff.give(connection, merchant_id, Grant(staff_id=staff_id, role=role), now=OPENING)
        pins = Pins(SECRET.for_merchant(merchant_id).pins, QUICK)
        for staff_id, digits in PINS.items():
            kept_secrets.set_pin(connection, merchant_id, staff_id, pins.hash(staff_id, Pin(digits=digits)))
        staff.retire(connection, merchant_id, OLD, now=OPENING)
        connection.execute(
            sa.insert(API_TOKENS).values(
                **of, token_id=TOKEN_ID, secret_digest=hashlib.sha256(TOKEN_SECRET.encode()).digest(), scopes=SCOPES
            )
        )


def token_of(merchant_id: MerchantId) -> str:
    """Return the bearer token of a founded shop."""
    return f"cft_{merchant_id}.{TOKEN_ID}.{TOKEN_SECRET}"
