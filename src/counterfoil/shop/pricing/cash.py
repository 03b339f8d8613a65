"""What is paid where the smallest coin is larger than the minor unit. Pure; only cash is rounded, never a card."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from counterfoil.languages import Language
from counterfoil.shop.pricing.model import CASH_ROUNDING_SKU, OWN_LINES, LineKind, PricedLine

#: The smallest coin in use, in minor units, where it is larger than one. A merchant may say otherwise: some countries
#: of the euro round to 5 cents, and most do not.
CASH_STEPS: Mapping[str, int] = MappingProxyType(
    {
        "AUD": 5,  # Reserve Bank of Australia: 1 and 2 cent coins withdrawn in 1992
        "CAD": 5,  # Royal Canadian Mint: the penny withdrawn in 2013
        "CHF": 5,  # Swiss Currency and Payment Instruments Act: the smallest coin is 5 rappen
        "CZK": 100,  # Czech National Bank: heller coins withdrawn in 2008
        "DKK": 50,  # Danmarks Nationalbank: 25 øre withdrawn in 2008
        "HUF": 500,  # Hungarian National Bank: 1 and 2 forint coins withdrawn in 2008
        "ILS": 10,  # Bank of Israel: 5 agorot withdrawn in 2008
        "MYR": 5,  # Bank Negara Malaysia: rounding mechanism of 2008
        "NOK": 100,  # Norges Bank: 50 øre withdrawn in 2012
        "NZD": 10,  # Reserve Bank of New Zealand: 5 cents withdrawn in 2006
        "SEK": 100,  # Riksbank: 50 öre withdrawn in 2010
        "ZAR": 10,  # South African Reserve Bank: 5 cents withdrawn in 2012
    }
)


def round_for_cash(amount_minor: int, step_minor: int) -> int:
    """Round an amount to the nearest coin; what lies exactly between two goes up."""
    if amount_minor < 0 or step_minor < 1:
        raise ValueError("expected an amount that is not negative, and a coin")
    return (amount_minor + step_minor // 2) // step_minor * step_minor


def cash_step(currency: str, of_merchant: int | None) -> int:
    """Return the smallest coin: what the merchant says, else what the currency has."""
    return of_merchant or CASH_STEPS.get(currency, 1)


def cash_rounding_line(total_minor: int, step_minor: int, *, line_no: int, language: Language) -> PricedLine | None:
    """Return the line that makes the total payable in coins: a fee where it goes up, a discount where it goes down."""
    difference = round_for_cash(total_minor, step_minor) - total_minor
    if difference == 0:
        return None
    return PricedLine(
        line_no=line_no,
        line_kind=LineKind.FEE if difference > 0 else LineKind.DISCOUNT,
        sku=CASH_ROUNDING_SKU,
        name=OWN_LINES[CASH_ROUNDING_SKU].to(language),
        quantity=Decimal(1),
        amount_minor=abs(difference),
    )
