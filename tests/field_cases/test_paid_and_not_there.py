"""Field cases 33 to 38: the customer paid, and the shop has no order, or another one."""

from __future__ import annotations

import pytest

from counterfoil.books.payments.ports import Answer, Outcome
from counterfoil.counter import charging, selling
from tests.counter.acquirer import Fate
from tests.counter.till import Counter, no, sold, with_other


class _PowerCut(Exception):
    """The process ended here."""


def _cut_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """Let the next process that passes a point end there."""

    def dies(name: str) -> None:
        if name == point:
            raise _PowerCut

    monkeypatch.setattr(charging, "passing", dies)
    monkeypatch.setattr(selling, "passing", dies)


def test_field_case_33_paid_by_telephone_and_nothing_recorded(counter: Counter) -> None:
    """The customer confirmed on the telephone and the shop recorded nothing; here the intent awaits the webhook."""
    counter.wechat.plan("charge", Fate.PENDING)
    sale = counter.sale(counter.tender("wechat"))
    assert sold(counter.sell(sale)).state == "open"
    paid = sale.tenders[0].payment_id
    counter.wechat.decide(paid, yes=True)
    counter.hear(paid, Answer(outcome=Outcome.APPROVED, amount_minor=500))
    assert counter.order(sale.order_id)["state"] == "paid"
    assert counter.value("SELECT count(*) FROM slips") == 1


def test_field_case_34_an_offline_payment_succeeds_and_never_appears(counter: Counter) -> None:
    """The device said success and the acquirer never heard of it; here an offline card is unknown until proven."""
    sale = counter.sale(counter.tender("wechat"))
    (answer,) = counter.sell_all([sale])
    assert sold(answer).state == "open"
    counter.resolve()
    assert counter.order(sale.order_id)["state"] == "open"
    assert counter.state(sale.tenders[0].payment_id) == "cancelled"
    assert counter.value("SELECT count(*) FROM slips") == 0


def test_field_case_35_the_device_shows_declined_and_the_acquirer_took_the_money(counter: Counter) -> None:
    """The refusal on the screen was false; here the acquirer's word against it has it reversed."""
    counter.host.plan("charge", Fate.FALSELY_DECLINED)
    sale = counter.sale(counter.tender("card"))
    counter.sell(sale)
    paid = sale.tenders[0].payment_id
    assert counter.state(paid) == "declined"
    counter.hear(paid, Answer(outcome=Outcome.APPROVED, amount_minor=500))
    assert counter.state(paid) == "unknown"
    counter.resolve()
    assert (counter.state(paid), counter.host.taken(paid)) == ("cancelled", 0)


def test_field_case_36_a_fifth_of_the_orders_is_paid_and_not_created(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders were created after the payment and lost; here the order is durable before a byte of the payment leaves."""
    _cut_at(monkeypatch, "payment:sent")
    sale = counter.sale(counter.tender("wechat"))
    with pytest.raises(_PowerCut):
        counter.sell(sale)
    assert counter.wechat.taken(sale.tenders[0].payment_id) == 500
    assert counter.order(sale.order_id)["state"] == "open"
    monkeypatch.undo()
    counter.resolve()
    assert counter.order(sale.order_id)["state"] == "paid"


def test_field_case_37_making_the_order_fails_and_the_money_is_not_given_back(counter: Counter) -> None:
    """A failed order left its payment standing; here what the books refuse is never sent, and the retry pays once."""
    counter.sell(counter.sale(counter.tender("cash", 500, "taken")))
    sale = counter.sale(counter.tender("wechat", 500, "taken"))
    assert no(counter.sell(sale)) == "payment_id_taken"
    assert counter.wechat.calls == []
    right = with_other(sale, tenders=(counter.tender("wechat"),))
    assert sold(counter.sell(right)).state == "paid"
    assert len(counter.wechat.movements) == 1


@pytest.mark.parametrize("point", ["sale:committed", "payment:intended", "payment:sent", "payment:recorded"])
def test_field_case_38_an_error_after_the_money_was_taken_and_the_order_is_never_placed(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Orders whose payment had gone through were never placed; here no power cut leaves money without one."""
    _cut_at(monkeypatch, point)
    sale = counter.sale(counter.tender("wechat"))
    with pytest.raises(_PowerCut):
        counter.sell(sale)
    monkeypatch.undo()
    counter.resolve()
    paid = sale.tenders[0].payment_id
    was_taken = counter.wechat.taken(paid) == 500
    assert was_taken == (point in {"payment:sent", "payment:recorded"})
    assert counter.order(sale.order_id)["state"] == ("paid" if was_taken else "open")
    assert counter.value("SELECT count(*) FROM slips") == int(was_taken)
