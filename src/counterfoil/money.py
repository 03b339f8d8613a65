"""Money as integer minor units with its currency; no float comes near it.

The scale belongs to the currency (JPY 0, CNY 2, KWD 3), from ISO 4217. Rounding is one named function.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

#: The minor unit of most currencies is a hundredth.
SCALE_DEFAULT = 2

#: Currencies whose minor unit is not a hundredth (ISO 4217, list one), with their digits.
SCALES = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


#: Currencies by the digits of their minor unit, where these are not two.
CURRENCIES_BY_SCALE: Mapping[int, tuple[str, ...]] = {
    scale: tuple(sorted(code for code, digits in SCALES.items() if digits == scale)) for scale in (0, 3, 4)
}


def scale_of(currency: str) -> int:
    """Return how many decimal digits the minor unit of `currency` has (0 to 4)."""
    return SCALES.get(currency, SCALE_DEFAULT)


def round_to_minor(amount: Decimal, currency: str) -> int:
    """Round a decimal amount in major units to whole minor units, half to even (ISO 80000-1, rule A).

    Raises ValueError for an amount that is not finite.
    """
    if not amount.is_finite():
        raise ValueError(f"not a finite amount: {amount}")
    return int((amount.scaleb(scale_of(currency))).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def to_major(amount_minor: int, currency: str) -> Decimal:
    """Return minor units as a decimal in major units, with the currency's digits."""
    return Decimal(amount_minor).scaleb(-scale_of(currency))


def show(amount_minor: int, currency: str | None) -> str:
    """Write an amount for people: `12.30 CNY`; without a currency the bare minor units."""
    if currency is None:
        return str(amount_minor)
    return f"{to_major(amount_minor, currency):f} {currency}"
