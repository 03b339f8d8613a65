"""A shop that sells: one merchant, one store, terminals, a cashier, an item, a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId, new_id
from counterfoil.languages import Language
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.merchants.model import Merchant, Store, Terminal
from counterfoil.shop.merchants.store import add_merchant, add_store, add_terminal
from counterfoil.shop.staff.model import Grant, Role
from counterfoil.shop.staff.store import add_person, give
from counterfoil.shop.stock.tables import STOCK
from counterfoil.shop.tokens.model import OF_TERMINALS
from counterfoil.shop.tokens.store import add_token

MERCHANT = MerchantId("M1")
STORE = StoreId("S1")
CASHIER = StaffId("ann")
TERMINALS = tuple(TerminalId(f"T{number}") for number in range(1, 9))
SKU = "tea"
PRICE_MINOR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a till needs to know."""

    token: str

    def sale(self, *, tender: str = "cash", terminal: int = 0, amount: int = PRICE_MINOR) -> dict[str, Any]:
        """Return the body of an offer; the same dictionary is the same sale."""
        now = datetime.now(UTC)
        order_id = new_id(now)
        payment_id = f"{order_id}-P"
        tendered: dict[str, Any] = {"payment_id": payment_id, "tender": tender, "amount_minor": amount}
        body: dict[str, Any] = {
            "sale": {
                "order_id": order_id,
                "store_id": STORE,
                "terminal_id": TERMINALS[terminal],
                "operator_id": CASHIER,
                "placed_at": now.isoformat(),
                "currency": "CNY",
                "total_minor": amount,
                "lines": [{"sku": SKU, "quantity": "1", "amount_minor": amount}],
                "tenders": [tendered],
            }
        }
        if tender == "cash":
            tendered["handed_minor"] = amount
        else:
            body["presented"] = {payment_id: {"entry": "chip", "number": "4000000000000002", "expiry": "3012"}}
        return body


def opened(database: Database) -> Shop:
    """Set the shop up."""
    now = datetime.now(UTC)
    with database.transaction(MERCHANT) as connection:
        add_merchant(
            connection,
            Merchant(merchant_id=MERCHANT, name="A shop", currency="CNY", time_zone="UTC", created_at=now),
        )
        add_store(connection, MERCHANT, Store(store_id=STORE, name="A store"), now=now)
        for terminal in TERMINALS:
            add_terminal(connection, MERCHANT, Terminal(terminal_id=terminal, store_id=STORE, name="A till"), now=now)
        add_person(connection, MERCHANT, CASHIER, name="Ann", language=Language.EN, now=now)
        give(connection, MERCHANT, Grant(staff_id=CASHIER, role=Role.CASHIER, store_id=STORE), now=now)
        connection.execute(
            sa.insert(ITEMS).values(
                merchant_id=MERCHANT, sku=SKU, name_en="Tea", price_minor=PRICE_MINOR, created_at=now
            )
        )
        connection.execute(sa.insert(STOCK).values(merchant_id=MERCHANT, store_id=STORE, sku=SKU, on_hand=1000))
        token = add_token(connection, MERCHANT, scopes=OF_TERMINALS, now=now)
    return Shop(token=token.text())
