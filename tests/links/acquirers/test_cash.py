"""Cash: every answer is definite, because the money lies on the counter."""

from __future__ import annotations

import subprocess
import sys

from counterfoil.books.payments.model import Kind, Tender
from counterfoil.books.payments.ports import Entry, Outcome, Presented, Settled, Totals
from counterfoil.clock import now
from counterfoil.ids import TerminalId
from counterfoil.links.acquirers.cash import Cash
from tests.links.acquirers.messages import a_sale, back


def test_cash_is_taken_and_given_back_at_once() -> None:
    cash, sale = Cash(), a_sale(None, tender=Tender.CASH)
    answers = [
        cash.charge(sale),
        cash.void(back(sale, Kind.VOID)),
        cash.refund(back(sale, Kind.REFUND, amount_minor=5)),
        cash.reverse(back(sale, Kind.REVERSAL)),
    ]
    assert [answer.outcome for answer in answers] == [Outcome.APPROVED] * 4
    assert [answer.amount_minor for answer in answers] == [1230, 1230, 5, 1230]


def test_cash_is_counted_and_not_asked_or_settled() -> None:
    cash, sale = Cash(), a_sale(None, tender=Tender.CASH)
    assert cash.ask(sale).outcome is Outcome.UNKNOWN
    totals = Totals(
        currency="CNY", sales_n=1, sales_minor=1230, undone_n=0, undone_minor=0, refunds_n=0, refunds_minor=0
    )
    assert cash.settle(TerminalId("till-1"), totals, [sale], now=now()).outcome is Settled.NOT_NEEDED


def test_a_card_is_no_cash() -> None:
    card = Presented(entry=Entry.KEYED, number="4111111111111111")
    assert Cash().charge(a_sale(card)).outcome is Outcome.DECLINED


def test_no_channel_is_imported_until_it_is_configured() -> None:
    code = (
        "import sys; import counterfoil.links.acquirers.cash; "
        "print([m for m in ('stripe', 'wechatpayv3', 'alipay', 'requests') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
