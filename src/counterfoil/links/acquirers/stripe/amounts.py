"""Amounts as Stripe's API takes them: its minor unit is ISO 4217's, but for some currencies.

ISK and UGX have no minor unit any more and are still sent with two decimals that must be 00; MGA's fifths are not
sent at all; amounts with three decimals must end in 0. An amount that cannot be sent exactly is not sent.
Source: docs.stripe.com/currencies, "zero-decimal", "three-decimal" and "special cases".
"""

from __future__ import annotations

from counterfoil.money import scale_of

_AS_HUNDREDTHS = frozenset({"ISK", "UGX"})
_WHOLE = frozenset({"MGA"})
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_HUNDRED = 100
_TEN = 10
_USUAL_SCALE_MAX = 2


def to_stripe(amount_minor: int, currency: str) -> int | None:
    """Return the amount for the API; None where the channel cannot carry it exactly."""
    if amount_minor <= 0:
        return None
    if currency in _AS_HUNDREDTHS:
        return amount_minor * _HUNDRED
    if currency in _WHOLE:
        return amount_minor // _HUNDRED if amount_minor % _HUNDRED == 0 else None
    if currency in _THREE_DECIMALS:
        return amount_minor if amount_minor % _TEN == 0 else None
    return amount_minor if scale_of(currency) <= _USUAL_SCALE_MAX else None


def from_stripe(amount: int, currency: str) -> int | None:
    """Return an amount of the API in our minor units; None where it is none of this currency."""
    if currency in _AS_HUNDREDTHS:
        return amount // _HUNDRED if amount % _HUNDRED == 0 else None
    return amount * _HUNDRED if currency in _WHOLE else amount
