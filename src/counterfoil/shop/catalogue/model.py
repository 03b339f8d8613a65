"""The values of the catalogue. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from counterfoil.languages import Language


class ItemKind(StrEnum):
    """What an item is, as a line of an order will say it (book format 1)."""

    GOODS = "goods"
    SERVICE = "service"
    SHIPPING = "shipping"
    FEE = "fee"
    TIP = "tip"
    DEPOSIT = "deposit"


class SoldBy(StrEnum):
    """How a quantity of it is meant."""

    PIECE = "piece"  #: whole pieces
    WEIGHT = "weight"  #: kilograms, to a tenth of a gram


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that is sold."""

    sku: str
    name_en: str | None
    name_zh: str | None
    kind: ItemKind = ItemKind.GOODS
    #: None: no tax is charged or shown.
    tax_code: str | None = None
    sold_by: SoldBy = SoldBy.PIECE
    #: For a piece or a kilogram; None: it has no price of its own and must be given one at the till.
    price_minor: int | None = None
    tracks_stock: bool = True
    retired_at: datetime | None = None

    def name(self, language: Language) -> str:
        """Return its name in a language; in the other, or the sku, where it has none."""
        first, second = (self.name_zh, self.name_en) if language is Language.ZH else (self.name_en, self.name_zh)
        return first or second or self.sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What something is called, in the languages in which it has a name."""

    en: str | None
    zh: str | None

    def to(self, language: Language) -> str | None:
        """Return its name in a language; None where it has none in this one."""
        return self.zh if language is Language.ZH else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A rate of tax. A rate is never changed: a new one has a new code."""

    tax_code: str
    name_en: str | None
    name_zh: str | None
    #: A fraction: 0.13 is thirteen per cent.
    rate: Decimal
    #: True: prices contain it; False: it is added to them.
    included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price of a price list, from a moment on and until the next one."""

    price_list: str
    sku: str
    valid_from: datetime
    #: None: from here on the list has no price for it, and the item's own holds.
    price_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sellable:
    """An item with all that a basket needs to price it, at one store and moment."""

    item: Item
    tax: Tax | None
    #: What holds now: the price list's, else the item's own; None: it must be given one at the till.
    price_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How an item is sold, and what it was listed at from when on; what the counter keeps of each."""

    kind: ItemKind
    sold_by: SoldBy
    #: Its own price, for a piece or a kilogram; None: it must be given one at the till.
    price_minor: int | None
    #: Since when that holds; what it was before, nobody knows any more.
    priced_at: datetime
    #: Of price lists, the latest first.
    listed: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What an item was listed at, at one store and moment."""

    #: For a piece or a kilogram; None: it had to be given one at the till.
    price_minor: int | None
