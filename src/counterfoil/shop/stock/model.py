"""The values of the stock. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from counterfoil.ids import StaffId, StoreId
from counterfoil.shop.catalogue.model import Item


class Reason(StrEnum):
    """Why stock moved."""

    OPENING = "opening"  #: it was there when the books began
    RECEIVED = "received"  #: a delivery of a supplier
    SOLD = "sold"
    VOIDED = "voided"  #: back from a sale that was voided
    RETURNED = "returned"  #: back from a customer, and good
    TRANSFERRED = "transferred"  #: to or from another store
    DAMAGED = "damaged"
    COUNTED = "counted"  #: somebody counted, and this is the difference
    CORRECTED = "corrected"  #: an earlier movement was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of stock: a fact."""

    movement_id: str
    store_id: StoreId
    sku: str
    #: Pieces or kilograms; what leaves is negative.
    quantity: Decimal
    reason: Reason
    occurred_at: datetime
    operator_id: StaffId | None = None
    #: The row that it belongs to, such as `order:…` or `return:…`.
    subject: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHand:
    """How much of an item a store has. It may be below zero: the goods were on the counter, whatever the books said."""

    store_id: StoreId
    sku: str
    on_hand: Decimal
    #: At or below this, it is low; None: nobody asked to be told.
    low_at: Decimal | None

    @property
    def is_low(self) -> bool:
        """Whether somebody wanted to be told by now."""
        return self.low_at is not None and self.on_hand <= self.low_at

    @property
    def is_below_zero(self) -> bool:
        """Whether more was sold than the books knew of: count it."""
        return self.on_hand < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPlace:
    """Behind which item a page of the shelf begins: what is low stands first, then by sku."""

    is_low: bool
    sku: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """An item with what the stores have of it."""

    item: Item
    stock: tuple[OnHand, ...]
    #: Whether a store that is shown is low on it, or below zero.
    is_low: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One page of items, what is low first."""

    items: tuple[OnShelf, ...]
    #: Where the next page begins; None: this was the last.
    next: ShelfPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOnShelf:
    """Which items somebody wants to see; what is empty says nothing."""

    words: str = ""
    only_low: bool = False
    #: Items that are not sold any more, too.
    with_retired: bool = False
    #: Whose stock is shown, and decides what is low.
    store_ids: frozenset[StoreId] = frozenset()
    after: ShelfPlace | None = None
    limit: int = 50
