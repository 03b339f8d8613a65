"""One press over many cases: each is judged by itself, and money is never moved in bulk."""

from __future__ import annotations

import pytest

from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.many import assign_many, close_many
from counterfoil.desk.cases.model import MANY_MAX, CaseId, MovedMany
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.states import State
from counterfoil.ids import StaffId
from counterfoil.refusals import Refused
from tests.desk.cases.counting import counted
from tests.desk.cases.shop import Desk, finding

HARMLESS = Wish(reason=Reason.HARMLESS, text="all of one test")


def done(answer: MovedMany | Refused) -> MovedMany:
    assert isinstance(answer, MovedMany), answer
    return answer


def refusals(answer: MovedMany) -> dict[str, str]:
    return {name: no.code for name, no in answer.refused.items()}


def test_many_cases_are_assigned_and_each_that_cannot_be_says_why(desk: Desk) -> None:
    desk.look(*(finding(name) for name in "ABCD"), finding("T", store_id="s2"))
    desk.assign("B", "cat", "ben")
    desk.assign("C", "cat", "ann")
    desk.close("D", "cat")
    answer = done(desk.in_bulk(assign_many, "ABCDT", "cat", to=StaffId("ann")))
    assert {name: moved.event.kind for name, moved in answer.moved.items()} == {"A": "assigned", "B": "assigned"}
    assert refusals(answer) == {
        "C": CaseRefusal.ALREADY_THEIRS,
        "D": CaseRefusal.NOT_NOW,
        "T": CaseRefusal.THEY_MAY_NOT,
    }
    assert [desk.case(name).owner_id for name in "ABC"] == ["ann"] * 3


def test_many_cases_are_closed_but_for_those_whose_step_moves_money(desk: Desk) -> None:
    desk.look(
        finding("A"),
        finding("B"),
        finding("M", diagnosis="charged_no_order", next_step="rebuild_the_order_or_refund"),
        finding("N", next_step="a_step_of_tomorrow"),
    )
    answer = done(desk.in_bulk(close_many, "ABMN", "cat", wish=HARMLESS))
    assert set(answer.moved) == {"A", "B"}
    assert refusals(answer) == {"M": CaseRefusal.MOVES_MONEY, "N": CaseRefusal.MOVES_MONEY}
    assert [desk.case(name).state for name in "ABM"] == [State.CLOSED, State.CLOSED, State.OPEN]


def test_a_matter_moves_money_where_any_of_it_does(desk: Desk) -> None:
    desk.look(finding("A", severity="critical"), finding("M", next_step="rebuild_the_order_or_refund"))
    desk.merge("M", "cat", "A")
    assert desk.case("A").next_step == "send_the_slip"
    assert refusals(done(desk.in_bulk(close_many, "A", "cat", wish=HARMLESS))) == {"A": CaseRefusal.MOVES_MONEY}
    desk.look(lost=["M"])
    assert done(desk.in_bulk(close_many, "A", "cat", wish=HARMLESS)).refused == {}


def test_closing_many_wants_a_reason_as_closing_one_does(desk: Desk) -> None:
    desk.look(finding("A"))
    for wish, code in (
        (Wish(reason=Reason.HARMLESS), CaseRefusal.TEXT_MISSING),
        (Wish(reason=Reason.SLIP_SENT, proof="x"), CaseRefusal.BAD_PROOF),
    ):
        answer = desk.in_bulk(close_many, "A", "cat", wish=wish)
        assert isinstance(answer, Refused)
        assert answer.code is code


@pytest.mark.parametrize("verb", [assign_many, close_many])
def test_the_same_press_over_many_cases_is_done_once(desk: Desk, verb: object) -> None:
    desk.look(finding("A"), finding("B"))
    more = {"to": StaffId("ann")} if verb is assign_many else {"wish": HARMLESS}
    first = done(desk.in_bulk(verb, "A", "cat", action_id="p1", **more))  # type: ignore[arg-type]  # each verb takes its own more
    again = done(desk.in_bulk(verb, "AB", "cat", action_id="p1", **more))  # type: ignore[arg-type]  # each verb takes its own more
    assert again.moved[CaseId("A")].event == first.moved[CaseId("A")].event
    assert {name: moved.repeated for name, moved in again.moved.items()} == {"A": True, "B": False}


def test_too_many_at_once_are_refused_as_a_whole(desk: Desk) -> None:
    names = [CaseId(f"C{n}") for n in range(MANY_MAX + 1)]
    desk.look(*(finding(name) for name in names))
    with desk.database.transaction(desk.merchant_id) as connection:
        for verb, more in ((assign_many, {"to": StaffId("ann")}), (close_many, {"wish": HARMLESS})):
            answer = verb(
                connection,
                desk.merchant_id,
                dict.fromkeys(names, 1),
                action_id="p",
                actor=desk.people["cat"],
                now=desk.now,
                **more,
            )
            assert isinstance(answer, Refused)
            assert answer.code is CaseRefusal.TOO_MANY


def test_hundreds_of_cases_take_as_many_statements_as_one(desk: Desk) -> None:
    names = [f"C{n}" for n in range(MANY_MAX)]
    desk.look(*(finding(name) for name in names))
    statements = []
    for chosen in (names[:1], names[1:]):
        with desk.database.transaction(desk.merchant_id) as connection, counted(connection) as count:
            answer = assign_many(
                connection,
                desk.merchant_id,
                {CaseId(name): 1 for name in chosen},
                to=StaffId("ann"),
                action_id="p",
                actor=desk.people["cat"],
                now=desk.now,
            )
            assert len(done(answer).moved) == len(chosen)
        statements.append(count.n)
    assert statements[0] == statements[1]
    told = desk.rows("SELECT count(*), count(DISTINCT case_id) FROM case_events WHERE kind = 'assigned'")
    assert told == [(MANY_MAX, MANY_MAX)]
