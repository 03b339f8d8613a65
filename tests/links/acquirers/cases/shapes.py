"""Amounts, ids, words, threads, and what must never be seen."""

from __future__ import annotations

from counterfoil import clock
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Outcome
from tests.links.acquirers.stage import Fault, Stage
from tests.links.acquirers.steps import approved_sale, overheard, sale_of, secrets_of, took_once
from tests.links.acquirers.till import at_once, back

THREADS = 20
#: Answers that are most likely to be quoted in a complaint.
_DISTORTIONS = frozenset({Fault.GARBLED, Fault.WRONG_AMOUNT})


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
    sales = [sale_of(stage, amount_minor=1000 + place) for place in range(THREADS)]
    answers = at_once(*(lambda sale=sale: stage.acquirer.charge(sale) for sale in sales))
    assert [answer.outcome for answer in answers] == [Outcome.APPROVED] * THREADS
    for sale in sales:
        assert stage.truth(sale.payment_id).taken_minor == sale.amount_minor


def no_secret_is_in_anything_that_is_shown(stage: Stage) -> None:
    with overheard() as said:
        for fault in (None, *sorted(_DISTORTIONS - set(stage.cannot))):
            if fault is not None:
                stage.plan(fault)
            sale = sale_of(stage)
            answer = stage.acquirer.charge(sale)
            said += [repr(sale), repr(answer), answer.note, repr(stage.acquirer), repr(stage.late)]
            assert secrets_of(sale)
            assert not [secret for secret in secrets_of(sale) for text in said if secret in text]
