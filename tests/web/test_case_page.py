"""The page of a case: what it says, what its buttons do, and what it does for nobody."""

from __future__ import annotations

import re

import pytest

from counterfoil.desk.cases.model import CaseId
from counterfoil.ids import StaffId
from counterfoil.shop.staff.model import Role
from tests.counter.till import Counter
from tests.desk.steps.shop import FAY, OLA, double, file_of, found, hire, lost, unknown
from tests.web.conftest import Opening
from tests.web.desk import case_page, form_on, forms_of, press, read, send, state_of
from tests.web.shop import Visitor, give_passwords, leads_to
from tests.web.shop import hire as hire_as

AWKWARD = ("<script>alert(1)</script>", "\u202eחנה לוי", "محمد " * 60)


def test_it_says_what_happened_what_it_may_cost_and_what_comes_next(desk: Visitor, counter: Counter) -> None:
    _order_id, _payment_id, case_id = double(counter)
    said = read(case_page(desk, case_id))
    assert f"{case_id} has no slip" in said
    assert "Money at risk CNY 5.00" in said
    assert "Next: Refund the double once" in said
    assert "Give CNY 5.00 back" in said


def test_it_says_the_same_in_chinese(desk: Visitor, counter: Counter) -> None:
    _order_id, _payment_id, case_id = double(counter)
    desk.post("/look", language="zh")
    said = read(case_page(desk, case_id))
    assert f"{case_id} 没有小票" in said
    assert "下一步：重复单退款（只退一次）" in said


def never_arrived(counter: Counter, subject: str, **more: object) -> CaseId:
    """Let the rules find a refund that the acquirer never made."""
    return found(
        counter,
        counter.number("F"),
        exception="orphan_return",
        diagnosis="refund_not_received",
        next_step="chase_the_refund",
        subject=subject,
        **more,
    )


@pytest.mark.parametrize(
    ("language", "said", "until"),
    [
        (
            "en",
            "Your refund of CNY 1,234.50 left us on 3 Mar 2026, 17:30 , reference …89abcdef .",
            "not arrived by 10 Mar 2026 ,",
        ),
        ("zh", "您的退款 CNY 1,234.50 已于 2026年3月3日 17:30 退出，参考号 …89abcdef ，", "2026年3月10日 还没到"),
    ],
)
def test_what_to_say_is_filled_in_from_the_case(
    desk: Visitor, counter: Counter, language: str, said: str, until: str
) -> None:
    case_id = never_arrived(counter, "payment:0123456789abcdef", amount_at_risk_minor=123450)
    desk.post("/look", language=language)
    told = read(case_page(desk, case_id))
    assert said in told
    assert until in told


def test_what_the_case_does_not_know_is_a_blank_to_fill_in_by_hand(desk: Visitor, counter: Counter) -> None:
    case_id = never_arrived(counter, "order:A", amount_at_risk_minor=0, occurred_at=None)
    page = case_page(desk, case_id)
    assert "Your refund of <u>‹amount›</u> left us on <u>‹date and time›</u>, reference <u>‹number›</u>." in page.text
    assert not re.search(r"\{\w+\}", read(page))


def test_a_number_from_a_file_is_filled_in_as_text(desk: Visitor, counter: Counter) -> None:
    page = case_page(desk, never_arrived(counter, "payment:<b>7</b>"))
    assert "reference <bdi>&lt;b&gt;7&lt;/b&gt;</bdi>." in page.text


def test_a_step_of_the_playbook_names_no_key(desk: Visitor, counter: Counter) -> None:
    _payment_id, case_id = unknown(counter)
    said = read(case_page(desk, case_id))
    assert "payment_unknown" not in said
    assert "We do not know yet whether your payment of CNY 5.00 from 3 Mar 2026" in said


def test_the_books_stand_in_their_lanes_and_what_the_finding_points_at_is_marked(
    desk: Visitor, counter: Counter
) -> None:
    order_id, _payment_id, case_id = double(counter)
    page = case_page(desk, case_id)
    said = read(page)
    for book in ("Orders", "Payments", "Slips and notices", "Deliveries", "Returns"):
        assert book in said
    assert said.count("Order rung up") == 2
    assert said.count("the finding points here") == 2
    assert order_id in page.text


def test_two_orders_stand_side_by_side_and_what_differs_is_marked(desk: Visitor, counter: Counter) -> None:
    _order_id, _payment_id, case_id = double(counter)
    page = case_page(desk, case_id)
    said = read(page)
    assert "The two orders" in said
    assert "1 × bread" in said
    assert page.text.count('<tr class="differs">') == 2


def test_a_lane_without_what_should_be_there_says_so(desk: Visitor, counter: Counter) -> None:
    _payment_id, case_id = unknown(counter)
    assert "The acquirer’s answer is missing." in read(case_page(desk, case_id))


def test_people_take_ask_answer_and_close(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    press(desk, case_id, "/taking")
    assert state_of(counter, case_id) == "in_progress"
    press(desk, case_id, "/questions", waiting_for="customer", text="was there a slip?")
    assert state_of(counter, case_id) == "waiting"
    press(desk, case_id, "/answers", text="yes, on paper")
    assert state_of(counter, case_id) == "in_progress"
    press(desk, case_id, "/notes", text="seen by the till")
    press(desk, case_id, "/closure", reason="harmless", text="a slip by hand")
    assert state_of(counter, case_id) == "closed"
    said = read(case_page(desk, case_id))
    assert "was there a slip?" in said
    assert "harmless, as explained" in said
    press(desk, case_id, "/reopening", text="there was none")
    assert state_of(counter, case_id) == "open"


def test_what_an_audit_of_files_found_names_file_and_line(desk: Visitor, counter: Counter) -> None:
    evidence = [{"table": "orders", "id": "A17", "file": "orders.csv", "line": 12}]
    case_id = found(counter, counter.number("F"), subject="order:A17", evidence=evidence)
    said = read(case_page(desk, case_id))
    assert "order A17 · orders.csv :12" in said
    assert "The live books say nothing about it" in said


def test_people_assign_escalate_and_put_back(desk: Visitor, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    press(desk, case_id, "/assignment", to=FAY)
    assert file_of(counter, case_id).case.owner_id == FAY
    press(desk, case_id, "/release")
    assert state_of(counter, case_id) == "open"
    press(desk, case_id, "/escalation", to="manager", text="not mine")
    assert "waits for: store manager" in read(case_page(desk, case_id))


def test_two_cases_are_merged_and_parted_and_the_old_address_leads_on(desk: Visitor, counter: Counter) -> None:
    host, guest = (found(counter, counter.number("F")) for _ in range(2))
    press(desk, guest, "/merger", into=host, text="one matter")
    assert leads_to(desk.get(f"/desk/cases/{guest}")) == f"/desk/cases/{host}"
    press(desk, host, "/partings")
    assert desk.get(f"/desk/cases/{guest}").status_code == 200


def test_a_case_is_merged_into_one_that_is_named_by_its_end_as_pages_show_it(desk: Visitor, counter: Counter) -> None:
    host = found(counter, "NH7TAFDBGUA5QXGW2QVLY7U6U2G6")
    guest = found(counter, counter.number("F"))
    press(desk, guest, "/merger", into="…7U6U2G6", text="one matter")
    assert leads_to(desk.get(f"/desk/cases/{guest}")) == f"/desk/cases/{host}"


def test_whoever_comes_second_is_told_who_was_first(desk: Visitor, opening: Opening, counter: Counter) -> None:
    case_id = found(counter, counter.number("F"))
    other = opening()
    other.sign_in(OLA)
    form = form_on(case_page(other, case_id), "/closure")
    press(desk, case_id, "/taking")
    answer = send(other, form, reason="harmless", text="mine")
    assert answer.status_code == 409
    assert "fay took it meanwhile" in read(answer)
    assert state_of(counter, case_id) == "in_progress"


def test_a_case_of_another_s_offers_no_button_that_would_be_refused(
    desk: Visitor, opening: Opening, counter: Counter
) -> None:
    _order_id, _payment_id, case_id = double(counter)
    press(desk, case_id, "/taking")
    other = opening()
    other.sign_in(OLA)
    page = case_page(other, case_id)
    assert "fay works on this case" in read(page)
    assert "/refunds" not in page.text
    assert "/closure" not in page.text


def test_an_escalated_case_offers_nothing_to_whoever_it_does_not_wait_for(desk: Visitor, counter: Counter) -> None:
    """The page had offered to take it, and the press was refused."""
    _order_id, _payment_id, case_id = double(counter)
    press(desk, case_id, "/escalation", to="manager", text="not mine")
    page = case_page(desk, case_id)
    assert "It was escalated: somebody with the role “store manager” has to take it." in read(page)
    for ending in ("/taking", "/assignment", "/refunds", "/closure"):
        assert ending not in page.text
    assert "/notes" in page.text


def test_a_case_whose_books_agree_is_closed_and_offers_no_step(desk: Visitor, counter: Counter) -> None:
    _order_id, _payment_id, case_id = double(counter)
    lost(counter, case_id)
    page = case_page(desk, case_id)
    assert "the case closed by itself" in read(page)
    assert "/refunds" not in page.text


def test_an_unheard_of_case_is_not_found(desk: Visitor) -> None:
    for name in ("nobody", "%3Cscript%3E", "x" * 300):
        assert desk.get(f"/desk/cases/{name}").status_code == 404


def test_a_case_of_another_store_is_forbidden(counter: Counter, opening: Opening) -> None:
    hire(counter)
    give_passwords(counter.database, counter.merchant_id, StaffId("tom"))
    case_id = found(counter, counter.number("F"))
    visitor = opening()
    visitor.sign_in("tom")
    assert visitor.get(f"/desk/cases/{case_id}").status_code == 403
    form = {"action_id": "a1", "seen": "1", "text": "mine"}
    assert visitor.post(f"/desk/cases/{case_id}/notes", form_on="/desk", **form).status_code == 403


def test_a_cashier_sees_no_case(counter: Counter, opening: Opening) -> None:
    case_id = found(counter, counter.number("F"))
    visitor = opening()
    visitor.sign_in("ann")
    assert visitor.get(f"/desk/cases/{case_id}").status_code == 403
    answer = visitor.post(f"/desk/cases/{case_id}/taking", form_on="/design", action_id="a1", seen="1")
    assert answer.status_code == 403
    assert state_of(counter, case_id) == "open"


@pytest.mark.parametrize("text", AWKWARD)
def test_whatever_somebody_writes_stays_text(desk: Visitor, counter: Counter, text: str) -> None:
    case_id = found(counter, counter.number("F"), explanation_en=text, explanation_zh=text)
    press(desk, case_id, "/notes", text=text)
    page = case_page(desk, case_id)
    assert "<script>alert" not in page.text
    assert text.split(maxsplit=1)[0].replace("<", "&lt;").replace(">", "&gt;") in page.text or "\u202e" in text


def test_somebody_who_only_reads_sees_no_button(counter: Counter, opening: Opening) -> None:
    hire_as(counter.database, counter.merchant_id, "aud", Role.AUDITOR)
    _order_id, _payment_id, case_id = double(counter)
    visitor = opening()
    visitor.sign_in("aud")
    page = case_page(visitor, case_id)
    assert "You may read this case" in read(page)
    assert not [form for form in forms_of(page) if form.action.startswith("/desk/cases/")]
    answer = visitor.post(f"/desk/cases/{case_id}/taking", form_on=f"/desk/cases/{case_id}", action_id="a1", seen="1")
    assert answer.status_code == 403
