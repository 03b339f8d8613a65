"""Bytes: dialects that somebody else's codec reads, streams cut anywhere, and errors that repeat nothing."""

from __future__ import annotations

import contextlib
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso8583sim.wire import WireFormat, decode_message

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Outcome, Request
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account, Header, Numbers, Profile
from counterfoil.links.acquirers.iso8583.framing import OutOfStep, Splitter, framed
from counterfoil.links.acquirers.iso8583.messages import document_for
from counterfoil.links.acquirers.iso8583.packing import (
    SECRETS,
    Unreadable,
    Unwritable,
    packed,
    spec_for,
    unpacked,
)
from tests.links.acquirers.iso8583.hosts import CARD
from tests.links.acquirers.till import a_sale, back

SALE = a_sale(CARD, channel="iso8583", subject="Bread and rolls")
REVERSAL = back(SALE, Kind.REVERSAL, Answer(outcome=Outcome.APPROVED, rrn="606012000042", approval_code="A1B2C3"))
ACCOUNT = Account(merchant_number="MERCHANT")
TEXT, PACKED = Profile(), Profile(numbers=Numbers.PACKED)
FRAMES = [
    Profile(),
    Profile(header=Header(size=4, is_text=True)),
    Profile(header=Header(size=2, counts_itself=True), tpdu="6000010000"),
    Profile(header=Header(size=4, is_text=True, counts_itself=True), tpdu="6000010000"),
]


@pytest.mark.parametrize("request_", [SALE, REVERSAL], ids=["sale", "reversal"])
@pytest.mark.parametrize(
    ("profile", "theirs"),
    [
        (TEXT, WireFormat.ascii_binary()),
        (replace(TEXT, bitmap_is_text=True), WireFormat(bitmap="hex")),
        (PACKED, WireFormat.bcd()),
    ],
    ids=["text", "text-bitmap", "packed"],
)
def test_a_codec_that_we_did_not_write_reads_our_messages(
    profile: Profile, theirs: WireFormat, request_: Request
) -> None:
    document = document_for(request_, ACCOUNT, profile)

    read = decode_message(packed(document, spec_for(profile)), theirs)

    # Their host keeps DE 41 and 42 as they are and takes the blanks off the rest.
    assert read.mti == document["t"]
    assert {str(number): value.rstrip() for number, value in read.fields.items() if number} == {
        element: value.rstrip() for element, value in document.items() if element not in {"t", "p", "1"}
    }


@pytest.mark.parametrize("profile", [TEXT, PACKED], ids=["text", "packed"])
def test_what_an_answer_repeats_of_a_card_is_thrown_away(profile: Profile) -> None:
    spec = spec_for(profile)
    document = document_for(SALE, ACCOUNT, profile)
    assert {"2", "14", "52", "55"} <= set(document)

    read = unpacked(packed(document, spec), spec)

    assert not SECRETS & set(read)
    assert read["48"] == SALE.payment_id


def test_an_error_repeats_neither_the_message_nor_another_error() -> None:
    spec = spec_for(TEXT)
    document = {**document_for(SALE, ACCOUNT, TEXT), "49": "not a number"}
    with pytest.raises(Unwritable, match="element 49") as caught:
        packed(document, spec)
    assert caught.value.__cause__ is None
    assert CARD.number not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(Unreadable) as unread:
        unpacked(packed(document_for(SALE, ACCOUNT, TEXT), spec)[:-3], spec)
    assert CARD.number not in "".join(traceback.format_exception(unread.value))


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_message_or_unreadable(body: bytes) -> None:
    for profile in (TEXT, PACKED, replace(TEXT, bitmap_is_text=True), replace(TEXT, text_encoding="gbk")):
        with contextlib.suppress(Unreadable):
            unpacked(body, spec_for(profile))


@given(st.data())
def test_a_message_with_some_bytes_changed_is_a_message_or_unreadable(data: st.DataObject) -> None:
    spec = spec_for(SIMULATED_HOST)
    body = bytearray(packed(document_for(SALE, ACCOUNT, SIMULATED_HOST), spec))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = unpacked(bytes(body), spec)
    except Unreadable:
        return
    assert all(isinstance(value, str) for value in read.values())


@pytest.mark.parametrize("profile", FRAMES)
@given(bodies=st.lists(st.binary(min_size=1, max_size=40), max_size=6), cuts=st.data())
def test_a_stream_gives_its_messages_however_it_is_cut(
    profile: Profile, bodies: list[bytes], cuts: st.DataObject
) -> None:
    stream = b"".join(framed(body, profile) for body in bodies)
    splitter, found = Splitter(profile), []
    while stream:
        length = cuts.draw(st.integers(1, len(stream)))
        found += splitter.feed(stream[:length])
        stream = stream[length:]
    assert found == bodies


def test_an_empty_frame_is_a_sign_of_life_and_no_message() -> None:
    assert list(Splitter(TEXT).feed(b"\0\0\0\0" + framed(b"x", TEXT))) == [b"x"]


@pytest.mark.parametrize(
    ("profile", "stream"),
    [
        (TEXT, b"\xff\xff"),
        (Profile(header=Header(size=4, is_text=True)), b"12x4"),
        (Profile(header=Header(size=4, is_text=True)), b"9999"),
        (Profile(header=Header(size=2, counts_itself=True)), b"\0\1"),
    ],
)
def test_a_length_out_of_all_bounds_is_the_end_of_the_stream(profile: Profile, stream: bytes) -> None:
    with pytest.raises(OutOfStep):
        list(Splitter(profile).feed(stream))


def test_a_message_that_is_too_long_is_not_framed() -> None:
    with pytest.raises(ValueError, match="too long"):
        framed(b"x" * 5_000, TEXT)
    with pytest.raises(ValueError, match="too long"):
        framed(b"x" * 100, Profile(header=Header(size=2, is_text=True)))
