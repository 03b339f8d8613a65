"""A check and what it found. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from counterfoil.ids import MerchantId
from counterfoil.languages import Text


class Invariant(IntEnum):
    """What must always hold, by its number in the reference page."""

    MONEY = 1  #: captured less refunded less voided is what slips and acquirer say, or a finding is open
    CHARGES = 2  #: every charge at the acquirer belongs to one order, or is undone, or a finding is open
    ONCE = 3  #: nobody is charged twice for one request
    JOURNAL = 4  #: no fact is changed; the chain verifies; a checkpoint lies outside the database
    FOLD = 5  #: every state column is the fold of its facts
    WALLS = 6  #: no merchant can see, count or collide with another's rows
    SECRETS = 7  #: no card number, PIN or plain phone number anywhere
    CASES = 8  #: every disagreement has a case, and every open case a disagreement or a person's reason


class Severity(StrEnum):
    """How bad it is when a check breaks."""

    HIGH = "high"  #: money or goods are not where the books say
    CRITICAL = "critical"  #: the books, or the walls around them, cannot be trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to the database."""

    #: Also the name of its query, where one query is all it is.
    name: str
    invariant: Invariant
    severity: Severity
    #: What it means that it is broken, as one sentence.
    broken: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one check came to, for one merchant or for the database as a whole."""

    check: Check
    #: None: the database as a whole.
    merchant_id: MerchantId | None
    #: How many rows break it.
    n: int
    #: The first of them, as `order:…`, `payment:…`, `table.column`; never what they hold.
    subjects: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return self.n == 0
