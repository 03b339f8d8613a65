"""The values of pricing: a basket as the till has it, and its lines as the orders book keeps them. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from counterfoil.ids import StaffId
from counterfoil.languages import Language, Text
from counterfoil.shop.catalogue.model import Sellable

#: The sku of lines that are no items.
LINE_DISCOUNT_SKU = "line-discount"
CART_DISCOUNT_SKU = "cart-discount"
CASH_ROUNDING_SKU = "cash-rounding"
#: Of an order that was rebuilt so that a charge can go back: nothing was sold.
NO_SALE_SKU = "no-sale"
#: What they are called.
OWN_LINES: Mapping[str, Text] = MappingProxyType(
    {
        LINE_DISCOUNT_SKU: Text(en="Discount", zh="单品折扣"),
        CART_DISCOUNT_SKU: Text(en="Discount on the sale", zh="整单折扣"),
        CASH_ROUNDING_SKU: Text(en="Cash rounding", zh="现金舍入"),
        NO_SALE_SKU: Text(en="Charge without a sale", zh="未成交的扣款"),
    }
)


class LineKind(StrEnum):
    """What a line of an order is (book format 1); a discount subtracts, all others add."""

    GOODS = "goods"
    SERVICE = "service"
    SHIPPING = "shipping"
    FEE = "fee"
    TIP = "tip"
    DEPOSIT = "deposit"
    TAX = "tax"
    DISCOUNT = "discount"


class Entry(StrEnum):
    """How a line came into the basket (book format 1)."""

    SCANNED = "scanned"
    KEYED = "keyed"
    TOUCHED = "touched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What is taken off: a share or an amount, exactly one of the two."""

    permille: int | None = None
    amount_minor: int | None = None
    reason: str | None = None
    #: Who allowed it, where the operator may not do so alone.
    authoriser_id: StaffId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Another price than the listed one, for a piece or a kilogram."""

    price_minor: int
    reason: str | None = None
    authoriser_id: StaffId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """One line as the till has it."""

    #: From 1 on, and never given twice in a basket.
    line_no: int
    sellable: Sellable
    #: Pieces or kilograms.
    quantity: Decimal
    entry: Entry | None = None
    override: Override | None = None
    #: What a scale has printed on the piece: it holds, whatever weight times price would be.
    labelled_minor: int | None = None
    #: The code on that label, which proves it.
    label: str | None = None
    discount: Discount | None = None
    #: It was taken out of the basket again; it is kept, and counts for nothing.
    voided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Everything that one customer buys in one go."""

    currency: str
    lines: tuple[BasketLine, ...]
    #: On the goods and services together.
    discount: Discount | None = None
    #: In which language its lines are written.
    language: Language = Language.EN


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line as the orders book keeps it."""

    line_no: int
    line_kind: LineKind
    sku: str
    name: str
    quantity: Decimal
    #: Never negative.
    amount_minor: int
    entry: Entry | None = None
    #: The code of a scale's label that says what this piece costs.
    label: str | None = None
    #: For a piece or a kilogram: what was asked, and what was listed.
    unit_price_minor: int | None = None
    list_price_minor: int | None = None
    tax_code: str | None = None
    #: Of a line of goods: the tax on what is left of it after its discounts, whether contained in it or added to it.
    tax_minor: int | None = None
    #: Of a discount: the line that it is taken off.
    of_line_no: int | None = None
    authoriser_id: StaffId | None = None
    reason: str | None = None
    voided_at: datetime | None = None

    @property
    def signed_minor(self) -> int:
        """What it does to the total."""
        if self.voided_at is not None:
            return 0
        return -self.amount_minor if self.line_kind is LineKind.DISCOUNT else self.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A basket with its prices: the lines that are not voided sum to the total."""

    currency: str
    lines: tuple[PricedLine, ...] = field(default=())

    @property
    def total_minor(self) -> int:
        """What the customer owes."""
        return sum(line.signed_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        """How much of that is tax."""
        return sum(line.tax_minor or 0 for line in self.lines if line.voided_at is None)
