"""What the auditor lays on the table: rows of both books and what the tills remember. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueSale:
    """What really happened to the money of one sale at the acquirer."""

    payment_id: str
    #: How often, and how much, was taken.
    taken_n: int
    taken_minor: int
    #: What the shop holds of it in the end, refunds and all.
    net_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueReturn:
    """A refund or void that stands at the acquirer."""

    payment_id: str
    sale_id: str
    amount_minor: int
    #: How often its money went back.
    given_back_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One row of our payments."""

    payment_id: str
    order_id: str | None
    kind: str
    #: Whether an acquirer has to know it; else it is cash in our drawer.
    is_away: bool
    amount_minor: int
    state: str
    standing: str | None
    original_id: str | None
    refunded_minor: int
    reserved_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """One of our orders, with its lines as `sku*quantity=amount`."""

    order_id: str
    state: str
    total_minor: int
    terminal_id: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An open finding: its diagnosis, and every id that it names."""

    diagnosis: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one customer wanted, by the plan."""

    total_minor: int
    lines: tuple[str, ...]
    terminal_ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedBack:
    """What somebody asked to give back, by the id that they gave it."""

    number: int
    payment_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Our books, as the database holds them."""

    orders: Mapping[str, Ordered]
    payments: Mapping[str, Paid]
    #: By kind and by the order or payment that they are of: how many originals.
    slips: Mapping[tuple[str, str], int]
    #: Items whose stock is not what the paid lines have left.
    stock_off: Sequence[str]
    #: Rows whose state is not what their facts come to.
    fold_off: Sequence[str]
    findings: Sequence[Found]
    #: Open findings that call something unknown which has a known end.
    outlived: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the auditor looks at."""

    sales: Mapping[str, TrueSale]
    returns: Sequence[TrueReturn]
    books: Books
    #: By order: the purchase, for every order that a till was told is recorded.
    taken: Mapping[str, int]
    #: By the number of a purchase.
    wanted: Mapping[int, Wanted]
    wanted_back: Mapping[str, WantedBack]
    #: By order id, whether a till ever heard of it or not: the purchase that it is of.
    purchase_of: Mapping[str, int] = field(default_factory=dict)
