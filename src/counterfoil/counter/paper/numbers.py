"""The short number of an order: what stands on its slip for people to type. Pure; nothing of it is kept anywhere.

Six letters for the second in which the order was placed, and the last four of its id, in Crockford's base 32
(crockford.com/base32): without I, L, O and U, so that nothing is misread. It is derived, so that no sale waits for a
counter, and its first half leads to the few orders of one second by the index that there is. Two orders of one second
share their number once in a million; whoever looks for it is shown both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from counterfoil.ids import OrderId

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: What people read into a letter, and write for it.
_MISREAD = str.maketrans("OIL", "011")
_TIME_LETTERS, _END_LETTERS = 6, 4
_BITS = 5
#: After so many seconds, 34 years, the first half begins anew.
_ROUND = 1 << (_BITS * _TIME_LETTERS)
#: Rounds that are looked through: until the year 2106.
_ROUNDS = 4
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that somebody typed."""

    #: As it would stand on a slip.
    text: str
    #: Seconds in which its order may have been placed, by their beginnings.
    seconds: tuple[datetime, ...]


def number_of(order_id: OrderId, placed_at: datetime) -> str:
    """Return the number of an order: 8 to 11 signs, such as `K3F9Q2-M9XW`."""
    second = (placed_at - _BEGINNING) // timedelta(seconds=1) % _ROUND
    places = range(_BITS * (_TIME_LETTERS - 1), -1, -_BITS)
    time = "".join(_LETTERS[second >> place & (len(_LETTERS) - 1)] for place in places)
    return f"{time}-{_plain(order_id)[-_END_LETTERS:]}"


def number_typed(text: str) -> Number | None:
    """Read what somebody typed, with or without dash, blanks and capitals; None where it is no such number."""
    plain = _plain(text)
    time, end = plain[:_TIME_LETTERS], plain[_TIME_LETTERS:]
    if not 0 < len(end) <= _END_LETTERS or any(letter not in _LETTERS for letter in time):
        return None
    second = sum(_LETTERS.index(letter) << (_BITS * place) for place, letter in enumerate(reversed(time)))
    return Number(
        text=f"{time}-{end}",
        seconds=tuple(_BEGINNING + timedelta(seconds=second + _ROUND * n) for n in range(_ROUNDS)),
    )


def _plain(text: str) -> str:
    """Return the letters and figures of a text as they stand in numbers; an id may have other signs between them."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum()).translate(_MISREAD)
