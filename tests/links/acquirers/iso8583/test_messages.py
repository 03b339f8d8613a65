"""What goes out: the elements of each kind of message, and what is rather not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Entry, Outcome, Presented
from counterfoil.ids import PaymentId, TerminalId
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account
from counterfoil.links.acquirers.iso8583.messages import document_for
from counterfoil.links.acquirers.iso8583.packing import Unwritable
from tests.links.acquirers.iso8583.hosts import CARD
from tests.links.acquirers.till import a_sale, back

AT = datetime(2026, 3, 1, 23, 59, 58, tzinfo=UTC)
ACCOUNT = Account(merchant_number="M1", terminal_numbers={TerminalId("till-at-the-door"): "00000042"})
SALE = replace(a_sale(CARD, channel="iso8583", payment_id="P1", at=AT, subject="面包 Bread"), stan="42", currency="JPY")
ANSWER = Answer(outcome=Outcome.APPROVED, rrn="606012000042", approval_code="A1B2C3")


def test_a_sale_says_what_when_where_and_by_which_card() -> None:
    assert document_for(SALE, ACCOUNT, SIMULATED_HOST) == {
        "t": "0200",
        "2": "4111111111111111",
        "3": "000000",
        "4": "000000001230",
        "7": "0301235958",
        "11": "000042",
        "12": "235958",
        "13": "0301",
        "14": "3012",
        "22": "051",
        "25": "00",
        "41": "T1      ",
        "42": "M1             ",
        "43": " Bread".ljust(40),
        "48": "P1",
        "49": "392",
        "52": "AB" * 8,
        "55": "9F1A020156",
    }


@pytest.mark.parametrize(
    ("kind", "attempt", "mti", "code", "condition"),
    [
        (Kind.VOID, 1, "0200", "020000", "00"),
        (Kind.REFUND, 1, "0200", "200000", "00"),
        (Kind.REVERSAL, 1, "0400", "000000", "98"),
        (Kind.REVERSAL, 2, "0401", "000000", "98"),
        (Kind.REVERSAL, 9, "0401", "000000", "98"),
    ],
)
def test_what_takes_back_names_its_original(kind: Kind, attempt: int, mti: str, code: str, condition: str) -> None:
    request = replace(back(SALE, kind, ANSWER, payment_id="P2"), attempt=attempt)

    document = document_for(request, ACCOUNT, SIMULATED_HOST)

    assert (document["t"], document["3"], document["25"]) == (mti, code, condition)
    assert document["90"] == "0200" + "000042" + "0301235958" + "0" * 22
    assert (document["37"], document["38"], document["48"]) == ("606012000042", "A1B2C3", "P2/P1")
    assert not {"2", "14", "22", "43", "52", "55"} & set(document)


def test_a_reversal_of_a_refund_has_the_processing_code_of_a_refund() -> None:
    refund = back(SALE, Kind.REFUND, ANSWER)
    assert document_for(back(refund, Kind.REVERSAL), ACCOUNT, SIMULATED_HOST)["3"] == "200000"


def test_a_reversal_without_a_trace_number_of_its_own_has_that_of_its_original() -> None:
    reversal = replace(back(SALE, Kind.REVERSAL), stan=None)
    assert document_for(reversal, ACCOUNT, SIMULATED_HOST)["11"] == "000042"


def test_a_message_has_the_same_time_and_trace_number_on_every_try() -> None:
    first, second = (document_for(replace(SALE, attempt=n), ACCOUNT, SIMULATED_HOST) for n in (1, 2))
    assert first == second


def test_the_local_time_is_the_hosts_and_the_transmission_time_is_utc() -> None:
    document = document_for(SALE, ACCOUNT, replace(SIMULATED_HOST, zone="Asia/Shanghai"))
    assert (document["7"], document["13"], document["12"]) == ("0301235958", "0302", "075958")


def test_a_subject_is_cut_to_forty_bytes_and_never_through_a_character() -> None:
    profile = replace(SIMULATED_HOST, text_encoding="gbk")
    document = document_for(replace(SALE, subject="面" * 19 + "a包b"), ACCOUNT, profile)
    assert document["43"] == "面" * 19 + "a" + " "
    assert len(document["43"].encode("gbk")) == 40


@pytest.mark.parametrize(("entry", "mode"), [(Entry.CODE, "032"), (Entry.TOKEN, "102")])
def test_a_code_or_a_token_does_not_travel_as_a_card_number(entry: Entry, mode: str) -> None:
    shown = Presented(entry=entry, number="6212345678901234567")
    document = document_for(replace(SALE, presented=shown), ACCOUNT, SIMULATED_HOST)
    assert (document["22"], document["62"]) == (mode, "6212345678901234567")
    assert "2" not in document


def test_a_terminal_may_have_another_number_at_the_host() -> None:
    request = replace(SALE, terminal_id=TerminalId("till-at-the-door"))
    assert document_for(request, ACCOUNT, SIMULATED_HOST)["41"] == "00000042"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"stan": None}, "trace number"),
        ({"stan": "1234567"}, "trace number"),
        ({"stan": "12a"}, "trace number"),
        ({"terminal_id": None}, "terminal"),
        ({"terminal_id": TerminalId("a-terminal-with-a-long-name")}, "terminal"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": 10**12}, "amount"),
        ({"currency": "???"}, "currency"),
        ({"payment_id": PaymentId("收银")}, "id"),
        ({"payment_id": PaymentId("a/b")}, "id"),
        ({"presented": Presented(entry=Entry.KEYED, number="41111111x1111111")}, "12 to 19 digits"),
    ],
)
def test_what_the_host_cannot_be_told_is_named_and_its_value_is_not(change: dict, named: str) -> None:
    with pytest.raises(Unwritable, match=named) as caught:
        document_for(replace(SALE, **change), ACCOUNT, SIMULATED_HOST)
    for value in change.values():
        assert getattr(value, "number", str(value)) not in str(caught.value) or value in {None, 0}
