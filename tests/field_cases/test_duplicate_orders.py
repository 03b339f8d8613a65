"""Field cases 1 to 13, 15 to 18, 20 and 22: one purchase that became two orders."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from counterfoil.books.orders.model import Sale
from counterfoil.books.payments.ports import Answer, Outcome
from counterfoil.counter.answers import Recorded
from counterfoil.counter.closing.day import Closed
from counterfoil.counter.resembling.likeness import Resemblance, resemblances
from counterfoil.counter.resembling.store import recent_orders
from tests.counter.acquirer import Fate
from tests.counter.shop import STORE, SUE, T2
from tests.counter.till import Counter, sale_line, sold, with_other


def _once(counter: Counter, sale: Sale) -> None:
    """Insist that a bread was sold once: one order, one payment each tender, one slip, one bread less."""
    assert counter.value("SELECT count(*) FROM orders") == 1
    assert counter.value("SELECT count(*) FROM payments") == len(sale.tenders)
    assert counter.value("SELECT count(*) FROM slips") == 1
    assert counter.value("SELECT count(*) FROM order_lines") == len(sale.lines)
    assert counter.on_hand() == 999


def _alike(counter: Counter, sale: Sale) -> list[Resemblance]:
    with counter.database.transaction(counter.merchant_id) as connection:
        recent = recent_orders(
            connection,
            counter.merchant_id,
            STORE,
            total_minor=sale.total_minor,
            currency=sale.currency,
            until=sale.placed_at,
            window=timedelta(minutes=10),
        )
    return resemblances(sale, frozenset(), recent)


def test_field_case_01_a_second_tab_stores_the_offline_orders_again_under_new_numbers(counter: Counter) -> None:
    """Every offline order came twice with another slip number; here both tell the press of the button, which is one."""
    sale = counter.sale(counter.tender(), request_id="press-1", sequence_no="0001")
    twin = with_other(sale, order_id="o-tab-2", sequence_no="0002", tenders=(counter.tender(),))
    first, second = (sold(answer) for answer in counter.sell_all([sale, twin]))
    assert first.order_id == second.order_id
    assert Recorded.CREATED in {first.recorded, second.recorded}
    _once(counter, sale)


def test_field_case_02_one_slip_number_stands_on_two_orders(counter: Counter) -> None:
    """Ninety tills doubled orders under two references; here the second reference is told of the first order."""
    sale = counter.sale(counter.tender(), request_id="till-17:0042", sequence_no="0042")
    counter.sell(sale)
    again = sold(counter.sell(with_other(sale, order_id="another-reference")))
    assert again.order_id == sale.order_id
    _once(counter, sale)


def test_field_case_03_doubles_three_seconds_apart_with_different_references(counter: Counter) -> None:
    """Different references slipped through the check for equal ones; here the likeness is a question."""
    counter.sell(counter.sale(counter.tender()))
    counter.clock.passes(seconds=3)
    (alike,) = _alike(counter, counter.sale(counter.tender()))
    assert {"same_goods", "same_total", "same_terminal"} <= set(alike.reasons)


def test_field_case_04_the_answer_timed_out_and_the_till_sent_again(counter: Counter) -> None:
    """The server had booked when the till sent again; here the till's own id answers `exists`."""
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    assert sold(counter.sell(sale)).recorded is Recorded.EXISTS
    _once(counter, sale)


def test_field_case_05_three_or_four_double_tickets_a_day(counter: Counter) -> None:
    """Plain double tickets on a fresh installation; here a hundred offers of one sale owe one slip."""
    sale = counter.sale(counter.tender())
    for _ in range(20):
        counter.sell_all([sale] * 5)
    _once(counter, sale)


def test_field_case_06_an_order_is_uploaded_twice(counter: Counter) -> None:
    """An order was synchronised twice; here a whole upload may be repeated, and each sale says that it exists."""
    sale = counter.sale(counter.tender())
    assert [sold(one).recorded for one in counter.sell_all([sale])] == [Recorded.CREATED]
    assert [sold(one).recorded for one in counter.sell_all([sale])] == [Recorded.EXISTS]
    _once(counter, sale)


def test_field_case_07_doubles_after_the_line_came_back(counter: Counter) -> None:
    """Orders doubled after a reconnect; here the connection is cut, and the sale is offered on both sides."""
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    with psycopg.connect(counter.database.address) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'counterfoil sales'"
        )
    assert sold(counter.sell(sale)).recorded is Recorded.EXISTS
    _once(counter, sale)


def test_field_case_08_an_invoice_is_uploaded_twice_after_an_offline_spell(counter: Counter) -> None:
    """An offline queue held an invoice twice; here the two stand in one upload and become one sale."""
    sale = counter.sale(counter.tender())
    said = [sold(one).recorded for one in counter.sell_all([sale, sale])]
    assert said == [Recorded.CREATED, Recorded.EXISTS]
    _once(counter, sale)


def test_field_case_09_eight_tills_double_one_invoice_in_fifteen(counter: Counter) -> None:
    """Eight tills doubled invoices under the next number; here eight processes upload the same sale at once."""
    sale = counter.sale(counter.tender())
    houses = [counter.another_house() for _ in range(8)]

    async def upload(number: int) -> None:
        await houses[number].selling.sell_all(counter.merchant_id, [counter.offered(sale)])
        await houses[number].selling.group.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: asyncio.run(upload(number)), range(8)))
    _once(counter, sale)


def test_field_case_10_a_frozen_screen_submits_twice_within_two_seconds(counter: Counter) -> None:
    """The screen froze and the sale was posted twice; here both come while the first is being written."""
    sale = counter.sale(counter.tender())

    async def both() -> None:
        offered = counter.offered(sale)
        await asyncio.gather(*(counter.house.selling.sell(counter.merchant_id, offered) for _ in range(2)))

    counter.runner.run(both())
    _once(counter, sale)


def test_field_case_11_the_offline_name_of_a_sale_is_not_unique_in_the_database(counter: Counter) -> None:
    """Only the code looked for doubles; here the database itself refuses a second order of one press."""
    sale = counter.sale(counter.tender(), request_id="press-1")
    counter.sell(sale)
    copy = sa.text(
        "INSERT INTO orders SELECT copied.* FROM orders, "
        """jsonb_populate_record(orders, '{"order_id": "copy"}') AS copied"""
    )
    with (
        pytest.raises(IntegrityError, match="one_order_per_request"),
        counter.database.transaction(counter.merchant_id) as connection,
    ):
        connection.execute(copy)


def test_field_case_12_a_telephone_uploads_one_invoice_twice_and_the_stock_with_it(counter: Counter) -> None:
    """Ledger and stock were booked twice; here the stock leaves with the order's one insertion, or not at all."""
    sale = counter.sale(counter.tender())
    counter.sell_all([sale])
    counter.sell(sale)
    assert counter.on_hand() == 999
    _once(counter, sale)


def test_field_case_13_two_invoices_for_one_offline_sale(counter: Counter) -> None:
    """One offline sale became two invoices; here two orders of one press in one upload are one."""
    sale = counter.sale(counter.tender(), request_id="offline-7")
    twin = with_other(sale, order_id="second-invoice")
    answers = [sold(one) for one in counter.sell_all([sale, twin])]
    assert {answer.order_id for answer in answers} == {sale.order_id}
    _once(counter, sale)


def test_field_case_15_a_quick_double_submit_doubles_the_entries(counter: Counter) -> None:
    """Lines were entered twice; here a repeat adds no line, and one with more lines is told that it differs."""
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    doubled = with_other(sale, lines=(*sale.lines, *sale.lines), total_minor=1000)
    assert sold(counter.sell(doubled)).recorded == "exists_with_different_total_minor"
    _once(counter, sale)


def test_field_case_16_a_sale_stands_twice_in_the_register(counter: Counter) -> None:
    """The register counted a sale twice; here the day's total has it once, however often it was offered."""
    sale = counter.sale(counter.tender())
    for _ in range(3):
        counter.sell(sale)
    closed = counter.house.closing.close_day(counter.merchant_id, STORE, counter.clock.now.date(), SUE)
    assert isinstance(closed, Closed)
    assert [(total.tender, total.count, total.amount_minor) for total in closed.totals] == [("cash", 1, 500)]


def test_field_case_17_the_kitchen_gets_the_slip_twice(counter: Counter) -> None:
    """The kitchen cooked twice; here a slip is due by the order's own id, whoever brings the approval and how often."""
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    for _ in range(3):
        counter.hear(sale.tenders[0].payment_id, Answer(outcome=Outcome.APPROVED, amount_minor=500))
        counter.sell(sale)
    counter.resolve()
    _once(counter, sale)


def test_field_case_18_a_forwarded_offline_queue_turns_eight_orders_into_nineteen_charges(counter: Counter) -> None:
    """A queue was forwarded again and charged again; here an upload charges nobody, and the ids are the till's own."""
    sales = [counter.sale(counter.tender("wechat")) for _ in range(8)]
    for _ in range(3):
        counter.sell_all(sales)
    assert counter.wechat.calls == []
    counter.resolve()
    assert not [verb for verb, _ in counter.wechat.calls if verb == "charge"]
    assert counter.value("SELECT count(*) FROM payments WHERE kind = 'sale'") == 8


def test_field_case_20_one_payment_in_our_book_and_three_at_the_acquirer(counter: Counter) -> None:
    """A retry of the database sent the payment again; here it is sent after the commit, by whoever created the sale."""
    sale = counter.sale(counter.tender("wechat"))
    for _ in range(5):
        counter.sell(sale)
    assert counter.wechat.sent["charge", sale.tenders[0].payment_id] == 1
    _once(counter, sale)


def test_field_case_22_nobody_is_warned_of_the_same_customer_and_the_same_goods(counter: Counter) -> None:
    """Buyers doubled their own orders unwarned; here the cashier is asked once, and the answer is kept."""
    first = counter.sale(counter.tender(), customer_key="c1", lines=[sale_line("wine")], total_minor=8_800)
    counter.sell(with_other(first, tenders=(counter.tender("cash", 8_800),)))
    counter.clock.passes(minutes=5)
    second = counter.sale(customer_key="c1", lines=[sale_line("wine")], terminal_id=T2)
    (alike,) = _alike(counter, second)
    assert alike.order_id == first.order_id
    assert "same_customer" in alike.reasons
    assert alike.said_en
    assert alike.said_zh
    assert _alike(counter, with_other(second, repeat_of=first.order_id)) == []
