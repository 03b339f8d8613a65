"""What comes back: believed only where it repeats the question, and a no only where it proves that nothing happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account
from counterfoil.links.acquirers.iso8583.answers import answer_of
from counterfoil.links.acquirers.iso8583.asked import Asked
from counterfoil.links.acquirers.iso8583.codes import APPROVALS, DOUBTS, REFUSALS
from counterfoil.links.acquirers.iso8583.messages import asked_of, document_for
from tests.links.acquirers.iso8583.hosts import CARD
from tests.links.acquirers.till import a_sale, back

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SALE = a_sale(CARD, channel="iso8583", payment_id="P1", at=AT)
DOCUMENT = document_for(SALE, Account(merchant_number="M1"), SIMULATED_HOST)
ASKED = asked_of(DOCUMENT, SALE)
GOOD = {
    **{element: DOCUMENT[element] for element in ("3", "4", "7", "11", "41", "42", "48", "49")},
    "t": "0210",
    "37": "606012000042",
    "38": "A1B2C3",
    "39": "00",
}
MUST_REPEAT = ("t", "3", "4", "11", "41", "42")


def said(asked: Asked = ASKED, **changes: str | None) -> Answer:
    document = {**GOOD, **{name.removeprefix("e"): value for name, value in changes.items()}}
    return answer_of(asked, {k: v for k, v in document.items() if v is not None}, SIMULATED_HOST)


def test_an_answer_that_repeats_the_question_is_believed() -> None:
    answer = said()
    assert (answer.outcome, answer.amount_minor) == (Outcome.APPROVED, 1230)
    assert (answer.rrn, answer.approval_code, answer.instrument_tail) == ("606012000042", "A1B2C3", "1111")


@pytest.mark.parametrize("element", MUST_REPEAT)
def test_an_answer_that_leaves_out_what_it_must_repeat_is_not_believed(element: str) -> None:
    assert said(**{f"e{element}": None}).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("element", "value", "named"),
    [
        *[("t", "0110", "message type"), ("t", "0410", "message type"), ("t", "0200", "message type")],
        *[("3", "200000", "processing code"), ("4", "000000001231", "amount"), ("42", "M2", "merchant")],
        *[("41", "T2", "terminal"), ("11", "999999", "trace number"), ("49", "840", "currency"), ("48", "P2", "id")],
    ],
)
def test_an_answer_that_differs_is_not_believed_and_says_in_what(element: str, value: str, named: str) -> None:
    answer = said(**{f"e{element}": value})
    assert answer.outcome is Outcome.UNKNOWN
    assert named in answer.note
    assert (answer.amount_minor, answer.rrn) == (None, None)


def test_an_answer_may_leave_out_our_id_and_the_currency() -> None:
    assert said(e48=None, e49=None).outcome is Outcome.APPROVED


@pytest.mark.parametrize("mti", ["0410", "0411"])
def test_a_repeated_reversal_is_answered_by_either_type(mti: str) -> None:
    reversal = replace(back(SALE, Kind.REVERSAL), attempt=2)
    document = document_for(reversal, Account(merchant_number="M1"), SIMULATED_HOST)
    answer = answer_of(asked_of(document, reversal), {**document, "t": mti, "39": "00"}, SIMULATED_HOST)
    assert answer.outcome is Outcome.APPROVED


def test_every_code_has_one_meaning() -> None:
    assert not APPROVALS & set(REFUSALS)
    assert not APPROVALS & set(DOUBTS)
    assert not set(REFUSALS) & set(DOUBTS)


@pytest.mark.parametrize(("code", "decline"), REFUSALS.items())
def test_a_refusal_has_our_word_and_keeps_its_code(code: str, decline: Decline) -> None:
    answer = said(e39=code)
    assert (answer.outcome, answer.decline, answer.response_code) == (Outcome.DECLINED, decline, code)


@pytest.mark.parametrize("code", DOUBTS)
def test_a_host_in_trouble_proves_nothing(code: str) -> None:
    answer = said(e39=code)
    assert (answer.outcome, answer.decline, answer.response_code) == (Outcome.UNKNOWN, None, code)


@pytest.mark.parametrize("code", ["A2", "85", "N7", "Z3"])
def test_a_code_in_no_table_is_no_decline(code: str) -> None:
    answer = said(e39=code)
    assert (answer.outcome, answer.decline, answer.response_code) == (Outcome.UNKNOWN, Decline.UNRECOGNISED, code)


@pytest.mark.parametrize("code", [None, "", "  ", "0", "\x00\x00", "é1"])
def test_an_answer_without_a_code_is_no_answer(code: str | None) -> None:
    answer = said(e39=code)
    assert (answer.outcome, answer.response_code) == (Outcome.UNKNOWN, None)


def test_a_repeat_that_is_called_a_duplicate_says_nothing_of_the_first() -> None:
    assert said(e39="94").decline is Decline.DUPLICATE
    assert said(replace(ASKED, attempt=2), e39="94").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("at", "digits", "day"),
    [
        ((2026, 12, 31), "0101", date(2027, 1, 1)),
        ((2027, 1, 1), "1231", date(2026, 12, 31)),
        ((2026, 3, 1), "0302", date(2026, 3, 2)),
        ((2026, 3, 1), "0230", None),
        ((2026, 3, 1), "13", None),
        ((2026, 3, 1), "٠٣٠٢", None),
    ],
)
def test_a_day_of_settlement_gets_its_year(at: tuple[int, int, int], digits: str, day: date | None) -> None:
    asked = replace(ASKED, year=at[0], month=at[1])
    assert said(asked, e15=digits).settled_on == day


VALUES = st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["00", "0210", "P1", "T1", *GOOD.values()]))


@given(st.dictionaries(st.sampled_from([*GOOD, "15", "66", "70"]), VALUES, max_size=6))
def test_nothing_that_does_not_repeat_the_question_is_ever_approved(changes: dict[str, str | None]) -> None:
    answer = said(**{f"e{element}": value for element, value in changes.items()})
    if answer.outcome is not Outcome.UNKNOWN:
        document = {**GOOD, **changes}
        assert document["t"] == "0210"
        assert all((document[e] or "").rstrip() == GOOD[e].rstrip() for e in MUST_REPEAT if e != "t")
        assert (document["48"] or "P1").partition("/")[0].strip() in {"", "P1"}
