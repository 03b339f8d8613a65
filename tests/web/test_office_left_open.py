"""Open sales that hold money, on the first page of the office: all are counted, and each can be found."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from counterfoil.books.orders.model import Sale
from counterfoil.books.payments.model import Tender
from counterfoil.counter.overview.left_open import LEFT_OPEN_MAX
from counterfoil.counter.paper.numbers import number_of
from counterfoil.shop.staff.model import Role
from counterfoil.web.office.left_open import Wanted
from tests.counter.acquirer import Fate
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import Visitor, hire

OFFICE = "/office"
TITLE = "Open sales that hold money"
#: Longer than a sale is left alone, and shorter than a session.
A_WHILE = timedelta(minutes=16)


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who audits."""
    hire(counter.database, counter.merchant_id, "ada", Role.AUDITOR)
    visitor = opening()
    visitor.sign_in("ada")
    return visitor


def left(counter: Counter, amount_minor: int = 200) -> str:
    """Leave a sale with a part of its money, and return its number."""
    sale = counter.sale(counter.tender("cash", amount_minor))
    counter.sell(sale)
    return number(sale)


def number(sale: Sale) -> str:
    return number_of(sale.order_id, sale.placed_at)


def leads(page: str, words: str) -> str:
    """Return where a link of these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>(?:<svg(?:(?!</svg>).)*</svg>)?{words}', page)
    assert found is not None, page
    return unescape(found[1])


def test_more_than_stand_on_a_page_are_counted_with_what_they_hold_and_stand_on_the_next(
    office: Visitor, counter: Counter
) -> None:
    numbers = []
    for n in range(LEFT_OPEN_MAX + 3):
        numbers.append(left(counter, 100 + n))
        counter.clock.passes(seconds=1)
    counter.clock.passes(seconds=A_WHILE.total_seconds())
    first = office.get(OFFICE)
    held = sum(100 + n for n in range(LEFT_OPEN_MAX + 3)) / 100
    said = read(first)
    assert f"{LEFT_OPEN_MAX + 3} sales of the last 7 days hold CNY {held:.2f}" in said
    assert f"1 to {LEFT_OPEN_MAX} of {LEFT_OPEN_MAX + 3}" in said
    assert [one for one in numbers if one in said] == numbers[:LEFT_OPEN_MAX]
    second = office.get(leads(first.text, "Next").partition("#")[0])
    assert [one for one in numbers if one in read(second)] == numbers[LEFT_OPEN_MAX:]
    assert f"{LEFT_OPEN_MAX + 1} to {LEFT_OPEN_MAX + 3} of {LEFT_OPEN_MAX + 3}" in read(second)
    assert leads(second.text, "Previous") == "/office#left-open"
    assert "Nothing stands on this page" in read(office.get("/office?open_after=900"))


def test_those_of_longer_ago_are_found_by_whoever_looks_for_them(office: Visitor, counter: Counter) -> None:
    old = left(counter)
    counter.clock.passes(days=8)
    office.sign_in("ada")
    page = office.get(OFFICE)
    assert "No open sale of the last 7 days holds money." in read(page)
    older = office.get(leads(page.text, "Look for older ones").partition("#")[0])
    assert "1 sale older than 7 days holds CNY 2.00" in read(older)
    assert old in read(older)
    assert leads(older.text, "Those of the last 7 days") == "/office#left-open"


def test_where_no_older_one_is_that_is_said(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    counter.clock.passes(days=8)
    young = left(counter)
    counter.clock.passes(seconds=A_WHILE.total_seconds())
    office.sign_in("ada")
    older = read(office.get("/office?open=older"))
    assert "No open sale older than 7 days holds money." in older
    assert young not in older
    assert "1 sale of the last 7 days holds CNY 2.00" in read(office.get(OFFICE))


def test_a_shop_that_is_younger_than_that_is_not_told_of_older_ones(office: Visitor, counter: Counter) -> None:
    left(counter)
    counter.clock.passes(seconds=A_WHILE.total_seconds())
    said = read(office.get(OFFICE))
    assert TITLE in said
    assert "Look for older ones" not in said


def test_a_sale_of_which_a_payment_is_not_known_is_told_to_ask_the_bank_first(
    office: Visitor, counter: Counter
) -> None:
    left(counter)
    counter.clock.passes(seconds=1)
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    counter.sell(counter.sale(counter.tender("cash", 200), counter.tender(Tender.WECHAT, 300)))
    counter.clock.passes(seconds=A_WHILE.total_seconds())
    known, unknown = told(office)
    assert "Take the rest, or give the part back." in known
    assert "ask the bank first" not in known
    assert "ask the bank first" in unknown
    assert "until it answers, neither take nor give back." in unknown
    assert "Take the rest" not in unknown


def test_a_sale_of_which_a_refund_is_not_known_is_told_so_too(office: Visitor, counter: Counter) -> None:
    sale = counter.sale(counter.tender(Tender.WECHAT, 200))
    counter.sell(sale)
    counter.clock.passes(seconds=A_WHILE.total_seconds())
    counter.wechat.plan("refund", Fate.LOST_ANSWER)
    counter.undo(sale.tenders[0].payment_id, 100)
    (told_of_it,) = told(office)
    assert "ask the bank first" in told_of_it


def told(office: Visitor) -> list[str]:
    """Return what is said of each open sale that holds money."""
    _, _, section = office.get(OFFICE).text.partition('aria-labelledby="left-open"')
    rows = re.findall(r"<tr role=\"row\"><th class=\"lead\".*?</tr>", section.partition("</section>")[0], re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in rows]


@pytest.mark.parametrize(
    ("which", "skipped", "wanted"),
    [
        (None, None, Wanted()),
        ("older", "50", Wanted(older=True, skipped_n=50)),
        ("newest", "-1", Wanted()),
        ("", "٥", Wanted()),
        ("OLDER", "1e3", Wanted()),
        (None, "9" * 40, Wanted()),
    ],
)
def test_what_cannot_be_meant_in_the_address_says_nothing(
    which: str | None, skipped: str | None, wanted: Wanted
) -> None:
    assert Wanted.from_address(which, skipped) == wanted
