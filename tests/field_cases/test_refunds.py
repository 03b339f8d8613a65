"""Field cases 49 to 53 and 56: money that goes back too often, too much, or on what was never paid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgspec

from counterfoil.counter.looking.store import order_seen
from counterfoil.counter.taking_answers import Taken
from tests.counter.acquirer import Fate
from tests.counter.till import Counter, done, no, sale_line


def _sold(counter: Counter, pieces: int = 1, tender: str = "wechat") -> tuple[str, str]:
    sale = counter.sale(counter.tender(tender, 500 * pieces), lines=[sale_line(quantity=pieces)])
    counter.sell(sale)
    return sale.order_id, sale.tenders[0].payment_id


def test_field_case_49_what_came_back_is_marked_on_the_sale(counter: Counter) -> None:
    """Nothing showed what had been returned already; here each line of the sale tells how much of it went back."""
    order_id, paid = _sold(counter, 3)
    done(counter.refund(paid, 1000, lines={1: Decimal(2)}))
    with counter.database.transaction(counter.merchant_id) as connection:
        seen = order_seen(connection, counter.merchant_id, order_id)  # type: ignore[arg-type]  # an id is a text
    assert seen is not None
    assert [(line.quantity, line.refunded_quantity) for line in seen.lines] == [(3, 2)]
    assert [one.refunded_minor for one in seen.payments if one.kind == "sale"] == [1000]


def test_field_case_50_three_refunded_of_one_and_a_refund_of_a_refund(counter: Counter) -> None:
    """The back office refunded three of one, twice, and refunds themselves; here line and payment have a cap each."""
    _, paid = _sold(counter)
    assert no(counter.refund(paid, 500, lines={1: Decimal(3)})) == "above_sold"
    assert no(counter.refund(paid, 1500)) == "above_capture"
    counter.wechat.plan("refund", Fate.LATE_REQUEST)
    first = done(counter.refund(paid, 250, lines={1: Decimal(1)}))
    assert first.state == "unknown"
    assert no(counter.refund(paid, 250, lines={1: Decimal(1)})) == "above_sold"
    assert no(counter.refund(first.payment_id, 250)) == "not_a_sale"


def test_field_case_51_three_returns_of_two_and_the_money_handed_over_instead_of_the_price(counter: Counter) -> None:
    """Three returns passed on two items, and the refund offered what was handed over; here the price is the cap."""
    handed = msgspec.structs.replace(counter.tender("cash", 1000), handed_minor=2000)
    sale = counter.sale(handed, lines=[sale_line(quantity=2)])
    counter.sell(sale)
    assert no(counter.refund(handed.payment_id, 2000)) == "above_capture"
    for _ in range(2):
        done(counter.refund(handed.payment_id, 500, lines={1: Decimal(1)}))
    assert no(counter.refund(handed.payment_id, 500, lines={1: Decimal(1)})) == "above_capture"


def test_field_case_52_one_invoice_is_returned_again_and_again(counter: Counter) -> None:
    """The same invoice was returned many times; here what is left to give back is counted on the payment itself."""
    _, paid = _sold(counter)
    done(counter.refund(paid, 500))
    for _ in range(5):
        assert no(counter.refund(paid, 500)) == "above_capture"
    assert counter.wechat.refunded(paid) == 500


def test_field_case_53_cash_is_paid_out_on_what_was_never_paid_and_real_refunds_are_blocked(counter: Counter) -> None:
    """Unpaid invoices paid out, and the cap against it blocked true refunds; here a refused refund frees its cap."""
    counter.wechat.plan("charge", Fate.DECLINED, Fate.PENDING)
    for code in ("nothing_taken", "outcome_unknown"):
        sale = counter.sale(counter.tender("wechat"))
        counter.sell(sale)
        assert no(counter.refund(sale.tenders[0].payment_id, 500)) == code
    _, paid = _sold(counter)
    counter.wechat.plan("refund", Fate.DECLINED)
    assert done(counter.refund(paid, 500)).state == "declined"
    assert done(counter.refund(paid, 500)).state == "approved"


def test_field_case_56_one_click_refunds_twice(counter: Counter) -> None:
    """One click gave the money back twice; here eight requests of one id move it once, and so do eight without."""
    _, paid = _sold(counter)
    _, other = _sold(counter)
    with ThreadPoolExecutor(8) as threads:
        same = list(threads.map(lambda _: counter.refund(paid, 500, payment_id="one-click"), range(8)))
        each = list(threads.map(lambda n: counter.refund(other, 500, payment_id=f"click-{n}"), range(8)))
    assert all(isinstance(answer, Taken) for answer in same)
    assert sum(isinstance(answer, Taken) for answer in each) == 1
    assert counter.wechat.refunded(paid) == counter.wechat.refunded(other) == 500
