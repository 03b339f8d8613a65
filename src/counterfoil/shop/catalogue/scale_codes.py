"""Codes that a scale prints: an article number with the weight or the price of this very piece in it. Pure.

GS1 leaves the prefixes 02 and 20 to 29 to each shop, and what stands in them differs from country to country and from
scale to scale. So a merchant says it as data, one pattern of thirteen signs a prefix, such as `21IIIIICWWWWK`:

    I  a digit of the article number        W  a digit of the weight, in grams where nothing else is said
    V  a digit of the price                 C  the verifier digit of weight or price
    X  a digit that is read over            K  the check digit of EAN-13, always last
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.errors import BadOption
from counterfoil.shop.catalogue.codes import has_right_check_digit, is_digits

LENGTH = 13
_SHAPE = re.compile(r"^(?P<prefix>[0-9]{2,4})(?P<rest>[ICWVX]+)K$")
_PREFIX = re.compile(r"^(?:02|2[0-9])")
_DECIMALS_MAX = 5
PATTERNS_MAX = 20

#: How much each digit of a value counts in its verifier (GS1 General Specifications, 7.9.2): for 2−, the digit twice
#: less its tens, and so on; of each product only the last digit.
_TWICE_LESS = "".join(str((2 * digit - 2 * digit // 10) % 10) for digit in range(10))
_THREE_TIMES = "".join(str(3 * digit % 10) for digit in range(10))
_FIVE_MORE = "".join(str((5 * digit + 5 * digit // 10) % 10) for digit in range(10))
_FIVE_LESS = "".join(str((5 * digit - 5 * digit // 10) % 10) for digit in range(10))
_FOUR = (_TWICE_LESS, _TWICE_LESS, _THREE_TIMES, _FIVE_LESS)
_FIVE = (_FIVE_MORE, _TWICE_LESS, _FIVE_LESS, _FIVE_MORE, _TWICE_LESS)
_VERIFIED_DIGITS = (len(_FOUR), len(_FIVE))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePattern:
    """How to read the codes of one prefix."""

    #: Thirteen signs, such as `21IIIIICWWWWK`.
    shape: str
    #: Digits behind the point of the embedded weight in kilograms, or of the price in minor units.
    decimals: int

    @property
    def prefix(self) -> str:
        """The digits that such a code begins with."""
        return self.shape.rstrip("ICWVXK")

    @property
    def embeds_weight(self) -> bool:
        """Whether the weight is embedded, and not the price."""
        return "W" in self.shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleCode:
    """What a scale said: the article, and one of weight and price."""

    #: The article number without leading zeros: the PLU in the catalogue.
    plu: str
    #: Kilograms.
    weight: Decimal | None = None
    price_minor: int | None = None


def scale_pattern(shape: str, decimals: int | None = None) -> ScalePattern:
    """Make a pattern from what a merchant wrote; BadOption says what is wrong with it."""
    written = shape.replace(" ", "").upper()
    match = _SHAPE.match(written)
    weighs, prices = "W" in written, "V" in written
    if match is None or len(written) != LENGTH or "I" not in written or weighs == prices:
        raise BadOption(
            f"scale code {shape!r}: expected 13 signs, a prefix in digits, then I, C, X, and W or V, and K at the end, "
            "such as 21IIIIICWWWWK"
        )
    if _PREFIX.match(match["prefix"]) is None:
        raise BadOption(f"scale code {shape!r}: only the prefixes 02 and 20 to 29 are a shop's own")
    for letter in "IWV":
        if letter in written and letter * written.count(letter) not in written:
            raise BadOption(f"scale code {shape!r}: the digits {letter} must stand side by side")
    if "C" in written and (written.count("C") > 1 or written.count("W") + written.count("V") not in _VERIFIED_DIGITS):
        raise BadOption(
            f"scale code {shape!r}: one C verifies a weight or price of four or five digits; X reads it over"
        )
    behind = decimals if decimals is not None else (3 if weighs else 0)
    if not 0 <= behind <= _DECIMALS_MAX:
        raise BadOption(f"scale code {shape!r}: expected 0 to {_DECIMALS_MAX} decimals, found {decimals}")
    if prices and behind != 0:
        raise BadOption(f"scale code {shape!r}: a price is in minor units and has no decimals")
    return ScalePattern(shape=written, decimals=behind)


def refuse_ambiguous(patterns: Iterable[ScalePattern]) -> None:
    """Raise BadOption where two patterns could read the same code."""
    known = list(patterns)
    if len(known) > PATTERNS_MAX:
        raise BadOption(f"scale codes: at most {PATTERNS_MAX} patterns, found {len(known)}")
    for number, one in enumerate(known):
        for other in known[number + 1 :]:
            if one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix):
                raise BadOption(f"scale codes: {one.shape} and {other.shape} could both read the same code")


def read_scale_code(code: str, patterns: Iterable[ScalePattern]) -> ScaleCode | None:
    """Read a code that a scale printed; None for one that no pattern knows or whose check digit is wrong."""
    text = code.strip()
    if len(text) == LENGTH - 1:
        text = text.zfill(LENGTH)  # a scanner that is set to UPC-A leaves the zero of prefix 02 out
    if len(text) != LENGTH or not is_digits(text) or not has_right_check_digit(text):
        return None
    pattern = next((each for each in patterns if text.startswith(each.prefix)), None)
    if pattern is None:
        return None
    value = _digits(text, pattern.shape, "W" if pattern.embeds_weight else "V")
    if "C" in pattern.shape and _digits(text, pattern.shape, "C") != verifier_digit(value):
        return None
    plu = _digits(text, pattern.shape, "I").lstrip("0") or "0"
    if pattern.embeds_weight:
        return ScaleCode(plu=plu, weight=Decimal(value).scaleb(-pattern.decimals))
    return ScaleCode(plu=plu, price_minor=int(value))


def verifier_digit(value: str) -> str:
    """Return the verifier of a weight or price of four or five digits (GS1 General Specifications, 7.9.3 and 7.9.4)."""
    weights = _FOUR if len(value) == len(_FOUR) else _FIVE
    total = sum(int(weight[int(digit)]) for weight, digit in zip(weights, value, strict=True))
    if weights is _FOUR:
        return str(3 * total % 10)
    return str(_FIVE_LESS.index(str(-total % 10)))


def _digits(text: str, shape: str, letter: str) -> str:
    return "".join(digit for digit, sign in zip(text, shape, strict=True) if sign == letter)
