"""Codes on goods: check digits, one spelling for every GTIN, and what a scanned or keyed code may mean. Pure.

A scanner says digits, and not always of which kind; eight digits may be an EAN-8 or a UPC-E. So a code is turned into
candidates, most likely first, and the catalogue says which of them it knows. GTINs are kept as fourteen digits, as GS1
advises (General Specifications, section 7): the same article is found whichever of its symbols was read.
"""

from __future__ import annotations

from enum import StrEnum

GTIN_DIGITS = 14
#: Lengths of EAN-8, UPC-A, EAN-13 and GTIN-14.
_LENGTHS = frozenset({8, 12, 13, 14})
_UPC_E_DIGITS = 8
_UPC_E_SHORT_DIGITS = 6
CODE_LENGTH_MAX = 64


class CodeFlaw(StrEnum):
    """Why something cannot be a code of an item, in the order in which it is looked at."""

    EMPTY = "code_empty"
    TOO_LONG = "code_too_long"
    NOT_PRINTABLE = "code_not_printable"
    CHECK_DIGIT = "code_check_digit"


def check_digit(digits: str) -> int:
    """Return the check digit that belongs after these digits (GS1: weights 3 and 1 from the right, modulo 10).

    ValueError for anything but ASCII digits.
    """
    if not is_digits(digits):
        raise ValueError("expected digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def has_right_check_digit(digits: str) -> bool:
    """Say whether the last digit is the check digit of those before."""
    return len(digits) > 1 and is_digits(digits) and check_digit(digits[:-1]) == int(digits[-1])


def is_gtin(text: str) -> bool:
    """Say whether this is an EAN-8, UPC-A, EAN-13 or GTIN-14 with the right check digit."""
    return len(text) in _LENGTHS and has_right_check_digit(text)


def upc_a_of(upc_e: str) -> str | None:
    """Expand the zero-suppressed UPC-E to UPC-A; None for what is no UPC-E.

    Takes six digits (number system 0 and no check digit, as some scanners send it) or eight (GS1, 5.2.2.4.2).
    """
    if not is_digits(upc_e):
        return None
    if len(upc_e) == _UPC_E_SHORT_DIGITS:
        body = f"0{_unsuppressed(upc_e)}"
        return f"{body}{check_digit(body)}"
    if len(upc_e) != _UPC_E_DIGITS or upc_e[0] not in "01":
        return None
    expanded = f"{upc_e[0]}{_unsuppressed(upc_e[1:7])}{upc_e[7]}"
    return expanded if has_right_check_digit(expanded) else None


def candidates(code: str) -> tuple[str, ...]:
    """Return under which barcodes of the catalogue a scanned or keyed code may stand, most likely first."""
    text = code.strip()
    found: list[str] = []
    if is_gtin(text):
        found.append(text.zfill(GTIN_DIGITS))
    expanded = upc_a_of(text)
    if expanded is not None:
        found.append(expanded.zfill(GTIN_DIGITS))
    if text:
        found.append(text)
    return tuple(dict.fromkeys(found))


def canonical(code: str) -> str | CodeFlaw:
    """Return how a code is kept: a GTIN as fourteen digits, a PLU or a code of the house as it is.

    Twelve to fourteen digits with a wrong check digit were mistyped, and are refused; of eight digits nobody can know.
    """
    text = code.strip()
    if not text:
        return CodeFlaw.EMPTY
    if len(text) > CODE_LENGTH_MAX:
        return CodeFlaw.TOO_LONG
    if not (text.isascii() and text.isprintable()):
        return CodeFlaw.NOT_PRINTABLE
    if is_gtin(text):
        return text.zfill(GTIN_DIGITS)
    if is_digits(text) and len(text) in _LENGTHS:
        expanded = upc_a_of(text)
        if expanded is not None:
            return expanded.zfill(GTIN_DIGITS)
        if len(text) != _UPC_E_DIGITS:
            return CodeFlaw.CHECK_DIGIT
    return text


def is_digits(text: str) -> bool:
    """Say whether a text is ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def _unsuppressed(six: str) -> str:
    """Put the zeros back that UPC-E leaves out; the last digit says where they stood."""
    last = six[5]
    if last in "012":
        return f"{six[:2]}{last}0000{six[2:5]}"
    if last == "3":
        return f"{six[:3]}00000{six[3:5]}"
    if last == "4":
        return f"{six[:4]}00000{six[4]}"
    return f"{six[:5]}0000{last}"
