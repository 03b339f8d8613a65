"""What stands on a slip: what the books hold, and nothing that they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.orders.model import Line
from counterfoil.counter.looking.store import LineSeen, LineTax, OrderSeen, PaymentSeen, order_seen
from counterfoil.counter.paper.laying import paper_of
from counterfoil.counter.paper.model import Paper, Place, Row
from counterfoil.counter.paper.store import names_on, place_of
from counterfoil.languages import Language
from counterfoil.shop.catalogue.tables import ITEMS, TAXES
from counterfoil.shop.pricing.line_names import LineNames
from tests.counter.till import Counter, sold

PLACED_AT = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
PLACE = Place(merchant="Corner shop", store="s1", address="", terminal="till", operator="ann")
VAT = LineTax(tax_code="goods", amount_minor=115, rate=Decimal("0.130000"), name_en="VAT", name_zh="增值税")


def line(quantity: str = "1", amount_minor: int = 1000, **more: Any) -> LineSeen:  # noqa: ANN401 — fields of a line
    told: dict[str, Any] = {
        "line_no": 1,
        "sku": "tea",
        "name": "Green tea",
        "quantity": Decimal(quantity),
        "amount_minor": amount_minor,
        "line_kind": "goods",
        "voided_at": None,
        "refunded_quantity": Decimal(0),
        "refund_reserved_quantity": Decimal(0),
        "unit_price_minor": None,
        "sold_by": "piece",
        "tax": None,
    }
    return LineSeen(**told | more)


def payment(payment_id: str, kind: str, minor: int, **more: Any) -> PaymentSeen:  # noqa: ANN401 — fields of a payment
    told: dict[str, Any] = dict.fromkeys(PaymentSeen.__dataclass_fields__)
    told |= {"payment_id": payment_id, "kind": kind, "tender": "cash", "amount_minor": minor, "state": "approved"}
    return PaymentSeen(**told | more)


def paper(*parts: LineSeen | PaymentSeen, language: Language = Language.EN, **more: Any) -> Paper:  # noqa: ANN401 — fields of an order
    told: dict[str, Any] = dict.fromkeys(OrderSeen.__dataclass_fields__)
    told |= {"order_id": "o1", "placed_at": PLACED_AT, "total_minor": 0, "currency": "CNY", "training": False}
    told["lines"] = tuple(part for part in parts if isinstance(part, LineSeen))
    told["payments"] = tuple(part for part in parts if isinstance(part, PaymentSeen))
    return paper_of(OrderSeen(**told | more), PLACE, language, LineNames())


def rows(listed: tuple[Row, ...]) -> list[tuple[str, int]]:
    return [(row.label, row.amount_minor) for row in listed]


# ---------------------------------------------------------------- goods


@pytest.mark.parametrize(
    ("one", "quantity", "is_weighed", "unit_price_minor"),
    [
        (line("1", 500, unit_price_minor=500), "1", False, None),
        (line("2.0000", 1000, unit_price_minor=500), "2", False, 500),
        (line("0.5320", 1000, unit_price_minor=1880, sold_by="weight"), "0.532", True, 1880),
        # A weight that happens to be a whole kilogram is one.
        (line("1", 1880, unit_price_minor=1880, sold_by="weight"), "1", True, 1880),
        # What the catalogue knows no more was weighed where nobody could count it.
        (line("0.5", 940, unit_price_minor=1880, sold_by=None), "0.5", True, 1880),
        # A till that told no price sold at what divides, or at nobody knows what.
        (line("3", 1500), "3", False, 500),
        (line("3", 1000), "3", False, None),
        (line("0.5", 940, sold_by="weight"), "0.5", True, None),
        # A scale's label holds, whatever weight times price would be.
        (line("0.5", 999, unit_price_minor=1880, sold_by="weight"), "0.5", True, None),
    ],
)
def test_a_price_for_a_piece_stands_where_it_comes_to_the_amount(
    one: LineSeen,
    quantity: str,
    is_weighed: bool,  # noqa: FBT001 — a column of the table above
    unit_price_minor: int | None,
) -> None:
    (row,) = paper(one).lines
    assert (row.quantity, row.is_weighed, row.unit_price_minor) == (quantity, is_weighed, unit_price_minor)


def test_what_is_taken_off_stands_below_as_one_sum_and_what_was_voided_nowhere() -> None:
    off = {"line_kind": "discount", "name": "Discount on the sale", "sku": "cart-discount"}
    said = paper(line(), line(amount_minor=30, **off), line(voided_at=PLACED_AT), line(amount_minor=20, **off))
    assert rows(said.lines) == [("Green tea", 1000), ("Discount on the sale", -50)]
    assert said.lines[1].quantity is None


# ---------------------------------------------------------------- taxes


def test_a_tax_that_prices_contain_is_summed_by_its_rate() -> None:
    food = LineTax(tax_code="food", amount_minor=41, rate=Decimal("0.065"), name_en="Food tax 6.5 %", name_zh=None)
    said = paper(line(tax=VAT), line(tax=food), line(tax=replace(VAT, amount_minor=5)))
    assert rows(said.taxes) == [("of which VAT 13%", 120), ("of which Food tax 6.5 %", 41)]
    assert rows(paper(line(tax=VAT), language=Language.ZH).taxes) == [("其中增值税 13%", 115)]


def test_a_tax_that_is_added_is_a_line_with_its_rate() -> None:
    added = line(amount_minor=115, line_kind="tax", sku="goods", name="VAT", tax=replace(VAT, amount_minor=None))
    said = paper(line(tax=VAT), added)
    assert rows(said.lines) == [("Green tea", 1000), ("VAT 13%", 115)]
    assert said.taxes == ()


def test_a_tax_of_which_a_line_does_not_say_how_much_is_not_guessed() -> None:
    assert paper(line(tax=VAT), line(tax=replace(VAT, amount_minor=None))).taxes == ()


def test_a_tax_that_the_catalogue_does_not_know_is_called_by_its_code() -> None:
    unknown = LineTax(tax_code="R7", amount_minor=70, rate=None, name_en=None, name_zh=None)
    assert rows(paper(line(tax=unknown)).taxes) == [("of which R7", 70)]


# ---------------------------------------------------------------- payments


def test_it_adds_up_after_a_payment_that_the_bank_reversed() -> None:
    said = paper(
        payment("p1", "sale", 1000, tendered_minor=1000),
        payment("p2", "sale", 590, tender="card", state="cancelled"),
        payment("p3", "reversal", 590, tender="card", original_payment_id="p2"),
        payment("p4", "sale", 590, tendered_minor=5000),
    )
    assert rows(said.paid) == [("Cash", 1000), ("Cash", 5000), ("Change", 4410)]


def test_what_was_to_go_back_and_was_reversed_is_no_money_that_went_back() -> None:
    """The slip said that 8.90 were given back, and the bank had all of it."""
    said = paper(
        line(amount_minor=890),
        payment("p", "sale", 890, tender="card"),
        payment("v", "void", 890, tender="card", state="cancelled", original_payment_id="p"),
        payment("v.r1", "reversal", 890, tender="card", original_payment_id="v"),
    )
    assert rows(said.paid) == [("Card", 890)]


def test_it_shows_what_went_back_of_what_was_paid() -> None:
    bought = payment("p1", "sale", 1590, tender="card", instrument_tail="4242")
    back = payment("u1", "refund", 590, tender="card", original_payment_id="p1")
    assert rows(paper(bought, back).paid) == [("Card ****4242", 1590), ("Card (back to the customer)", -590)]
    assert rows(paper(bought, back, language=Language.ZH).paid)[1] == ("银行卡（退给顾客）", -590)


def test_it_leaves_out_what_never_happened_and_shows_what_is_not_known_yet() -> None:
    card = payment("p1", "sale", 590, tender="card", state="unknown")
    asked = payment("r1", "reversal", 590, tender="card", state="intended", original_payment_id="p1")
    assert rows(paper(card, asked).paid) == [("Card (unknown)", 590)]
    declined = payment("p2", "sale", 590, tender="card", state="declined")
    refused = payment("u1", "refund", 100, state="declined", original_payment_id="p3")
    assert rows(paper(declined, payment("p3", "sale", 590), refused).paid) == [("Cash", 590)]


# ---------------------------------------------------------------- from the books


def test_an_order_is_read_with_what_the_catalogue_knows_of_its_lines(counter: Counter) -> None:
    own = {"merchant_id": counter.merchant_id}
    with counter.database.transaction(counter.merchant_id) as connection:
        vat = {"tax_code": "goods", "name_en": "VAT", "name_zh": "增值税", "rate": Decimal("0.13"), "included": True}
        connection.execute(TAXES.insert().values(**own, **vat))
        connection.execute(ITEMS.update().where(ITEMS.c.sku == "milk").values(sold_by="weight"))
    lines = (
        Line(
            sku="bread", quantity=Decimal(2), amount_minor=1000, unit_price_minor=500, tax_code="goods", tax_minor=115
        ),
        Line(sku="milk", quantity=Decimal("1.5"), amount_minor=450, unit_price_minor=300),
    )
    order_id = sold(counter.sell(counter.sale(counter.tender("cash", 1450), lines=lines))).order_id
    with counter.database.transaction(counter.merchant_id) as connection:
        order = order_seen(connection, counter.merchant_id, order_id)
        assert order is not None
        names = names_on(connection, counter.merchant_id, [order])
        said = paper_of(order, place_of(connection, counter.merchant_id, order), Language.EN, names)
    assert said.place == Place(merchant="Corner shop", store="s1", address="", terminal="till", operator="ann")
    assert [(row.label, row.quantity, row.is_weighed, row.unit_price_minor) for row in said.lines] == [
        ("bread", "2", False, 500),
        ("milk", "1.5", True, 300),
    ]
    assert rows(said.taxes) == [("of which VAT 13%", 115)]
