"""Asking what became of a payment."""

from __future__ import annotations

from counterfoil.books.payments.ports import Outcome
from tests.links.acquirers.stage import Fault, Stage
from tests.links.acquirers.steps import approved_sale, asked, sale_of, took_once, unknown_sale


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
    sale = unknown_sale(stage, Fault.LOST_ANSWER)
    assert asked(stage, sale).outcome is Outcome.APPROVED
    took_once(stage, sale)


def a_channel_without_an_inquiry_says_that_it_does_not_know(stage: Stage) -> None:
    sale, _ = approved_sale(stage)
    assert asked(stage, sale).outcome is Outcome.UNKNOWN
