"""The chain: each seal is a digest of the one before it, its own place, one fact, and the rows that fact created. Pure.

Whoever changes, drops, adds or swaps anything in the past has to make every later seal anew; the signed checkpoints
outside the database are what such a rebuilt chain does not agree with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from counterfoil.ids import MerchantId
from counterfoil.journal.encoding import encoded, fact_digest, rows_digest
from counterfoil.journal.model import ENCODING, Fact, Head, Seal

#: Stands before everything, so that no digest made elsewhere can be taken for a seal.
DOMAIN = "counterfoil journal seal"


def beginning(merchant_id: MerchantId) -> Head:
    """Return where a merchant's chain begins; no two merchants' chains begin alike."""
    seal = hashlib.sha256(encoded(DOMAIN, "beginning", merchant_id)).digest()
    return Head(merchant_id=merchant_id, position=0, seal=seal)


def seal_of(
    before: bytes, position: int, of_fact: bytes, of_rows: bytes, *, encoding: int, sealed_at: datetime
) -> bytes:
    """Return the seal at a place, from the seal before it and the two digests."""
    return hashlib.sha256(encoded(DOMAIN, encoding, before, position, sealed_at, of_fact, of_rows)).digest()


def chained(head: Head, facts: Iterable[Fact], *, now: datetime) -> list[Seal]:
    """Give each fact the next place of the chain, in the order in which they come."""
    seals = []
    position, before = head.position, head.seal
    for fact in facts:
        position += 1
        of_fact, of_rows = fact_digest(head.merchant_id, fact), rows_digest(fact)
        before = seal_of(before, position, of_fact, of_rows, encoding=ENCODING, sealed_at=now)
        seals.append(Seal(position, fact.fact_id, before, of_fact, of_rows, ENCODING, now))
    return seals
