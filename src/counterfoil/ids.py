"""Ids: what names a row of a book. Text of 1 to 64 characters; the maker of a thing makes its id, before it is sent.

Ids that we make are ULIDs (github.com/ulid/spec): 48 bits of milliseconds and 80 random bits in Crockford's base 32,
so that they sort by time and an index grows at one end.
"""

from __future__ import annotations

import os
import re
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
#: Two letters at a time: every sale asks for an id.
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = tuple(range(120, -1, -10))


def new_id(now: datetime) -> str:
    """Return a new id: 26 characters, in the order of time to the millisecond."""
    number = (int(now.timestamp() * 1000) << _RANDOM_BITS) | int.from_bytes(os.urandom(_RANDOM_BITS // 8), "big")
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])


def is_id(text: str) -> bool:
    """Say whether a caller may use this text as an id."""
    return _ID.fullmatch(text) is not None
