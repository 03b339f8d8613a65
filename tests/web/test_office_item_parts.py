"""What belongs to an item in the office: counts with their difference, barcodes, tax, and prices on lists."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
import sqlalchemy as sa

from counterfoil.shop.staff.model import Role
from tests.counter.shop import OTHER_STORE, STORE
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import form_on, forms_of, read
from tests.web.shop import Visitor, hire, leads_to

BREAD = "/office/items/bread"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who leads every store."""
    hire(counter.database, counter.merchant_id, "mia", Role.MANAGER)
    visitor = opening()
    visitor.sign_in("mia")
    return visitor


def send(visitor: Visitor, ending: str, **typed: str) -> httpx.Response:
    """Send a form of bread's page as it stands there."""
    form = form_on(visitor.get(BREAD), f"bread/{ending}")
    return visitor.client.post(form.action, data={**form.fields, **typed}, follow_redirects=False)


def take(visitor: Visitor, looked: httpx.Response) -> httpx.Response:
    """Press the button beneath a difference."""
    form = next(form for form in forms_of(looked) if form.action.endswith("/counts") and "seen" in form.fields)
    return visitor.client.post(form.action, data=form.fields, follow_redirects=False)


def write(counter: Counter, statement: str, **values: object) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.text(statement), {"merchant": counter.merchant_id, **values})


def on_hand(counter: Counter) -> Decimal:
    found = counter.value("SELECT on_hand FROM stock WHERE sku = 'bread' AND store_id = 's1'")
    assert isinstance(found, Decimal)
    return found


def test_a_count_shows_its_difference_before_it_is_taken(office: Visitor, counter: Counter) -> None:
    looked = send(office, "counts", store=STORE, counted="997", reason="monthly count")
    assert looked.status_code == 200
    assert "The books say 1,000 Counted 997 Difference −3 less than the books say" in read(looked)
    assert on_hand(counter) == 1000
    assert leads_to(take(office, looked)) == BREAD
    assert on_hand(counter) == 997
    moved = counter.rows("SELECT quantity, reason, operator_id, note FROM stock_movements WHERE reason = 'counted'")
    assert [dict(row) for row in moved] == [
        {"quantity": Decimal(-3), "reason": "counted", "operator_id": "mia", "note": "monthly count"}
    ]
    fact = counter.rows("SELECT actor_id, body FROM journal WHERE tag = 'item:stock:counted'")[0]
    assert fact["actor_id"] == "mia"
    assert {name: Decimal(fact["body"][name]) for name in ("before", "counted", "difference")} == {
        "before": 1000,
        "counted": 997,
        "difference": -3,
    }


def test_a_count_that_agrees_is_a_fact_and_moves_nothing(office: Visitor, counter: Counter) -> None:
    looked = send(office, "counts", store=STORE, counted="1000", reason="monthly count")
    assert "as the books say" in read(looked)
    take(office, looked)
    assert counter.value("SELECT count(*) FROM stock_movements WHERE reason = 'counted'") == 0
    assert counter.value("SELECT count(*) FROM journal WHERE tag = 'item:stock:counted'") == 1


def test_what_was_sold_between_looking_and_taking_is_not_counted_away(office: Visitor, counter: Counter) -> None:
    looked = send(office, "counts", store=STORE, counted="990", reason="monthly count")
    counter.sell(counter.sale(counter.tender()))
    again = take(office, looked)
    assert again.status_code == 409
    assert "Something moved meanwhile" in read(again)
    assert "The books say 999 Counted 990 Difference −9" in read(again)
    assert on_hand(counter) == 999
    assert leads_to(take(office, again)) == BREAD
    assert on_hand(counter) == 990


def test_the_first_count_of_a_store_that_has_none_begins_its_stock(office: Visitor, counter: Counter) -> None:
    looked = send(office, "counts", store=OTHER_STORE, counted="12", reason="opened")
    assert "Difference +12" in read(looked)
    take(office, looked)
    assert counter.value("SELECT on_hand FROM stock WHERE sku = 'bread' AND store_id = 's2'") == 12


@pytest.mark.parametrize(
    ("counted", "reason", "why"),
    [
        ("-1", "x", "This is no count"),
        ("1.5", "x", "This is no count"),
        ("many", "x", "This is no count"),
        ("1e5", "x", "This is no count"),
        ("5", " ", "Say why"),
        ("5", "x" * 201, "Say why"),
        ("5", "card 4111 1111 1111 1111", "must not be kept"),
    ],
)
def test_what_is_no_count_is_refused_and_stays_typed(
    counted: str, reason: str, why: str, office: Visitor, counter: Counter
) -> None:
    answer = send(office, "counts", store=STORE, counted=counted, reason=reason)
    assert answer.status_code == 409
    assert why in read(answer)
    assert f'value="{counted}"' in answer.text
    assert on_hand(counter) == 1000


def test_who_counts_at_one_store_counts_at_no_other(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "sid", Role.SUPERVISOR, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("sid")
    assert '<option value="s1"' not in visitor.get(BREAD).text
    answer = send(visitor, "counts", store=STORE, counted="5", reason="x", seen="1000")
    assert answer.status_code == 409
    assert "does not count stock at this store" in read(answer)
    assert on_hand(counter) == 1000


def test_a_barcode_is_added_found_at_the_till_and_removed(office: Visitor, counter: Counter) -> None:
    assert leads_to(send(office, "barcodes", barcode="4006381333931")) == BREAD
    assert counter.value("SELECT sku FROM barcodes WHERE barcode = '04006381333931'") == "bread"
    assert "04006381333931" in read(office.get(BREAD))
    assert leads_to(send(office, "barcodes/removals")) == BREAD
    assert counter.value("SELECT count(*) FROM barcodes") == 0
    tags = counter.rows("SELECT tag, actor_id FROM journal WHERE subject = 'item:bread' ORDER BY recorded_at")
    assert [(row["tag"], row["actor_id"]) for row in tags] == [
        ("item:barcode:added", "mia"),
        ("item:barcode:removed", "mia"),
    ]


def test_a_barcode_of_another_item_is_not_taken_from_it(office: Visitor, counter: Counter) -> None:
    write(counter, "INSERT INTO barcodes (merchant_id, barcode, sku) VALUES (:merchant, '04006381333931', 'tea')")
    answer = send(office, "barcodes", barcode="4006381333931")
    assert answer.status_code == 409
    assert "another item’s: tea" in read(answer)
    assert counter.value("SELECT sku FROM barcodes") == "tea"


def test_a_barcode_with_a_wrong_check_digit_is_refused(office: Visitor, counter: Counter) -> None:
    answer = send(office, "barcodes", barcode="4006381333932")
    assert answer.status_code == 409
    assert counter.value("SELECT count(*) FROM barcodes") == 0


def test_a_tax_is_set_and_taken_off_again(office: Visitor, counter: Counter) -> None:
    write(
        counter,
        "INSERT INTO taxes (merchant_id, tax_code, name_en, rate, included) VALUES (:merchant, 'A', 'VAT', 0.13, true)",
    )
    assert "A · VAT · 13 % · in the price" in read(office.get(BREAD))
    assert leads_to(send(office, "tax", tax_code="A")) == BREAD
    assert counter.value("SELECT tax_code FROM items WHERE sku = 'bread'") == "A"
    assert send(office, "tax", tax_code="A").status_code == 409
    assert send(office, "tax", tax_code="B").status_code == 409
    assert leads_to(send(office, "tax", tax_code="")) == BREAD
    assert counter.value("SELECT tax_code FROM items WHERE sku = 'bread'") is None
    # Nothing else of the item is other than it was.
    row = counter.rows("SELECT name_en, price_minor, tracks_stock, retired_at FROM items WHERE sku = 'bread'")[0]
    assert tuple(row.values()) == ("bread", 500, True, None)


def test_a_list_price_begins_now_or_later_and_is_never_rewritten(office: Visitor, counter: Counter) -> None:
    assert leads_to(send(office, "prices", price_list="north", price="4.50")) == BREAD
    local = counter.clock.now + timedelta(hours=8)
    later = (local + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert leads_to(send(office, "prices", price_list="north", price="4.80", valid_from=later)) == BREAD
    said = read(office.get(BREAD))
    assert "north not yet" in said
    assert "north holds" in said
    before = (local - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    for typed in ({"price": "1.00", "valid_from": before}, {"price": "cheap"}, {"price": "9.99", "valid_from": later}):
        answer = send(office, "prices", price_list="north", **typed)
        assert answer.status_code == 409, typed
    prices = counter.rows("SELECT price_minor FROM prices WHERE price_list = 'north' ORDER BY valid_from")
    assert [row["price_minor"] for row in prices] == [450, 480]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CASHIER, Role.FINANCE, Role.AUDITOR])
def test_who_manages_no_catalogue_changes_no_part_of_an_item(role: Role, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    for ending in ("barcodes", "barcodes/removals", "tax", "prices"):
        assert visitor.post(f"{BREAD}/{ending}", barcode="1", tax_code="", price_list="a", price="1").status_code == 403


def test_who_leads_one_store_changes_no_part_that_holds_at_every_one(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("moe")
    answer = visitor.post(f"{BREAD}/barcodes", barcode="4006381333931")
    assert answer.status_code == 409
    assert counter.value("SELECT count(*) FROM barcodes") == 0


@pytest.mark.parametrize("typed", [{"seen": "sNaN"}, {"seen": "NaN"}, {"counted": "3\0"}, {"reason": "a\0b"}])
def test_what_is_no_number_or_no_text_in_a_count_is_told(
    office: Visitor, counter: Counter, typed: dict[str, str]
) -> None:
    answer = send(office, "counts", **{"store": STORE, "counted": "997", "reason": "monthly count"} | typed)
    assert answer.status_code == 422
    assert on_hand(counter) == 1000


def test_a_count_at_a_store_that_is_not_there_is_refused_by_name(office: Visitor) -> None:
    answer = send(office, "counts", store="nowhere", counted="1", reason="monthly count")
    assert answer.status_code == 409
    assert "No store has this id." in read(answer)


@pytest.mark.parametrize("since", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_price_of_a_moment_that_no_calendar_shows_is_refused(office: Visitor, since: str) -> None:
    answer = send(office, "prices", price_list="vip", price="5", valid_from=since)
    assert answer.status_code == 422
