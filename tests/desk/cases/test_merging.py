"""Two cases become one matter by a person's word, and are parted again; nothing of either is lost."""

from __future__ import annotations

from counterfoil.desk.cases.model import Moved
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.states import State
from counterfoil.desk.cases.taking import take
from counterfoil.refusals import Refused
from tests.desk.cases.shop import Desk, finding
from tests.desk.cases.test_matters import payments, unknown
from tests.desk.cases.test_people import moved, no


def double(name: str, **more: object) -> dict[str, object]:
    return finding(name, exception="duplicate_order", diagnosis="double_charge", **more)


def two(desk: Desk) -> None:
    desk.look(finding("A", amount_at_risk_minor=100), double("B", amount_at_risk_minor=200, severity="critical"))


def test_a_case_goes_into_another_with_its_findings_and_its_money(desk: Desk) -> None:
    two(desk)
    desk.note("A", "ann", "the same customer")
    moved(desk.merge("A", "ann", "B", text="one customer"))
    case = desk.case("A")
    assert (case.case_id, case.findings_n, case.amount_at_risk_minor) == ("B", 2, 300)
    assert (case.severity, case.diagnosis) == ("critical", "double_charge")
    assert [line.case.case_id for line in desk.inbox().cases] == ["B"]
    file = desk.file("B")
    assert (file.merged, [found.finding_id for found in file.findings]) == (["A"], ["B", "A"])
    assert [str(event.kind) for event in file.events if event.case_id == "A"] == ["came", "noted", "merged"]
    assert [str(event.kind) for event in file.events if event.case_id == "B"] == ["came", "joined"]


def test_what_weighs_more_makes_the_matter_due_sooner(desk: Desk) -> None:
    two(desk)
    due_at = desk.case("B").due_at
    moved(desk.merge("B", "ann", "A"))
    assert (desk.case("A").due_at, desk.case("A").exception) == (due_at, "duplicate_order")


def test_a_merged_case_is_worked_on_where_it_went(desk: Desk) -> None:
    two(desk)
    moved(desk.merge("A", "ann", "B"))
    for done in (desk._do(take, "A", "ann", seen=2), desk.note("A", "ann")):
        assert isinstance(done, Refused)
        assert no(done) is CaseRefusal.IS_MERGED
        assert done.facts["into"] == "B"


def test_the_books_say_of_the_matter_what_they_say_of_any_of_it(desk: Desk) -> None:
    two(desk)
    moved(desk.merge("A", "ann", "B"))
    desk.look(lost=["B"])
    assert (desk.case("B").state, desk.case("B").diagnosis) == (State.OPEN, "paid_no_slip")
    desk.look(lost=["A"])
    assert desk.case("B").state is State.CLOSED
    desk.look(finding("A"))
    assert (desk.case("B").state, desk.told("B")[-1]) == (State.OPEN, "returned")


def test_a_finding_is_taken_out_again_into_the_case_that_it_had(desk: Desk) -> None:
    two(desk)
    moved(desk.merge("A", "ann", "B"))
    moved(desk.part("B", "cat", "A", text="two after all"))
    a, b = desk.case("A"), desk.case("B")
    assert (a.case_id, a.state, a.merged_into, a.amount_at_risk_minor) == ("A", State.OPEN, None, 100)
    assert (b.findings_n, b.amount_at_risk_minor) == (1, 200)
    assert [str(event.kind) for event in desk.file("A").events] == ["came", "merged", "parted"]
    desk.look(finding("A", amount_at_risk_minor=150), double("B", amount_at_risk_minor=200, severity="critical"))
    assert (desk.case("A").amount_at_risk_minor, desk.case("B").amount_at_risk_minor) == (150, 200)


def test_what_came_together_by_itself_is_parted_into_a_case_of_its_own(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1"), unknown("P2"))
    moved(desk.part("P1", "ann", "P2"))
    case, event = desk.case("P2"), desk.events("P2")[0]
    assert (case.case_id, case.state, case.findings_n) == ("P2", State.OPEN, 1)
    assert (event.kind, event.actor_id, event.body) == ("came", "ann", {"parted_from": "P1"})
    desk.look(unknown("P1"), unknown("P2"))
    assert (desk.case("P1").findings_n, desk.case("P2").findings_n) == (1, 1)
    moved(desk.merge("P2", "ann", "P1"))
    assert desk.case("P2").case_id == "P1"


def test_what_came_together_from_two_stores_is_parted_only_by_somebody_of_both(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1"), unknown("P2", store_id="s2"))
    answer = desk.part("P1", "ann", "P2")
    assert isinstance(answer, Refused)
    assert answer.code == "may_not"
    assert desk.rows("SELECT case_id FROM cases") == [("P1",)]
    assert isinstance(desk.part("P1", "ben", "P2"), Moved)


def test_what_was_merged_goes_along_into_the_next_case(desk: Desk) -> None:
    two(desk)
    desk.look(double("C"))
    moved(desk.merge("A", "ann", "B"))
    moved(desk.merge("B", "ann", "C"))
    assert {desk.case(name).case_id for name in "ABC"} == {"C"}
    moved(desk.part("C", "ann", "A"))
    assert (desk.case("A").case_id, desk.case("B").case_id) == ("A", "C")


def test_only_two_that_are_in_hand_become_one(desk: Desk) -> None:
    two(desk)
    assert no(desk.merge("A", "ann", "A")) is CaseRefusal.NOT_TOGETHER
    assert no(desk.merge("A", "ann", "Z")) is CaseRefusal.NOT_TOGETHER
    assert no(desk.merge("A", "ann", "\0")) is CaseRefusal.NOT_TOGETHER
    desk.close("B", "cat")
    assert no(desk.merge("A", "ann", "B")) is CaseRefusal.NOT_TOGETHER
    assert no(desk.merge("B", "ann", "A")) is CaseRefusal.NOT_NOW


def test_nobody_merges_what_is_anothers_or_of_another_store(desk: Desk) -> None:
    desk.look(finding("A"), finding("B"), finding("T", store_id="s2"))
    desk.take("B", "ben")
    assert no(desk.merge("A", "ann", "B")) is CaseRefusal.OWNED_BY_ANOTHER
    assert no(desk.merge("B", "ann", "A")) is CaseRefusal.OWNED_BY_ANOTHER
    assert no(desk.merge("A", "ann", "T")) is CaseRefusal.MAY_NOT


def test_nothing_is_parted_that_would_leave_a_case_about_nothing(desk: Desk) -> None:
    two(desk)
    assert no(desk.part("A", "ann", "A")) is CaseRefusal.NOT_APART
    assert no(desk.part("A", "ann", "B")) is CaseRefusal.NOT_APART
    assert no(desk.part("A", "ann", "\0")) is CaseRefusal.NOT_APART
    desk.merge("A", "ann", "B")
    assert no(desk.part("B", "ann", "B")) is CaseRefusal.NOT_APART
    desk.look(lost=["B"])
    assert no(desk.part("B", "ann", "A")) is CaseRefusal.NOT_APART
    desk.look(double("B"), lost=["A"])
    assert no(desk.part("B", "ann", "A")) is CaseRefusal.NOT_APART


def test_merging_and_parting_twice_is_done_once(desk: Desk) -> None:
    two(desk)
    first = moved(desk.merge("A", "ann", "B", action_id="p1", seen=1))
    assert moved(desk.merge("A", "ann", "B", action_id="p1", seen=1)) == Moved(event=first.event, repeated=True)
    parted = moved(desk.part("B", "ann", "A", action_id="p2", seen=2))
    assert moved(desk.part("B", "ann", "A", action_id="p2", seen=2)) == Moved(event=parted.event, repeated=True)
    assert moved(desk.merge("A", "ann", "B", action_id="p1", seen=1)).repeated
    assert desk.case("A").case_id == "A"


def test_what_was_merged_from_another_store_is_parted_only_by_somebody_of_that_store(desk: Desk) -> None:
    desk.look(finding("A"), finding("T", store_id="s2"))
    desk.merge("T", "ben", "A")
    answer = desk.part("A", "ann", "T")
    assert isinstance(answer, Refused)
    assert answer.code == "may_not"
    assert desk.rows("SELECT state FROM cases WHERE case_id = 'T'") == [("merged",)]
    assert isinstance(desk.part("A", "ben", "T"), Moved)
