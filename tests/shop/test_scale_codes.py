"""Codes that a scale prints: weight or price of one piece, by the merchant's own pattern."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.errors import BadOption
from counterfoil.shop.catalogue.codes import check_digit
from counterfoil.shop.catalogue.scale_codes import (
    ScaleCode,
    read_scale_code,
    refuse_ambiguous,
    scale_pattern,
    verifier_digit,
)

WEIGHT = scale_pattern("21IIIIIWWWWWK")
PRICE = scale_pattern("22IIIIIVVVVVK")
VERIFIED = scale_pattern("23IIIIICVVVVK")
AMERICAN = scale_pattern("02IIIIIXVVVVK")
PATTERNS = (WEIGHT, PRICE, VERIFIED, AMERICAN)


def printed(body: str) -> str:
    return f"{body}{check_digit(body)}"


@given(plu=st.integers(1, 99_999), grams=st.integers(0, 99_999))
def test_a_weight_is_read_to_the_gram(plu: int, grams: int) -> None:
    code = printed(f"21{plu:05}{grams:05}")
    assert read_scale_code(code, PATTERNS) == ScaleCode(plu=str(plu), weight=Decimal(grams) / 1000)


@given(plu=st.integers(1, 99_999), price_minor=st.integers(0, 99_999))
def test_a_price_is_read_in_minor_units(plu: int, price_minor: int) -> None:
    code = printed(f"22{plu:05}{price_minor:05}")
    assert read_scale_code(code, PATTERNS) == ScaleCode(plu=str(plu), price_minor=price_minor)


@pytest.mark.parametrize(("value", "verifier"), [("2875", "9"), ("14685", "6")])
def test_the_verifier_digit_is_that_of_the_standard(value: str, verifier: str) -> None:
    """The two worked examples of the GS1 General Specifications."""
    assert verifier_digit(value) == verifier


@given(st.integers(0, 9_999), st.integers(1, 9))
def test_a_value_whose_verifier_is_wrong_is_not_believed(price_minor: int, off: int) -> None:
    right = verifier_digit(f"{price_minor:04}")
    wrong = (int(right) + off) % 10
    good, bad = printed(f"2300077{right}{price_minor:04}"), printed(f"2300077{wrong}{price_minor:04}")
    assert read_scale_code(good, PATTERNS) == ScaleCode(plu="77", price_minor=price_minor)
    assert read_scale_code(bad, PATTERNS) is None


def test_a_code_with_a_wrong_check_digit_or_of_no_pattern_is_no_scale_code() -> None:
    good = printed("210001201250")
    assert read_scale_code(good, PATTERNS) == ScaleCode(plu="12", weight=Decimal("1.250"))
    assert read_scale_code(good[:-1] + str((int(good[-1]) + 1) % 10), PATTERNS) is None
    assert read_scale_code(printed("290001201250"), PATTERNS) is None
    assert read_scale_code("4006381333931", PATTERNS) is None
    assert read_scale_code("", PATTERNS) is None


def test_a_scanner_that_leaves_out_the_leading_zero_is_understood() -> None:
    code = printed("020001270499")
    assert (
        read_scale_code(code[1:], PATTERNS) == read_scale_code(code, PATTERNS) == ScaleCode(plu="12", price_minor=499)
    )


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        ("21IIIIIWWWWK", "13 signs"),
        ("21IIIIIIIIIIK", "13 signs"),
        ("21IIIIIWWVVVK", "13 signs"),
        ("21WWWWWWWWWWK", "13 signs"),
        ("40IIIIIWWWWWK", "prefixes"),
        ("21IIIWWIIWWWK", "side by side"),
        ("21IIIICCWWWWK", "verifies"),
        ("21IIICWWWWWWK", "verifies"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_one_line(shape: str, what: str) -> None:
    with pytest.raises(BadOption, match=what):
        scale_pattern(shape)


def test_decimals_belong_to_weights_and_have_a_bound() -> None:
    assert read_scale_code(printed("210001201250"), [scale_pattern("21IIIIIWWWWWK", 2)]) == ScaleCode(
        plu="12", weight=Decimal("12.50")
    )
    with pytest.raises(BadOption, match="decimals"):
        scale_pattern("22IIIIIVVVVVK", 2)
    with pytest.raises(BadOption, match="decimals"):
        scale_pattern("21IIIIIWWWWWK", 6)


def test_two_patterns_for_one_code_are_refused() -> None:
    refuse_ambiguous(PATTERNS)
    with pytest.raises(BadOption, match="both read"):
        refuse_ambiguous([WEIGHT, scale_pattern("211IIIIWWWWWK")])
    with pytest.raises(BadOption, match="at most"):
        refuse_ambiguous([WEIGHT] * 21)
