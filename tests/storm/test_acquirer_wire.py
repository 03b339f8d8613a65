"""The simulated host's own codec: it reads the link, pyiso8583 reads it, and no card is kept."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Request
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account
from counterfoil.links.acquirers.iso8583.framing import framed
from counterfoil.links.acquirers.iso8583.messages import document_for
from counterfoil.links.acquirers.iso8583.packing import packed, spec_for, unpacked
from counterfoil.storm.acquirer.wire import BODY_BYTES_MAX, Message, Nonsense, cut, parse, written
from tests.links.acquirers.iso8583.hosts import CARD
from tests.links.acquirers.till import a_sale, back

SPEC = spec_for(SIMULATED_HOST)
SALE = a_sale(CARD, channel="iso8583")
SECRET = {"2", "14", "52", "55", "p", "1", "t"}


@pytest.mark.parametrize("request_", [SALE, back(SALE, Kind.REVERSAL), back(SALE, Kind.REFUND)])
def test_what_the_link_writes_is_read_and_no_card_is_kept(request_: Request) -> None:
    document = document_for(request_, Account(merchant_number="M1"), SIMULATED_HOST)
    stream = bytearray(framed(packed(document, SPEC), SIMULATED_HOST))

    (body,) = cut(stream)
    message = parse(body)

    assert message.mti == document["t"]
    assert {str(k): v for k, v in message.elements.items()} == {k: v for k, v in document.items() if k not in SECRET}


def test_what_it_writes_is_read_by_somebody_elses_codec() -> None:
    elements = {3: "000000", 4: "000000001230", 37: "000000000001", 39: "00", 48: "P1/P0", 70: "301", 90: "0" * 42}
    said = written(Message(mti="0210", elements=elements))
    read = unpacked(said[2:], SPEC)
    assert {k: v for k, v in read.items() if k.isdigit() and k != "1"} == {str(k): v for k, v in elements.items()}


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_a_message_or_nonsense(body: bytes) -> None:
    with contextlib.suppress(Nonsense):
        parse(body)


def test_a_stream_out_of_step_is_nonsense() -> None:
    with pytest.raises(Nonsense):
        list(cut(bytearray((BODY_BYTES_MAX + 1).to_bytes(2, "big"))))


def test_an_element_of_the_wrong_length_is_not_written() -> None:
    with pytest.raises(Nonsense, match="element 39"):
        written(Message(mti="0210", elements={39: "000"}))
