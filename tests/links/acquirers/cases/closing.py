"""Closing a lane's day."""

from __future__ import annotations

from dataclasses import replace

from counterfoil import clock
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome, Request, Settled, Totals
from tests.links.acquirers.stage import Fault, Stage
from tests.links.acquirers.steps import approved_sale, took_once
from tests.links.acquirers.till import AMOUNT_MINOR, TERMINAL, back


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
