"""The simulated host's own way of reading and writing ISO 8583. Shares no line with the link that it tests.

Dialect: two bytes of length, ASCII, a binary bit map, DE 52 and 55 as bytes, lengths as decimal characters. A card's
number and its like are skipped while reading and never kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: Data elements with a fixed length in bytes (ISO 8583:1987).
_FIXED: Mapping[int, int] = {
    3: 6,
    4: 12,
    7: 10,
    11: 6,
    12: 6,
    13: 4,
    14: 4,
    15: 4,
    22: 3,
    25: 2,
    37: 12,
    38: 6,
    39: 2,
    41: 8,
    42: 15,
    43: 40,
    49: 3,
    52: 8,
    64: 8,
    66: 1,
    70: 3,
    74: 10,
    75: 10,
    76: 10,
    77: 10,
    86: 16,
    87: 16,
    88: 16,
    89: 16,
    90: 42,
    128: 8,
}
#: Data elements with so many digits of length before them.
_VARIABLE: Mapping[int, int] = {2: 2, 32: 2, 35: 2, 48: 3, 55: 3, 60: 3, 61: 3, 62: 3, 63: 3}
#: Never kept: number, expiry, track, PIN block, chip data, payment code.
_SECRET = frozenset({2, 14, 35, 52, 55, 62})

_LENGTH_BYTES = 2
_HALF = 64
BODY_BYTES_MAX = 4_096


class Nonsense(ValueError):
    """Bytes that are no message of this dialect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: its type and its data elements."""

    mti: str
    elements: Mapping[int, str]

    def get(self, number: int) -> str:
        """Return an element without the blanks that fill it; empty where it is not there."""
        return self.elements.get(number, "").rstrip()


def parse(body: bytes) -> Message:
    """Read one message; Nonsense where it is none."""
    try:
        mti, place = body[:4].decode("ascii"), 4
        if not mti.isdigit():
            raise Nonsense("no message type")
        elements: dict[int, str] = {}
        numbers, place = _numbers(body, place)
        for number in numbers:
            value, place = _element(body, place, number)
            if number not in _SECRET:
                elements[number] = value.decode("utf-8")
    except (UnicodeDecodeError, KeyError, IndexError):
        raise Nonsense("an element that this host does not know") from None
    if place != len(body):
        raise Nonsense("bytes behind the last element")
    return Message(mti=mti, elements=elements)


def written(message: Message) -> bytes:
    """Return a message as it goes over the wire, length and all."""
    bits, parts = 0, []
    last = max(message.elements, default=0)
    width = 2 * _HALF if last > _HALF else _HALF
    if width > _HALF:
        bits |= 1 << (width - 1)
    for number in sorted(message.elements):
        bits |= 1 << (width - number)
        value = message.elements[number].encode("utf-8")
        if number in _VARIABLE:
            parts.append(b"%0*d" % (_VARIABLE[number], len(value)))
        elif len(value) != _FIXED[number]:
            raise Nonsense(f"element {number} has {len(value)} bytes")
        parts.append(value)
    body = message.mti.encode("ascii") + bits.to_bytes(width // 8, "big") + b"".join(parts)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def cut(buffer: bytearray) -> Iterator[bytes]:
    """Take the whole messages off a buffer; Nonsense where a length is out of bounds."""
    while len(buffer) >= _LENGTH_BYTES:
        length = int.from_bytes(buffer[:_LENGTH_BYTES], "big")
        if length > BODY_BYTES_MAX:
            raise Nonsense("a length out of bounds")
        if len(buffer) < _LENGTH_BYTES + length:
            return
        body = bytes(buffer[_LENGTH_BYTES : _LENGTH_BYTES + length])
        del buffer[: _LENGTH_BYTES + length]
        if body:
            yield body


def _numbers(body: bytes, place: int) -> tuple[list[int], int]:
    size = 16 if body[place] & 0x80 else 8
    bitmap = body[place : place + size]
    if len(bitmap) != size:
        raise Nonsense("a bit map that ends too soon")
    bits, width = int.from_bytes(bitmap, "big"), size * 8
    return [number for number in range(2, width + 1) if bits >> (width - number) & 1], place + size


def _element(body: bytes, place: int, number: int) -> tuple[bytes, int]:
    if number in _VARIABLE:
        digits = body[place : place + _VARIABLE[number]]
        place += _VARIABLE[number]
        if not digits.isdigit():
            raise Nonsense(f"element {number} has no length")
        length = int(digits)
    else:
        length = _FIXED[number]
    value = body[place : place + length]
    if len(value) != length:
        raise Nonsense(f"element {number} ends too soon")
    return value, place + length
