"""Sets the shop of a storm up, by the shop's own verbs, and writes the configuration of its counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.languages import Language
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.merchants.model import Merchant, Store, Terminal
from counterfoil.shop.merchants.store import add_merchant, add_store, add_terminal
from counterfoil.shop.secret_keys import SecretKey
from counterfoil.shop.staff.kept_secrets.store import set_pin
from counterfoil.shop.staff.model import Grant, Role
from counterfoil.shop.staff.pins import Pin, Pins
from counterfoil.shop.staff.store import add_person, give
from counterfoil.shop.stock.tables import STOCK
from counterfoil.shop.tokens.model import Scope
from counterfoil.shop.tokens.store import add_token
from counterfoil.storm.shop_map import (
    ACQUIRER,
    CASHIERS,
    CURRENCY,
    ITEMS_N,
    MERCHANT,
    MERCHANT_NUMBER,
    STOCK_OF_AN_ITEM,
    STORES,
    SUPERVISORS,
    TIME_ZONE,
    pin_of,
    price_minor,
    sku,
    terminals_of,
)

_MERCHANT = MerchantId(MERCHANT)

#: How long the counter waits for the acquirer's answer, and for how long a payment is its sender's alone. These are
#: settings that any shop may choose; the ladders are the product's own, at their own pace.
ANSWER_S, CONNECT_S, PATIENCE_S = 2, 1, 5
_CONFIGURATION = """\
[[acquirer]]
merchant = "{merchant}"
name = "{name}"
channel = "iso8583"
tenders = ["card"]
patience_s = {patience_s}

[acquirer.settings]
host = "127.0.0.1"
port = {port}
merchant_number = "{number}"
profile = "simulated"
answer_s = {answer_s}
connect_s = {connect_s}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A shop that is set up."""

    #: What tills show when they ask.
    token: str


def configure(file: Path, *, port: int, merchant: str = MERCHANT) -> None:
    """Write the configuration of a counter whose acquirer listens at a port."""
    said = _CONFIGURATION.format(
        merchant=merchant,
        name=ACQUIRER,
        number=MERCHANT_NUMBER,
        port=port,
        patience_s=PATIENCE_S,
        answer_s=ANSWER_S,
        connect_s=CONNECT_S,
    )
    file.write_text(said, encoding="utf-8")


def set_up(database: Database, secret: SecretKey, *, now: datetime) -> Opened:
    """Make the merchant with all that its tills need."""
    pins = Pins(secret.for_merchant(_MERCHANT).pins)
    with database.transaction(_MERCHANT) as connection:
        add_merchant(
            connection,
            Merchant(
                merchant_id=_MERCHANT,
                name="Storm",
                currency=CURRENCY,
                time_zone=TIME_ZONE,
                # The acquirer's day is that of UTC; a till closes the day that it reads on the clock.
                business_day_starts_at=time(),
                created_at=now,
            ),
        )
        for name in STORES:
            add_store(connection, _MERCHANT, Store(store_id=StoreId(name), name=name), now=now)
            for terminal in terminals_of(name):
                made = Terminal(terminal_id=TerminalId(terminal), store_id=StoreId(name), name=terminal)
                add_terminal(connection, _MERCHANT, made, now=now)
        _add_people(connection, pins, now=now)
        _add_items(connection, now=now)
        token = add_token(connection, _MERCHANT, scopes=frozenset(Scope), now=now)
    return Opened(token=token.text())


def _add_people(connection: sa.Connection, pins: Pins, *, now: datetime) -> None:
    for name in (*CASHIERS, *SUPERVISORS):
        staff_id = StaffId(name)
        add_person(connection, _MERCHANT, staff_id, name=name, language=Language.EN, now=now)
        role = Role.CASHIER if name in CASHIERS else Role.SUPERVISOR
        give(connection, _MERCHANT, Grant(staff_id=staff_id, role=role), now=now)
        if name in SUPERVISORS:
            set_pin(connection, _MERCHANT, staff_id, pins.hash(staff_id, Pin(digits=pin_of(name))))


def _add_items(connection: sa.Connection, *, now: datetime) -> None:
    connection.execute(
        sa.insert(ITEMS),
        [
            {
                "merchant_id": MERCHANT,
                "sku": sku(place),
                "name_en": sku(place),
                "price_minor": price_minor(place),
                "created_at": now,
            }
            for place in range(ITEMS_N)
        ],
    )
    connection.execute(
        sa.insert(STOCK),
        [
            {"merchant_id": MERCHANT, "store_id": store_id, "sku": sku(place), "on_hand": STOCK_OF_AN_ITEM}
            for store_id in STORES
            for place in range(ITEMS_N)
        ],
    )
