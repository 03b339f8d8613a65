"""The slip of a case as its page offers it: what stands on it, who may print it, and what is said of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.books.orders.model import Line
from counterfoil.counter.paper.numbers import number_of
from counterfoil.desk.cases.model import CaseId
from counterfoil.ids import OrderId, StaffId
from counterfoil.shop.catalogue.tables import ITEMS, TAXES
from counterfoil.shop.staff.model import Role
from tests.counter.shop import ANN, PINS, SUE
from tests.counter.till import Counter, sold
from tests.desk.steps.shop import OLA, TOM, double, found, lost
from tests.desk.steps.test_printing import unprinted
from tests.web.conftest import Opening
from tests.web.desk import case_page, form_on, press, read, send, state_of
from tests.web.shop import Visitor, hire, leads_to


def slip_page(case_id: CaseId, order_id: str) -> str:
    return f"/desk/cases/{case_id}/slips/{order_id}"


def told(visitor: Visitor, case_id: CaseId, order_id: str, **typed: str) -> str:
    page = visitor.get(slip_page(case_id, order_id))
    return leads_to(send(visitor, form_on(page, "/slips"), **typed))


def test_it_says_what_was_sold_for_how_much_a_piece_what_of_it_is_tax_and_its_number(
    desk: Visitor, counter: Counter
) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        vat = {"tax_code": "goods", "name_en": "VAT", "name_zh": "增值税", "rate": Decimal("0.13"), "included": True}
        connection.execute(TAXES.insert().values(merchant_id=counter.merchant_id, **vat))
        connection.execute(ITEMS.update().where(ITEMS.c.sku == "milk").values(sold_by="weight"))
    lines = (
        Line(sku="bread", quantity=Decimal(2), amount_minor=1000, tax_code="goods", tax_minor=115),
        Line(sku="milk", quantity=Decimal("1.5"), amount_minor=450, unit_price_minor=300),
    )
    sale = counter.sale(counter.tender("cash", 1450), lines=lines)
    sold(counter.sell(sale))
    case_id = found(counter, "F1", next_step="send_the_slip", subject=f"order:{sale.order_id}")
    page = desk.get(slip_page(case_id, sale.order_id))
    said = read(page)
    assert "2 × bread CNY 5.00 each CNY 10.00" in said
    assert "1.5 kg × milk CNY 3.00 per kg CNY 4.50" in said
    assert "Total CNY 14.50 of which VAT 13% CNY 1.15 Cash CNY 14.50" in said
    assert f"Number {number_of(sale.order_id, sale.placed_at)} Till till Operator ann" in said
    assert "COPY" not in said
    desk.post("/look", language="zh")
    assert "其中增值税 13% CNY 1.15 现金 CNY 14.50" in read(desk.get(slip_page(case_id, sale.order_id)))


def test_the_page_needs_nothing_that_the_browser_is_forbidden(desk: Visitor, counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    page = desk.get(slip_page(case_id, order_id)).text
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


def test_the_button_of_the_case_leads_to_it_and_what_is_said_there_stands_in_the_case(
    desk: Visitor, counter: Counter
) -> None:
    order_id, case_id = unprinted(counter)
    assert f'href="{slip_page(case_id, order_id)}"' in case_page(desk, case_id).text
    assert told(desk, case_id, order_id, fault="paper_out") == f"/desk/cases/{case_id}"
    said = read(case_page(desk, case_id))
    assert "The slip did not come out, and is still owed." in said
    assert "Print the slip: it did not come out, and is still owed" in said
    assert told(desk, case_id, order_id) == f"/desk/cases/{case_id}"
    said = read(case_page(desk, case_id))
    assert "The slip is printed, and the books know it." in said
    assert "Print the slip: it came out" in said
    assert counter.value("SELECT state FROM slips") == "printed"


def test_said_twice_it_is_one_slip(desk: Visitor, counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    form = form_on(desk.get(slip_page(case_id, order_id)), "/slips")
    send(desk, form)
    send(desk, form)
    assert "nothing was done again" in read(case_page(desk, case_id))
    assert counter.value("SELECT count(*) FROM journal WHERE tag LIKE 'slip:%'") == 1


def test_another_one_is_a_copy_says_so_and_needs_who_may_reprint(
    desk: Visitor, counter: Counter, opening: Opening
) -> None:
    order_id, case_id = unprinted(counter)
    told(desk, case_id, order_id)
    # Finance works on cases, and prints no copies.
    assert desk.get(slip_page(case_id, order_id)).status_code == 403
    assert "Print a copy" not in read(case_page(desk, case_id))
    support = opening()
    support.sign_in(OLA)
    assert "Print a copy" in read(case_page(support, case_id))
    page = support.get(slip_page(case_id, order_id))
    assert "COPY" in read(page)
    assert "Did the slip come out?" not in read(page)
    assert f'action="/desk/cases/{case_id}/slips"' not in page.text


def test_after_money_went_back_the_case_says_whose_slip_is_owed_even_when_it_has_closed(
    desk: Visitor, counter: Counter
) -> None:
    order_id, _payment_id, case_id = double(counter)
    owed = "The customer is owed a slip of the money back: print it."
    assert owed not in read(case_page(desk, case_id))
    press(desk, case_id, "/refunds", reason="charged twice", authoriser=SUE, pin=PINS[SUE])
    assert owed in read(case_page(desk, case_id))
    lost(counter, case_id)
    assert state_of(counter, case_id) == "closed"
    assert owed in read(case_page(desk, case_id))
    assert "Card ****" in read(desk.get(slip_page(case_id, order_id)))
    assert "(back to the customer) CNY −5.00" in read(desk.get(slip_page(case_id, order_id)))
    told(desk, case_id, order_id)
    assert owed not in read(case_page(desk, case_id))
    assert {row["state"] for row in counter.rows("SELECT state FROM slips WHERE order_id = :id", id=order_id)} == {
        "printed"
    }


def test_an_order_of_another_case_is_not_printed_from_here(desk: Visitor, counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    other, _other_case = unprinted(counter)
    assert desk.get(slip_page(case_id, other)).status_code == 404
    assert desk.get(slip_page(case_id, "nobody")).status_code == 404
    assert desk.get(slip_page(CaseId("nobody"), other)).status_code == 404
    form = form_on(desk.get(slip_page(case_id, order_id)), "/slips")
    form.fields["about"] = other
    assert send(desk, form).status_code == 409
    assert {row["state"] for row in counter.rows("SELECT state FROM slips")} == {"due"}


@pytest.mark.parametrize("who", [TOM, ANN])
def test_nobody_of_another_store_and_no_cashier_prints_it(
    desk: Visitor, counter: Counter, opening: Opening, who: StaffId
) -> None:
    order_id, case_id = unprinted(counter)
    form = form_on(desk.get(slip_page(case_id, order_id)), "/slips")
    visitor = opening()
    visitor.sign_in(who)
    assert visitor.get(slip_page(case_id, order_id)).status_code == 403
    form.fields["form_token"] = visitor.token("/design")
    assert send(visitor, form).status_code == 403
    assert counter.value("SELECT state FROM slips") == "due"


def test_who_only_reads_sees_no_button_and_no_slip(desk: Visitor, counter: Counter, opening: Opening) -> None:
    order_id, case_id = unprinted(counter)
    hire(counter.database, counter.merchant_id, "aud", Role.AUDITOR)
    auditor = opening()
    auditor.sign_in("aud")
    assert slip_page(case_id, order_id) not in case_page(auditor, case_id).text
    assert auditor.get(slip_page(case_id, order_id)).status_code == 403


def test_a_case_of_somebody_else_shows_no_slip_to_print(desk: Visitor, counter: Counter, opening: Opening) -> None:
    order_id, case_id = unprinted(counter)
    support = opening()
    support.sign_in(OLA)
    press(support, case_id, "/taking")
    assert desk.get(slip_page(case_id, order_id)).status_code == 409
    assert slip_page(case_id, order_id) not in case_page(desk, case_id).text


# ---------------------------------------------------------------- the number


def test_a_case_is_found_by_the_number_on_the_slip(desk: Visitor, counter: Counter) -> None:
    order_id, case_id = unprinted(counter)
    number = number_of(OrderId(order_id), counter.clock.now)
    counter.clock.passes(seconds=2)
    _other, other_case = unprinted(counter)
    for typed in (number, number.lower().replace("-", "")):
        found_there = desk.get(f"/desk?q={typed}").text
        assert f"/desk/cases/{case_id}" in found_there
        assert f"/desk/cases/{other_case}" not in found_there


def test_the_cases_of_both_orders_of_one_number_are_shown(desk: Visitor, counter: Counter) -> None:
    cases = []
    for order_id in ("till-1-ABCD", "till-2-ABCD"):
        sold(counter.sell(counter.sale(counter.tender(), order_id=OrderId(order_id))))
        cases.append(found(counter, counter.number("F"), subject=f"order:{order_id}"))
    page = desk.get(f"/desk?q={number_of(OrderId('till-1-ABCD'), counter.clock.now)}").text
    assert all(f"/desk/cases/{case_id}" in page for case_id in cases)
