"""What the simulated host keeps of each message that it ruled on. Frozen values; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a message wants."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"
    REVERSAL = "reversal"


class Standing(StrEnum):
    """What has become of it."""

    STANDS = "stands"  #: approved, and in force
    UNDONE = "undone"  #: approved, and taken back by a void or a reversal
    REFUSED = "refused"
    EMPTY = "empty"  #: a reversal of something that was never seen, or had not moved anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One message that the host has ruled on, with its ruling; its money stands in the postings."""

    merchant: str
    payment_id: str
    kind: Kind
    terminal: str
    stan: str
    #: DE 7 and DE 3 as they came.
    sent: str
    processing_code: str
    amount_minor: int
    #: DE 49.
    currency: str
    original_id: str | None
    #: By the host's own clock.
    received_at: str
    day: str
    code: str
    rrn: str
    approval_code: str | None
    standing: Standing
    undone_by: str | None = None
    #: The settlement that closed its batch.
    settlement: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the host's book says of the money of one payment."""

    #: How often money was taken.
    taken_n: int
    taken_minor: int
    #: By voids, reversals and refunds together.
    given_back_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Totals of a lane's batch: sales that stand, and refunds that stand."""

    sales_n: int
    sales_minor: int
    refunds_n: int
    refunds_minor: int
