"""Codes on goods: what a scanner sends, and which article it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.shop.catalogue.codes import (
    CODE_LENGTH_MAX,
    CodeFlaw,
    candidates,
    canonical,
    check_digit,
    has_right_check_digit,
    is_gtin,
    upc_a_of,
)

DIGIT = st.sampled_from("0123456789")


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGIT, min_size=count, max_size=count)


@pytest.mark.parametrize(
    "code",
    [
        "4006381333931",  # EAN-13 of a text marker, the example of many textbooks
        "6901234567892",  # EAN-13 with a Chinese prefix
        "73513537",  # EAN-8
        "036000291452",  # UPC-A, the example of the Uniform Code Council
        "00012345600012",  # GTIN-14 of GS1's own examples
    ],
)
def test_known_codes_have_the_right_check_digit(code: str) -> None:
    assert is_gtin(code)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert not is_gtin(wrong)


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01234505", "012000003455"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("425261", "042100005264"),
        ("04252615", None),
        ("24252614", None),
        ("4252", None),
        ("42526x", None),
    ],
)
def test_zero_suppressed_codes_get_their_zeros_back(upc_e: str, upc_a: str | None) -> None:
    assert upc_a_of(upc_e) == upc_a


@given(st.integers(1, 17).flatmap(digits), st.data())
def test_one_wrong_digit_is_always_noticed(body: str, data: st.DataObject) -> None:
    whole = f"{body}{check_digit(body)}"
    assert has_right_check_digit(whole)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(DIGIT.filter(lambda digit: digit != whole[place]))
    assert not has_right_check_digit(whole[:place] + other + whole[place + 1 :])


@given(st.sampled_from([7, 11, 12, 13]).flatmap(digits), st.integers(0, 6))
def test_leading_zeros_change_neither_the_check_digit_nor_the_article(body: str, zeros: int) -> None:
    assert check_digit("0" * zeros + body) == check_digit(body)
    whole = f"{body}{check_digit(body)}"
    assert canonical(whole) == whole.zfill(14)


@given(digits(11))
def test_a_upc_a_and_its_ean_13_are_one_article(body: str) -> None:
    upc_a = f"{body}{check_digit(body)}"
    assert canonical(upc_a) == canonical(f"0{upc_a}") == canonical(f"00{upc_a}")


@given(st.text(max_size=CODE_LENGTH_MAX + 5))
def test_whatever_is_kept_is_found_again(code: str) -> None:
    kept = canonical(code)
    if not isinstance(kept, CodeFlaw):
        assert kept in candidates(code)
        assert kept in candidates(kept)


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("", CodeFlaw.EMPTY),
        ("  ", CodeFlaw.EMPTY),
        ("x" * 65, CodeFlaw.TOO_LONG),
        ("苹果", CodeFlaw.NOT_PRINTABLE),
        ("40063\t81", CodeFlaw.NOT_PRINTABLE),
        ("4006381333932", CodeFlaw.CHECK_DIGIT),
        ("4011", "4011"),
        ("94011", "94011"),
        ("BOX-7", "BOX-7"),
        ("12345678", "12345678"),
    ],
)
def test_a_plu_and_a_code_of_the_house_stay_as_they_are(code: str, kept: str | CodeFlaw) -> None:
    assert canonical(code) == kept


def test_eight_digits_may_be_two_articles_and_the_catalogue_decides() -> None:
    """A UPC-E and an EAN-8 look alike; both are tried, and what was printed is tried as it is."""
    assert candidates("04252614") == ("00042100005264", "04252614")
    assert candidates(" 4011 ") == ("4011",)
    assert candidates("") == ()


def test_a_check_digit_of_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="digits"):
        check_digit("12x")
