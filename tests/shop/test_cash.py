"""What is paid where the smallest coin is larger than the minor unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.languages import Language
from counterfoil.shop.pricing.cash import CASH_STEPS, cash_rounding_line, cash_step, round_for_cash


@pytest.mark.parametrize(
    ("amount_minor", "step", "payable"),
    [(1_002, 5, 1_000), (1_003, 5, 1_005), (1_005, 5, 1_005), (25, 50, 50), (24, 50, 0), (249, 500, 0), (7, 1, 7)],
)
def test_cash_is_rounded_to_the_nearest_coin(amount_minor: int, step: int, payable: int) -> None:
    assert round_for_cash(amount_minor, step) == payable


@given(st.integers(0, 10**9), st.sampled_from(sorted(CASH_STEPS)))
def test_rounded_cash_is_payable_in_coins_and_its_line_makes_up_the_difference(total: int, currency: str) -> None:
    step = cash_step(currency, None)
    rounding = cash_rounding_line(total, step, line_no=9, language=Language.EN)
    payable = total + (rounding.signed_minor if rounding is not None else 0)
    assert payable % step == 0
    assert 2 * abs(payable - total) <= step
    assert rounding is None or rounding.amount_minor > 0


def test_a_merchant_may_have_another_smallest_coin_than_its_currency() -> None:
    assert cash_step("EUR", None) == 1
    assert cash_step("EUR", 5) == 5
    assert cash_step("CHF", None) == 5
    with pytest.raises(ValueError, match="coin"):
        round_for_cash(5, 0)
