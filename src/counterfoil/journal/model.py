"""A fact and its seal, as they are read for the chain. Frozen; no I/O, and no word about how they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterfoil.ids import FactId, MerchantId

#: How a fact and the rows that it created are spelt before they are digested; a change of that is a new number.
ENCODING = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, with the rows that it created, as the database spells them."""

    fact_id: FactId
    tag: str
    subject: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: str | None
    terminal_id: str | None
    #: The JSON document, as PostgreSQL writes it: keys in its own order, so that equal documents are equal texts.
    body: str
    #: Every row that came into being with this fact, one after the other; empty where it created none.
    rows: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The place of one fact in the chain of its merchant."""

    position: int
    fact_id: FactId
    seal: bytes
    #: What the fact came to when it was sealed, and the rows that it created: they tell which of the two changed.
    fact_digest: bytes
    rows_digest: bytes
    encoding: int
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a merchant's chain goes; position 0 is its beginning, before any fact."""

    merchant_id: MerchantId
    position: int
    seal: bytes
