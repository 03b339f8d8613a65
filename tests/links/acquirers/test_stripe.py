"""Stripe: what its adapter says and sends, against localstripe behind a door that loses, delays and spoils."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.books.payments.model import Kind, Tender
from counterfoil.books.payments.ports import Decline, Entry, Outcome, Presented, Request
from counterfoil.clock import now
from counterfoil.links.acquirers.stripe.acquirer import Stripe
from tests.links.acquirers.messages import a_sale, asked_later, back
from tests.links.acquirers.stage import Fault, Truth
from tests.links.acquirers.stages.stripe import StripeStage, credentials

NOTHING = Truth(taken_n=0, taken_minor=0, given_back_minor=0)
TAKEN = Truth(taken_n=1, taken_minor=1230, given_back_minor=0)
GIVEN_BACK = Truth(taken_n=1, taken_minor=1230, given_back_minor=1230)
A_WEEK = timedelta(days=7)


@pytest.fixture
def stage() -> Iterator[StripeStage]:
    with closing(StripeStage()) as opened:
        yield opened


def sale_on(stage: StripeStage) -> Request:
    return a_sale(stage.presented(), currency="EUR", tender=Tender.CARD)


def test_a_token_is_charged_once_and_named_by_our_id(stage: StripeStage) -> None:
    sale = sale_on(stage)

    answer = stage.acquirer.charge(sale)

    assert (answer.outcome, answer.amount_minor) == (Outcome.APPROVED, 1230)
    assert [answer.acquirer_reference] == stage.peer.intents[sale.payment_id]
    assert stage.truth(sale.payment_id) == TAKEN


def test_the_same_sale_again_is_answered_and_not_charged_again(stage: StripeStage) -> None:
    sale = sale_on(stage)
    answers = [stage.acquirer.charge(sale) for _ in range(2)]
    # A day later the keys are forgotten, but the intent is no longer one that can be confirmed.
    stage.peer.kept = {key: kept for key, kept in stage.peer.kept.items() if key.endswith("create")}
    answers.append(stage.acquirer.charge(sale))

    assert [answer.outcome for answer in answers] == [Outcome.APPROVED] * 3
    assert stage.truth(sale.payment_id) == TAKEN


@pytest.mark.parametrize("decline", StripeStage.declines)
def test_a_no_is_told_in_our_words_with_its_code_beside_it(stage: StripeStage, decline: Decline) -> None:
    stage.decline_next(decline)
    sale = sale_on(stage)

    answers = [stage.acquirer.charge(sale), stage.acquirer.ask(asked_later(sale))]

    assert [(answer.outcome, answer.decline) for answer in answers] == [(Outcome.DECLINED, decline)] * 2
    assert answers[0].response_code == answers[1].response_code
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
    stage: StripeStage, fault: Fault, then: Outcome
) -> None:
    stage.plan(fault)
    sale = sale_on(stage)

    assert stage.acquirer.charge(sale).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(asked_later(sale)).outcome is then


def test_an_answer_after_our_patience_is_unknown(stage: StripeStage) -> None:
    impatient = Stripe(credentials(stage.peer.url, patience=timedelta(seconds=1)))
    stage.plan(Fault.LATE_ANSWER)
    sale = sale_on(stage)

    assert impatient.charge(sale).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.APPROVED


def test_a_refused_connection_proves_that_nothing_was_sent_but_not_when_asking(stage: StripeStage) -> None:
    stage.plan(Fault.REFUSED_CONNECTION)
    sale = sale_on(stage)
    assert stage.acquirer.charge(sale).outcome is Outcome.NOT_SENT
    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    for request in (asked_later(sale), back(sale, Kind.REVERSAL), back(sale, Kind.REFUND)):
        stage.plan(Fault.REFUSED_CONNECTION)
        assert stage.acquirer.ask(request).outcome is Outcome.UNKNOWN


def test_a_customer_who_must_confirm_is_pending_and_then_approved(stage: StripeStage) -> None:
    stage.plan(Fault.PENDING)
    sale = sale_on(stage)

    outcomes = [stage.acquirer.charge(sale).outcome] + [stage.acquirer.ask(asked_later(sale)).outcome for _ in range(2)]

    assert outcomes == [Outcome.PENDING, Outcome.PENDING, Outcome.APPROVED]


def test_asking_about_a_sale_that_never_came_charges_nothing(stage: StripeStage) -> None:
    sale = sale_on(stage)
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.NOT_FOUND
    assert stage.truth(sale.payment_id) == NOTHING


def test_a_sale_whose_reversal_came_first_can_never_be_paid(stage: StripeStage) -> None:
    """The reversal cancels the intent that the late message would confirm."""
    sale = sale_on(stage)
    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.APPROVED

    late = stage.acquirer.charge(sale)

    assert (late.outcome, late.decline) == (Outcome.DECLINED, Decline.ALREADY_UNDONE)
    assert stage.truth(sale.payment_id) == NOTHING


def test_a_paid_sale_is_reversed_by_giving_all_back_once(stage: StripeStage) -> None:
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    undo = back(sale, Kind.REVERSAL)
    assert stage.acquirer.ask(undo).outcome is Outcome.NOT_FOUND

    assert [stage.acquirer.reverse(undo).outcome for _ in range(2)] == [Outcome.APPROVED] * 2
    assert stage.acquirer.reverse(back(sale, Kind.REVERSAL)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == GIVEN_BACK
    assert stage.acquirer.ask(undo).outcome is Outcome.APPROVED
    later = stage.acquirer.ask(asked_later(sale))
    assert (later.outcome, later.decline) == (Outcome.DECLINED, Decline.ALREADY_UNDONE)


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.GARBLED, Fault.SERVER_ERROR])
def test_a_reversal_without_an_answer_is_unknown_and_its_repeat_approves(stage: StripeStage, fault: Fault) -> None:
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    undo = back(sale, Kind.REVERSAL)
    stage.peer.keeps_trouble = True
    stage.plan(fault)

    assert stage.acquirer.reverse(undo).outcome is Outcome.UNKNOWN
    assert stage.acquirer.reverse(replace(undo, attempt=2)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id) == GIVEN_BACK


def test_there_is_no_void(stage: StripeStage) -> None:
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    answer = stage.acquirer.void(back(sale, Kind.VOID))
    assert not stage.acquirer.can_void
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.NOT_PERMITTED)
    assert stage.truth(sale.payment_id) == TAKEN


@pytest.mark.parametrize("is_known", [True, False])
def test_a_refund_is_given_once_per_id_and_never_above_the_charge(stage: StripeStage, *, is_known: bool) -> None:
    sale = sale_on(stage)
    charged = stage.acquirer.charge(sale)
    reference = charged.acquirer_reference if is_known else None

    def refund(amount_minor: int) -> Request:
        return back(sale, Kind.REFUND, amount_minor=amount_minor, reference=reference)

    half = refund(800)
    assert stage.acquirer.ask(half).outcome is Outcome.NOT_FOUND
    assert [stage.acquirer.refund(half).outcome for _ in range(2)] == [Outcome.APPROVED] * 2
    assert stage.acquirer.ask(half).outcome is Outcome.APPROVED
    too_much = stage.acquirer.refund(refund(431))
    assert (too_much.outcome, too_much.decline) == (Outcome.DECLINED, Decline.REFUND_TOO_LARGE)
    assert stage.acquirer.refund(refund(430)).outcome is Outcome.APPROVED
    assert stage.acquirer.refund(refund(1)).decline is Decline.REFUND_TOO_LARGE
    assert stage.truth(sale.payment_id) == GIVEN_BACK
    # What was given back by refunds was still sold.
    assert stage.acquirer.ask(asked_later(sale)).outcome is Outcome.APPROVED


def test_what_was_never_paid_cannot_be_given_back(stage: StripeStage) -> None:
    refund = back(sale_on(stage), Kind.REFUND)
    answer = stage.acquirer.refund(refund)
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.ORIGINAL_NOT_FOUND)
    assert stage.acquirer.ask(refund).outcome is Outcome.NOT_FOUND


def test_a_lost_refund_is_asked_for_and_sent_again_under_its_id(stage: StripeStage) -> None:
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    refund = back(sale, Kind.REFUND, amount_minor=100)
    stage.plan(Fault.LOST_REQUEST)
    assert stage.acquirer.refund(refund).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(refund).outcome is Outcome.NOT_FOUND
    stage.plan(Fault.LOST_ANSWER)
    assert stage.acquirer.refund(replace(refund, attempt=2)).outcome is Outcome.UNKNOWN
    # Even after its key is forgotten, it is found and not given back again.
    stage.peer.kept = {key: kept for key, kept in stage.peer.kept.items() if not key.endswith("refund")}
    assert stage.acquirer.refund(replace(refund, attempt=3)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == 100


def test_an_answer_of_500_that_is_repeated_for_a_day_stays_unknown(stage: StripeStage) -> None:
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    refund = back(sale, Kind.REFUND, amount_minor=100)
    stage.peer.keeps_trouble = True
    stage.plan(Fault.SERVER_ERROR)
    outcomes = [stage.acquirer.refund(replace(refund, attempt=attempt)).outcome for attempt in (1, 2, 3)]
    assert outcomes == [Outcome.UNKNOWN] * 3
    assert stage.truth(sale.payment_id) == TAKEN


def test_a_sale_of_last_week_is_found_in_the_list_of_its_hour(stage: StripeStage) -> None:
    """Keys are forgotten by then: a repeat of the first message would make another intent."""
    stage.peer.page_max = 2
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    for _ in range(3):
        stage.acquirer.charge(sale_on(stage))
    a_week_later = Stripe(credentials(stage.peer.url), now=lambda: now() + A_WEEK)
    made = len(stage.peer.intents)

    assert a_week_later.ask(asked_later(sale)).outcome is Outcome.APPROVED
    assert a_week_later.ask(asked_later(sale_on(stage))).outcome is Outcome.NOT_FOUND
    assert a_week_later.refund(back(sale, Kind.REFUND)).outcome is Outcome.APPROVED
    assert len(stage.peer.intents) == made


def test_an_id_that_was_used_for_another_amount_is_unknown_and_charges_nothing(stage: StripeStage) -> None:
    sale = sale_on(stage)
    stage.acquirer.charge(sale)
    assert stage.acquirer.charge(replace(sale, amount_minor=999)).outcome is Outcome.UNKNOWN
    assert stage.acquirer.ask(asked_later(replace(sale, amount_minor=999))).outcome is Outcome.UNKNOWN
    assert stage.truth(sale.payment_id) == TAKEN


def test_what_is_no_token_or_no_amount_is_refused_before_anything_is_sent(stage: StripeStage) -> None:
    card = Presented(entry=Entry.KEYED, number="4242424242424242")
    for shown in (None, card, Presented(entry=Entry.TOKEN, number="4242424242424242")):
        assert stage.acquirer.charge(a_sale(shown, currency="EUR")).decline is Decline.INVALID_CARD
    odd = a_sale(stage.presented(), currency="KWD", amount_minor=1231)
    assert stage.acquirer.charge(odd).decline is Decline.INVALID_AMOUNT
    assert stage.peer.heard == []


def test_a_token_that_the_channel_does_not_know_is_an_invalid_card(stage: StripeStage) -> None:
    answer = stage.acquirer.charge(a_sale(Presented(entry=Entry.TOKEN, number="pm_nobody"), currency="EUR"))
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.INVALID_CARD)


def test_a_wrong_key_of_ours_is_told_as_misconfigured(stage: StripeStage) -> None:
    stranger = Stripe(replace(credentials(stage.peer.url), api_key="sk_test_stranger"))
    answer = stranger.charge(sale_on(stage))
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.MISCONFIGURED)
