"""What the inbox is filtered by: it lives in the address, and what cannot be meant there is said or left out."""

from __future__ import annotations

from tests.counter.till import Counter
from tests.desk.steps.shop import double, found
from tests.web.desk import read
from tests.web.shop import Visitor
from tests.web.test_inbox import inbox, listed


def test_filters_live_in_the_address(desk: Visitor, counter: Counter) -> None:
    low = found(counter, counter.number("F"), severity="low", amount_at_risk_minor=100)
    high = found(counter, counter.number("F"), amount_at_risk_minor=90_000)
    _order, _payment, twin = double(counter)
    assert listed(inbox(desk, "/desk?severity=low")) == [low]
    assert listed(inbox(desk, "/desk?exception=duplicate_order")) == [twin]
    assert listed(inbox(desk, "/desk?at_least=899.50")) == [high]
    assert listed(inbox(desk, "/desk?owner=me")) == []
    assert set(listed(inbox(desk, "/desk?owner=nobody"))) == {low, high, twin}
    assert listed(inbox(desk, "/desk?state=closed")) == []
    assert listed(inbox(desk, "/desk?severity=low&exception=duplicate_order")) == []


def test_a_filter_is_taken_off_by_its_chip(desk: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"))
    page = inbox(desk, "/desk?severity=high&exception=missing_slip")
    assert 'href="/desk?exception=missing_slip"' in page.text
    assert 'href="/desk?severity=high"' in page.text


def test_filters_that_cannot_be_meant_open_the_whole_inbox(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    odd = (
        "severity=awful&exception=%3Cscript%3E&store=a%20b&owner=!&state=gone&age=1y&at_least=1e999999&sort=x&after=~~"
    )
    assert listed(inbox(desk, f"/desk?{odd}")) == [case_id]


def test_an_amount_that_is_none_is_said_to_be_none(desk: Visitor, counter: Counter) -> None:
    """It was dropped without a word, and the list stood there as if it had been asked for."""
    case_id = found(counter, counter.number("F"))
    page = inbox(desk, "/desk?at_least=12O")
    assert listed(page) == [case_id]
    assert "“12O” is no amount such as 120 or 99.50" in read(page)
    assert "is no amount" not in read(inbox(desk, "/desk?at_least=1"))


def test_seldom_used_filters_do_not_stand_before_the_first_case(desk: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"))
    before, _, folded = inbox(desk).text.partition('<details class="more-filters">')
    assert 'id="exception"' not in before
    assert 'id="severity"' in folded
    assert '<details class="more-filters" open>' in inbox(desk, "/desk?severity=low").text
