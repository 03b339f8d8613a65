"""One case in a real browser: its books on one timeline, its twin, its evidence, its steps."""

from __future__ import annotations

import re

import pytest

from tests.audit.report.conftest import Opener
from tests.audit.report.laid import finding, moment, report, run

pytestmark = pytest.mark.browser


def test_a_case_shows_what_is_missing_and_where_its_evidence_lies(opened: Opener) -> None:
    told = (
        moment(),
        moment(moment="closed_at"),
        moment(table="order_lines", id="O-1/1", occurred_at=None, moment=None),
    )
    window = opened(report(finding(), moments=told), "#/case/finding0001", language="en")
    window.page.wait_for_selector(".ledger")

    text = window.text()
    assert "Order O-1 was paid and no slip was printed." in text
    assert window.text(".missing").splitlines()[:2] == ["Expected, not there", "A slip"]
    assert re.search(r"orders\.csv\s*line 2", text)
    assert "counterfoil explain finding0001 --in audit-out" in text
    assert "Send the slip" in window.text(".next")


def test_a_case_shows_only_the_steps_of_its_own_diagnosis(opened: Opener) -> None:
    window = opened(report(finding(), moments=(moment(),)), "#/case/finding0001", language="en")

    steps = window.text(".playbook")
    assert "Send the slip" in steps
    assert "Sync the terminal" not in steps
    window.go("#/playbooks/missing_slip")
    assert "Sync the terminal" in window.text(".playbook")


def test_a_case_without_a_timeline_gives_the_command_to_copy(opened: Opener) -> None:
    window = opened(report(finding(), run=run(explain_in="my folder")), "#/case/finding0001", language="en")

    assert window.text(".command") == "counterfoil explain finding0001 --in 'my folder'"


def test_twins_stand_side_by_side_with_their_differences_marked(opened: Opener) -> None:
    twin = finding(
        1, exception="duplicate_order", diagnosis="double_charge", subject="order:B", other_subject="order:A"
    )
    plain = {"total_minor": 1234, "currency": "CNY", "state": "paid"}
    told = (
        moment(id="A", row={"order_id": "A", "terminal_id": "till-1", **plain}),
        moment(id="B", row={"order_id": "B", "terminal_id": "till-2", **plain}),
    )
    window = opened(report(twin, moments=told), "#/case/finding0001", language="en")
    window.page.wait_for_selector("table.twins")

    assert window.page.locator("tr.differs th").all_inner_texts() == ["Order", "Terminal"]
    assert window.page.locator("tbody.equal th").all_inner_texts() == ["Total", "Currency", "State"]


def test_an_unknown_case_is_said_to_be_unknown(opened: Opener) -> None:
    assert "no finding nobody" in opened(report(finding()), "#/case/nobody", language="en").text()


def test_a_long_id_stands_in_a_sentence_by_its_end_and_is_there_in_full_for_whoever_points(opened: Opener) -> None:
    whole = "refund:0771e8c2a94d4f0bb3a1d52c6e7f8091"
    said = finding(explanation_en=f"Refund {whole} of 12.00 CNY is in the bill.")
    window = opened(report(said, moments=(moment(),)), "#/case/finding0001", language="en")
    window.page.wait_for_selector(".id-end")
    assert window.text(".lead") == "Refund …6e7f8091 of 12.00 CNY is in the bill."
    assert window.page.get_attribute(".lead .id-end", "title") == whole
