"""Ids: what names a row of a book. Text of 1 to 64 characters; the maker of a thing makes its id, before it is sent.

Ids that we make are ULIDs (github.com/ulid/spec): 48 bits of milliseconds and 80 random bits in Crockford's base 32,
so that they sort by time and an index grows at one end.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import NewType

MerchantId = NewType("MerchantId", str)
StoreId = NewType("StoreId", str)
TerminalId = NewType("TerminalId", str)
StaffId = NewType("StaffId", str)
OrderId = NewType("OrderId", str)
PaymentId = NewType("PaymentId", str)
FactId = NewType("FactId", str)

#: The longest id of book format 1.
ID_LENGTH_MAX = 64

#: What an id may look like where a caller makes it: no blanks, no signs that a path or a log could trip over.
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}$"

_ID = re.compile(ID_PATTERN)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
_CHARACTERS = 26


def new_id(now: datetime) -> str:
    """Return a new id: 26 characters, in the order of time to the millisecond."""
    number = (int(now.timestamp() * 1000) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range((_CHARACTERS - 1) * 5, -1, -5)]
    return "".join(letters)


def is_id(text: str) -> bool:
    """Say whether a caller may use this text as an id."""
    return _ID.fullmatch(text) is not None
