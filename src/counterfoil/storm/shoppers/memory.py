"""What the tills were told, and what they asked for: the auditor holds it to the books."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wanted money back."""

    number: int
    payment_id: str
    amount_minor: int


@dataclass(slots=True, kw_only=True)
class Memory:
    """Of all tills together; it grows, and nothing of it is changed."""

    #: By order: the purchase that a till was told is recorded (200 or 201).
    taken: dict[str, int] = field(default_factory=dict)
    #: By the id under which it was asked for.
    wishes: dict[str, Wish] = field(default_factory=dict)
    #: Purchases that the customer pays twice because a cashier rang them up twice.
    confused: set[int] = field(default_factory=set)
    #: Codes of every "no", and how often a request had to be sent again.
    refusals: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    requests: int = 0
    #: Requests that never came to an answer, by what they were.
    given_up: Counter[str] = field(default_factory=Counter)
    #: Purchases that ended unpaid, because the customer left.
    left: set[int] = field(default_factory=set)
