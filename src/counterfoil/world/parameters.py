"""What a town is asked for, checked once; everything else about it follows from these values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from counterfoil.errors import BadOption
from counterfoil.time_zones import is_time_zone

ORDERS_MAX = 100_000_000
MERCHANTS_MAX = 100
DAYS_MIN, DAYS_MAX = 7, 1100
#: A fault must be old enough to be decided, and some need a history before them.
DAYS_MIN_WITH_FAULTS = 60
FAULTS_MAX = 0.5
#: A year of days for a chain, fewer for a small shop, so that its tills are busy.
_DAYS_BY_ORDERS = ((2_000, 60), (50_000, 90), (300_000, 180), (ORDERS_MAX, 365))

#: The first local day of every history; it means nothing, and no clock is read for it.
FIRST_DAY = date(2025, 1, 6)
#: A store takes so many orders a day at most on average, which keeps each of its tills below 400.
ORDERS_PER_STORE_DAY = 600
STORES_MIN = 2


#: What a currency must look like in the books.
_CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldParameters:
    """What a town is asked for."""

    seed: int
    #: Rows of the orders book, over all merchants.
    orders: int
    #: The share of orders with one scored fault.
    faults: float = 0.0
    #: Local days of history; None: by the number of orders.
    days: int | None = None
    merchants: int = 1
    #: Operators' void rates differ from the shop's by up to this share, up and down.
    habits: float = 0.0
    #: One operator voids so many times as often as the others; None: nobody does.
    planted_operator: float | None = None
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"

    def __post_init__(self) -> None:
        _within("--seed", self.seed, 0, 2**63 - 1)
        _within("--orders", self.orders, 1, ORDERS_MAX)
        _within("--merchants", self.merchants, 1, min(MERCHANTS_MAX, self.orders))
        _within("--days", self.days_of_history, DAYS_MIN, DAYS_MAX)
        _within("--faults", self.faults, 0.0, FAULTS_MAX)
        _within("--habits", self.habits, 0.0, 0.9)
        _within("--planted-operator", self.planted_operator or 1.0, 1.0, 40.0)
        if self.faults and self.days_of_history < DAYS_MIN_WITH_FAULTS:
            raise BadOption(
                f"--days: expected at least {DAYS_MIN_WITH_FAULTS} where faults are planted, so that each is old "
                f"enough to be decided, found {self.days_of_history}"
            )
        if not is_time_zone(self.time_zone):
            raise BadOption(f"--time-zone: expected a name such as Asia/Shanghai, found {self.time_zone!r}")
        if _CURRENCY.fullmatch(self.currency) is None:
            raise BadOption(f"--currency: expected an ISO 4217 code such as CNY, found {self.currency!r}")

    @property
    def days_of_history(self) -> int:
        """How many local days the history has."""
        if self.days is not None:
            return self.days
        return next(days for orders, days in _DAYS_BY_ORDERS if self.orders <= orders)

    def orders_of(self, merchant: int) -> int:
        """How many orders one merchant has; the merchants' sum is `orders`."""
        return self.orders * (merchant + 1) // self.merchants - self.orders * merchant // self.merchants

    def faults_of(self, merchant: int) -> int:
        """How many faults one merchant has; the merchants' sum is the share of all orders."""
        wanted = round(self.faults * self.orders)
        return wanted * (merchant + 1) // self.merchants - wanted * merchant // self.merchants

    def stores_of(self, merchant: int) -> int:
        """How many stores one merchant needs for its orders."""
        a_day = self.orders_of(merchant) // self.days_of_history
        return max(STORES_MIN, -(-a_day // ORDERS_PER_STORE_DAY))


def _within(option: str, given: float, low: float, high: float) -> None:
    if not low <= given <= high:
        raise BadOption(f"{option}: expected {low} to {high}, found {given}")
