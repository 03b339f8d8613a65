"""The values of the orders book: a sale as a till tells it. Frozen; no I/O.

They are structs of msgspec and not dataclasses, because a counter makes a dozen of them for every sale: those are read
from JSON and made in a quarter of the time (docs/decisions/0017-values-of-a-sale-are-structs.md). What a till says
that they have no place for is refused: a tip, or a price, must not be lost without a word.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from counterfoil.ids import OrderId, PaymentId, StaffId, StoreId, TerminalId


class Fulfilment(StrEnum):
    """How the goods reach the customer."""

    CARRY_OUT = "carry_out"
    PICKUP = "pickup"
    DELIVERY = "delivery"


class LineKind(StrEnum):
    """What a line is for; a discount subtracts."""

    GOODS = "goods"
    SERVICE = "service"
    SHIPPING = "shipping"
    FEE = "fee"
    TIP = "tip"
    DEPOSIT = "deposit"
    TAX = "tax"
    DISCOUNT = "discount"


class LineEntry(StrEnum):
    """How a line came into the cart."""

    SCANNED = "scanned"
    KEYED = "keyed"
    TOUCHED = "touched"


class Channel(StrEnum):
    """Where the customer bought."""

    TILL = "till"
    ONLINE = "online"
    PHONE = "phone"
    IMPORT = "import"


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a sale; its number is its place, from 1."""

    sku: str
    quantity: Decimal
    #: Of the whole line; a discount's is what it takes off.
    amount_minor: int
    line_kind: LineKind = LineKind.GOODS
    name: str | None = None
    entry: LineEntry | None = None
    #: What was scanned, where it was a scale's label: it proves a price of its own, and is not kept.
    code: str | None = None
    #: What is asked for a piece or a kilogram; None: what is listed.
    unit_price_minor: int | None = None
    #: What the till takes for the listed price; where the one above is another, it is an override.
    list_price_minor: int | None = None
    tax_code: str | None = None
    #: Contained in the amount, or standing as a line of kind `tax` of its own.
    tax_minor: int | None = None
    #: Of a discount: the line that it belongs to; None: the whole cart.
    of_line_no: int | None = None
    authoriser_id: StaffId | None = None
    reason: str | None = None


class Tendered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tender that the customer offers on a sale."""

    payment_id: PaymentId
    tender: str
    #: What it pays of the total.
    amount_minor: int
    #: Cash: what was handed over; the rest is change.
    handed_minor: int | None = None


class Sale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sale as the till that made it tells it; the same on every retry."""

    order_id: OrderId
    store_id: StoreId
    terminal_id: TerminalId
    operator_id: StaffId
    placed_at: datetime
    currency: str
    total_minor: int
    lines: tuple[Line, ...]
    #: None yet: the order stays open.
    tenders: tuple[Tendered, ...] = ()
    #: One press of one button. Two orders of one request are one sale; None: the order's own id.
    request_id: str | None = None
    #: The cashier was shown a resembling order and said: no, a genuine repeat.
    repeat_of: OrderId | None = None
    sequence_no: str | None = None
    customer_key: str | None = None
    fulfilment: Fulfilment = Fulfilment.CARRY_OUT
    promised_at: datetime | None = None
    channel: Channel = Channel.TILL
    training: bool = False
    parked: bool = False
