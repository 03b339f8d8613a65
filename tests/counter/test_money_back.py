"""Refunds and voids: never more than was taken, whatever arrives when, and the same request only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.ids import PaymentId
from tests.counter.acquirer import Fate
from tests.counter.till import Counter, done, no, sale_line

YES = Answer(outcome=Outcome.APPROVED)


def _paid(counter: Counter, tender: str = "wechat", pieces: int = 2) -> str:
    sale = counter.sale(counter.tender(tender, 500 * pieces), lines=[sale_line(quantity=pieces)])
    counter.sell(sale)
    return sale.tenders[0].payment_id


def _counters(counter: Counter, paid: str) -> tuple[int, int]:
    row = counter.payment(paid)
    return row["refund_reserved_minor"], row["refunded_minor"]


def test_a_refund_is_set_aside_when_it_is_intended(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("refund", Fate.LATE_REQUEST)
    assert done(counter.refund(paid, 600)).state == "unknown"
    assert _counters(counter, paid) == (600, 0)
    assert no(counter.refund(paid, 401)) == "above_capture"
    counter.wechat.arrive()
    counter.resolve()
    assert _counters(counter, paid) == (0, 600)


def test_a_refund_that_happened_after_its_decline_takes_nobody_elses_reservation(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("refund", Fate.FALSELY_DECLINED, Fate.LATE_REQUEST)
    first = done(counter.refund(paid, 500))
    assert first.state == "declined"
    second = done(counter.refund(paid, 500))
    assert second.state == "unknown"
    counter.hear(first.payment_id, YES)
    counter.hear(first.payment_id, YES)
    assert counter.state(first.payment_id) == "approved"
    assert _counters(counter, paid) == (500, 500)
    assert no(counter.refund(paid, 1)) == "above_capture"


def test_a_refund_of_lines_that_happened_after_its_decline_is_taken(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("refund", Fate.FALSELY_DECLINED)
    first = done(counter.refund(paid, 500, lines={1: Decimal(1)}))
    counter.hear(first.payment_id, YES)
    counter.hear(first.payment_id, YES)
    assert counter.state(first.payment_id) == "approved"
    (line,) = counter.rows("SELECT * FROM order_lines WHERE order_id = :id", id=counter.payment(paid)["order_id"])
    assert (line["refund_reserved_quantity"], line["refunded_quantity"]) == (0, 1)


def test_more_that_went_back_than_was_taken_is_recorded_up_to_what_was_taken(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("refund", Fate.FALSELY_DECLINED)
    first = done(counter.refund(paid, 600, lines={1: Decimal(2)}))
    second = done(counter.refund(paid, 1000, lines={1: Decimal(2)}))
    counter.hear(second.payment_id, YES)
    counter.hear(second.payment_id, YES)
    counter.hear(first.payment_id, YES)
    counter.hear(first.payment_id, YES)
    assert counter.state(first.payment_id) == "approved"
    assert _counters(counter, paid) == (0, 1000)


def test_a_refund_whose_sender_died_is_not_declined_by_a_line_that_is_down_later(counter: Counter) -> None:
    """The first message may have arrived: that the second was not sent says nothing about it."""
    paid = _paid(counter)
    counter.wechat.plan("refund", Fate.LOST_ANSWER, *[Fate.NOT_SENT] * 30)
    counter.wechat.plan("ask", *[Fate.LOST_ANSWER] * 60)
    counter.wechat.meanwhile = _dies
    with pytest.raises(_Died):
        counter.refund(paid, 500)
    counter.wechat.meanwhile = None
    counter.resolve()
    (refund,) = counter.rows("SELECT * FROM payments WHERE kind = 'refund'")
    assert refund["state"] == "unknown"
    assert counter.findings() == ["refund_not_received"]
    assert _counters(counter, paid) == (500, 0)


class _Died(Exception):
    """The process ended here."""


def _dies(_request: object) -> None:
    raise _Died


def test_a_void_that_the_acquirer_calls_done_already_is_done(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("void", Fate.LOST_ANSWER)
    void = done(counter.void(paid, 1000))
    counter.hear(void.payment_id, Answer(outcome=Outcome.DECLINED, decline=Decline.ALREADY_UNDONE))
    assert counter.state(void.payment_id) == "approved"
    assert counter.payment(paid)["standing"] == "voided"


def test_a_refund_sent_again_is_not_declined_because_the_first_one_was_done(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("refund", Fate.LOST_ANSWER)
    refund = done(counter.refund(paid, 1000))
    counter.hear(refund.payment_id, Answer(outcome=Outcome.DECLINED, decline=Decline.REFUND_TOO_LARGE))
    assert counter.state(refund.payment_id) == "unknown"


def test_a_void_heard_of_after_its_decline_and_another_void_stops_nothing(counter: Counter) -> None:
    """Field cases 35 and 47: two undos of one sale cannot both stand; the evidence is kept, and the books go on."""
    paid = _paid(counter)
    counter.wechat.plan("void", Fate.DECLINED)
    first = done(counter.void(paid, 1000))
    second = done(counter.void(paid, 1000))
    assert second.state == "approved"
    taken = counter.hear(first.payment_id, YES)
    assert taken.event is None
    assert counter.state(first.payment_id) == "declined"
    assert "void_unknown" in counter.findings()


def test_a_void_heard_of_after_its_decline_and_a_refund_stops_nothing(counter: Counter) -> None:
    paid = _paid(counter)
    counter.wechat.plan("void", Fate.DECLINED)
    first = done(counter.void(paid, 1000))
    done(counter.refund(paid, 400))
    assert counter.hear(first.payment_id, YES).event is None
    assert "void_unknown" in counter.findings()


@pytest.mark.parametrize("quantity", ["0", "-1", "0.00001", "NaN", "Infinity", "3"])
def test_a_line_gives_back_no_odd_quantity(counter: Counter, quantity: str) -> None:
    paid = _paid(counter)
    before = counter.counts()
    assert no(counter.refund(paid, 500, lines={1: Decimal(quantity)})) == "above_sold"
    assert counter.counts() == before


def test_goods_of_a_sale_that_is_not_paid_in_full_do_not_come_back_with_a_part_of_its_money(counter: Counter) -> None:
    """Paid later, they could never have been given back by their line any more."""
    counter.host.plan("charge", Fate.DECLINED)
    sale = counter.sale(counter.tender(amount_minor=200), counter.tender("card", 300))
    counter.sell(sale)
    paid = sale.tenders[0].payment_id
    assert no(counter.refund(paid, 100, lines={1: Decimal(1)})) == "goods_not_sold"
    assert _counters(counter, paid) == (0, 0)
    done(counter.refund(paid, 100))


def test_a_line_that_is_not_there_gives_nothing_back(counter: Counter) -> None:
    paid = _paid(counter)
    assert no(counter.refund(paid, 500, lines={7: Decimal(1)})) == "above_sold"
    assert no(counter.refund(paid, 500, lines={2**70: Decimal(1)})) == "above_sold"
    assert _counters(counter, paid) == (0, 0)


def test_the_same_refund_asked_for_twice_moves_money_once(counter: Counter) -> None:
    paid = _paid(counter)
    first = done(counter.refund(paid, 400, payment_id="r1"))
    assert done(counter.refund(paid, 400, payment_id="r1")).payment_id == first.payment_id
    assert counter.wechat.refunded(paid) == 400


def test_an_id_that_was_used_for_another_refund_is_taken(counter: Counter) -> None:
    paid = _paid(counter)
    done(counter.refund(paid, 400, payment_id="r1", lines={1: Decimal(1)}))
    assert no(counter.refund(paid, 401, payment_id="r1", lines={1: Decimal(1)})) == "id_taken"
    assert no(counter.refund(paid, 400, payment_id="r1", lines={1: Decimal(2)})) == "id_taken"
    assert no(counter.void(paid, 400, payment_id="r1", lines={1: Decimal(1)})) == "id_taken"


def test_two_undos_under_one_id_at_once_are_one_undo(counter: Counter) -> None:
    one, two = _paid(counter), _paid(counter)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(counter.refund, paid, 300, payment_id="same") for paid in (one, two) * 2]
        answers = [answer.result() for answer in asked]
    # Two were for the payment whose refund it became, and both are told how it stands.
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Refused", "Taken", "Taken"]
    assert counter.wechat.refunded(one) + counter.wechat.refunded(two) == 300
    assert counter.value("SELECT count(*) FROM payments WHERE kind = 'refund'") == 1


def test_eight_refunds_at_once_stay_within_what_was_taken(counter: Counter) -> None:
    paid = _paid(counter)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(counter.refund, paid, 300, payment_id=f"r{n}") for n in range(8)]
        answers = [answer.result() for answer in asked]
    assert sum(not hasattr(answer, "code") for answer in answers) == 3
    assert counter.wechat.refunded(paid) == 900
    assert _counters(counter, paid) == (0, 900)


def test_a_repeated_tender_under_one_id_on_two_orders_is_one_tender(counter: Counter) -> None:
    orders = [counter.sale(), counter.sale()]
    for order in orders:
        counter.sell(order)
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(counter.add_tender, order.order_id, counter.tender("cash", 500, "same")) for order in orders
        ]
        answers = [answer.result() for answer in asked]
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Taken"]


def test_a_tender_repeated_as_another_tender_is_another_tender(counter: Counter) -> None:
    sale = counter.sale(lines=[sale_line(quantity=2)])
    counter.sell(sale)
    done(counter.add_tender(sale.order_id, counter.tender("cash", 500, "p")))
    assert no(counter.add_tender(sale.order_id, counter.tender("wechat", 500, "p"))) == "id_taken"


def test_the_kind_of_an_undo_is_the_acquirers_day_and_not_a_wish(counter: Counter) -> None:
    paid = _paid(counter)
    assert no(counter.undo(paid, 1000, kind=Kind.REFUND)) == "not_this_kind"
    assert no(counter.undo(PaymentId("nobody"), 1)) == "no_such_payment"


def test_a_refund_that_is_being_reversed_does_not_stand_on_a_late_word(counter: Counter) -> None:
    """A card host cannot be asked, so a silent refund is reversed; its own approval must not overtake the reversal."""
    paid = _paid(counter, "card")
    counter.host.plan("refund", Fate.LOST_ANSWER)
    counter.host.plan("reverse", Fate.LATE_REQUEST)
    refund = done(counter.refund(paid, 400))
    counter.house.resolver.step_due(counter.merchant_id)
    assert counter.hear(refund.payment_id, YES).event is None
    counter.host.arrive()
    counter.resolve()
    assert counter.state(refund.payment_id) == "cancelled"
    assert _counters(counter, paid) == (0, 0)
    assert counter.host.refunded(paid) == 0
