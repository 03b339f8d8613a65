"""The values of the stock. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from counterfoil.ids import StaffId, StoreId


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
