"""What the simulated card host refuses on its own account, in the words that its profile gives them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome
from tests.links.acquirers.stages.iso8583_simulated import SimulatedHostStage
from tests.links.acquirers.steps import approved_sale, sale_of
from tests.links.acquirers.till import back


@pytest.fixture
def stage() -> Iterator[SimulatedHostStage]:
    with closing(SimulatedHostStage()) as opened:
        yield opened


def test_a_refund_above_what_was_taken_is_too_large(stage: SimulatedHostStage) -> None:
    sale, answer = approved_sale(stage)
    over = stage.acquirer.refund(back(sale, Kind.REFUND, answer, amount_minor=sale.amount_minor + 1))
    assert (over.outcome, over.decline, over.response_code) == (Outcome.DECLINED, Decline.REFUND_TOO_LARGE, "64")


def test_a_refund_of_what_was_never_sold_has_no_original(stage: SimulatedHostStage) -> None:
    answer = stage.acquirer.refund(back(sale_of(stage), Kind.REFUND))
    assert (answer.outcome, answer.decline, answer.response_code) == (
        Outcome.DECLINED,
        Decline.ORIGINAL_NOT_FOUND,
        "25",
    )


def test_a_second_void_finds_the_first(stage: SimulatedHostStage) -> None:
    sale, answer = approved_sale(stage)
    stage.acquirer.void(back(sale, Kind.VOID, answer))
    second = stage.acquirer.void(back(sale, Kind.VOID, answer))
    assert (second.outcome, second.decline, second.response_code) == (Outcome.DECLINED, Decline.ALREADY_UNDONE, "NU")
