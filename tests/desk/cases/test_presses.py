"""What people write on a case, and press twice: which texts are kept, and what a repeated or late press comes to."""

from __future__ import annotations

from typing import Any

import pytest

from counterfoil.desk.cases import closing, escalating, merging, noting, taking
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.many import close_many
from counterfoil.desk.cases.model import TEXT_LENGTH_MAX, MovedMany, WaitingFor
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.ids import StaffId
from counterfoil.journal.store import facts_of
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Authorisation, Role, Verb
from tests.desk.cases.shop import S1, S2, Desk, finding
from tests.desk.cases.test_people import case as case
from tests.desk.cases.test_people import moved, no

#: Every verb, with what it wants beside the case.
VERBS: list[tuple[Any, dict[str, Any]]] = [
    (taking.take, {"seen": 1}),
    (taking.assign, {"seen": 1, "to": StaffId("ann")}),
    (taking.release, {"seen": 1}),
    (noting.note, {"text": "x"}),
    (noting.ask, {"seen": 1, "text": "x", "waiting_for": WaitingFor.STAFF}),
    (noting.answer, {"text": "x"}),
    (escalating.escalate, {"seen": 1, "text": "x", "to": Role.MANAGER}),
    (closing.close, {"seen": 1, "wish": closing.Wish(reason=Reason.HARMLESS, text="x")}),
    (closing.reopen, {"seen": 1, "text": "x"}),
    (merging.merge, {"seen": 1, "into": "A"}),
    (merging.part, {"seen": 1, "finding_id": "A"}),
]

CONSENT = Authorisation(authoriser_id=StaffId("fay"), verb=Verb.WORK_CASES, reason="nothing to get")


@pytest.mark.parametrize("text", ["", "  \n ", "\u202e\u200b\0"])
def test_a_text_that_says_nothing_is_missing(case: Desk, text: str) -> None:
    for done in (
        case.note("A", "ann", text),
        case.ask("A", "ann", text=text),
        case.answer("A", "ann", text),
        case.escalate("A", "ann", text=text),
        case.close("A", "ann", text=text),
        case.reopen("A", "ann", text),
    ):
        assert no(done) is CaseRefusal.TEXT_MISSING


def test_a_text_is_kept_without_what_nobody_sees(case: Desk) -> None:
    done = moved(case.note("A", "ann", "  first \u202eline\0 \r\n\r\n 第二行 \n"))
    assert done.event.text == "first line\n\n 第二行"
    moved(case.note("A", "ann", "x" * TEXT_LENGTH_MAX))
    assert no(case.note("A", "ann", "x" * (TEXT_LENGTH_MAX + 1))) is CaseRefusal.TEXT_TOO_LONG


@pytest.mark.parametrize("text", ["card 4242 4242 4242 4242", "call 13800138000", "pin: 28174", "+44 7700 900123"])
def test_a_text_with_somebodys_number_is_not_kept(case: Desk, text: str) -> None:
    assert no(case.note("A", "ann", text)) is CaseRefusal.PLAIN_NUMBER
    assert no(case.close("A", "ann", text=text)) is CaseRefusal.PLAIN_NUMBER
    moved(case.note("A", "ann", "order:13800138000 of card *4242"))


@pytest.mark.parametrize(
    ("name", "reason"), [("A", Reason.GENUINE_REPEAT), ("A", Reason.BOOKS_AGREE), ("D", Reason.SLIP_REPRINTED)]
)
def test_a_reason_of_another_playbook_closes_nothing(case: Desk, name: str, reason: Reason) -> None:
    case.look(finding("D", exception="duplicate_order", diagnosis="double_charge"))
    assert no(case.close(name, "cat", reason)) is CaseRefusal.REASON_NOT_FOR_THIS


@pytest.mark.parametrize("proof", ["7", "payment:", "payment: ", "paper:7", "payment:\n7", "payment:" + "7" * 65, ""])
def test_a_proof_names_a_row_of_a_book(case: Desk, proof: str) -> None:
    assert no(case.close("A", "cat", Reason.SLIP_SENT, proof=proof)) is CaseRefusal.BAD_PROOF


NOUNS = ("order", "payment", "acquirer_record", "slip", "parcel", "return", "notice", "bill")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_proof_that_names_a_row_which_is_not_there_closes_nothing(case: Desk, noun: str) -> None:
    case.book("A", "A", at=S1)
    done = case.close("A", "ann", Reason.SLIP_SENT, proof=f"{noun}:ghost")
    assert isinstance(done, Refused)
    assert no(done) is CaseRefusal.NO_SUCH_ROW
    assert f"{noun}:ghost" in done.said(Language.EN)
    assert f"{noun}:ghost" in done.said(Language.ZH)
    assert case.told("A") == ["came"]
    moved(case.close("A", "ann", Reason.SLIP_SENT, text="I saw it on paper"))


@pytest.mark.parametrize("proof", ["order:A", "slip:A"])
def test_a_proof_is_a_row_of_a_store_that_somebody_may_see(case: Desk, proof: str) -> None:
    case.book("A", "A", at=S2)
    assert no(case.close("A", "ann", Reason.SLIP_SENT, proof=proof)) is CaseRefusal.NO_SUCH_ROW
    press = moved(case.close("A", "cat", Reason.SLIP_SENT, proof=proof, action_id="p1"))
    assert press.event.body["proof"] == proof
    assert moved(case.close("A", "cat", Reason.SLIP_SENT, proof=proof, seen=1, action_id="p1")).repeated


def test_many_cases_are_not_closed_with_a_row_that_is_not_there(case: Desk) -> None:
    case.look(finding("B"))
    wish = Wish(reason=Reason.SLIP_SENT, text="as told", proof="slip:ghost")
    done = case.in_bulk(close_many, ["A", "B"], "cat", wish=wish)
    assert isinstance(done, MovedMany)
    assert {refused.code for refused in done.refused.values()} == {CaseRefusal.NO_SUCH_ROW}


def test_what_an_audit_of_files_brought_may_name_rows_of_the_files(case: Desk) -> None:
    case.look(finding("F"), by="audit")
    moved(case.close("F", "cat", Reason.SLIP_SENT, proof="slip:in-the-file"))


def test_a_case_is_not_escalated_to_somebody_who_works_on_none(case: Desk) -> None:
    assert no(case.escalate("A", "ann", Role.CASHIER)) is CaseRefusal.NO_SUCH_ROLE
    assert no(case.escalate("A", "ann", Role.AUDITOR)) is CaseRefusal.NO_SUCH_ROLE


# ---------------------------------------------------------------- twice, and two


def test_the_same_press_twice_comes_to_the_same_once(case: Desk) -> None:
    first = moved(case.take("A", "ann", seen=1, action_id="p1"))
    again = moved(case.take("A", "ann", seen=1, action_id="p1"))
    assert (first.repeated, again.repeated) == (False, True)
    assert again.event == first.event
    moved(case.close("A", "ann", action_id="p2"))
    case.look(finding("A", severity="critical"))
    assert moved(case.take("A", "ann", seen=1, action_id="p1")).event == first.event
    assert case.told("A") == ["came", "taken", "closed", "contradicted"]


def test_the_same_press_cannot_be_something_else(case: Desk) -> None:
    moved(case.note("A", "ann", "one", action_id="p1"))
    assert no(case.note("A", "ann", "two", action_id="p1")) is CaseRefusal.ACTION_ID_TAKEN
    assert no(case.note("A", "ben", "one", action_id="p1")) is CaseRefusal.ACTION_ID_TAKEN
    assert no(case.take("A", "ann", action_id="p1")) is CaseRefusal.ACTION_ID_TAKEN
    case.look(finding("B"))
    moved(case.note("B", "ann", "one", action_id="p1"))


@pytest.mark.parametrize("action_id", ["two words", "\0", "x" * 65, "甲"])
def test_a_press_without_a_usable_id_does_nothing(case: Desk, action_id: str) -> None:
    assert no(case.take("A", "ann", action_id=action_id)) is CaseRefusal.BAD_ACTION_ID


def test_a_press_that_was_refused_is_judged_anew(case: Desk) -> None:
    moved(case.take("A", "ben"))
    assert no(case.take("A", "ann", action_id="p1")) is CaseRefusal.OWNED_BY_ANOTHER
    moved(case.release("A", "ben"))
    assert moved(case.take("A", "ann", action_id="p1")).repeated is False


def test_whoever_saw_an_older_case_is_told_who_did_what(case: Desk) -> None:
    moved(case.take("A", "ann"))
    done = case.close("A", "cat", seen=1)
    assert isinstance(done, Refused)
    assert no(done) is CaseRefusal.CHANGED_MEANWHILE
    assert (done.facts["actor_id"], done.facts["kind"], done.facts["version"]) == ("ann", "taken", 2)
    assert done.said(Language.EN).startswith("ann took it meanwhile (2026-03-01T12:00:00+00:00);")
    assert "ann接手了个案" in done.said(Language.ZH)


def test_whoever_saw_what_the_books_have_changed_since_is_told_so(case: Desk) -> None:
    case.look(finding("A", amount_at_risk_minor=5000))
    done = case.close("A", "cat", seen=1)
    assert isinstance(done, Refused)
    assert no(done) is CaseRefusal.CHANGED_MEANWHILE
    assert done.said(Language.EN).startswith("The books changed what they say of it meanwhile")
    assert done.facts["actor_id"] is None


def test_what_people_did_is_in_the_journal_and_what_the_books_did_is_not(case: Desk) -> None:
    case.take("A", "ann")
    case.note("A", "ann", "look here")
    case.book("A", "9", at=S1)
    case.close("A", "ann", Reason.SLIP_SENT, text="by mail", proof="slip:9")
    case.look(lost=["A"])
    with case.database.transaction(case.merchant_id) as connection:
        facts = facts_of(connection, case.merchant_id, "case:A")
    assert [(fact["tag"], fact["actor_id"]) for fact in facts] == [
        ("case:missing_slip:taken", "ann"),
        ("case:missing_slip:noted", "ann"),
        ("case:missing_slip:closed", "ann"),
    ]
    assert facts[2]["body"] == {
        "event_no": 4,
        "state": "closed",
        "text": "by mail",
        "reason": "slip_sent",
        "proof": "slip:9",
    }
