"""WeChat Pay: what its adapter says, sends and believes, against a peer that checks every signature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Entry, Outcome, Presented
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.numbers import WECHAT_SALE
from counterfoil.links.acquirers.wechat.acquirer import WechatPay
from tests.links.acquirers.messages import a_sale, asked_later, back
from tests.links.acquirers.stage import Fault, Truth
from tests.links.acquirers.stages.wechat import WechatStage, credentials

NOTHING = Truth(taken_n=0, taken_minor=0, given_back_minor=0)
TAKEN = Truth(taken_n=1, taken_minor=1230, given_back_minor=0)
GIVEN_BACK = Truth(taken_n=1, taken_minor=1230, given_back_minor=1230)


@pytest.fixture
def stage() -> Iterator[WechatStage]:
    with closing(WechatStage()) as opened:
        yield opened


def test_a_code_is_charged_once_and_named_by_our_id(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())

    answer = stage.acquirer.charge(sale)

    assert (answer.outcome, answer.amount_minor) == (Outcome.APPROVED, 1230)
    assert answer.acquirer_reference == stage.peer.orders[sale.payment_id].transaction_id
    assert stage.truth(sale.payment_id) == TAKEN
    assert stage.peer.orders[sale.payment_id].attach == sale.payment_id


@pytest.mark.parametrize("decline", WechatStage.declines)
def test_a_no_is_told_in_our_words_with_its_code_beside_it(stage: WechatStage, decline: Decline) -> None:
    stage.decline_next(decline)
    sale = a_sale(stage.presented())

    answer = stage.acquirer.charge(sale)

    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, decline)
    assert answer.response_code
    assert stage.truth(sale.payment_id) == NOTHING
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.DECLINED


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
    stage: WechatStage, fault: Fault, then: Outcome
) -> None:
    stage.plan(fault)
    sale = a_sale(stage.presented())

    assert stage.acquirer.charge(sale).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(asked_later(sale)).outcome is then


def test_an_answer_after_our_patience_is_unknown(stage: WechatStage) -> None:
    impatient = WechatPay(credentials(stage.peer.url, patience=timedelta(seconds=0.5)))
    stage.plan(Fault.LATE_ANSWER)
    sale = a_sale(stage.presented())

    assert impatient.charge(sale).outcome is Outcome.UNKNOWN
    assert stage.truth(sale.payment_id) == TAKEN


def test_a_refused_connection_proves_that_nothing_was_sent_but_not_when_asking(stage: WechatStage) -> None:
    stage.plan(Fault.REFUSED_CONNECTION)
    sale = a_sale(stage.presented())
    assert stage.acquirer.charge(sale).outcome is Outcome.NOT_SENT
    assert stage.truth(sale.payment_id) == NOTHING

    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    stage.plan(Fault.REFUSED_CONNECTION)
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.UNKNOWN


def test_a_customer_who_types_a_password_is_pending_and_then_approved(stage: WechatStage) -> None:
    stage.plan(Fault.PENDING)
    sale = a_sale(stage.presented())

    outcomes = [stage.acquirer.charge(sale).outcome] + [stage.acquirer.ask(asked_later(sale)).outcome for _ in range(2)]

    assert outcomes == [Outcome.PENDING, Outcome.PENDING, Outcome.APPROVED]


@pytest.mark.parametrize("kind", [Kind.VOID, Kind.REVERSAL])
def test_an_undo_is_approved_by_the_orders_state_and_again_when_repeated(stage: WechatStage, kind: Kind) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    undo = back(sale, kind)
    call = stage.acquirer.void if kind is Kind.VOID else stage.acquirer.reverse

    assert [call(undo).outcome for _ in range(2)] == [Outcome.APPROVED] * 2
    assert stage.truth(sale.payment_id) == GIVEN_BACK
    assert stage.acquirer.ask(undo).outcome is Outcome.APPROVED
    later = stage.acquirer.ask(asked_later(sale))
    assert (later.outcome, later.decline) == (Outcome.DECLINED, Decline.ALREADY_UNDONE)


def test_yes_to_a_reversal_of_what_never_was_proves_nothing(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())

    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.NOT_FOUND
    # The message that was under way arrives after all.
    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == GIVEN_BACK


def test_a_sale_that_arrives_after_its_reversal_is_refused(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    stage.acquirer.reverse(back(sale, Kind.REVERSAL))

    again = stage.acquirer.charge(sale)

    assert (again.outcome, again.decline) == (Outcome.DECLINED, Decline.ALREADY_UNDONE)


def test_a_lost_answer_to_a_reversal_is_unknown_and_its_repeat_approves(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    undo = back(sale, Kind.REVERSAL)
    stage.plan(Fault.LOST_ANSWER)

    assert stage.acquirer.reverse(undo).outcome is Outcome.UNKNOWN
    assert stage.acquirer.reverse(replace(undo, attempt=2)).outcome is Outcome.APPROVED


def test_a_void_that_was_not_done_is_not_found(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    assert stage.acquirer.ask(back(sale, Kind.VOID)).outcome is Outcome.NOT_FOUND


def test_a_refund_is_given_once_per_number_and_never_above_the_charge(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    half = back(sale, Kind.REFUND, amount_minor=800)

    assert [stage.acquirer.refund(half).outcome for _ in range(2)] == [Outcome.APPROVED] * 2
    assert stage.acquirer.ask(half).outcome is Outcome.APPROVED
    too_much = stage.acquirer.refund(back(sale, Kind.REFUND, amount_minor=431))
    assert (too_much.outcome, too_much.response_code) == (Outcome.DECLINED, "INVALID_REQUEST")
    assert stage.acquirer.refund(back(sale, Kind.REFUND, amount_minor=430)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == GIVEN_BACK


def test_a_refund_that_was_refused_on_a_repeat_may_have_been_done_at_first(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    too_much = back(sale, Kind.REFUND, amount_minor=1231)
    assert stage.acquirer.refund(replace(too_much, attempt=2)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("PROCESSING", Outcome.PENDING),
        ("CLOSED", Outcome.DECLINED),
        ("ABNORMAL", Outcome.UNKNOWN),
        ("NEW_WORD", Outcome.UNKNOWN),
    ],
)
def test_a_refund_that_is_accepted_is_not_yet_given(stage: WechatStage, status: str, outcome: Outcome) -> None:
    stage.peer.refund_status = status
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    assert stage.acquirer.refund(back(sale, Kind.REFUND)).outcome is outcome


def test_a_refund_without_its_order_is_refused_by_name(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    answer = stage.acquirer.refund(back(sale, Kind.REFUND))
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.ORIGINAL_NOT_FOUND)
    assert stage.acquirer.ask(back(sale, Kind.REFUND)).outcome is Outcome.NOT_FOUND


def test_a_lost_refund_is_asked_for_and_sent_again_under_its_number(stage: WechatStage) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    refund = back(sale, Kind.REFUND, amount_minor=100)
    stage.plan(Fault.LOST_REQUEST)
    assert stage.acquirer.refund(refund).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(refund).outcome is Outcome.NOT_FOUND
    stage.plan(Fault.LOST_ANSWER)
    assert stage.acquirer.refund(replace(refund, attempt=2)).outcome is Outcome.UNKNOWN
    assert stage.acquirer.refund(replace(refund, attempt=3)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == 100


def test_what_is_no_payment_code_is_refused_before_anything_is_sent(stage: WechatStage) -> None:
    card = Presented(entry=Entry.KEYED, number="4111111111111111")
    letters = Presented(entry=Entry.CODE, number="not-a-code")
    for shown in (None, card, letters):
        answer = stage.acquirer.charge(a_sale(shown))
        assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.INVALID_CODE)
    assert stage.acquirer.charge(a_sale(stage.presented(), currency="USD")).decline is Decline.INVALID_AMOUNT
    assert stage.peer.heard == []


def test_an_id_that_is_too_long_for_the_channel_is_found_again(stage: WechatStage) -> None:
    sale = a_sale(stage.presented(), payment_id=PaymentId("till.7:" + "x" * 57))

    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.APPROVED
    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.APPROVED
    assert stage.peer.orders[WECHAT_SALE.number_of(sale.payment_id)].attach == sale.payment_id
