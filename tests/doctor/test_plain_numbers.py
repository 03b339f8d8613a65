"""What is a card number, a PIN or a phone number, and what only looks like one."""

from __future__ import annotations

import pytest

from counterfoil.plain_numbers import Kind, found_in, holds_secret

_IS = {
    "4242424242424242": Kind.CARD,
    "paid by 5555555555554444.": Kind.CARD,
    "4242-4242-4242-4242": Kind.CARD,
    "3782 822463 10005": Kind.CARD,
    '{"pan":"6200000000000005"}': Kind.CARD,
    "pin=1234": Kind.PIN,
    '"pin_block": "0123456789ABCDEF"': Kind.PIN,
    "+86 138 0013 8000": Kind.PHONE,
    "13800138000": Kind.PHONE,
    "call +4915112345678 please": Kind.PHONE,
}
_IS_NOT = [
    "4242424242424243",  # the last digit does not check
    "o01KABCDEF4242424242424242",  # part of an id
    "0199999999999999999999",
    "4200002026202603031234567890",  # a number of a payment platform
    "2026-03-03T09:30:00.123456+00:00",
    "6901234567892",  # a barcode
    "123456789012",  # a retrieval reference
    "spinning 12345678",
    "1.3800138000",
    "9c4242424242424242",
    "",
]


@pytest.mark.parametrize(("text", "kind"), _IS.items())
def test_a_number_that_is_somebodys_is_told_by_its_kind(text: str, kind: Kind) -> None:
    assert found_in(text, column="payments.reason") is kind


@pytest.mark.parametrize("text", _IS_NOT)
def test_a_number_that_is_nobodys_is_left_alone(text: str) -> None:
    assert found_in(text, column="payments.reason") is None


def test_eleven_digits_in_a_column_of_numbers_are_no_phone() -> None:
    assert found_in("13800138000", column="orders.order_id") is None
    assert found_in("13800138000", column="orders.sequence_no") is None


_CARD = "4111111111111111"
_WRITTEN = [
    *(
        _CARD,
        f"card:{_CARD}",
        f"card{_CARD}",
        f"no.{_CARD}",
        f"卡号：{_CARD}",
        f"卡号{_CARD}",
        f"({_CARD})",
        f"={_CARD}",
    ),
    *("4111.1111.1111.1111", "4111/1111/1111/1111", "4111\u20131111\u20131111\u20131111", "4111  1111  1111  1111"),
    *(
        "4111_1111_1111_1111",
        "4111,1111,1111,1111",
        "4111|1111|1111|1111",
        "4111*1111*1111*1111",
        "4111'1111'1111'1111",
    ),
    *("4111   1111   1111   1111", "till 12, card 4111 1111 1111 1111, 30.11.", "12 4111111111111111"),
    *("41111111 11111111", "4111 111111 111111", "\uff14\uff11" + "\uff11" * 14),
    *("PIN 12345", "pin is 12345", "her pin: 1234", "密码12345", "密码是 123456"),
]
_MENTIONED = [
    *("4111111111111112", "order o01K4242424242424242", "refund of 2026-03-03, 18:20", "batch 20260303-000123"),
    *(
        "4200002026202603031234567890",
        "pinned 12345 to the wall",
        "two slips of 1234",
        "6901234567892 twice",
        "13800138000",
        "45.60, 12.30, 18.20, 99.00, 41.11, 11.11",
    ),
]


@pytest.mark.parametrize("text", _WRITTEN)
def test_what_somebody_wrote_is_not_kept_however_the_number_is_written(text: str) -> None:
    assert holds_secret(text)


@pytest.mark.parametrize("text", _MENTIONED)
def test_what_somebody_wrote_about_other_numbers_is_kept(text: str) -> None:
    assert not holds_secret(text)
