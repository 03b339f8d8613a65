"""What a slip says, ready to be shown in one language. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose slip it is, and where it was rung up, as people call them."""

    merchant: str
    store: str
    address: str
    terminal: str
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: what, and how much money."""

    label: str
    #: In minor units; what is taken off, or went back, is below zero.
    amount_minor: int
    #: Of goods and services: pieces or kilograms, without zeros at the end; None: it is no such thing.
    quantity: str | None = None
    is_weighed: bool = False
    #: For a piece or a kilogram; None: it is the amount itself, or the books do not know it.
    unit_price_minor: int | None = None
    #: The name under which it was sold, where that is another one than here.
    sold_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The slip of one order, as it stands now."""

    #: Short enough to be typed.
    number: str
    place: Place
    placed_at: datetime
    currency: str
    #: What was sold, then what was taken off.
    lines: tuple[Row, ...]
    total_minor: int
    #: How it was paid, what went back at once, and what was given back.
    paid: tuple[Row, ...]
    #: What of the total is tax, a row for each rate that the books know; added taxes are lines.
    taxes: tuple[Row, ...]
