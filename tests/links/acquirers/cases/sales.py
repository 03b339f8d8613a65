"""A sale and its one answer, and the same sale once more."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Outcome
from tests.links.acquirers.stage import Fault, Stage
from tests.links.acquirers.steps import NOTHING, approved_sale, sale_of, took_once, unknown_sale
from tests.links.acquirers.till import AMOUNT_MINOR, at_once, soon


# ------------------------------------------------------------------------------------------------ one sale, one answer
def a_sale_is_approved_and_its_money_taken_once(stage: Stage) -> None:
    sale = sale_of(stage)
    answer = stage.acquirer.charge(sale)
    assert answer.outcome is Outcome.APPROVED
    assert answer.amount_minor in {None, AMOUNT_MINOR}
    assert answer.acquirer_reference
    took_once(stage, sale)


def each_decline_is_told_in_our_words_with_its_code(stage: Stage) -> None:
    assert stage.declines
    for decline in stage.declines:
        stage.decline_next(decline)
        sale = sale_of(stage)
        answer = stage.acquirer.charge(sale)
        assert (answer.outcome, answer.decline) == (Outcome.DECLINED, decline)
        assert answer.response_code
        assert stage.truth(sale.payment_id) == NOTHING


def a_lost_request_is_unknown_and_not_a_decline(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LOST_REQUEST)
    assert stage.truth(sale.payment_id) == NOTHING


def a_lost_answer_is_unknown_and_not_a_decline(stage: Stage) -> None:
    took_once(stage, unknown_sale(stage, Fault.LOST_ANSWER))


def a_late_answer_is_unknown_and_reported_as_late(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.LATE_ANSWER)
    assert soon(lambda: bool(stage.late))
    (late,) = stage.late
    assert (late.payment_id, late.kind, late.answer.outcome) == (sale.payment_id, Kind.SALE, Outcome.APPROVED)


def a_late_answer_is_not_believed_as_the_next_ones(stage: Stage) -> None:
    first = unknown_sale(stage, Fault.LATE_ANSWER)
    stage.decline_next(stage.declines[0])
    second = sale_of(stage)
    assert stage.acquirer.charge(second).outcome is Outcome.DECLINED
    assert soon(lambda: bool(stage.late))
    assert [late.payment_id for late in stage.late] == [first.payment_id]


def an_answer_that_comes_twice_takes_money_once_and_is_reported(stage: Stage) -> None:
    stage.plan(Fault.DUPLICATE_ANSWER)
    sale = approved_sale(stage)[0]
    took_once(stage, sale)
    assert soon(lambda: bool(stage.late))
    assert stage.late[0].payment_id == sale.payment_id


def answers_out_of_order_find_their_own_sales(stage: Stage) -> None:
    stage.plan(Fault.REORDERED)
    sales = [sale_of(stage, amount_minor=amount) for amount in (AMOUNT_MINOR, 2 * AMOUNT_MINOR)]
    answers = at_once(*(lambda sale=sale: stage.acquirer.charge(sale) for sale in sales))
    assert [answer.outcome for answer in answers] == [Outcome.APPROVED] * 2
    assert [answer.amount_minor for answer in answers] == [AMOUNT_MINOR, 2 * AMOUNT_MINOR]
    assert len({answer.acquirer_reference for answer in answers}) == len(sales)


def an_answer_with_another_amount_is_not_believed(stage: Stage) -> None:
    took_once(stage, unknown_sale(stage, Fault.WRONG_AMOUNT))


def an_answer_of_another_terminal_is_not_believed(stage: Stage) -> None:
    took_once(stage, unknown_sale(stage, Fault.WRONG_TERMINAL))


def an_answer_that_cannot_be_read_is_unknown(stage: Stage) -> None:
    took_once(stage, unknown_sale(stage, Fault.GARBLED))
    # What cannot be read does no harm to what comes behind it.
    approved_sale(stage)


def a_connection_that_is_refused_is_not_sent(stage: Stage) -> None:
    stage.plan(Fault.REFUSED_CONNECTION)
    sale = sale_of(stage)
    assert stage.acquirer.charge(sale).outcome is Outcome.NOT_SENT
    assert stage.truth(sale.payment_id) == NOTHING


def a_refused_connection_does_not_outlast_its_reason(stage: Stage) -> None:
    stage.plan(Fault.REFUSED_CONNECTION)
    assert stage.acquirer.charge(sale_of(stage)).outcome is Outcome.NOT_SENT
    assert soon(lambda: stage.acquirer.charge(sale_of(stage)).outcome is Outcome.APPROVED)


def a_connection_that_ends_within_the_answer_is_unknown(stage: Stage) -> None:
    took_once(stage, unknown_sale(stage, Fault.DROPPED))
    assert soon(lambda: stage.acquirer.charge(sale_of(stage)).outcome is Outcome.APPROVED)


def trouble_at_the_peer_is_no_decline(stage: Stage) -> None:
    sale = unknown_sale(stage, Fault.SERVER_ERROR)
    assert stage.truth(sale.payment_id) == NOTHING


def trouble_at_the_peer_may_hide_money_that_moved(stage: Stage) -> None:
    took_once(stage, unknown_sale(stage, Fault.FALSE_ERROR))


# --------------------------------------------------------------------------------------------- the same sale once more
def the_same_sale_sent_twice_takes_money_once(stage: Stage) -> None:
    sale, first = approved_sale(stage)
    again = stage.acquirer.charge(replace(sale, attempt=2))
    assert again.outcome in {Outcome.APPROVED, Outcome.UNKNOWN}
    assert again.acquirer_reference in {None, first.acquirer_reference}
    took_once(stage, sale)


def the_same_sale_sent_twice_at_once_takes_money_once(stage: Stage) -> None:
    sale = sale_of(stage)
    answers = at_once(*[lambda: stage.acquirer.charge(sale)] * 2)
    assert {answer.outcome for answer in answers} <= {Outcome.APPROVED, Outcome.UNKNOWN, Outcome.PENDING}
    took_once(stage, sale)
