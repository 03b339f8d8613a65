"""The first page of the office: today's money, the cases in hand, and voids beside those of others."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from counterfoil.counter.overview.store import OperatorTally
from counterfoil.counter.paper.numbers import number_of
from counterfoil.languages import Language
from counterfoil.shop.staff.model import Role
from counterfoil.web.office.overview import voids_beside_peers
from counterfoil.web.showing import day
from tests.counter.shop import ANN, BEN, OPENING, OTHER_STORE, STORE, SUE
from tests.counter.till import Counter, sale_line
from tests.desk.steps.shop import found
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import Visitor, hire

OFFICE = "/office"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who audits."""
    hire(counter.database, counter.merchant_id, "ada", Role.AUDITOR)
    visitor = opening()
    visitor.sign_in("ada")
    return visitor


def test_an_empty_day_says_so(office: Visitor) -> None:
    said = read(office.get(OFFICE))
    assert "Nothing has been sold today" in said
    assert "Nobody has sold or voided anything" in said


def test_todays_money_stands_by_store_and_tender_and_as_a_chart(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    counter.sell(counter.sale(counter.tender("wechat", 300), lines=[sale_line("milk")]))
    voided = counter.sale(counter.tender())
    counter.sell(voided)
    counter.undo(voided.tenders[0].payment_id, 500)
    page = office.get(OFFICE)
    said = read(page)
    assert "Taken today CNY 8.00" in said
    assert "Given back today CNY 5.00" in said
    assert "s1 CNY 5.00 CNY 3.00 CNY 8.00" in said
    laid = re.search(r'data-chart="([^"]+)"', page.text)
    assert laid is not None
    chart = json.loads(unescape(laid[1]))
    assert chart["labels"] == ["s1", "s2"]
    assert {one["name"]: one["values"] for one in chart["series"]} == {"cash": [5.0, 0.0], "WeChat Pay": [3.0, 0.0]}


def test_yesterdays_money_is_not_todays(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    counter.clock.passes(days=1)
    office.sign_in("ada")
    assert "Nothing has been sold today" in read(office.get(OFFICE))


def test_a_store_that_has_closed_its_day_trades_on_the_next(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    today = OPENING.date()
    counter.house.closing.close_day(counter.merchant_id, STORE, today, SUE)
    said = read(office.get(OFFICE))
    assert f"The business day {day(today + timedelta(days=1), Language.EN)}" in said
    assert "Taken today CNY 0.00" in said
    assert "Nothing has been sold today" in said
    counter.sell(counter.sale(counter.tender()))
    assert "Taken today CNY 5.00" in read(office.get(OFFICE))


def test_a_store_whose_day_is_still_open_says_which_one_it_is(office: Visitor, counter: Counter) -> None:
    today = OPENING.date()
    counter.house.closing.close_day(counter.merchant_id, STORE, today, SUE)
    counter.sell(counter.sale(counter.tender()))
    said = read(office.get(OFFICE))
    assert f"The business day {day(today + timedelta(days=1), Language.EN)}" in said
    assert f"s1 CNY 5.00 CNY 5.00 s2 {day(today, Language.EN)} CNY 0.00" in said


def test_cases_are_counted_by_exception_with_the_money_at_risk(office: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"), amount_at_risk_minor=1_250)
    page = office.get(OFFICE)
    assert "Cases in hand 1" in read(page)
    assert "Money at risk CNY 12.50" in read(page)
    assert "Missing slip 1" in read(page)


def test_voids_stand_beside_those_of_the_others(office: Visitor, counter: Counter) -> None:
    for operator in (ANN, BEN, BEN, BEN, BEN):
        counter.sell(counter.sale(counter.tender(), operator_id=operator))
    sale = counter.sale(counter.tender(), operator_id=ANN)
    counter.sell(sale)
    counter.void(sale.tenders[0].payment_id, 500)
    said = read(office.get(OFFICE))
    assert "A ann s1 2 1 CNY 5.00 50.0 0.0" in said
    assert "B ben s1 4 0 CNY 0.00 0.0 50.0" in said


def test_peers_are_those_of_the_same_store_and_nobody_is_compared_with_nobody() -> None:
    here, there = (
        OperatorTally(store_id=store, operator_id=who, sales_n=10, voids_n=n, voided_minor=0)
        for store, who, n in ((STORE, ANN, 1), (OTHER_STORE, SUE, 5))
    )
    beside = voids_beside_peers([here, there])
    assert [one.tally.operator_id for one in beside] == [SUE, ANN]
    assert [one.peers_of_hundred for one in beside] == [None, None]


def test_practice_sales_are_left_out(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender(), training=True))
    said = read(office.get(OFFICE))
    assert "Nothing has been sold today" in said
    assert "Nobody has sold or voided anything" in said


def test_who_reads_at_one_store_sees_that_store_alone(counter: Counter, opening: Opening) -> None:
    counter.sell(counter.sale(counter.tender()))
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("moe")
    said = read(visitor.get(OFFICE))
    assert "Nothing has been sold today" in said
    assert "Nobody has sold or voided anything" in said


def test_an_odd_name_is_shown_and_never_obeyed(office: Visitor, counter: Counter) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.exec_driver_sql("UPDATE stores SET name = '<script>alert(1)</script>\"' WHERE store_id = 's1'")
        connection.exec_driver_sql("UPDATE staff SET name = '<script>alert(2)</script>' WHERE staff_id = 'ann'")
    counter.sell(counter.sale(counter.tender()))
    page = office.get(OFFICE)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(2)" in page.text


def test_another_merchants_money_is_not_there(office: Visitor, town_of_another: Counter) -> None:
    town_of_another.sell(town_of_another.sale(town_of_another.tender()))
    assert "Nothing has been sold today" in read(office.get(OFFICE))


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.SUPERVISOR, Role.FINANCE, Role.SUPPORT, Role.AUDITOR])
def test_roles_that_read_reports_open_it(role: Role, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    page = visitor.get(OFFICE)
    assert page.status_code == 200
    assert page.text.count('aria-current="page"') == 1


def test_a_cashier_may_not(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", Role.CASHIER)
    visitor = opening()
    visitor.sign_in("pat")
    assert visitor.get(OFFICE).status_code == 403


def test_an_open_sale_that_holds_money_is_told_of_once_nobody_pays_it_any_more(
    office: Visitor, counter: Counter
) -> None:
    sale = counter.sale(counter.tender("cash", 200))
    counter.sell(sale)
    assert "Open sales that hold money" not in read(office.get(OFFICE))
    counter.clock.passes(minutes=16)
    said = read(office.get(OFFICE))
    assert "Open sales that hold money" in said
    number = number_of(sale.order_id, sale.placed_at)
    assert number in said
    assert "CNY 2.00 CNY 5.00" in said


def test_an_open_sale_whose_part_went_back_is_told_of_no_more(office: Visitor, counter: Counter) -> None:
    sale = counter.sale(counter.tender("cash", 200))
    counter.sell(sale)
    counter.clock.passes(minutes=16)
    counter.undo(sale.tenders[0].payment_id, 200)
    assert "Open sales that hold money" not in read(office.get(OFFICE))


def test_open_sales_of_other_stores_are_not_shown(office: Visitor, counter: Counter, opening: Opening) -> None:
    sale = counter.sale(counter.tender("cash", 200))
    counter.sell(sale)
    counter.clock.passes(minutes=16)
    hire(counter.database, counter.merchant_id, "olga", Role.MANAGER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("olga")
    assert "Open sales that hold money" not in read(visitor.get(OFFICE))
