"""The shop of a storm: its merchant, stores, tills, people and items by name. Names alone; nothing is made here."""

from __future__ import annotations

MERCHANT = "storm"
ACQUIRER = "bank"
#: Who we are to the simulated acquirer (DE 42).
MERCHANT_NUMBER = "STORM"
CURRENCY = "CNY"
TIME_ZONE = "UTC"

STORES = ("north", "south")
TERMINALS_OF_A_STORE = 16
CASHIERS = tuple(f"c{number}" for number in range(1, 9))
#: They may give money back; each has a PIN.
SUPERVISORS = tuple(f"s{number}" for number in range(1, 9))
ITEMS_N = 500
STOCK_OF_AN_ITEM = 1_000_000
PRICE_STEP_MINOR = 37
PRICES_N = 50


def terminals_of(store_id: str) -> tuple[str, ...]:
    """Return the terminals of a store."""
    return tuple(f"{store_id[0].upper()}{number:02d}" for number in range(1, TERMINALS_OF_A_STORE + 1))


def sku(place: int) -> str:
    """Return an item by its place, from 0."""
    return f"item{place}"


def price_minor(place: int) -> int:
    """Return an item's price."""
    return PRICE_STEP_MINOR * (1 + place % PRICES_N)


def pin_of(staff_id: str) -> str:
    """Return a supervisor's PIN; it opens nothing but the shop of a storm."""
    return f"7{SUPERVISORS.index(staff_id) + 1}20{len(staff_id)}9"
