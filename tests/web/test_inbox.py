"""The inbox: what stands in it for whom, how it is filtered, and what is done to many cases at once."""

from __future__ import annotations

import html
from datetime import timedelta

import httpx
import pytest

from counterfoil.ids import StaffId, StoreId, new_id
from counterfoil.shop.staff.model import Role
from tests.counter.shop import OTHER_STORE
from tests.counter.till import Counter
from tests.desk.steps.shop import FAY, OLA, TOM, double, file_of, found
from tests.web.conftest import Opening
from tests.web.desk import form_on, press, read, send, state_of
from tests.web.shop import Visitor, leads_to
from tests.web.shop import hire as hire_as


def inbox(visitor: Visitor, address: str = "/desk") -> httpx.Response:
    page = visitor.get(address)
    assert page.status_code == 200, page.text
    return page


def listed(page: httpx.Response) -> list[str]:
    """Return the cases of a page, in their order."""
    return [part.split('"', 1)[0] for part in page.text.split('class="case-said" href="/desk/cases/')[1:]]


def test_an_empty_inbox_says_that_the_books_agree(desk: Visitor) -> None:
    assert "No case is open All five books agree." in read(inbox(desk))


def test_a_case_says_what_how_much_until_when_and_whose(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"), explanation_en="Nobody printed a slip.")
    press(desk, case_id, "/taking")
    said = read(inbox(desk))
    assert "high Missing slip Paid, no slip Nobody printed a slip. in progress" in said
    assert "CNY 10.00 due in" in said
    assert "F fay" in said


def test_the_figures_above_count_what_is_in_hand(desk: Visitor, counter: Counter) -> None:
    one, _other = (found(counter, counter.number("F")) for _ in range(2))
    press(desk, one, "/taking")
    counter.clock.passes(minutes=1)
    said = read(inbox(desk))
    assert "In hand 2 1 has no owner" in said
    assert "Mine 1" in said
    assert "Overdue 0" in said
    assert "Money at risk CNY 20.00" in said


def test_what_is_overdue_is_marked_and_counted(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    counter.clock.now = file_of(counter, case_id).case.due_at + timedelta(minutes=5)
    desk.sign_in(FAY)
    page = inbox(desk)
    assert "Overdue 1" in read(page)
    assert "case-late" in page.text


def test_a_case_is_found_by_any_of_its_numbers(desk: Visitor, counter: Counter) -> None:
    order_id, _payment, case_id = double(counter)
    found(counter, counter.number("F"))
    for number in (case_id, order_id, f"order:{order_id}", order_id[:4]):
        assert case_id in listed(inbox(desk, f"/desk?q={number}"))
    page = inbox(desk, "/desk?q=%3Cscript%3E")
    assert listed(page) == []
    assert "No case is like that" in read(page)
    assert "<script>" not in page.text.split("</head>", 1)[1]


def test_the_most_money_stands_first_where_it_is_asked_for(desk: Visitor, counter: Counter) -> None:
    small, large = (found(counter, counter.number("F"), amount_at_risk_minor=minor) for minor in (100, 9_000))
    assert listed(inbox(desk, "/desk?sort=money")) == [large, small]


def test_pages_follow_one_another_without_a_gap(desk: Visitor, counter: Counter) -> None:
    every = {found(counter, counter.number("F")) for _ in range(53)}
    first = inbox(desk)
    assert len(listed(first)) == 50
    older = first.text.split('rel="next"', 1)[0].rsplit('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    second = inbox(desk, older)
    assert len(listed(second)) == 3
    assert {*listed(first), *listed(second)} == every


def test_nobody_sees_cases_of_other_stores(desk: Visitor, opening: Opening, counter: Counter) -> None:
    here = found(counter, counter.number("F"))
    there = found(counter, counter.number("F"), store_id=OTHER_STORE)
    assert set(listed(inbox(desk))) == {here, there}
    other = opening()
    other.sign_in(TOM)
    page = inbox(other)
    assert listed(page) == [there]
    assert "In hand 1" in read(page)


def test_the_store_that_is_shown_narrows_cases_and_figures(desk: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"))
    there = found(counter, counter.number("F"), store_id=OTHER_STORE)
    desk.post("/place", store="s2")
    page = inbox(desk)
    assert listed(page) == [there]
    assert "In hand 1" in read(page)


def test_a_cashier_may_not_open_it(desk: Visitor, opening: Opening) -> None:
    visitor = opening()
    visitor.sign_in("ann")
    assert visitor.get("/desk").status_code == 403


def test_who_has_not_signed_in_is_led_there_and_back(visitor: Visitor) -> None:
    assert leads_to(visitor.get("/desk?severity=high")) == "/sign-in?next=/desk%3Fseverity%3Dhigh"


def test_whoever_only_reads_ticks_nothing(desk: Visitor, opening: Opening, counter: Counter) -> None:
    hire_as(counter.database, counter.merchant_id, "aud", Role.AUDITOR)
    found(counter, counter.number("F"))
    visitor = opening()
    visitor.sign_in("aud")
    page = inbox(visitor)
    assert 'name="case"' not in page.text
    assert "/desk/closures" not in page.text


# ---------------------------------------------------------------- many at once


def ticked(page: httpx.Response) -> list[str]:
    """Return the boxes of a page, as they are sent when they are ticked."""
    return [part.split('"', 1)[0] for part in page.text.split('name="case" value="')[1:]]


def in_bulk(visitor: Visitor, page: httpx.Response, address: str, **typed: object) -> httpx.Response:
    """Send the form of the list with some cases ticked."""
    form = form_on(page, "/desk/assignments")
    return visitor.client.post(address, data={**form.fields, **typed}, follow_redirects=False)


def test_ticked_cases_are_assigned_at_once(desk: Visitor, counter: Counter) -> None:
    cases = [found(counter, counter.number("F")) for _ in range(3)]
    page = inbox(desk)
    answer = in_bulk(desk, page, "/desk/assignments", case=ticked(page), to="ola")
    assert leads_to(answer) == "/desk"
    assert {file_of(counter, case_id).case.owner_id for case_id in cases} == {OLA}


def test_ticked_cases_are_closed_as_harmless_with_a_reason(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    page = inbox(desk)
    refused = in_bulk(desk, page, "/desk/closures", case=ticked(page), next="/desk?state=open")
    assert (refused.status_code, state_of(counter, case_id), "?state=open" in refused.text) == (409, "open", True)
    assert leads_to(in_bulk(desk, page, "/desk/closures", case=ticked(page), text="a test of the printer")) == "/desk"
    assert state_of(counter, case_id) == "closed"


def test_what_moves_money_is_never_closed_in_bulk_and_is_named(desk: Visitor, counter: Counter) -> None:
    plain = found(counter, counter.number("F"))
    _order, _payment, money = double(counter)
    page = inbox(desk)
    answer = in_bulk(desk, page, "/desk/closures", case=ticked(page), text="harmless")
    assert answer.status_code == 200
    assert "The next step of this case moves money" in read(answer)
    assert f"/desk/cases/{money}" in answer.text
    assert "Charged twice" in read(answer)
    assert (state_of(counter, plain), state_of(counter, money)) == ("closed", "open")


def test_a_case_that_moved_on_is_left_as_it_is_and_named(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    page = inbox(desk)
    press(desk, case_id, "/taking")
    answer = in_bulk(desk, page, "/desk/closures", case=ticked(page), text="harmless")
    assert answer.status_code == 409
    assert "fay took it meanwhile" in read(answer)
    assert state_of(counter, case_id) == "in_progress"


def test_the_same_press_twice_closes_once(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    page = inbox(desk)
    for _ in range(2):
        assert leads_to(in_bulk(desk, page, "/desk/closures", case=ticked(page), text="harmless")) == "/desk"
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came", "closed"]


def test_without_a_ticked_case_nothing_is_done(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    assert leads_to(in_bulk(desk, inbox(desk), "/desk/closures", text="harmless")) == "/desk"
    assert "No case was ticked" in read(inbox(desk))
    assert state_of(counter, case_id) == "open"


def test_cases_of_another_store_are_not_closed_in_bulk(desk: Visitor, opening: Opening, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    theirs = found(counter, counter.number("F"), store_id=OTHER_STORE)
    boxes = ticked(inbox(desk))
    other = opening()
    other.sign_in(TOM)
    answer = in_bulk(other, inbox(other), "/desk/closures", case=boxes, text="harmless")
    assert answer.status_code == 200
    assert (state_of(counter, case_id), state_of(counter, theirs)) == ("open", "closed")


def test_boxes_that_name_no_case_are_refused(desk: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"))
    for odd in ("f0001", "f0001@x", "@1", "<script>", "f@1@"):
        answer = in_bulk(desk, inbox(desk), "/desk/closures", case=[odd], text="harmless")
        assert answer.status_code == 422


def test_bulk_without_the_form_s_token_does_nothing(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    page = inbox(desk)
    form = form_on(page, "/desk/assignments")
    del form.fields["form_token"]
    answer = send(desk, form, case=ticked(page)[0], to="ola")
    assert answer.status_code == 419
    assert state_of(counter, case_id) == "open"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eחנה לוי", "x" * 300])
def test_awkward_names_stay_text(desk: Visitor, counter: Counter, name: str) -> None:
    zed = hire_as(counter.database, counter.merchant_id, "zed", Role.SUPERVISOR, name=name)
    case_id = found(counter, counter.number("F"))
    press(desk, case_id, "/assignment", to=zed)
    page = inbox(desk)
    assert "<script>alert" not in page.text
    assert "<bdi" in page.text


def test_an_owner_who_left_is_still_named(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"), store_id=StoreId("s1"))
    press(desk, case_id, "/assignment", to=StaffId("ola"))
    assert "ola" in read(inbox(desk))


def test_a_sentence_shows_the_ends_of_long_ids_and_the_whole_to_whoever_points_at_them(
    desk: Visitor, counter: Counter
) -> None:
    order_id = new_id(counter.clock.now)
    found(counter, counter.number("F"), explanation_en=f"Order {order_id} <b> has no slip, order A-17 has.")
    page = inbox(desk)
    assert f"Order …{order_id[-8:]} <b> has no slip, order A-17 has." in html.unescape(read(page))
    assert f'title="{order_id}"' in page.text


def test_a_sentence_breaks_no_line_between_a_number_and_its_unit(desk: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"), explanation_en="Paid 239.00 CNY twice, 50 s apart, by 2 people.")
    assert "Paid 239.00\xa0CNY twice, 50\xa0s apart, by 2 people." in html.unescape(inbox(desk).text)


def test_a_sentence_breaks_no_line_in_the_middle_of_a_day(desk: Visitor, counter: Counter) -> None:
    said = "Due since 2026-11-28, paid on 2026-11-27 10:15:30, order 2026-11-280."
    found(counter, counter.number("F"), explanation_en=said)
    page = inbox(desk).text
    assert '<span class="moment">2026-11-28</span>, paid' in page
    assert '<span class="moment">2026-11-27 10:15:30</span>, order 2026-11-280.' in page
