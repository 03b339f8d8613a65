"""Alipay: what its adapter says and sends, against a peer that checks every signature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Entry, Outcome, Presented
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.alipay.acquirer import Alipay
from counterfoil.links.acquirers.numbers import ALIPAY
from tests.links.acquirers.messages import a_sale, asked_later, back
from tests.links.acquirers.stage import Fault, Truth
from tests.links.acquirers.stages.alipay import AlipayStage, credentials

NOTHING = Truth(taken_n=0, taken_minor=0, given_back_minor=0)
TAKEN = Truth(taken_n=1, taken_minor=1230, given_back_minor=0)
GIVEN_BACK = Truth(taken_n=1, taken_minor=1230, given_back_minor=1230)


@pytest.fixture
def stage() -> Iterator[AlipayStage]:
    with closing(AlipayStage()) as opened:
        yield opened


def test_a_code_is_charged_once_and_named_by_our_id(stage: AlipayStage) -> None:
    sale = a_sale(stage.presented())

    answer = stage.acquirer.charge(sale)

    assert (answer.outcome, answer.amount_minor) == (Outcome.APPROVED, 1230)
    assert answer.acquirer_reference == stage.peer.trades[sale.payment_id].trade_no
    assert stage.truth(sale.payment_id) == TAKEN


@pytest.mark.parametrize("decline", AlipayStage.declines)
def test_a_no_is_told_in_our_words_with_its_code_beside_it(stage: AlipayStage, decline: Decline) -> None:
    stage.decline_next(decline)
    sale = a_sale(stage.presented())

    answer = stage.acquirer.charge(sale)

    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, decline)
    assert (answer.response_code or "").startswith("ACQ.")
    assert stage.truth(sale.payment_id) == NOTHING


@pytest.mark.parametrize(
    ("fault", "then"),
    [
        (Fault.LOST_REQUEST, Outcome.NOT_FOUND),
        (Fault.SERVER_ERROR, Outcome.NOT_FOUND),
        (Fault.LOST_ANSWER, Outcome.APPROVED),
        (Fault.GARBLED, Outcome.APPROVED),
        (Fault.WRONG_AMOUNT, Outcome.APPROVED),
        (Fault.WRONG_TERMINAL, Outcome.APPROVED),
    ],
)
def test_an_answer_that_is_lost_or_cannot_be_believed_is_unknown_until_asked(
    stage: AlipayStage, fault: Fault, then: Outcome
) -> None:
    stage.plan(fault)
    sale = a_sale(stage.presented())

    assert stage.acquirer.charge(sale).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(asked_later(sale)).outcome is then


def test_an_answer_after_our_patience_is_unknown(stage: AlipayStage) -> None:
    impatient = Alipay(credentials(stage.peer.url, patience=timedelta(seconds=0.5)))
    stage.plan(Fault.LATE_ANSWER)
    sale = a_sale(stage.presented())

    assert impatient.charge(sale).outcome is Outcome.UNKNOWN
    assert stage.truth(sale.payment_id) == TAKEN


def test_a_refused_connection_proves_that_nothing_was_sent_but_not_when_asking(stage: AlipayStage) -> None:
    stage.plan(Fault.REFUSED_CONNECTION)
    sale = a_sale(stage.presented())
    assert stage.acquirer.charge(sale).outcome is Outcome.NOT_SENT
    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    for request in (asked_later(sale), back(sale, Kind.VOID), back(sale, Kind.REFUND)):
        stage.plan(Fault.REFUSED_CONNECTION)
        assert stage.acquirer.ask(request).outcome is Outcome.UNKNOWN


def test_a_customer_who_types_a_password_is_pending_and_then_approved(stage: AlipayStage) -> None:
    stage.plan(Fault.PENDING)
    sale = a_sale(stage.presented())

    outcomes = [stage.acquirer.charge(sale).outcome] + [stage.acquirer.ask(asked_later(sale)).outcome for _ in range(2)]

    assert outcomes == [Outcome.PENDING, Outcome.PENDING, Outcome.APPROVED]


def test_a_customer_who_never_pays_is_closed_by_a_reversal(stage: AlipayStage) -> None:
    stage.plan(Fault.PENDING)
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)

    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == NOTHING
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.DECLINED


@pytest.mark.parametrize("kind", [Kind.VOID, Kind.REVERSAL])
def test_an_undo_is_approved_by_the_trades_status_and_again_when_repeated(stage: AlipayStage, kind: Kind) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    undo = back(sale, kind)
    assert stage.acquirer.ask(undo).outcome is Outcome.NOT_FOUND
    call = stage.acquirer.void if kind is Kind.VOID else stage.acquirer.reverse

    assert [call(undo).outcome for _ in range(2)] == [Outcome.APPROVED] * 2
    assert stage.truth(sale.payment_id) == GIVEN_BACK
    assert stage.acquirer.ask(undo).outcome is Outcome.APPROVED
    again = stage.acquirer.charge(sale)
    assert (again.outcome, again.decline) == (Outcome.DECLINED, Decline.ALREADY_UNDONE)


def test_yes_to_a_cancellation_of_what_never_was_proves_nothing(stage: AlipayStage) -> None:
    sale = a_sale(stage.presented())

    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.NOT_FOUND
    # The message that was under way arrives after all.
    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == GIVEN_BACK


def test_a_refund_is_given_once_per_number_and_never_above_the_charge(stage: AlipayStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    half = back(sale, Kind.REFUND, amount_minor=800)

    assert [stage.acquirer.refund(half).outcome for _ in range(2)] == [Outcome.APPROVED] * 2
    assert stage.acquirer.ask(half).outcome is Outcome.APPROVED
    too_much = stage.acquirer.refund(back(sale, Kind.REFUND, amount_minor=431))
    assert (too_much.outcome, too_much.decline) == (Outcome.DECLINED, Decline.REFUND_TOO_LARGE)
    assert stage.acquirer.refund(back(sale, Kind.REFUND, amount_minor=430)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == GIVEN_BACK


def test_a_lost_refund_is_asked_for_and_sent_again_under_its_number(stage: AlipayStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    refund = back(sale, Kind.REFUND, amount_minor=100)
    stage.plan(Fault.LOST_REQUEST)
    assert stage.acquirer.refund(refund).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(refund).outcome is Outcome.NOT_FOUND
    stage.plan(Fault.LOST_ANSWER)
    assert stage.acquirer.refund(replace(refund, attempt=2)).outcome is Outcome.UNKNOWN
    # The repeat moves nothing, so the refund itself is asked for.
    assert stage.acquirer.refund(replace(refund, attempt=3)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == 100


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("REFUND_PROCESSING", Outcome.PENDING),
        ("REFUND_FAIL", Outcome.DECLINED),
        ("", Outcome.NOT_FOUND),
        ("TOMORROW", Outcome.UNKNOWN),
    ],
)
def test_a_refund_that_moved_nothing_is_what_its_inquiry_says(
    stage: AlipayStage, status: str, outcome: Outcome
) -> None:
    stage.peer.refund_status = status
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    assert stage.acquirer.refund(back(sale, Kind.REFUND)).outcome is outcome


def test_a_refund_without_its_trade_is_refused_by_name(stage: AlipayStage) -> None:
    refund = back(a_sale(stage.presented()), Kind.REFUND)
    answer = stage.acquirer.refund(refund)
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.ORIGINAL_NOT_FOUND)
    assert stage.acquirer.ask(refund).outcome is Outcome.NOT_FOUND


def test_what_is_no_payment_code_is_refused_before_anything_is_sent(stage: AlipayStage) -> None:
    for shown in (None, Presented(entry=Entry.SWIPED, number="4111111111111111")):
        assert stage.acquirer.charge(a_sale(shown)).decline is Decline.INVALID_CODE
    assert stage.acquirer.charge(a_sale(stage.presented(), currency="USD")).decline is Decline.INVALID_AMOUNT
    assert stage.peer.heard == []


@pytest.mark.parametrize("text", ["till.7:" + "x" * 57, "0199ab1c-2d3e-4f50-8a6b-7c8d9e0f1a2b"])
def test_an_id_that_the_channel_does_not_take_is_found_again(stage: AlipayStage, text: str) -> None:
    sale = a_sale(stage.presented(), payment_id=PaymentId(text))

    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.APPROVED
    assert unquote(stage.peer.trades[ALIPAY.number_of(sale.payment_id)].passback) == text


def test_a_subject_of_any_kind_is_one_that_the_channel_takes(stage: AlipayStage) -> None:
    for subject in ("", "/=&", "面" * 200, 'a "quote" & a / stroke'):
        sale = replace(a_sale(stage.presented()), subject=subject)
        assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
