"""A sale is found at the till by what stands on its slip, in its store alone."""

from __future__ import annotations

from counterfoil.counter.paper.numbers import number_of
from counterfoil.ids import OrderId, TerminalId
from counterfoil.shop.merchants.tables import TERMINALS
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Grant, Role
from tests.counter.shop import ANN, OTHER_STORE, T2
from tests.counter.till import sold
from tests.web.till import BrowserTill, done


def found(till: BrowserTill, number: str) -> list[str]:
    return [one["order"]["order_id"] for one in done(till.ask("GET", f"sales?number={number}"))]


def test_by_its_number_and_by_its_id(till: BrowserTill) -> None:
    sale = till.sale(till.tender())
    slip = done(till.offer(sale))["slip"]
    assert found(till, slip["number"]) == [sale["order_id"]]
    assert found(till, slip["number"].replace("-", "%20").lower()) == [sale["order_id"]]
    assert found(till, str(sale["order_id"])) == [sale["order_id"]]
    assert found(till, "ABCDEF-1234") == []
    assert found(till, "") == []
    assert found(till, "x" * 65) == []


def test_of_two_with_one_number_both_are_shown(till: BrowserTill) -> None:
    shop = till.counter
    names = ["till-1-ABCD", "till-2-ABCD"]
    for order_id in names:
        sold(shop.sell(shop.sale(shop.tender(), order_id=OrderId(order_id))))
    (one,) = done(till.ask("GET", "sales?number=till-1-ABCD"))
    assert sorted(found(till, one["slip"]["number"])) == names


def test_not_one_of_another_store(till: BrowserTill) -> None:
    shop, there = till.counter, TerminalId("t9")
    with shop.database.transaction(shop.merchant_id) as connection:
        own = {"merchant_id": shop.merchant_id, "created_at": shop.clock.now, "name": "till"}
        connection.execute(TERMINALS.insert().values(**own, terminal_id=there, store_id=OTHER_STORE))
        grant = Grant(staff_id=ANN, role=Role.CASHIER, store_id=OTHER_STORE)
        staff.give(connection, shop.merchant_id, grant, now=shop.clock.now)
    sale = shop.sale(shop.tender(), store_id=OTHER_STORE, terminal_id=there)
    sold(shop.sell(sale))
    assert found(till, number_of(sale.order_id, sale.placed_at)) == []
    assert found(till, sale.order_id) == []


def test_the_slip_says_what_was_rung_up_in_the_words_of_whoever_stands_there(till: BrowserTill) -> None:
    priced = till.price({"sku": "bread", "quantity": "2"}, {"sku": "milk"})
    slip = done(till.offer(till.sale(till.tender(amount_minor=1300), priced=priced)))["slip"]
    assert slip["place"] == {
        "merchant": "Corner shop",
        "store": "s1",
        "address": "",
        "terminal": "till",
        "operator": "ann",
    }
    assert [(row["label"], row["quantity"], row["unit_price_minor"]) for row in slip["lines"]] == [
        ("bread", "2", 500),
        ("milk", "1", None),
    ]
    assert [(row["label"], row["amount_minor"]) for row in slip["paid"]] == [("Cash", 1300)]


def test_the_slip_of_another_till_s_sale_calls_that_till_by_its_name(till: BrowserTill) -> None:
    shop = till.counter
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(TERMINALS.update().where(TERMINALS.c.terminal_id == T2).values(name="By the door"))
    sale = shop.sale(shop.tender(), terminal_id=T2)
    sold(shop.sell(sale))
    (one,) = done(till.ask("GET", f"sales?number={sale.order_id}"))
    assert one["slip"]["place"]["terminal"] == "By the door"
