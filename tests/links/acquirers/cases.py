"""What every acquirer must do, one small function a behaviour: its name is the sentence, its number the table's.

A case asks for no channel's own words: what it looks at is the port's answer and the peer's truth. `AGAINST_ALL` are
the cases in their order; `exceptions` says which of them a channel cannot have, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from counterfoil import clock
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome, Request, Settled, Totals
from tests.links.acquirers.stage import Fault, Stage, Truth
from tests.links.acquirers.steps import (
    GONE,
    approved_sale,
    asked,
    held,
    overheard,
    refunded,
    reversed_,
    sale_of,
    secrets_of,
    sent_back,
    took_once,
)
from tests.links.acquirers.till import AMOUNT_MINOR, TERMINAL, at_once, back, soon

Case = Callable[[Stage], None]

NOTHING = Truth(taken_n=0, taken_minor=0, given_back_minor=0)
#: A code that no adapter may take for a no: silence and what cannot be believed.
_THREADS = 20


# ------------------------------------------------------------------------------------------------- one sale, one answer
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
    sale = _unknown(stage, Fault.LOST_REQUEST)
    assert stage.truth(sale.payment_id) == NOTHING


def a_lost_answer_is_unknown_and_not_a_decline(stage: Stage) -> None:
    took_once(stage, _unknown(stage, Fault.LOST_ANSWER))


def a_late_answer_is_unknown_and_reported_as_late(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LATE_ANSWER)
    assert soon(lambda: bool(stage.late))
    (late,) = stage.late
    assert (late.payment_id, late.kind, late.answer.outcome) == (sale.payment_id, Kind.SALE, Outcome.APPROVED)


def a_late_answer_is_not_believed_as_the_next_ones(stage: Stage) -> None:
    first = _unknown(stage, Fault.LATE_ANSWER)
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
    took_once(stage, _unknown(stage, Fault.WRONG_AMOUNT))


def an_answer_of_another_terminal_is_not_believed(stage: Stage) -> None:
    took_once(stage, _unknown(stage, Fault.WRONG_TERMINAL))


def an_answer_that_cannot_be_read_is_unknown(stage: Stage) -> None:
    took_once(stage, _unknown(stage, Fault.GARBLED))
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
    took_once(stage, _unknown(stage, Fault.DROPPED))
    assert soon(lambda: stage.acquirer.charge(sale_of(stage)).outcome is Outcome.APPROVED)


def trouble_at_the_peer_is_no_decline(stage: Stage) -> None:
    sale = _unknown(stage, Fault.SERVER_ERROR)
    assert stage.truth(sale.payment_id) == NOTHING


def trouble_at_the_peer_may_hide_money_that_moved(stage: Stage) -> None:
    took_once(stage, _unknown(stage, Fault.FALSE_ERROR))


# ---------------------------------------------------------------------------------------------- the same sale once more
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


# ----------------------------------------------------------------------------------------------------------- reversals
def a_reversal_of_an_unknown_sale_gives_its_money_back(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LOST_ANSWER)
    assert reversed_(stage, sale) in GONE
    assert held(stage, sale) == 0


def a_reversal_that_is_repeated_gives_money_back_once(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LOST_ANSWER)
    reversal = back(sale, Kind.REVERSAL)
    for attempt in (1, 2, 3):
        stage.acquirer.reverse(replace(reversal, attempt=attempt))
    assert held(stage, sale) == 0
    assert stage.truth(sale.payment_id).given_back_minor == AMOUNT_MINOR


def a_reversal_whose_answer_is_lost_is_unknown_and_may_be_repeated(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LOST_ANSWER)
    reversal = back(sale, Kind.REVERSAL)
    stage.plan(Fault.LOST_ANSWER)
    assert stage.acquirer.reverse(reversal).outcome is Outcome.UNKNOWN
    assert stage.acquirer.reverse(replace(reversal, attempt=2)).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).given_back_minor == AMOUNT_MINOR


def a_reversal_of_a_sale_that_never_arrived_moves_nothing(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LOST_REQUEST)
    assert reversed_(stage, sale) in GONE
    assert stage.truth(sale.payment_id) == NOTHING


def a_sale_that_arrives_behind_its_reversal_is_refused(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LATE_REQUEST)
    assert reversed_(stage, sale) in GONE
    assert soon(lambda: bool(stage.late))
    assert stage.late[0].answer.outcome is Outcome.DECLINED
    assert stage.truth(sale.payment_id) == NOTHING


def an_approval_behind_a_reversal_is_reported(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LATE_APPROVAL)
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
    assert (over.outcome, over.decline) == (Outcome.DECLINED, Decline.REFUND_TOO_LARGE)
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
    assert answer.decline in {None, Decline.ORIGINAL_NOT_FOUND}


def a_refund_whose_answer_is_lost_gives_money_back_once(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    stage.plan(Fault.LOST_ANSWER)
    refund = back(sale, Kind.REFUND, answer, amount_minor=600)
    assert stage.acquirer.refund(refund).outcome is Outcome.UNKNOWN
    sent_back(stage, replace(refund, attempt=2))
    assert stage.truth(sale.payment_id).given_back_minor == refund.amount_minor


# ------------------------------------------------------------------------------------------------------------- asking
def asked_about_an_approved_sale_it_says_so(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    assert asked(stage, sale).outcome is Outcome.APPROVED


def asked_about_a_declined_sale_it_does_not_say_approved(stage: Stage) -> None:
    stage.decline_next(stage.declines[0])
    sale = sale_of(stage)
    assert stage.acquirer.charge(sale).outcome is Outcome.DECLINED
    assert asked(stage, sale).outcome in {Outcome.DECLINED, Outcome.NOT_FOUND}


def asked_about_a_pending_sale_it_says_so_and_then_approved(stage: Stage) -> None:
    stage.plan(Fault.PENDING)
    sale = sale_of(stage)
    assert stage.acquirer.charge(sale).outcome is Outcome.PENDING
    assert asked(stage, sale).outcome is Outcome.PENDING
    assert asked(stage, sale).outcome is Outcome.APPROVED


def asked_about_what_it_never_saw_it_says_not_found(stage: Stage) -> None:
    assert asked(stage, sale_of(stage)).outcome is Outcome.NOT_FOUND


def asked_after_a_lost_answer_it_tells_the_truth(stage: Stage) -> None:
    sale = _unknown(stage, Fault.LOST_ANSWER)
    assert asked(stage, sale).outcome is Outcome.APPROVED
    took_once(stage, sale)


def a_channel_without_an_inquiry_says_that_it_does_not_know(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    assert asked(stage, sale).outcome is Outcome.UNKNOWN


# ------------------------------------------------------------------------------------------------------- closing a day
def equal_totals_close_the_batch(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    outcome = stage.acquirer.settle(TERMINAL, _totals(sales_n=1), [_kept(sale)], now=clock.now()).outcome
    assert outcome in {Settled.EQUAL, Settled.NOT_NEEDED}


def a_settlement_that_is_repeated_is_still_equal(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    stage.plan(Fault.LOST_ANSWER)
    assert _settled(stage, sale, sales_n=1) is Settled.UNKNOWN
    assert _settled(stage, sale, sales_n=1) is Settled.EQUAL


def unequal_totals_upload_the_batch(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    assert _settled(stage, sale, sales_n=2) is Settled.UNEQUAL


def a_silent_settlement_is_unknown(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    stage.plan(Fault.LOST_REQUEST)
    assert _settled(stage, sale, sales_n=1) is Settled.UNKNOWN


def a_void_behind_the_settlement_is_refused(stage: Stage) -> None:
    sale, answer = approved_sale(stage)
    assert _settled(stage, sale, sales_n=1) is Settled.EQUAL
    void = stage.acquirer.void(back(sale, Kind.VOID, answer))
    assert (void.outcome, void.decline) == (Outcome.DECLINED, Decline.ALREADY_SETTLED)
    took_once(stage, sale)


# ------------------------------------------------------------------------------------------------ the shape of a thing
def close_lets_go_and_a_later_call_works(stage: Stage) -> None:
    approved_sale(stage)
    stage.acquirer.close()
    stage.acquirer.close()
    approved_sale(stage)


def an_amount_without_minor_units_keeps_its_scale(stage: Stage) -> None:
    sale = sale_of(stage, amount_minor=1230, currency="JPY")
    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).taken_minor == 1230


def an_amount_in_thousandths_keeps_its_scale(stage: Stage) -> None:
    sale = sale_of(stage, amount_minor=12_340, currency="KWD")
    assert stage.acquirer.charge(sale).outcome is Outcome.APPROVED
    assert stage.truth(sale.payment_id).taken_minor == 12_340


def the_largest_amount_is_taken_whole_and_a_larger_one_is_not_sent(stage: Stage) -> None:
    largest = sale_of(stage, amount_minor=999_999_999_999)
    assert stage.acquirer.charge(largest).outcome is Outcome.APPROVED
    assert stage.truth(largest.payment_id).taken_minor == largest.amount_minor
    larger = sale_of(stage, amount_minor=1_000_000_000_000)
    assert stage.acquirer.charge(larger).outcome is Outcome.NOT_SENT


def an_id_of_64_characters_comes_back_whole(stage: Stage) -> None:
    sale = sale_of(stage, payment_id=("K" + clock.now().strftime("%Y%m%d%H%M%S%f")).ljust(64, "x"))
    answer = stage.acquirer.charge(sale)
    assert answer.outcome is Outcome.APPROVED
    took_once(stage, sale)
    assert stage.acquirer.refund(back(sale, Kind.REFUND, answer, payment_id="R" * 64)).outcome in {
        Outcome.APPROVED,
        Outcome.PENDING,
    }


def a_subject_in_any_script_is_no_trouble(stage: Stage) -> None:
    for subject in ("全麦面包 两个", "Crème brûlée №7", "🥐" * 60, "\x00\n\t", ""):
        assert stage.acquirer.charge(sale_of(stage, subject=subject)).outcome is Outcome.APPROVED


def twenty_tills_at_once_are_all_served(stage: Stage) -> None:
    sales = [sale_of(stage, amount_minor=1000 + place) for place in range(_THREADS)]
    answers = at_once(*(lambda sale=sale: stage.acquirer.charge(sale) for sale in sales))
    assert [answer.outcome for answer in answers] == [Outcome.APPROVED] * _THREADS
    for sale in sales:
        assert stage.truth(sale.payment_id).taken_minor == sale.amount_minor


def no_secret_is_in_anything_that_is_shown(stage: Stage) -> None:
    with overheard() as said:
        for fault in (None, *sorted({Fault.GARBLED, Fault.WRONG_AMOUNT} - set(stage.cannot))):
            if fault is not None:
                stage.plan(fault)
            sale = sale_of(stage)
            answer = stage.acquirer.charge(sale)
            said += [repr(sale), repr(answer), answer.note, repr(stage.acquirer), repr(stage.late)]
            assert secrets_of(sale)
            assert not [secret for secret in secrets_of(sale) for text in said if secret in text]


def _unknown(stage: Stage, fault: Fault) -> Request:
    """Let a sale meet a fault, of which it must come back as unknown."""
    stage.plan(fault)
    sale = sale_of(stage)
    answer = stage.acquirer.charge(sale)
    assert answer.outcome is Outcome.UNKNOWN, answer
    assert answer.note
    return sale


def _settled(stage: Stage, sale: Request, *, sales_n: int) -> Settled:
    return stage.acquirer.settle(TERMINAL, _totals(sales_n=sales_n), [_kept(sale)], now=clock.now()).outcome


def _kept(sale: Request) -> Request:
    """Return a sale as our book has it at the end of the day: without what was presented."""
    return replace(sale, presented=None)


def _totals(*, sales_n: int) -> Totals:
    return Totals(
        currency="CNY",
        sales_n=sales_n,
        sales_minor=AMOUNT_MINOR,
        undone_n=0,
        undone_minor=0,
        refunds_n=0,
        refunds_minor=0,
    )


#: Every case, in the order in which it stands here.
AGAINST_ALL: tuple[Case, ...] = tuple(
    case
    for name, case in list(globals().items())
    if callable(case)
    and not isinstance(case, type)
    and not name.startswith("_")
    and getattr(case, "__module__", "") == __name__
)
