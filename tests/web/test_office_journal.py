"""The journal in the office: who did what when, for whom, how it is filtered, and how the chain over it stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
import sqlalchemy as sa

from counterfoil.desk.cases.states import Event
from counterfoil.ids import StoreId
from counterfoil.journal.store import note
from counterfoil.languages import Text
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.staff.model import Role
from counterfoil.web.office.journal_details import Money, details_of
from counterfoil.web.office.journal_words import said_of
from tests.counter.shop import ANN, BEN, OTHER_STORE, STORE, SUE, T1
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import Visitor, hire

JOURNAL = "/office/journal"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who audits."""
    hire(counter.database, counter.merchant_id, "ada", Role.AUDITOR)
    visitor = opening()
    visitor.sign_in("ada")
    return visitor


def journal(visitor: Visitor, address: str = JOURNAL) -> httpx.Response:
    page = visitor.get(address)
    assert page.status_code == 200, page.text
    return page


def happens(counter: Counter, tag: str, subject: str, *, by: str | None = ANN, till: str | None = T1) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        note(
            connection,
            counter.merchant_id,
            tag,
            subject,
            occurred_at=counter.clock.now,
            body={"said": "<script>alert(1)</script>"},
            actor_id=by,
            terminal_id=till,
        )


def subjects(page: httpx.Response) -> list[str]:
    """Return what the facts of a page are about, in their order."""
    return [part.split('"', 1)[0] for part in page.text.split('<code title="')[1:]]


def test_a_fact_says_what_happened_to_what_and_by_whom(office: Visitor, counter: Counter) -> None:
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    said = read(journal(office, f"{JOURNAL}?subject=order:{sale.order_id}"))
    assert "order · sale · paid" in said
    assert "A ann till" in said


def test_filters_live_in_the_address(office: Visitor, counter: Counter) -> None:
    happens(counter, "order:sale:paid", "order:o1")
    happens(counter, "case:missing_slip:closed", "case:c1", by=SUE)
    assert subjects(journal(office, f"{JOURNAL}?kind=case")) == ["case:c1"]
    assert subjects(journal(office, f"{JOURNAL}?kind=order")) == ["order:o1"]
    assert subjects(journal(office, f"{JOURNAL}?person={SUE}")) == ["case:c1"]
    assert subjects(journal(office, f"{JOURNAL}?subject=order:o1&kind=order")) == ["order:o1"]
    page = journal(office, f"{JOURNAL}?kind=case&person={BEN}")
    assert subjects(page) == []
    assert "No fact is like that" in read(page)
    assert f'href="{JOURNAL}?kind=case"' in page.text
    assert subjects(journal(office, f"{JOURNAL}?day=2019-02-03")) == []


def test_the_day_is_the_one_of_the_shop(office: Visitor, counter: Counter) -> None:
    happens(counter, "order:sale:paid", "order:o1")
    recorded_on = str(
        counter.value(
            "SELECT (recorded_at AT TIME ZONE 'Asia/Shanghai')::date FROM journal WHERE subject = :subject",
            subject="order:o1",
        )
    )
    assert subjects(journal(office, f"{JOURNAL}?day={recorded_on}&kind=order")) == ["order:o1"]


def test_filters_that_cannot_be_meant_open_the_whole_journal(office: Visitor, counter: Counter) -> None:
    happens(counter, "order:sale:paid", "order:o1")
    odd = "kind=%3Cscript%3E&person=a%20b&day=0001-01-01&after=~~"
    assert "order:o1" in subjects(journal(office, f"{JOURNAL}?{odd}"))
    assert "order:o1" in subjects(journal(office, f"{JOURNAL}?day=2026-02-31&after=2026-01-01~x"))


def test_pages_follow_one_another_without_a_gap(office: Visitor, counter: Counter) -> None:
    every = {f"slip:s{n}" for n in range(53)}
    for subject in sorted(every):
        happens(counter, "slip:sale:printed", subject)
    first = journal(office, f"{JOURNAL}?kind=slip")
    assert len(subjects(first)) == 50
    older = first.text.split('rel="next"', 1)[0].rsplit('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    second = journal(office, older)
    assert len(subjects(second)) == 3
    assert {*subjects(first), *subjects(second)} == every


def test_what_a_fact_says_is_shown_and_never_obeyed(office: Visitor, counter: Counter) -> None:
    happens(counter, "order:sale:paid", "order:o1")
    page = journal(office)
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_who_reads_at_one_store_reads_what_its_terminals_did(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "mia", Role.MANAGER, at=STORE)
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=OTHER_STORE)
    happens(counter, "order:sale:paid", "order:o1")
    happens(counter, "case:missing_slip:closed", "case:c1", till=None)
    here, there = opening(), opening()
    here.sign_in("mia")
    there.sign_in("moe")
    assert subjects(journal(here)) == ["order:o1"]
    assert subjects(journal(there)) == []
    assert subjects(journal(there, f"{JOURNAL}?subject=order:o1")) == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.AUDITOR, Role.OWNER])
def test_roles_that_read_the_journal_open_it(role: Role, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    assert f'href="{JOURNAL}"' in journal(visitor).text


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPERVISOR, Role.SUPPORT])
def test_roles_that_do_not_may_not(role: Role, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    assert visitor.get(JOURNAL).status_code == 403
    assert f'href="{JOURNAL}"' not in visitor.get("/design").text


def test_nobody_reads_it_without_signing_in(visitor: Visitor) -> None:
    assert visitor.get(JOURNAL).status_code == 303


def test_facts_of_another_merchant_are_not_there(office: Visitor, town_of_another: Counter) -> None:
    happens(town_of_another, "order:sale:paid", "order:theirs")
    assert subjects(journal(office, f"{JOURNAL}?subject=order:theirs")) == []


def test_a_server_that_seals_nothing_says_that_it_cannot_tell(office: Visitor) -> None:
    said = read(journal(office))
    assert "This server cannot hold the chain against a checkpoint" in said
    assert "counterfoil db verify" in said


def test_the_store_that_is_shown_narrows_it(office: Visitor, counter: Counter) -> None:
    happens(counter, "order:sale:paid", "order:o1")
    office.post("/place", store=StoreId("s2"))
    assert subjects(journal(office)) == []


def test_what_a_fact_says_is_told_in_words_and_money(office: Visitor, counter: Counter) -> None:
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    paid = sale.tenders[0].payment_id
    counter.undo(paid, 500, lines={1: Decimal(1)})
    page = journal(office, f"{JOURNAL}?kind=payment")
    said = read(page)
    assert f"of the payment: {paid}" in said
    assert "amount: CNY 5.00" in said
    assert "line 1: 1" in said
    assert f"allowed by: {SUE}" in said
    for raw in ("amount_minor 500", "{'1'", "1.0000"):
        assert raw not in said


def test_the_parts_of_a_fact_are_flattened_in_both_languages() -> None:
    body = {
        "lines": {"1": "1.0000", "2": "0.7500"},
        "payments": {"p1": "approved"},
        "tenders": [{"tender": "cash", "kind": "sale", "count": 2, "amount_minor": 23_900}],
        "carried_over": ["p2", "p3"],
        "until": "2026-11-28T10:00:00+00:00",
        "tables": {"orders": {"new": 3, "same": 0}},
        "nothing": None,
        "empty": {},
    }
    told = details_of(body, currency="CNY", people={})
    english = {each.label.en: each.value.en if isinstance(each.value, Text) else each.value for each in told}
    assert english == {
        "line 1": "1",
        "line 2": "0.75",
        "payment p1": "approved",
        "tender 1, tender": "cash",
        "tender 1, kind": "sale",
        "tender 1, how many": 2,
        "tender 1, amount": Money(minor=23_900, currency="CNY"),
        "not ended yet": "p2, p3",
        "until": datetime(2026, 11, 28, 10, tzinfo=UTC),
        "tables, orders, new": 3,
        "tables, orders, the same": 0,
    }
    chinese = [each.label.zh for each in told]
    assert chinese[:4] == ["商品行 1", "商品行 2", "付款 p1", "付款方式 1，付款方式"]
    assert [each.shape for each in told][:8] == [
        *("plain", "plain", "words", "words", "words", "number", "money", "words"),
    ]


def test_a_fact_that_names_its_currency_is_told_in_it() -> None:
    (_, amount) = details_of({"currency": "JPY", "price_minor_before": 300}, currency="CNY", people={})
    assert (amount.label.en, amount.value) == ("price before", Money(minor=300, currency="JPY"))


def test_what_an_acquirer_said_is_told_in_words_with_its_own_code_beside_them() -> None:
    body = {
        "because": "the host refused it with code 51",
        "note": "the host refused it with code 51; it came too late",
        "decline": "insufficient_funds",
        "response_code": "51",
        "reason": "outcome_unknown",
    }
    told = {each.name: each.value for each in details_of(body, currency="CNY", people={})}
    assert [value.zh for value in told.values() if isinstance(value, Text)] == [
        *("主机拒绝，应答码 51", "主机拒绝，应答码 51；来得太迟", "余额不足", "余额不足（银行原代码：51）", "结果未知"),
    ]


@pytest.mark.parametrize("event", Event)
def test_what_happened_to_a_case_is_said_without_a_word_of_english(event: Event) -> None:
    """Of a case that was begun, two of the three words stood there in English."""
    said = said_of(f"case:duplicate_order:{event}")
    assert not re.search("[A-Za-z]", said.zh), said.zh


def test_an_item_is_called_by_its_name_in_the_language_of_the_reader(office: Visitor, counter: Counter) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "bread").values(name_en="Wheat bread", name_zh="面包"))
    happens(counter, "item:stock:counted", "item:bread", till=None)
    happens(counter, "item:stock:counted", "item:gone", till=None)
    assert "Wheat bread" in read(journal(office, f"{JOURNAL}?kind=item"))
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.text("UPDATE sessions SET language = 'zh'"))
    page = read(journal(office, f"{JOURNAL}?kind=item"))
    assert "面包" in page
    assert "Wheat bread" not in page
