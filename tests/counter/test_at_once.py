"""Many at once: one sale stays one sale, a bad one costs its neighbours nothing, and hot goods lock nobody out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from random import Random

from counterfoil.books.orders.model import Sale
from counterfoil.counter.answers import Recorded, SaleAnswer
from counterfoil.counter.house import House
from counterfoil.refusals import Refused
from tests.counter.shop import PRICES
from tests.counter.till import Counter, sale_line, sold, with_other


def _offers(counter: Counter, house: House, sale: Sale, times: int) -> list[SaleAnswer | Refused]:
    """Offer a sale several times at once in an event loop of its own."""

    async def offer() -> list[SaleAnswer | Refused]:
        offered = [house.selling.sell(counter.merchant_id, counter.offered(sale)) for _ in range(times)]
        answers = await asyncio.gather(*offered)
        await house.selling.group.close()
        return answers

    return asyncio.run(offer())


def test_one_sale_that_eight_threads_offer_at_once_is_one_sale(counter: Counter) -> None:
    """Eight event loops with a recorder each, as eight processes would be, and four times in each."""
    sale = counter.sale(counter.tender("wechat", 300), counter.tender("cash", 200))
    houses = [counter.another_house() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(_offers, counter, house, sale, 4) for house in houses]
        answers = [sold(answer) for one in asked for answer in one.result()]
    recorded = sorted(answer.recorded for answer in answers)
    assert recorded == [Recorded.CREATED] + [Recorded.EXISTS] * 31
    assert counter.wechat.sent["charge", sale.tenders[0].payment_id] == 1
    assert counter.on_hand() == 999
    assert counter.value("SELECT count(*) FROM payments") == 2
    assert counter.value("SELECT count(*) FROM slips") == 1
    assert counter.order(sale.order_id)["state"] == "paid"


def test_two_orders_of_one_press_at_two_tills_at_once_are_one_sale(counter: Counter) -> None:
    first = counter.sale(counter.tender(), request_id="press-1")
    second = with_other(counter.sale(counter.tender(), request_id="press-1"), terminal_id="t2")
    houses = [counter.another_house() for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(_offers, counter, house, sale, 2)
            for house, sale in zip(houses, (first, second), strict=True)
        ]
        answers = [sold(answer) for one in asked for answer in one.result()]
    assert len({answer.order_id for answer in answers}) == 1
    assert sum(answer.recorded is Recorded.CREATED for answer in answers) == 1
    assert counter.value("SELECT count(*) FROM orders") == 1
    assert counter.on_hand() == 999


def test_a_batch_of_two_hundred_with_three_bad_ones_takes_the_others(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender("cash", 500, "taken")))
    sales = [counter.sale(counter.tender()) for _ in range(200)]
    sales[20] = with_other(sales[20], total_minor=499)
    sales[90] = with_other(sales[90], lines=(sale_line("bread", 1),), tenders=(counter.tender("cash", 500, "taken"),))
    sales[150] = with_other(sales[150], currency="EUR")
    answers = counter.sell_all(sales)
    bad = {n: answer.code for n, answer in enumerate(answers) if isinstance(answer, Refused)}
    assert bad == {20: "lines_do_not_add_up", 90: "payment_id_taken", 150: "other_currency"}
    assert all(answer.recorded is Recorded.CREATED for answer in answers if isinstance(answer, SaleAnswer))
    assert counter.value("SELECT count(*) FROM orders") == 198
    assert counter.on_hand() == 1000 - 198


def test_two_recorders_that_sell_the_same_goods_in_any_order_wait_for_each_other_and_never_both(
    counter: Counter,
) -> None:
    """Rows of stock are taken in the order of their key; taken as they come, batches like these lock each other out."""
    chance = Random(7)  # noqa: S311 — baskets, not secrets

    def basket() -> Sale:
        skus = chance.sample(sorted(PRICES), 4)
        lines = [sale_line(sku, chance.randint(1, 3)) for sku in skus]
        return counter.sale(counter.tender("cash", sum(line.amount_minor for line in lines)), lines=lines)

    baskets = [[basket() for _ in range(150)] for _ in range(2)]

    async def all_at_once(house: House, sales: list[Sale]) -> list[SaleAnswer | Refused]:
        offered = (house.selling.sell(counter.merchant_id, counter.offered(sale)) for sale in sales)
        answers = await asyncio.gather(*offered)
        await house.selling.group.close()
        return answers

    before = counter.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    houses = [counter.another_house() for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(asyncio.run, all_at_once(house, sales)) for house, sales in zip(houses, baskets, strict=True)
        ]
        answers = [sold(answer) for one in asked for answer in one.result()]
    assert all(answer.recorded is Recorded.CREATED for answer in answers)
    for sku in PRICES:
        out = sum(line.quantity for sales in baskets for sale in sales for line in sale.lines if line.sku == sku)
        assert counter.on_hand(sku) == 1000 - out
    after = counter.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert after == before


def test_selling_and_voiding_the_same_goods_at_once_leaves_the_shelf_right(counter: Counter) -> None:
    lines = [sale_line(sku) for sku in ("tea", "bread", "milk")]
    total = sum(line.amount_minor for line in lines)
    sales = [counter.sale(counter.tender("cash", total), lines=lines) for _ in range(20)]
    for sale in sales:
        counter.sell(sale)
    more = [counter.sale(counter.tender("cash", total), lines=list(reversed(lines))) for _ in range(60)]
    house = counter.another_house()

    async def sell() -> None:
        await asyncio.gather(*(house.selling.sell(counter.merchant_id, counter.offered(sale)) for sale in more))
        await house.selling.group.close()

    with ThreadPoolExecutor(5) as threads:
        selling = threads.submit(asyncio.run, sell())
        voids = list(threads.map(lambda sale: counter.void(sale.tenders[0].payment_id, total), sales))
        selling.result()
    assert not any(isinstance(void, Refused) for void in voids)
    assert counter.on_hand("bread") == 1000 - 60


def test_of_two_sales_of_one_press_in_an_upload_the_first_is_the_sale(counter: Counter) -> None:
    """Rows are written in the order of their ids; who comes first is said by the upload."""
    late_name = with_other(counter.sale(counter.tender(), request_id="press-1"), order_id="z")
    other = counter.sale(counter.tender("cash", 300), lines=[sale_line("milk")], request_id="press-1", order_id="a")
    first, second = (sold(answer) for answer in counter.sell_all([late_name, other]))
    assert (first.recorded, first.order_id) == ("created", "z")
    assert (second.recorded, second.order_id) == ("exists_with_different_total_minor", "z")
    assert counter.value("SELECT count(*) FROM orders") == 1
    assert counter.value("SELECT sum(amount_minor) FROM payments") == 500


def test_of_two_sales_of_one_id_in_an_upload_the_first_is_the_sale(counter: Counter) -> None:
    first = counter.sale(counter.tender())
    second = with_other(first, lines=(sale_line("milk"),), total_minor=300, tenders=())
    answers = [sold(answer).recorded for answer in counter.sell_all([first, second])]
    assert answers == ["created", "exists_with_different_total_minor"]


def test_a_sale_of_a_press_whose_first_sale_was_refused_is_the_sale(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender("cash", 500, "taken")))
    refused = counter.sale(counter.tender("cash", 500, "taken"), request_id="press-1")
    good = counter.sale(counter.tender(), request_id="press-1")
    answers = counter.sell_all([refused, good, good])
    assert isinstance(answers[0], Refused)
    assert [sold(answer).recorded for answer in answers[1:]] == ["created", "exists"]


def test_a_sale_of_a_press_whose_first_sale_stands_under_another_press_is_the_sale(counter: Counter) -> None:
    there = counter.sale(counter.tender(), request_id="press-1")
    counter.sell(there)
    claimed = with_other(there, request_id="press-2")
    own = counter.sale(counter.tender(), request_id="press-2")
    answers = [sold(answer) for answer in counter.sell_all([claimed, own])]
    assert [answer.recorded for answer in answers] == ["exists_with_different_request_id", "created"]
    assert answers[1].order_id == own.order_id
