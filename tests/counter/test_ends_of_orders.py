"""When an order is paid, voided or given up: by what is held, and never by what is on its way back."""

from __future__ import annotations

from counterfoil.books.payments.ports import Answer, Outcome
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN
from tests.counter.till import Counter, done, no, sale_line, sold


def _split(counter: Counter, first: str, second: str) -> tuple[str, str, str]:
    """Offer a sale of 1000 as two tenders of 500."""
    sale = counter.sale(counter.tender(first), counter.tender(second), lines=[sale_line(quantity=2)])
    counter.sell(sale)
    one, two = (tender.payment_id for tender in sale.tenders)
    return sale.order_id, one, two


def test_a_split_sale_is_paid_by_its_last_approval(counter: Counter) -> None:
    order_id, _, _ = _split(counter, "wechat", "card")
    assert counter.order(order_id)["state"] == "paid"
    assert counter.on_hand() == 998


def test_a_tender_that_was_refunded_pays_nothing(counter: Counter) -> None:
    counter.wechat.can_void = False
    counter.host.plan("charge", Fate.DECLINED)
    order_id, one, _ = _split(counter, "wechat", "card")
    assert done(counter.undo(one, 500)).kind == "refund"
    assert no(counter.add_tender(order_id, counter.tender("cash", 1001))) == "above_due"
    done(counter.add_tender(order_id, counter.tender("cash", 500)))
    assert counter.order(order_id)["state"] == "open"
    done(counter.add_tender(order_id, counter.tender("cash", 500)))
    assert counter.order(order_id)["state"] == "paid"


def test_an_order_whose_only_tender_was_refunded_can_be_given_up(counter: Counter) -> None:
    counter.wechat.can_void = False
    counter.host.plan("charge", Fate.DECLINED)
    order_id, one, _ = _split(counter, "wechat", "card")
    done(counter.undo(one, 500))
    counter.house.parking.cancel(counter.merchant_id, order_id, ANN, "left")
    assert counter.order(order_id)["state"] == "cancelled"


def test_no_tender_is_taken_while_another_is_on_its_way_back(counter: Counter) -> None:
    counter.host.plan("charge", Fate.DECLINED)
    counter.wechat.plan("void", Fate.LATE_REQUEST)
    order_id, one, _ = _split(counter, "wechat", "card")
    assert done(counter.void(one, 500)).state == "unknown"
    assert no(counter.add_tender(order_id, counter.tender("cash", 500))) == "another_is_unknown"


def test_an_order_is_not_paid_by_a_tender_that_is_on_its_way_back(counter: Counter) -> None:
    counter.wechat.plan("charge", Fate.FINE, Fate.PENDING)
    counter.wechat.plan("void", Fate.LATE_REQUEST)
    order_id, one, two = _split(counter, "wechat", "wechat")
    assert done(counter.void(one, 500)).state == "unknown"
    counter.wechat.decide(two, yes=True)
    counter.hear(two, Answer(outcome=Outcome.APPROVED, amount_minor=500))
    assert counter.order(order_id)["state"] == "open"
    counter.wechat.arrive()
    counter.resolve()
    assert counter.payment(one)["standing"] == "voided"
    assert counter.order(order_id)["state"] == "open"
    assert counter.on_hand() == 1000


def test_a_refused_void_lets_the_order_be_paid_after_all(counter: Counter) -> None:
    counter.wechat.plan("charge", Fate.FINE, Fate.PENDING)
    counter.wechat.plan("void", Fate.PENDING)
    order_id, one, two = _split(counter, "wechat", "wechat")
    void = done(counter.void(one, 500))
    counter.wechat.decide(two, yes=True)
    counter.hear(two, Answer(outcome=Outcome.APPROVED, amount_minor=500))
    counter.wechat.decide(void.payment_id, yes=False)
    counter.resolve(hours=1)
    assert counter.payment(one)["standing"] == "held"
    assert counter.order(order_id)["state"] == "paid"


def test_a_parked_order_is_paid_when_its_payment_is_approved_meanwhile_and_owes_its_slip(counter: Counter) -> None:
    counter.wechat.plan("charge", Fate.PENDING)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    counter.house.parking.park(counter.merchant_id, sale.order_id, ANN)
    paid = sale.tenders[0].payment_id
    counter.wechat.decide(paid, yes=True)
    counter.hear(paid, Answer(outcome=Outcome.APPROVED, amount_minor=500))
    order = counter.order(sale.order_id)
    assert (order["state"], order["parked_at"]) == ("paid", None)
    assert counter.value("SELECT state FROM slips") == "due"


def test_a_sale_that_is_parked_with_all_its_money_is_a_sale(counter: Counter) -> None:
    """It stayed open, its money in the drawer, and nobody was told."""
    sale = counter.sale(counter.tender(), parked=True)
    assert sold(counter.sell(sale)).state == "paid"
    order = counter.order(sale.order_id)
    assert (order["state"], order["parked_at"]) == ("paid", None)
    assert counter.on_hand() == 999


def test_what_is_due_does_not_count_a_voided_tender(counter: Counter) -> None:
    counter.host.plan("charge", Fate.DECLINED)
    sale = counter.sale(counter.tender("wechat"), counter.tender("card"), lines=[sale_line(quantity=2)])
    counter.sell(sale)
    done(counter.void(sale.tenders[0].payment_id, 500))
    assert sold(counter.sell(sale)).due_minor == 1000


def test_voiding_every_tender_of_a_paid_order_voids_it_and_puts_the_goods_back_once(counter: Counter) -> None:
    order_id, one, two = _split(counter, "wechat", "card")
    done(counter.void(one, 500))
    assert counter.order(order_id)["state"] == "paid"
    done(counter.void(two, 500))
    assert counter.order(order_id)["state"] == "voided"
    assert counter.on_hand() == 1000
    slips = counter.rows("SELECT kind FROM slips WHERE order_id = :id ORDER BY kind", id=order_id)
    # One for the tender that went back first, and one for the sale that is none any more.
    assert [slip["kind"] for slip in slips] == ["sale", "void", "void"]
    assert no(counter.void(two, 500)) == "already_voided"


def test_refunding_all_of_a_paid_order_leaves_it_paid(counter: Counter) -> None:
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    done(counter.refund(sale.tenders[0].payment_id, 500))
    assert counter.order(sale.order_id)["state"] == "paid"
