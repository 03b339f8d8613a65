"""Who and what there is in one merchant's town: stores, tills, staff with habits, customers and goods.

Nothing is stored: each property is drawn from the number of whom it belongs to.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world.calendar import SECOND
from counterfoil.world.chance import MILLION, Bools, Chance, Ints
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.words import GOODS, SIZES, TENDER

TERMINALS_PER_STORE = 3
OPERATORS_PER_STORE = 6
MANAGERS_PER_STORE = 2
STAFF_PER_STORE = OPERATORS_PER_STORE + MANAGERS_PER_STORE

#: Every fourth store is open past midnight; its sales then still belong to the business day before.
NIGHT_STORE_EVERY = 4

#: A till's clock is wrong by up to this much, always by the same.
CLOCK_SKEW_MAX_MS = 75 * SECOND

#: How often an operator with ordinary habits voids a sale.
VOIDS_PER_MILLION = 16_000

SKUS = len(GOODS) * len(SIZES)
#: Articles that never were sold here: another branch's, or discontinued ones.
FOREIGN_SKUS = 40
_SPECIALS = ("SHIPPING", "TIP", "BAG-FEE", "CUP-DEPOSIT", "GIFT-WRAP", "COUPON")
SKU_SHIPPING, SKU_TIP, SKU_BAG, SKU_DEPOSIT, SKU_WRAP, SKU_COUPON = (
    SKUS + FOREIGN_SKUS + place for place in range(len(_SPECIALS))
)

#: People are numbered in households of two: whoever shares one has the same card tail, but another key.
PEOPLE_PER_HOUSEHOLD = 2
#: Customers who come once are numbered from here on, by their slot.
PASSERS_BY = 1 << 40
#: An instrument is a person's card or wallet for one tender.
INSTRUMENTS_PER_PERSON = len(TENDER)
_VISITS_PER_REGULAR = 12
_REGULARS_MIN = 40


class Town:
    """One merchant's town."""

    def __init__(self, parameters: WorldParameters, merchant: int, chance: Chance) -> None:
        self.stores = parameters.stores_of(merchant)
        self.terminals = self.stores * TERMINALS_PER_STORE
        self.chance = chance
        self.regulars_per_store = max(
            _REGULARS_MIN, parameters.orders_of(merchant) // (self.stores * _VISITS_PER_REGULAR)
        )
        every_terminal = np.arange(self.terminals, dtype=np.int64)
        self.skew = chance.between("skew", every_terminal, -CLOCK_SKEW_MAX_MS, CLOCK_SKEW_MAX_MS)
        self.voids_per_million = _void_habits(chance, self.stores, parameters.habits)
        self.planted_operator: int | None = None
        if parameters.planted_operator is not None:
            self.planted_operator = int(chance.below("planted", np.zeros(1, dtype=np.int64), self.stores)[0])
            self.planted_operator *= STAFF_PER_STORE
            self.voids_per_million[self.planted_operator] = round(VOIDS_PER_MILLION * parameters.planted_operator)

    def open_at_night(self, store: Ints) -> Bools:
        """Whether a store stays open past midnight."""
        at_night: Bools = store % NIGHT_STORE_EVERY == NIGHT_STORE_EVERY - 1
        return at_night

    def manager(self, terminal: Ints, of: Ints) -> Ints:
        """Pick the manager who authorises at this terminal's store."""
        store = terminal // TERMINALS_PER_STORE
        return store * STAFF_PER_STORE + OPERATORS_PER_STORE + self.chance.below("manager", of, MANAGERS_PER_STORE)

    def price(self, sku: Ints) -> Ints:
        """The price of one piece in minor units."""
        return 300 + 50 * self.chance.below("price", sku, 120)


def _void_habits(chance: Chance, stores: int, habits: float) -> Ints:
    staff = np.arange(stores * STAFF_PER_STORE, dtype=np.int64)
    spread = round(habits * MILLION)
    return VOIDS_PER_MILLION * (MILLION + chance.between("void habit", staff, -spread, spread)) // MILLION


def store_name(store: int) -> str:
    """The id of a store."""
    return f"S{store + 1:03d}"


def terminal_name(terminal: int) -> str:
    """The id of a terminal."""
    store, place = divmod(terminal, TERMINALS_PER_STORE)
    return f"{store_name(store)}-T{place + 1}"


def staff_name(staff: int) -> str:
    """The id of an operator or a manager."""
    store, place = divmod(staff, STAFF_PER_STORE)
    kind = "P" if place < OPERATORS_PER_STORE else "M"
    return f"{store_name(store)}-{kind}{place + 1}"


def sku_name(sku: int) -> str:
    """The code of an article."""
    if sku >= SKUS + FOREIGN_SKUS:
        return _SPECIALS[sku - SKUS - FOREIGN_SKUS]
    return f"C{sku + 1:04d}"


def sku_title(sku: int) -> str:
    """What an article is called on the slip."""
    if sku < SKUS:
        return f"{GOODS[sku % len(GOODS)]} {SIZES[sku // len(GOODS)]}"
    titles = {
        SKU_SHIPPING: "运费",
        SKU_TIP: "小费",
        SKU_BAG: "包装费",
        SKU_DEPOSIT: "杯押金",
        SKU_WRAP: "礼品包装",
        SKU_COUPON: "优惠券",
    }
    return titles.get(sku, "其他门店商品")
