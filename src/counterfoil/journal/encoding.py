"""Spells values as bytes so that different values are never spelt the same. Pure.

Each value stands as one letter for its type, its length in characters, a colon, and its characters; so no value can be
mistaken for another type's, and no two sequences of values for each other, wherever one ends and the next begins.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from counterfoil.journal.model import Fact

Value = str | int | bytes | datetime | None

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encoded(*values: Value) -> bytes:
    """Spell a sequence of values. A time must be aware; its zone does not matter, its microsecond does."""
    spelt = []
    for value in values:
        if value is None:
            spelt.append("n0:")
        elif isinstance(value, str):
            spelt.append(f"s{len(value)}:{value}")
        elif isinstance(value, bytes):
            spelt.append(f"b{2 * len(value)}:{value.hex()}")
        elif isinstance(value, datetime):
            digits = str((value - _BEGINNING) // _MICROSECOND)
            spelt.append(f"t{len(digits)}:{digits}")
        else:
            digits = str(value)
            spelt.append(f"i{len(digits)}:{digits}")
    return "".join(spelt).encode()


def fact_digest(merchant_id: str, fact: Fact) -> bytes:
    """Digest everything that a fact says, but not the rows that it created."""
    return hashlib.sha256(
        encoded(
            "fact",
            merchant_id,
            fact.fact_id,
            fact.tag,
            fact.subject,
            fact.occurred_at,
            fact.recorded_at,
            fact.actor_id,
            fact.terminal_id,
            fact.body,
        )
    ).digest()


def rows_digest(fact: Fact) -> bytes:
    """Digest the rows that a fact created; that there were none is a digest, too."""
    return hashlib.sha256(encoded("rows", fact.rows)).digest()
