"""What people do with a case, and every "no" that they may hear, by its name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.desk.cases import closing, escalating, merging, noting, taking
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.model import Moved, WaitingFor
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.states import State
from counterfoil.ids import StaffId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Authorisation, Role, Verb
from counterfoil.shop.staff.store import retire
from tests.desk.cases.shop import NOON, S1, Desk, finding

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


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A desk with one case, A, of store s1, about what Dan rang up."""
    desk.look(finding("A"))
    return desk


def moved(done: Moved | Refused) -> Moved:
    assert isinstance(done, Moved), done
    return done


def no(done: Moved | Refused) -> CaseRefusal:
    assert isinstance(done, Refused), done
    for language in Language:
        assert "{" not in done.said(language)
    assert isinstance(done.code, CaseRefusal)
    return done.code


# ---------------------------------------------------------------- the way of a case


def test_a_case_is_taken_asked_about_answered_and_closed(case: Desk) -> None:
    assert moved(case.take("A", "ann")).event.state is State.IN_PROGRESS
    assert moved(case.ask("A", "ann", waiting_for=WaitingFor.CUSTOMER)).event.state is State.WAITING
    assert (case.case("A").waiting_for, case.case("A").owner_id) == (WaitingFor.CUSTOMER, "ann")
    assert moved(case.answer("A", "ben", "she has it")).event.state is State.IN_PROGRESS
    assert (case.case("A").waiting_for, case.case("A").owner_id) == (None, "ann")
    case.later(hours=1)
    case.book("A", "7", at=S1)
    closed = moved(case.close("A", "ann", Reason.SLIP_REPRINTED, text=None, proof="slip:7"))
    assert (closed.event.text, closed.event.body) == (None, {"reason": "slip_reprinted", "proof": "slip:7"})
    end = case.case("A")
    assert (end.state, end.closed_by, end.closed_at, end.owner_id) == (State.CLOSED, "ann", case.now, "ann")
    assert case.told("A") == ["came", "taken", "asked", "answered", "closed"]
    assert [event.event_no for event in case.events("A")] == [1, 2, 3, 4, 5]


def test_whoever_asks_about_a_case_of_nobody_takes_it(case: Desk) -> None:
    moved(case.ask("A", "ann"))
    assert case.case("A").owner_id == "ann"


def test_a_case_goes_from_hand_to_hand(case: Desk) -> None:
    moved(case.assign("A", "cat", "ann"))
    assert (case.case("A").state, case.case("A").owner_id) == (State.IN_PROGRESS, "ann")
    moved(case.ask("A", "ann"))
    moved(case.assign("A", "cat", "ben"))
    assert (case.case("A").state, case.case("A").owner_id) == (State.WAITING, "ben")
    moved(case.release("A", "ben"))
    assert (case.case("A").state, case.case("A").owner_id) == (State.OPEN, None)
    assert [event.body for event in case.events("A") if event.kind == "assigned"] == [{"to": "ann"}, {"to": "ben"}]


def test_an_escalated_case_waits_for_its_role(case: Desk) -> None:
    moved(case.take("A", "ann"))
    moved(case.escalate("A", "ann", Role.MANAGER))
    assert (case.case("A").state, case.case("A").owner_id) == (State.OPEN, None)
    assert case.case("A").escalated_to is Role.MANAGER
    for done in (
        case.take("A", "ben"),
        case.assign("A", "ben", "ann"),
        case.close("A", "fay"),
        case.escalate("A", "ann", Role.OWNER),
        case.ask("A", "ben"),
    ):
        assert no(done) is CaseRefusal.ESCALATED_TO_OTHERS
    moved(case.note("A", "ben"))
    moved(case.take("A", "cat"))
    assert (case.case("A").owner_id, case.case("A").escalated_to) == ("cat", None)


def test_a_role_may_hand_what_was_escalated_to_it_to_anybody(case: Desk) -> None:
    moved(case.escalate("A", "ann", Role.FINANCE))
    moved(case.assign("A", "fay", "ann"))
    assert (case.case("A").owner_id, case.case("A").escalated_to) == ("ann", None)


def test_the_owner_of_the_shop_takes_whatever_was_escalated_to_others(case: Desk) -> None:
    moved(case.escalate("A", "ann", Role.FINANCE))
    moved(case.take("A", "oli"))


def test_a_closure_is_taken_back_by_whoever_knows_better(case: Desk) -> None:
    moved(case.close("A", "cat"))
    case.later(days=1)
    moved(case.reopen("A", "ann", "the customer is back"))
    again = case.case("A")
    assert (again.state, again.owner_id, again.closed_by, again.closure_reason) == (State.OPEN, None, None, None)
    assert again.due_at == NOON + timedelta(days=2)


def test_a_note_is_in_nobodys_way(case: Desk) -> None:
    moved(case.take("A", "ann"))
    moved(case.note("A", "ben", "one"))
    assert case.case("A").owner_id == "ann"
    moved(case.close("A", "ann"))
    moved(case.note("A", "ben", "two"))
    assert case.case("A").state is State.CLOSED
    assert [event.text for event in case.events("A") if event.kind == "noted"] == ["one", "two"]


# ---------------------------------------------------------------- who may


def test_only_who_works_on_cases_there_does_anything(case: Desk) -> None:
    for by in ("dan", "eve", "sue"):
        for done in (
            case.take("A", by),
            case.note("A", by),
            case.ask("A", by),
            case.close("A", by),
            case.escalate("A", by),
            case.assign("A", by, "ann"),
        ):
            assert no(done) is CaseRefusal.MAY_NOT
    assert case.told("A") == ["came"]


def test_cases_of_no_store_want_somebody_of_every_store(case: Desk) -> None:
    case.look(finding("N", store_id=None))
    assert no(case.take("N", "ann")) is CaseRefusal.MAY_NOT
    moved(case.take("N", "ben"))


def test_nobody_works_on_what_is_anothers(case: Desk) -> None:
    moved(case.take("A", "ann"))
    for done in (
        case.take("A", "cat"),
        case.release("A", "cat"),
        case.close("A", "cat"),
        case.escalate("A", "cat"),
        case.ask("A", "cat"),
    ):
        assert no(done) is CaseRefusal.OWNED_BY_ANOTHER
    moved(case.assign("A", "cat", "cat"))
    moved(case.close("A", "cat"))


def test_a_case_is_given_only_to_somebody_who_may_have_it(case: Desk) -> None:
    with case.database.transaction(case.merchant_id) as connection:
        retire(connection, case.merchant_id, StaffId("ben"), now=case.now)
    assert no(case.assign("A", "cat", "ben")) is CaseRefusal.NO_SUCH_PERSON
    assert no(case.assign("A", "cat", "zoe")) is CaseRefusal.NO_SUCH_PERSON
    assert no(case.assign("A", "cat", "\0")) is CaseRefusal.NO_SUCH_PERSON
    assert no(case.assign("A", "cat", "sue")) is CaseRefusal.THEY_MAY_NOT
    assert no(case.assign("A", "cat", "dan")) is CaseRefusal.THEY_MAY_NOT
    moved(case.assign("A", "cat", "ann"))
    assert no(case.assign("A", "cat", "ann")) is CaseRefusal.ALREADY_THEIRS
    assert no(case.take("A", "ann")) is CaseRefusal.ALREADY_THEIRS


def test_what_one_rang_up_somebody_else_has_to_accept(desk: Desk) -> None:
    desk.look(finding("A", operator_id="ann"), finding("O", operator_id="oli"))
    assert no(desk.close("A", "ann", Reason.HARMLESS)) is CaseRefusal.OWN_DOING
    moved(desk.close("A", "ann", Reason.SLIP_REPRINTED))
    moved(desk.close("O", "oli", Reason.HARMLESS))


def test_what_is_written_off_wants_two(case: Desk) -> None:
    def written_off(**more: object) -> Moved | Refused:
        return case.close("A", "cat", Reason.WRITTEN_OFF, **more)

    own = Authorisation(authoriser_id=StaffId("cat"), verb=Verb.WORK_CASES, reason="x")
    other = Authorisation(authoriser_id=StaffId("fay"), verb=Verb.REFUND, reason="x")
    for consent in (None, own, other):
        assert no(written_off(consent=consent)) is CaseRefusal.SECOND_PERSON_MISSING
    assert no(written_off(consent=CONSENT, text=" ")) is CaseRefusal.TEXT_MISSING
    assert moved(written_off(consent=CONSENT)).event.body["authoriser_id"] == "fay"


# ---------------------------------------------------------------- what cannot be


def test_what_a_state_does_not_allow_is_told_with_the_state(case: Desk) -> None:
    for done in (case.release("A", "ann"), case.answer("A", "ann"), case.reopen("A", "ann")):
        assert no(done) is CaseRefusal.NOT_NOW
    moved(case.close("A", "cat"))
    for done in (
        case.take("A", "ann"),
        case.assign("A", "cat", "ann"),
        case.close("A", "cat"),
        case.escalate("A", "cat"),
        case.ask("A", "cat"),
    ):
        assert no(done) is CaseRefusal.NOT_NOW
    done = case.take("A", "ann")
    assert isinstance(done, Refused)
    assert done.said(Language.EN).startswith("The case is closed, and so it cannot be taken;")
    assert done.said(Language.ZH).startswith("个案已结案，不能接手")


@pytest.mark.parametrize("name", ["B", "", "\0", "x" * 70, "order:A", "甲"])
def test_a_case_that_is_not_there_is_told(case: Desk, name: str) -> None:
    for done in (case._do(each, name, "ann", **more) for each, more in VERBS):
        assert no(done) is CaseRefusal.NO_SUCH_CASE
