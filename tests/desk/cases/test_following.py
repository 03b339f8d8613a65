"""Cases follow the books: they open, change, close and open again with what the findings say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.desk import store
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.following.follow import Followed, contradict_closures, follow
from counterfoil.desk.cases.model import Moved, Origin
from counterfoil.desk.cases.states import State
from counterfoil.shop.staff.model import Role
from tests.desk.cases.shop import NOON, Desk, finding


def test_a_finding_opens_a_case_that_is_due_by_its_severity(desk: Desk) -> None:
    desk.look(finding("A", severity="critical"), finding("B", severity="low"))
    a, b = desk.case("A"), desk.case("B")
    assert (a.state, a.version, a.stands, a.origin) == (State.OPEN, 1, True, Origin.LIVE)
    assert (a.exception, a.diagnosis, a.subject, a.store_id) == ("missing_slip", "paid_no_slip", "order:A", "s1")
    assert (a.amount_at_risk_minor, a.currency, a.next_step) == (1000, "CNY", "send_the_slip")
    assert (a.due_at - NOON, b.due_at - NOON) == (timedelta(hours=4), timedelta(days=3))
    assert desk.told("A") == ["came"]
    assert [each["finding_id"] for each in desk.events("A")[0].body["findings"]] == ["A"]


def test_what_is_seen_again_unchanged_says_nothing_to_its_case(desk: Desk) -> None:
    desk.look(finding("A"))
    desk.later(minutes=1)
    desk.look(finding("A", explanation_en="in other words"))
    assert desk.told("A") == ["came"]
    assert desk.case("A").version == 1


def test_another_diagnosis_is_an_event_and_makes_it_due_sooner_where_it_weighs_more(desk: Desk) -> None:
    desk.look(finding("A", severity="low"))
    desk.later(hours=1)
    desk.look(finding("A", severity="critical", diagnosis="charged_no_order", amount_at_risk_minor=900))
    case, event = desk.case("A"), desk.events("A")[-1]
    assert (case.diagnosis, case.severity, case.amount_at_risk_minor) == ("charged_no_order", "critical", 900)
    assert case.due_at == desk.now + timedelta(hours=4)
    assert (event.kind, event.state, event.actor_id) == ("changed", "open", None)
    assert event.body["findings"] == [
        {
            "finding_id": "A",
            "became": "changed",
            "was": {"diagnosis": "paid_no_slip", "severity": "low", "amount_at_risk_minor": 1000},
            "is": {"diagnosis": "charged_no_order", "severity": "critical", "amount_at_risk_minor": 900},
        }
    ]
    desk.later(hours=1)
    desk.look(finding("A", severity="info"))
    assert desk.case("A").due_at == NOON + timedelta(hours=5)


@pytest.mark.parametrize("state", [State.OPEN, State.IN_PROGRESS, State.WAITING])
def test_books_that_agree_again_close_a_case_in_whatever_hand(desk: Desk, state: State) -> None:
    desk.look(finding("A"))
    if state is not State.OPEN:
        desk.take("A", "ann")
    if state is State.WAITING:
        desk.ask("A", "ann")
    assert desk.case("A").state is state
    desk.later(minutes=5)
    desk.look(lost=["A"])
    case = desk.case("A")
    assert (case.state, case.closure_reason, case.closed_by) == (State.CLOSED, Reason.BOOKS_AGREE, None)
    assert (case.closed_at, case.stands) == (desk.now, False)
    assert case.owner_id == (None if state is State.OPEN else "ann")
    assert desk.told("A")[-1] == "gone"


def test_an_escalated_case_is_closed_by_the_books_as_well(desk: Desk) -> None:
    desk.look(finding("A"))
    desk.escalate("A", "ann", Role.OWNER)
    desk.look(lost=["A"])
    assert (desk.case("A").state, desk.case("A").escalated_to) == (State.CLOSED, None)


def test_a_finding_that_comes_back_opens_its_case_again_in_nobodys_hand(desk: Desk) -> None:
    desk.look(finding("A", severity="critical"))
    desk.take("A", "ann")
    desk.look(lost=["A"])
    desk.later(days=1)
    desk.look(finding("A", severity="critical"))
    case = desk.case("A")
    assert (case.state, case.owner_id, case.closed_at, case.closure_reason) == (State.OPEN, None, None, None)
    assert (case.due_at, case.opened_at) == (desk.now + timedelta(hours=4), NOON)
    assert desk.told("A") == ["came", "taken", "gone", "returned"]


def test_what_goes_and_comes_back_within_one_look_never_went(desk: Desk) -> None:
    desk.look(finding("A"))
    with desk.database.transaction(desk.merchant_id) as connection:
        store.lose(connection, desk.merchant_id, ["A"], now=desk.now)
        store.see(connection, desk.merchant_id, [finding("A")], by="rule", now=desk.now)
        assert follow(connection, desk.merchant_id, ["A"], now=desk.now) == Followed()
    assert desk.told("A") == ["came"]


# ---------------------------------------------------------------- closures by people

WORSE = {
    "more money": {"amount_at_risk_minor": 1001},
    "more severe": {"severity": "critical"},
    "another diagnosis": {"diagnosis": "slip_failed"},
    "another diagnosis and more money": {"diagnosis": "slip_failed", "amount_at_risk_minor": 1001},
    "less money, more severe": {"severity": "critical", "amount_at_risk_minor": 1},
}
MILDER = {
    "less money": {"amount_at_risk_minor": 999},
    "less severe": {"severity": "low"},
    "another diagnosis, less severe": {"diagnosis": "slip_failed", "severity": "low"},
    "another diagnosis, less money": {"diagnosis": "slip_failed", "amount_at_risk_minor": 999},
}


def closed(desk: Desk, reason: Reason = Reason.HARMLESS) -> None:
    desk.look(finding("A"))
    assert isinstance(desk.close("A", "cat", reason), Moved)
    desk.later(hours=1)


def test_a_closure_as_harmless_holds_while_the_finding_just_stands(desk: Desk) -> None:
    closed(desk)
    for _ in range(3):
        desk.later(days=30)
        desk.look(finding("A"), finding("B"))
    case = desk.case("A")
    assert (case.state, case.closed_by, case.stands) == (State.CLOSED, "cat", True)
    assert desk.told("A") == ["came", "closed"]


@pytest.mark.parametrize("change", WORSE.values(), ids=WORSE)
def test_what_is_worse_contradicts_a_closure(desk: Desk, change: dict[str, Any]) -> None:
    closed(desk)
    desk.look(finding("A", **change))
    case = desk.case("A")
    assert (case.state, case.closed_by, case.closure_reason, case.closed_at) == (State.OPEN, None, None, None)
    assert case.due_at == desk.now + timedelta(hours=4 if case.severity == "critical" else 24)
    assert desk.told("A") == ["came", "closed", "contradicted"]


@pytest.mark.parametrize("change", MILDER.values(), ids=MILDER)
def test_what_is_milder_is_written_down_and_leaves_a_closure_closed(desk: Desk, change: dict[str, Any]) -> None:
    closed(desk)
    desk.look(finding("A", **change))
    assert (desk.case("A").state, desk.case("A").closed_by) == (State.CLOSED, "cat")
    assert desk.told("A") == ["came", "closed", "changed"]


def test_a_finding_that_goes_away_bears_a_closure_out(desk: Desk) -> None:
    closed(desk, Reason.SLIP_REPRINTED)
    assert desk.case("A").proof_due_at == NOON + timedelta(days=4)
    desk.look(lost=["A"])
    case = desk.case("A")
    assert (case.state, case.closure_reason, case.closed_by) == (State.CLOSED, Reason.SLIP_REPRINTED, "cat")
    assert (case.closed_at, case.proof_due_at, case.stands) == (NOON, None, False)
    assert desk.told("A") == ["came", "closed", "gone"]


def test_a_finding_that_comes_back_contradicts_a_person_as_well(desk: Desk) -> None:
    closed(desk)
    desk.look(lost=["A"])
    desk.look(finding("A"))
    assert desk.case("A").state is State.OPEN
    assert desk.told("A") == ["came", "closed", "gone", "returned"]


def unproved(desk: Desk) -> None:
    with desk.database.transaction(desk.merchant_id) as connection:
        contradict_closures(connection, desk.merchant_id, now=desk.now)


def test_what_was_said_to_be_put_right_has_to_be_so_in_time(desk: Desk) -> None:
    desk.policy('[cases]\nproof_within = "2d"')
    closed(desk, Reason.SLIP_REPRINTED)
    desk.later(hours=46)
    unproved(desk)
    assert desk.case("A").state is State.CLOSED
    desk.later(hours=1)
    unproved(desk)
    case, event = desk.case("A"), desk.events("A")[-1]
    assert (case.state, case.closed_by, case.proof_due_at) == (State.OPEN, None, None)
    assert case.due_at == desk.now + timedelta(hours=24)
    assert (event.kind, event.actor_id) == ("contradicted", None)
    unproved(desk)
    assert desk.told("A") == ["came", "closed", "contradicted"]


def test_what_was_accepted_owes_no_proof(desk: Desk) -> None:
    closed(desk, Reason.NOT_OURS)
    desk.later(days=400)
    unproved(desk)
    assert desk.case("A").state is State.CLOSED


def test_a_case_that_a_person_reopened_is_theirs_to_close(desk: Desk) -> None:
    desk.look(finding("A"))
    desk.look(lost=["A"])
    desk.reopen("A", "ann", "the customer called again")
    for _ in range(2):
        desk.later(days=1)
        desk.look(finding("B"))
    assert (desk.case("A").state, desk.case("A").stands) == (State.OPEN, False)
    assert isinstance(desk.close("A", "cat", Reason.SLIP_SENT), Moved)
    assert desk.case("A").proof_due_at is None


def test_the_row_that_made_the_books_agree_is_named(desk: Desk) -> None:
    desk.rows(
        "INSERT INTO orders (merchant_id, order_id, placed_at, state, total_minor, currency, fulfilment, entered_by) "
        "VALUES ('m1', 'A', now(), 'paid', 1000, 'CNY', 'carry_out', 'import') RETURNING 1"
    )
    desk.look(finding("A"), finding("B"))
    desk.rows(
        "INSERT INTO slips (merchant_id, slip_id, order_id, kind, state, copy_no, amount_minor, currency, occurred_at, "
        "form, entered_by) VALUES ('m1', 'late', 'A', 'sale', 'printed', 0, 1000, 'CNY', now(), 'paper', 'import') "
        "RETURNING 1"
    )
    desk.look(lost=["A", "B"])
    assert desk.events("A")[-1].body["proof"]["row"] == "slip:late"
    assert "proof" not in desk.events("B")[-1].body
