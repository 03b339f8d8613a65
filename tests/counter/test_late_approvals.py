"""An approval that comes when its order needs it no more, and that nobody takes back: a person is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.counter.taking_answers import Source
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN, OPENING
from tests.counter.till import Counter, done, sold


def _believed_gone(counter: Counter, tender: str) -> tuple[str, str]:
    """Offer a sale whose charge is under way for so long that it is believed to be reversed; returns order, payment."""
    acquirer = counter.wechat if tender == "wechat" else counter.host
    acquirer.remembers_reversals = False
    acquirer.plan("charge", Fate.LATE_REQUEST)
    acquirer.plan("ask", *[Fate.LOST_ANSWER] * 6)
    sale = counter.sale(counter.tender(tender))
    assert sold(counter.sell(sale)).state == "open"
    counter.resolve(hours=0.2)
    paid = sale.tenders[0].payment_id
    assert counter.state(paid) == "cancelled"
    return sale.order_id, paid


@pytest.mark.parametrize(("tender", "found"), [("wechat", "one_order_two_payments"), ("card", "payment_unknown")])
def test_a_late_approval_of_an_order_paid_in_cash_whose_reversal_is_refused_is_a_finding(
    counter: Counter, tender: str, found: str
) -> None:
    acquirer = counter.wechat if tender == "wechat" else counter.host
    order_id, paid = _believed_gone(counter, tender)
    done(counter.add_tender(order_id, counter.tender("cash", 500)))
    assert counter.order(order_id)["state"] == "paid"
    acquirer.arrive()
    acquirer.plan("reverse", *[Fate.DECLINED] * 99)
    counter.hear(paid, acquirer.truth(paid), Source.LATE)
    counter.resolve(hours=40)
    assert acquirer.taken(paid) == 500
    assert counter.findings() == [found]


@pytest.mark.parametrize(("tender", "found"), [("wechat", "void_not_honoured"), ("card", "payment_unknown")])
def test_a_late_approval_of_an_order_that_was_given_up_whose_reversal_is_refused_is_a_finding(
    counter: Counter, tender: str, found: str
) -> None:
    acquirer = counter.wechat if tender == "wechat" else counter.host
    order_id, paid = _believed_gone(counter, tender)
    counter.house.parking.cancel(counter.merchant_id, order_id, ANN, "left")
    assert counter.order(order_id)["state"] == "cancelled"
    acquirer.arrive()
    acquirer.plan("reverse", *[Fate.DECLINED] * 99)
    counter.hear(paid, acquirer.truth(paid), Source.LATE)
    counter.resolve(hours=40)
    assert counter.findings() == [found]
    if tender == "wechat":
        done(counter.void(paid, 500))
        assert acquirer.taken(paid) == 0
        assert counter.findings() == []


def test_what_a_late_approval_charges_twice_is_told_by_both_payments(counter: Counter) -> None:
    order_id, paid = _believed_gone(counter, "wechat")
    cash = counter.tender("cash", 500)
    done(counter.add_tender(order_id, cash))
    counter.wechat.arrive()
    counter.wechat.plan("reverse", *[Fate.DECLINED] * 99)
    counter.hear(paid, counter.wechat.truth(paid), Source.LATE)
    counter.resolve(hours=40)
    (finding,) = counter.rows("SELECT * FROM findings")
    assert (finding["subject"], finding["other_subject"]) == (f"payment:{paid}", f"payment:{cash.payment_id}")
    assert finding["amount_at_risk_minor"] == 500
    assert finding["severity"] == "critical"


def test_a_refund_that_arrives_after_its_reversal_was_answered_is_reversed_by_a_new_message(counter: Counter) -> None:
    """The host answered the old reversal as before; each bill said that the money was out, and nobody was told."""
    sale = counter.sale(counter.tender("card"))
    sold(counter.sell(sale))
    paid = sale.tenders[0].payment_id
    counter.host.plan("refund", Fate.LATE_REQUEST)
    refund = done(counter.undo(paid, 200, today=OPENING.date() + timedelta(days=1)))
    counter.resolve(hours=1)
    assert counter.state(refund.payment_id) == "cancelled"
    counter.host.arrive()
    assert counter.host.refunded(paid) == 200
    for _bill in range(2):
        counter.hear(refund.payment_id, counter.host.truth(refund.payment_id), Source.BILL)
        counter.resolve(hours=1)
    assert counter.state(refund.payment_id) == "cancelled"
    assert counter.host.refunded(paid) == 0
    assert [call for call in counter.host.calls if call[0] == "reverse"][-1] == ("reverse", f"{refund.payment_id}.r2")
