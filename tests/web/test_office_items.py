"""Items in the office: what is listed, how one is changed, and how a file is tried before it is taken."""

from __future__ import annotations

import re
from decimal import Decimal

import httpx
import pytest
import sqlalchemy as sa

from counterfoil.languages import Language
from counterfoil.shop.staff.model import Role
from tests.counter.shop import OTHER_STORE, PRICES, STORE
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import form_on, read
from tests.web.shop import Visitor, hire, leads_to

ITEMS, IMPORTS = "/office/items", "/office/items/imports/file"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who leads every store."""
    hire(counter.database, counter.merchant_id, "mia", Role.MANAGER)
    visitor = opening()
    visitor.sign_in("mia")
    return visitor


def listed(page: httpx.Response) -> list[str]:
    """Return the skus of a page, in their order."""
    assert page.status_code == 200, page.text
    return [part.split('"', 1)[0] for part in page.text.split(f'<a href="{ITEMS}/')[1:]]


def write(counter: Counter, statement: str, **values: object) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.text(statement), values)


def change(visitor: Visitor, sku: str, **typed: str) -> httpx.Response:
    """Send the form of an item as it stands on its page."""
    form = form_on(visitor.get(f"{ITEMS}/{sku}"), f"{ITEMS}/{sku}")
    fields = {"name_en": sku, "name_zh": "", "price": "5.00", **form.fields, **typed}
    return visitor.client.post(form.action, data=fields, follow_redirects=False)


def send(
    visitor: Visitor, content: str, *, noun: str = "items", tried: str = "", name: str = "a.csv"
) -> httpx.Response:
    """Send a file as the page's script does: with the token in the head."""
    return visitor.client.post(
        IMPORTS,
        data={"noun": noun, "tried": tried},
        files={"file": (name, content.encode())},
        headers={"x-csrf-token": visitor.token(IMPORTS)},
        follow_redirects=False,
    )


def tried(page: httpx.Response) -> str:
    """Return what the button that takes a file sends."""
    found = re.search(r'name="tried" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def test_items_are_listed_with_price_and_stock(office: Visitor) -> None:
    page = office.get(ITEMS)
    assert listed(page) == sorted(PRICES)
    assert "bread bread CNY 5.00 s1 1,000" in read(page)


def test_what_is_low_stands_first_and_can_be_looked_at_alone(office: Visitor, counter: Counter) -> None:
    write(counter, "UPDATE stock SET low_at = 2000 WHERE sku = 'tea'")
    write(counter, "UPDATE stock SET on_hand = -3 WHERE sku = 'wine'")
    assert listed(office.get(ITEMS))[:2] == ["tea", "wine"]
    page = office.get(f"{ITEMS}?low=yes")
    assert listed(page) == ["tea", "wine"]
    assert "low" in read(page)
    assert "below zero: count it" in read(page)


def test_pages_follow_one_another_without_a_gap(office: Visitor, counter: Counter) -> None:
    write(
        counter,
        "INSERT INTO items (merchant_id, sku, name_en, created_at) "
        "SELECT :merchant, 'x' || n, 'x', now() FROM generate_series(1, 60) AS n",
        merchant=counter.merchant_id,
    )
    write(counter, "UPDATE stock SET low_at = 2000 WHERE sku = 'wine'")
    first = office.get(ITEMS)
    older = first.text.split('rel="next"', 1)[0].rsplit('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    second = office.get(older)
    assert len(listed(first)) == 50
    assert listed(first)[0] == "wine"
    assert sorted([*listed(first), *listed(second)]) == sorted([*PRICES, *(f"x{n}" for n in range(1, 61))])


def test_items_are_found_by_part_of_a_name_and_never_obeyed(office: Visitor, counter: Counter) -> None:
    write(counter, "UPDATE items SET name_zh = '<script>alert(1)</script>面包' WHERE sku = 'bread'")
    assert listed(office.get(f"{ITEMS}?q=面包")) == ["bread"]
    assert listed(office.get(f"{ITEMS}?q=%25")) == []
    page = office.get(f"{ITEMS}/bread")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_a_changed_price_is_noticed_by_tills_and_is_a_fact(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    assert leads_to(change(office, "bread", name_zh="面包", price="6.50")) == f"{ITEMS}/bread"
    row = counter.rows("SELECT price_minor, priced_at, name_zh FROM items WHERE sku = 'bread'")[0]
    assert (row["price_minor"], row["name_zh"]) == (650, "面包")
    assert row["priced_at"] == counter.clock.now
    assert counter.value("SELECT count(*) FROM shop_imports WHERE noun = 'items' AND imported_by = 'mia'") == 1
    fact = counter.rows("SELECT actor_id, body FROM journal WHERE subject = 'item:bread'")[0]
    assert fact["actor_id"] == "mia"
    assert fact["body"] == {"price_minor_before": 500, "price_minor": 650}


def test_what_is_no_price_or_no_name_is_refused_and_stays_typed(office: Visitor, counter: Counter) -> None:
    for typed in ({"price": "six"}, {"price": "1.005"}, {"price": "-1"}, {"name_en": ""}):
        answer = change(office, "bread", **typed)
        assert answer.status_code == 409, typed
        assert "Nothing was changed." in read(answer)
    assert 'value="six"' in change(office, "bread", price="six").text
    assert counter.value("SELECT price_minor FROM items WHERE sku = 'bread'") == 500
    assert counter.value("SELECT count(*) FROM shop_imports") == 0


def test_a_refused_price_is_called_as_its_field_is_in_the_language_of_who_reads(
    counter: Counter, opening: Opening
) -> None:
    hire(counter.database, counter.merchant_id, "lao", Role.OWNER, language=Language.ZH)
    visitor = opening()
    visitor.sign_in("lao")
    assert "价格：金额须如" in read(change(visitor, "bread", price="six"))


def test_a_price_that_moved_meanwhile_is_not_overwritten_unseen(office: Visitor, counter: Counter) -> None:
    answer = change(office, "bread", seen="400", price="9.00")
    assert answer.status_code == 409
    assert "Somebody has changed the price" in read(answer)
    assert counter.value("SELECT price_minor FROM items WHERE sku = 'bread'") == 500


def test_who_leads_one_store_looks_at_its_stock_and_changes_no_item(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("moe")
    assert "1,000" not in read(visitor.get(ITEMS))
    page = read(visitor.get(f"{ITEMS}/bread"))
    assert "You may look, and not change" in page
    assert "Price CNY 5.00" in page
    answer = visitor.post(f"{ITEMS}/bread", name_en="b", name_zh="", price="1.00", seen="500")
    assert answer.status_code == 409
    assert send(visitor, "sku,name_en\nbun,Bun\n").status_code == 409
    assert counter.value("SELECT price_minor FROM items WHERE sku = 'bread'") == 500


def test_a_file_is_tried_first_and_then_taken(office: Visitor, counter: Counter) -> None:
    content = "sku,name_en,price\nbread,bread,5.50\nbun,Bun,1.20\ntea,tea,2.50\n"
    page = send(office, content)
    assert page.status_code == 200
    assert "Rows 3 Added 1 Changed 1 The same 1 Set aside 0" in read(page)
    assert counter.value("SELECT count(*) FROM items WHERE sku = 'bun'") == 0
    assert leads_to(send(office, content, tried=tried(page))) == ITEMS
    assert counter.value("SELECT price_minor FROM items WHERE sku = 'bread'") == 550
    assert counter.value("SELECT actor_id FROM journal WHERE tag = 'item:import:done'") == "mia"


def test_another_file_than_the_one_that_was_tried_is_not_taken(office: Visitor, counter: Counter) -> None:
    what = tried(send(office, "sku,name_en\nbun,Bun\n"))
    for answer in (
        send(office, "sku,name_en\ncake,Cake\n", tried=what),
        send(office, "sku,name_en\nbun,Bun\n", noun="taxes", tried=what),
    ):
        assert answer.status_code == 409
        assert "not the file that was tried" in read(answer)
    assert counter.value("SELECT count(*) FROM items WHERE sku IN ('bun', 'cake')") == 0


def test_a_file_with_bad_rows_shows_them_and_cannot_be_taken(office: Visitor, counter: Counter) -> None:
    content = "sku,name_en,price\nbun,Bun,dear\n<script>,x,1\n"
    page = send(office, content, name="<script>.csv")
    assert "Set aside 2" in read(page)
    assert 'name="tried"' not in page.text
    assert "<script>.csv" not in page.text
    assert "sku not an identifier" in read(page)
    assert "&lt;script&gt;" in page.text
    assert counter.value("SELECT count(*) FROM items WHERE sku = 'bun'") == 0


def test_what_is_no_table_or_of_people_is_refused(office: Visitor, counter: Counter) -> None:
    assert send(office, "").status_code == 409
    odd = send(office, "sku,colour\nbun,red\n")
    assert odd.status_code == 409
    assert "a.csv: expected the columns" in read(odd)
    assert send(office, "staff_id,name\nx,X\n", noun="staff").status_code == 409
    assert counter.value("SELECT count(*) FROM staff WHERE staff_id = 'x'") == 0


def test_counted_stock_is_taken_from_a_file(office: Visitor, counter: Counter) -> None:
    content = f"store_id,sku,on_hand\n{STORE},bread,12\n"
    leads_to(send(office, content, noun="stock", tried=tried(send(office, content, noun="stock"))))
    assert counter.value("SELECT on_hand FROM stock WHERE sku = 'bread'") == Decimal(12)


def test_a_form_without_its_token_changes_nothing(office: Visitor, counter: Counter) -> None:
    answers = (
        office.client.post(f"{ITEMS}/bread", data={"price": "1", "name_en": "x", "name_zh": "", "seen": "500"}),
        office.client.post(IMPORTS, data={"noun": "items"}, files={"file": ("a.csv", b"sku,name_en\nbun,Bun\n")}),
    )
    assert [answer.status_code for answer in answers] == [419, 419]
    assert counter.value("SELECT price_minor FROM items WHERE sku = 'bread'") == 500


def test_items_of_another_merchant_are_not_there(office: Visitor, town_of_another: Counter) -> None:
    write(
        town_of_another,
        "INSERT INTO items (merchant_id, sku, name_en, created_at) VALUES (:merchant, 'theirs', 'theirs', now())",
        merchant=town_of_another.merchant_id,
    )
    assert office.get(f"{ITEMS}/theirs").status_code == 404
    assert "theirs" not in listed(office.get(ITEMS))
    answer = office.post(f"{ITEMS}/theirs", form_on=f"{ITEMS}/bread", name_en="x", name_zh="", price="1", seen="")
    assert answer.status_code in {404, 409}


@pytest.mark.parametrize(
    ("role", "looks", "imports"),
    [
        (Role.OWNER, 200, 200),
        (Role.MANAGER, 200, 200),
        (Role.SUPERVISOR, 200, 403),
        (Role.CASHIER, 403, 403),
        (Role.FINANCE, 403, 403),
        (Role.SUPPORT, 403, 403),
        (Role.AUDITOR, 403, 403),
    ],
)
def test_each_role_opens_what_it_may(role: Role, looks: int, imports: int, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    assert visitor.get(ITEMS).status_code == looks
    assert visitor.get(IMPORTS).status_code == imports
    if role not in {Role.OWNER, Role.MANAGER}:
        assert visitor.post(f"{ITEMS}/bread", name_en="x", name_zh="", price="1", seen="500").status_code == 403
