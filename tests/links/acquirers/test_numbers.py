"""Our ids as channels carry them: no two alike, none that the channel refuses, most of them readable back."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from counterfoil.ids import PaymentId, is_id
from counterfoil.links.acquirers.numbers import ALIPAY, WECHAT_REFUND, WECHAT_SALE, Spelling
from tests.links.acquirers.messages import fresh

ALLOWED = {
    "wechat sale": (WECHAT_SALE, re.compile(r"[0-9A-Za-z_\-|*]{6,32}")),
    "wechat refund": (WECHAT_REFUND, re.compile(r"[0-9A-Za-z_\-|*@]{6,64}")),
    "alipay": (ALIPAY, re.compile(r"[0-9A-Za-z_]{1,64}")),
}
#: Short alphabets make it likely that two ids nearly meet.
IDS = st.one_of(
    st.from_regex(r"[a1][a1._:@+\-dcapm]{0,63}", fullmatch=True), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}")
).filter(is_id)
SPELLINGS = st.sampled_from([spelling for spelling, _ in ALLOWED.values()])


@pytest.mark.parametrize("name", ALLOWED)
@given(text=IDS)
@example(text="a" * 64)
@example(text="a" + "." * 63)
@example(text="a")
def test_every_number_is_one_that_the_channel_takes(name: str, text: str) -> None:
    spelling, allowed = ALLOWED[name]
    assert allowed.fullmatch(spelling.number_of(PaymentId(text)))


@given(spelling=SPELLINGS, one=IDS, other=IDS)
@example(spelling=ALIPAY, one="a.", other="a_d")
@example(spelling=ALIPAY, one="a_", other="a__")
@example(spelling=WECHAT_SALE, one="x" * 63, other="x" * 64)
def test_two_ids_never_share_a_number(spelling: Spelling, one: str, other: str) -> None:
    same = spelling.number_of(PaymentId(one)) == spelling.number_of(PaymentId(other))
    assert same == (one == other)


@given(spelling=SPELLINGS, text=IDS)
def test_a_spelled_number_is_read_back_and_a_digest_is_not(spelling: Spelling, text: str) -> None:
    number = spelling.number_of(PaymentId(text))
    assert spelling.our_reference_of(number) == (None if number.startswith("_") else text)


@given(spelling=SPELLINGS, number=st.text(max_size=70))
@example(spelling=ALIPAY, number="a_")
@example(spelling=ALIPAY, number="a_x")
@example(spelling=WECHAT_SALE, number="a" * 33)
def test_a_number_that_is_none_of_ours_gives_no_id(spelling: Spelling, number: str) -> None:
    read = spelling.our_reference_of(number)
    assert read is None or spelling.number_of(read) == number


def test_an_id_as_the_till_makes_it_is_its_own_number() -> None:
    payment_id = fresh()
    for spelling, _ in ALLOWED.values():
        assert spelling.number_of(payment_id) == payment_id


def test_a_line_end_is_no_part_of_an_id() -> None:
    assert is_id("P-1")
    assert not is_id("P-1\n")


def test_what_is_no_id_of_ours_still_has_a_number_that_channels_take() -> None:
    for spelling, allowed in ALLOWED.values():
        assert allowed.fullmatch(spelling.number_of(PaymentId("面包 7")))
        assert allowed.fullmatch(spelling.number_of(PaymentId("P-1\n")))
