"""Tells whether a text holds a full card number, a PIN or a plain phone number. Pure; it never returns what it found.

Our own ids, dates, amounts, barcodes and the references of acquirers are digits too. So a card number is only what has
a length and a beginning that cards have and passes the check of its last digit (ISO/IEC 7812), with no letter or digit
beside it; and a phone number only what is written as one, in a column that holds words.

What a person writes is judged more strictly than what stands in a column: a number is one however it is grouped, in
whatever width its digits are typed, and whatever word stands before it. A note that is refused can be written again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum


class Kind(StrEnum):
    """What must not stand anywhere."""

    CARD = "card"
    PIN = "pin"
    PHONE = "phone"


_NOT_BESIDE = r"(?<![0-9A-Za-z_.:+-]){}(?![0-9A-Za-z_:-]|\.[0-9])"
#: Digits in one piece, or in groups of four as they are printed on a card (or 4-6-5).
_CARD = re.compile(_NOT_BESIDE.format(r"(?:\d{14,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{5})"))
#: How card numbers begin, and how long they are then.
_CARD_BEGINNINGS = (
    (re.compile(r"4"), {16, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"62|81"), {16, 17, 18, 19}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"30[0-5]|36|38|39"), {14, 16, 19}),
    (re.compile(r"35(?:2[89]|[3-8])"), {16, 17, 18, 19}),
    (re.compile(r"6011|64[4-9]|65"), {16, 19}),
)
_DIGITS_MAX = 19
_PIN = re.compile(
    r"""\bpin(?:[ _-]?(?:code|block))?["']?\s*[:=]\s*["']?(?:\d{4,12}\b|[0-9A-Fa-f]{16}\b)""", re.IGNORECASE
)
#: As people write them: in any groups, behind a colon or a word that says what it is. Numbers with other letters beside
#: them are somebody's references.
_CARD_WRITTEN = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=card)|(?<=pan)|(?<=no)|(?<=nr))\d(?:[^0-9A-Za-z\u4e00-\u9fff:]{0,3}\d){13,}(?![0-9A-Za-z])",
    re.IGNORECASE,
)
#: Groups of a card number have so many digits at least; lists of amounts have shorter ones.
_GROUP_MIN = 3
_PIN_WRITTEN = re.compile(
    r"(?:\bpin\b|密码|口令)[\s\"'=:是为-]{0,3}(?:(?:is|code|number)[\s=:]{1,3})?\d{4,12}(?![0-9])", re.IGNORECASE
)
_CHINESE_MOBILE = re.compile(_NOT_BESIDE.format(r"(?:(?:0086|86)[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"))
_INTERNATIONAL = re.compile(r"(?<![0-9A-Za-z_.:-])\+\d{1,3}(?:[ -]?\d){7,12}(?![0-9A-Za-z])")
#: Columns of numbers that we or others number things with: eleven digits there are no phone.
_NUMBERED = re.compile(
    r"(?:_id|_key|_no|_reference|\.sku|\.rrn|\.stan|\.code|\.subject|digest|approval_code|evidence)$"
)


def found_in(text: str, *, column: str) -> Kind | None:
    """Return what a text of a column holds that it must not; None where it is clean."""
    if any(_is_card(re.sub(r"[ -]", "", match[0])) for match in _CARD.finditer(text)):
        return Kind.CARD
    if _PIN.search(text):
        return Kind.PIN
    if not _NUMBERED.search(column) and (_INTERNATIONAL.search(text) or _CHINESE_MOBILE.search(text)):
        return Kind.PHONE
    return None


def holds_secret(text: str) -> bool:
    """Say whether a text that somebody wrote holds a card number or a PIN: it must not be kept at all."""
    # Digits of every width become those that are looked for (Unicode, UAX #15: NFKC).
    plain = unicodedata.normalize("NFKC", text)
    if any(_holds_card(re.findall(r"\d+", match[0])) for match in _CARD_WRITTEN.finditer(plain)):
        return True
    return _PIN_WRITTEN.search(plain) is not None or found_in(plain, column="reason") in {Kind.CARD, Kind.PIN}


def _holds_card(groups: Sequence[str]) -> bool:
    """Say whether digits that follow each other in groups are a card number, or hold one between other numbers."""
    if _is_card("".join(groups)):
        return True
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(group) < _GROUP_MIN or len(digits) > _DIGITS_MAX:
                break
            if _is_card(digits):
                return True
    return False


def _is_card(digits: str) -> bool:
    fits = any(begins.match(digits) and len(digits) in lengths for begins, lengths in _CARD_BEGINNINGS)
    return fits and _checks(digits)


def _checks(digits: str) -> bool:
    """Say whether the last digit checks the others (Luhn; ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 — the sum of the two digits
    return total % 10 == 0
