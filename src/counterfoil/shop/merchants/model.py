"""The values of the merchant, its stores and its terminals. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from counterfoil.ids import MerchantId, StoreId, TerminalId

DAY_STARTS_AT = time(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Whose books these are."""

    merchant_id: MerchantId
    name: str
    #: ISO 4217.
    currency: str
    time_zone: str
    created_at: datetime
    #: What is sold before this local time belongs to the business day before.
    business_day_starts_at: time = DAY_STARTS_AT
    #: The smallest coin, where it is not the one that the currency says.
    cash_step_minor: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The merchant's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A place where the merchant sells."""

    store_id: StoreId
    name: str
    address: str | None = None
    #: Whose prices hold here; None: those of the items themselves.
    price_list: str | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A device at a counter."""

    terminal_id: TerminalId
    store_id: StoreId
    name: str
    retired_at: datetime | None = None
