"""Field cases 14, 19, 21 and 23 to 25: one order that was charged twice, or that nobody knew to be paid."""

from __future__ import annotations

from counterfoil.books.payments.ports import Answer, Outcome, Request
from tests.counter.acquirer import Fate
from tests.counter.till import Counter, done, no, sold

YES = Answer(outcome=Outcome.APPROVED, amount_minor=500)


def test_field_case_14_a_double_click_on_add_payment_doubles_the_cash(counter: Counter) -> None:
    """Two clicks booked the cash twice; here the second has the first one's id, and another id is above what is due."""
    sale = counter.sale()
    counter.sell(sale)
    tender = counter.tender("cash", 500)
    first, again = done(counter.add_tender(sale.order_id, tender)), done(counter.add_tender(sale.order_id, tender))
    assert first.payment_id == again.payment_id
    assert no(counter.add_tender(sale.order_id, counter.tender("cash", 500))) == "order_is_closed"
    assert counter.value("SELECT sum(amount_minor) FROM payments") == 500


def test_field_case_19_asking_for_the_answer_fails_and_the_retry_pays_again(counter: Counter) -> None:
    """A failed poll led to a second real payment, or to another order's answer; here nothing is charged meanwhile."""
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    counter.wechat.plan("ask", Fate.LOST_ANSWER)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    paid = sale.tenders[0].payment_id
    counter.house.resolver.step_due(counter.merchant_id)
    assert no(counter.add_tender(sale.order_id, counter.tender("wechat", 500))) == "another_is_unknown"
    counter.hear(paid, Answer(outcome=Outcome.APPROVED, amount_minor=777))
    assert counter.state(paid) == "unknown"
    counter.resolve()
    assert counter.state(paid) == "approved"
    assert len(counter.wechat.movements) == 1


def test_field_case_21_the_customer_is_charged_twice_and_the_system_shows_one(counter: Counter) -> None:
    """Two charges stood at the acquirer and one in the shop; here the late word of the first one has it reversed."""
    counter.wechat.plan("charge", Fate.FALSELY_DECLINED)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    first = sale.tenders[0].payment_id
    done(counter.add_tender(sale.order_id, counter.tender("wechat", 500)))
    assert counter.order(sale.order_id)["state"] == "paid"
    counter.hear(first, YES)
    counter.resolve()
    assert counter.wechat.taken(first) == 0
    assert counter.state(first) in {"cancelled", "declined"}
    held = counter.rows("SELECT * FROM payments WHERE kind = 'sale' AND state = 'approved'")
    assert [row["amount_minor"] for row in held] == [500]


def test_field_case_23_refunding_the_double_invalidates_the_ticket_that_is_paid(counter: Counter) -> None:
    """The refund of one charge spoiled the paid order; here it touches its own payment, and the other order stands."""
    kept, double = (counter.sale(counter.tender("wechat")) for _ in range(2))
    counter.sell(kept)
    counter.sell(double)
    done(counter.refund(double.tenders[0].payment_id, 500))
    assert counter.order(kept.order_id)["state"] == "paid"
    assert counter.payment(kept.tenders[0].payment_id)["refunded_minor"] == 0
    slips = counter.rows("SELECT kind FROM slips WHERE order_id = :id", id=kept.order_id)
    assert [slip["kind"] for slip in slips] == ["sale"]


def test_field_case_24_webhook_and_checkout_race(counter: Counter) -> None:
    """The two captured twice or lost the order; here the webhook comes first, and the answer finds what it has left."""

    def webhook(request: Request) -> None:
        counter.wechat.meanwhile = None
        counter.hear(request.payment_id, YES)

    counter.wechat.meanwhile = webhook
    sale = counter.sale(counter.tender("wechat"))
    assert sold(counter.sell(sale)).state == "paid"
    counter.hear(sale.tenders[0].payment_id, YES)
    assert counter.wechat.sent["charge", sale.tenders[0].payment_id] == 1
    assert counter.value("SELECT count(*) FROM slips") == 1
    assert counter.on_hand() == 999


def test_field_case_25_an_error_hides_a_success_and_the_cashier_may_begin_again(counter: Counter) -> None:
    """The error looked like a refusal; here it is `unknown`, no second charge is taken, and asking finds it."""
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    sale = counter.sale(counter.tender("wechat"))
    answer = sold(counter.sell(sale))
    assert answer.tenders[0].state == "unknown"
    assert no(counter.add_tender(sale.order_id, counter.tender("wechat", 500))) == "another_is_unknown"
    counter.resolve()
    assert counter.order(sale.order_id)["state"] == "paid"
