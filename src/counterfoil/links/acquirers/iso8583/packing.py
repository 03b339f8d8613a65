"""Documents (data elements by number) to bytes and back, by pyiso8583. Errors name an element and never its value.

pyiso8583's own errors carry the whole message, card number and all; so none of them leaves this file, not even as the
cause of another. What an answer repeats of a card is thrown away before anybody sees it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import iso8583
from iso8583.specs import default

from counterfoil.links.acquirers.iso8583.profile import Numbers, Profile

#: Data elements by number, `t` the message type.
Document = Mapping[str, str]

#: Elements of a card: number, expiry, tracks, PIN block, chip data, and what tokens travel in.
SECRETS = frozenset({"2", "14", "34", "35", "36", "45", "52", "55"})

#: Elements of digits alone with a fixed length (ISO 8583:1987), of those that this link reads or writes.
_DIGITS = frozenset(
    "3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 49 50 51 66 67 68 69 70 71 72 73 74 75 76 77 "
    "78 79 80 81 82 83 84 85 86 87 88 89 90".split()
)
_DIGITS_VARIABLE = frozenset({"2", "32", "33", "99", "100"})
_TRACKS = frozenset({"35", "36"})
_WORDS = frozenset({"43", "44", "46", "47", "48", *(str(number) for number in range(56, 64))})


class Unwritable(ValueError):
    """A message that cannot be written: not one byte of it leaves the house."""


class Unreadable(ValueError):
    """Bytes that are no message of this host."""


Spec = dict[str, dict[str, Any]]


def spec_for(profile: Profile) -> Spec:
    """Return the table by which pyiso8583 packs for a host."""
    spec: Spec = copy.deepcopy(dict(default))
    for element in _WORDS:
        spec[element]["data_enc"] = profile.text_encoding
    if profile.bitmap_is_text:
        for element in ("p", "1"):
            spec[element].update(data_enc="ascii", max_len=16)
    if profile.numbers is Numbers.PACKED:
        spec["t"].update(data_enc="b", max_len=2)
        for element in _DIGITS:
            spec[element].update(data_enc="b", len_count="nibbles", left_pad="0")
        for element, fields in spec.items():
            if fields["len_type"]:
                fields.update(len_enc="bcd", len_type=1 if fields["len_type"] == len("LL") else 2)
            if element in _DIGITS_VARIABLE or element in _TRACKS:
                fields.update(data_enc="b", len_count="nibbles", left_pad="0")
    return spec


def packed(document: Document, spec: Spec) -> bytes:
    """Return a message as bytes; Unwritable names the element that does not fit."""
    try:
        body, _ = iso8583.encode(dict(document), spec)
    except iso8583.EncodeError as error:
        raise Unwritable(f"data element {error.field} cannot be written as this host wants it") from None
    return bytes(body)


def unpacked(body: bytes, spec: Spec) -> Document:
    """Return a message without what it says of a card; Unreadable for anything that is no message."""
    try:
        document, _ = iso8583.decode(body, spec)
    except (ValueError, LookupError):
        raise Unreadable("an answer came that is no message of this host") from None
    return {element: value for element, value in document.items() if element not in SECRETS}
