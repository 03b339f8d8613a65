"""Which findings are one matter: everything that one order ties together, whatever the order in which it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.desk.cases.following.matters import InHand, Tie, placed
from counterfoil.desk.cases.states import State
from tests.desk.cases.shop import NOON, Desk, finding


def test_nothing_tied_is_nothing_placed() -> None:
    assert placed([]) == {}


def test_what_is_tied_goes_where_the_earliest_is() -> None:
    assert placed([Tie(findings=["a", "c"]), Tie(findings=["b", "c"])]) == {"a": "a", "b": "a", "c": "a"}


def test_what_is_tied_to_cases_in_hand_goes_to_the_oldest() -> None:
    old, new = (InHand(opened_at=NOON + timedelta(days=days), case_id=f"h{days}") for days in (0, 1))
    ties = [Tie(findings=["a", "b"], case=new), Tie(findings=["b"], case=old), Tie(findings=["c"], case=new)]
    assert placed(ties) == {"a": "h0", "b": "h0", "c": "h1"}


#: Up to eight findings by their place, each about one or two of five orders, and which orders have a case in hand.
_FINDINGS = st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=2), max_size=8)


@given(_FINDINGS, st.sets(st.integers(0, 4)))
def test_matters_are_what_holds_together(about: list[set[int]], in_hand: set[int]) -> None:
    """The model is a set of parts: a finding melts all parts together that share an order with it."""
    parts: list[tuple[set[int], set[int]]] = []
    for place, orders in enumerate(about):
        met = [part for part in parts if part[1] & orders]
        parts = [part for part in parts if part not in met]
        parts.append(({place}.union(*(part[0] for part in met)), orders.union(*(part[1] for part in met))))
    expected = {}
    for found, orders in parts:
        places, hosts = sorted(found), sorted(orders & in_hand)
        if len(places) > 1 or hosts:
            home = f"case{hosts[0]}" if hosts else f"f{places[0]}"
            expected |= {f"f{place}": home for place in places}
    ties = []
    for order in range(5):
        found = [f"f{place}" for place, orders in enumerate(about) if order in orders]
        case = InHand(opened_at=NOON + timedelta(days=order), case_id=f"case{order}") if order in in_hand else None
        if len(found) > 1 or (found and case):
            ties.append(Tie(findings=found, case=case))
    assert placed(sorted(ties, key=lambda tie: tie.findings[0])) == expected


# ---------------------------------------------------------------- on the desk


def payments(desk: Desk, order_id: str, *names: str) -> None:
    """Write payments of an order."""
    for name in names:
        desk.rows(
            "INSERT INTO payments (merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, "
            "occurred_at, entered_by) VALUES ('m1', :p, :o, 'sale', 'card', 1, 'CNY', 'unknown', now(), 'import') "
            "RETURNING 1",
            p=name,
            o=order_id,
        )


def unknown(name: str, **more: object) -> dict[str, object]:
    return finding(name, diagnosis="payment_unknown", subject=f"payment:{name}", **more)


def test_two_payments_of_one_order_are_one_case(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1", amount_at_risk_minor=700, severity="low"), unknown("P2", amount_at_risk_minor=300))
    case = desk.case("P1")
    assert (case.case_id, case.findings_n, case.amount_at_risk_minor) == ("P1", 2, 1000)
    assert (case.severity, case.leading_id, case.subject) == ("high", "P2", "payment:P2")
    assert desk.case("P2") == case
    assert len(desk.inbox().cases) == 1


def test_what_comes_later_joins_the_case_in_hand(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1"))
    desk.take("P1", "ann")
    desk.look(unknown("P2"))
    case = desk.case("P2")
    assert (case.case_id, case.state, case.owner_id, case.findings_n) == ("P1", State.IN_PROGRESS, "ann", 2)
    assert case.amount_at_risk_minor == 2000
    assert desk.told("P1") == ["came", "taken", "joined"]


def test_copies_of_one_purchase_are_one_case_however_they_come(desk: Desk) -> None:
    def double(name: str, of: str, minutes: int) -> dict[str, object]:
        return finding(
            name,
            exception="duplicate_order",
            diagnosis="double_charge",
            other_subject=f"order:{of}",
            occurred_at=NOON + timedelta(minutes=minutes),
        )

    desk.look(double("D", "C", 3), double("B", "A", 1), double("C", "B", 2))
    assert {desk.case(name).case_id for name in "BCD"} == {"B"}
    desk.look(double("E", "D", 4), double("Z", "Y", 9))
    assert (desk.case("E").case_id, desk.case("Z").case_id) == ("B", "Z")
    assert desk.case("B").amount_at_risk_minor == 4000


def test_another_exception_and_another_order_are_other_matters(desk: Desk) -> None:
    payments(desk, "o", "P1")
    desk.look(
        unknown("P1"),
        finding("L", exception="unconfirmed_delivery", diagnosis="late", subject="order:o"),
        finding("X", subject="order:x"),
    )
    assert [desk.case(name).case_id for name in ("P1", "L", "X")] == ["P1", "L", "X"]
    assert [case.case_id for case in desk.file("P1").related] == ["L"]


def test_nothing_joins_a_closed_case(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1"))
    desk.close("P1", "cat")
    desk.look(unknown("P2"))
    assert desk.case("P2").case_id == "P2"
    assert desk.case("P1").state is State.CLOSED


def test_a_matter_stands_as_long_as_one_of_its_findings_does(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1", amount_at_risk_minor=700), unknown("P2", amount_at_risk_minor=300))
    desk.look(lost=["P1"])
    case = desk.case("P1")
    assert (case.state, case.leading_id, case.amount_at_risk_minor, case.findings_n) == (State.OPEN, "P2", 300, 2)
    assert desk.told("P1") == ["came", "changed"]
    desk.look(lost=["P2"])
    assert (desk.case("P1").state, desk.told("P1")[-1]) == (State.CLOSED, "gone")
    desk.look(unknown("P2"))
    assert (desk.case("P1").state, desk.told("P1")[-1]) == (State.OPEN, "returned")


REFUND = """
    INSERT INTO payments (merchant_id, payment_id, original_payment_id, kind, tender, amount_minor, currency, state,
        occurred_at, entered_by)
    VALUES ('m1', 'R', 'P1', 'refund', 'card', 1, 'CNY', 'unknown', now(), 'import') RETURNING 1
"""
RETURN = """
    INSERT INTO returns (merchant_id, return_id, order_id, state, requested_at, amount_minor, currency, entered_by)
    VALUES ('m1', 'T', 'o', 'requested', now(), 1, 'CNY', 'import') RETURNING 1
"""
RECORD = """
    INSERT INTO acquirer_records (merchant_id, record_id, acquirer, kind, state, amount_minor, currency, occurred_at,
        our_reference)
    VALUES ('m1', 'X', 'wechat', 'sale', 'succeeded', 1, 'CNY', now(), 'P1') RETURNING 1
"""


@pytest.mark.parametrize("kind", ["refund", "return", "record"])
def test_refunds_returns_and_records_belong_to_their_order(desk: Desk, kind: str) -> None:
    payments(desk, "o", "P1")
    subject = {"refund": "payment:R", "return": "return:T", "record": "acquirer_record:X"}[kind]
    for statement in (REFUND, RETURN, RECORD):
        desk.rows(statement)
    desk.look(finding("F", subject=subject))
    named = desk.rows("SELECT subject FROM finding_subjects ORDER BY subject")
    assert {row[0] for row in named} == {subject, "order:o"}


def test_the_money_of_another_currency_is_not_added(desk: Desk) -> None:
    payments(desk, "o", "P1", "P2")
    desk.look(unknown("P1", amount_at_risk_minor=700), unknown("P2", amount_at_risk_minor=300, currency="EUR"))
    assert (desk.case("P1").amount_at_risk_minor, desk.case("P1").currency) == (700, "CNY")
