"""Reversals, voids and refunds: money goes back once, and never more than was taken."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Outcome
from tests.links.acquirers.stage import Fault, Stage
from tests.links.acquirers.steps import (
    GONE,
    NOTHING,
    approved_sale,
    held,
    refunded,
    reversed_,
    sale_of,
    sent_back,
    unknown_sale,
)
from tests.links.acquirers.till import AMOUNT_MINOR, back, soon


# ----------------------------------------------------------------------------------------------------------- reversals
def a_reversal_of_an_unknown_sale_gives_its_money_back(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LOST_ANSWER)
    assert reversed_(stage, sale) in GONE
    assert held(stage, sale) == 0


def a_reversal_that_is_repeated_gives_money_back_once(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LOST_ANSWER)
    reversal = back(sale, Kind.REVERSAL)
    for attempt in (1, 2, 3):
        stage.acquirer.reverse(replace(reversal, attempt=attempt))
    assert held(stage, sale) == 0
    assert stage.truth(sale.payment_id).given_back_minor == AMOUNT_MINOR


def a_reversal_whose_answer_is_lost_is_unknown_and_may_be_repeated(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LOST_ANSWER)
    reversal = back(sale, Kind.REVERSAL)
    stage.plan(Fault.LOST_ANSWER)
    assert stage.acquirer.reverse(reversal).outcome is Outcome.UNKNOWN
    assert stage.acquirer.reverse(replace(reversal, attempt=2)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == AMOUNT_MINOR


def a_reversal_of_a_sale_that_never_arrived_moves_nothing(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LOST_REQUEST)
    assert reversed_(stage, sale) in GONE
    assert stage.truth(sale.payment_id) == NOTHING


def a_sale_that_arrives_behind_its_reversal_is_refused(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LATE_REQUEST)
    assert reversed_(stage, sale) in GONE
    assert soon(lambda: bool(stage.late))
    assert stage.late[0].answer.outcome is Outcome.DECLINED
    assert stage.truth(sale.payment_id) == NOTHING


def an_approval_behind_a_reversal_is_reported(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LATE_APPROVAL)
    assert reversed_(stage, sale) in GONE
    assert soon(lambda: bool(stage.late))
    assert (stage.late[0].payment_id, stage.late[0].answer.outcome) == (sale.payment_id, Outcome.APPROVED)
    # The truth is as bad as the report says: money is held that we had believed to be given back.
    assert held(stage, sale) == AMOUNT_MINOR


# --------------------------------------------------------------------------------------------------------------- voids
def a_void_on_the_same_day_gives_everything_back(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    assert stage.acquirer.void(back(sale, Kind.VOID, answer)).outcome is Outcome.APPROVED
    assert held(stage, sale) == 0


def a_void_under_the_same_id_gives_money_back_once(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    void = back(sale, Kind.VOID, answer)
    for _ in range(2):
        assert stage.acquirer.void(void).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == AMOUNT_MINOR


def a_second_void_gives_no_money_back(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    stage.acquirer.void(back(sale, Kind.VOID, answer))
    stage.acquirer.void(back(sale, Kind.VOID, answer))
    assert stage.truth(sale.payment_id).given_back_minor == AMOUNT_MINOR


def a_void_after_a_refund_gives_no_more_back_than_was_taken(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    refunded(stage, sale, answer, 1000)
    stage.acquirer.void(back(sale, Kind.VOID, answer))
    assert stage.truth(sale.payment_id).given_back_minor <= AMOUNT_MINOR


def a_void_whose_answer_is_lost_is_unknown(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    stage.plan(Fault.LOST_ANSWER)
    assert stage.acquirer.void(back(sale, Kind.VOID, answer)).outcome is Outcome.UNKNOWN
    assert held(stage, sale) == 0


# ------------------------------------------------------------------------------------------------------------- refunds
def a_refund_in_full_gives_everything_back(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    refunded(stage, sale, answer, AMOUNT_MINOR)
    assert held(stage, sale) == 0


def a_refund_in_two_parts_gives_back_both(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    refunded(stage, sale, answer, 1000)
    refunded(stage, sale, answer, 230)
    assert held(stage, sale) == 0


def a_refund_above_what_was_taken_is_declined(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    refunded(stage, sale, answer, 1000)
    over = stage.acquirer.refund(back(sale, Kind.REFUND, answer, amount_minor=231))
    # Not every channel has a word of its own for it; none may do it.
    assert over.outcome is Outcome.DECLINED
    assert over.decline is not None
    assert held(stage, sale) == AMOUNT_MINOR - 1000


def a_refund_under_the_same_id_gives_money_back_once(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    refund = back(sale, Kind.REFUND, answer, amount_minor=600)
    for attempt in (1, 2):
        assert sent_back(stage, replace(refund, attempt=attempt)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == refund.amount_minor


def a_refund_of_an_unknown_payment_is_declined(stage: Stage) -> None:
    never_sent = sale_of(stage)
    answer = stage.acquirer.refund(back(never_sent, Kind.REFUND))
    assert answer.outcome in {Outcome.DECLINED, Outcome.NOT_FOUND}
    assert stage.truth(never_sent.payment_id) == NOTHING


def a_refund_whose_answer_is_lost_gives_money_back_once(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    stage.plan(Fault.LOST_ANSWER)
    refund = back(sale, Kind.REFUND, answer, amount_minor=600)
    assert stage.acquirer.refund(refund).outcome is Outcome.UNKNOWN
    sent_back(stage, replace(refund, attempt=2))
    assert stage.truth(sale.payment_id).given_back_minor == refund.amount_minor
