"""What an acquirer's word does to a payment: every outcome against every state, from every source."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.payments.model import Kind, Payment, Standing, Tender
from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.books.payments.rules import UndoWish, judge, judge_inquiry, judge_reversal, undo_kind, why_no_undo
from counterfoil.books.payments.states import TRANSITIONS, Event, State
from counterfoil.ids import MerchantId, PaymentId

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)

# Rows: what the acquirer says. Columns: where the payment is. `-`: it changes nothing.
_ANSWER = """
             intended   approved   declined       unknown    cancelled
approved     approved   -          contradicted   approved   contradicted
declined     declined   -          -              declined   -
pending      silent     -          -              silent     -
not_found    silent     -          -              silent     -
not_sent     declined   -          -              silent     -
unknown      silent     -          -              silent     -
"""
# A question that was not sent says nothing about the payment.
_INQUIRY = """
             intended   approved   declined       unknown    cancelled
approved     approved   -          contradicted   approved   contradicted
declined     declined   -          -              declined   -
pending      silent     -          -              silent     -
not_found    silent     -          -              silent     -
not_sent     -          -          -              -          -
unknown      silent     -          -              silent     -
"""
_REVERSAL = """
             intended   approved   declined   unknown    cancelled
approved     -          -          -          reversed   -
declined     -          -          -          -          -
pending      -          -          -          -          -
not_found    -          -          -          -          -
not_sent     -          -          -          -          -
unknown      -          -          -          -          -
"""
_JUDGES = {"answer": (judge, _ANSWER), "inquiry": (judge_inquiry, _INQUIRY), "reversal": (judge_reversal, _REVERSAL)}


def _cells() -> list[tuple[str, str, str, str | None]]:
    cells = []
    for name, (_, text) in _JUDGES.items():
        states, *rows = [line.split() for line in text.strip().splitlines()]
        for outcome, *events in rows:
            cells += [
                (name, outcome, state, None if event == "-" else event)
                for state, event in zip(states, events, strict=True)
            ]
    return cells


def test_the_grids_have_every_outcome_and_every_state() -> None:
    assert len(_cells()) == len(_JUDGES) * len(Outcome) * len(State)


def payment(state: str = "intended", kind: Kind = Kind.SALE, **more: object) -> Payment:
    values: dict[str, object] = {
        "merchant_id": MerchantId("m"),
        "payment_id": PaymentId("p"),
        "kind": kind,
        "tender": Tender.CARD,
        "amount_minor": 500,
        "currency": "CNY",
        "state": State(state),
        "occurred_at": NOW,
    }
    return Payment(**values | more)  # type: ignore[arg-type]  # a test names the fields


@pytest.mark.parametrize(("source", "outcome", "state", "event"), _cells())
@pytest.mark.parametrize("kind", Kind)
def test_a_word_of_the_acquirer_moves_a_payment_as_the_grid_says(
    source: str, outcome: str, state: str, event: str | None, kind: Kind
) -> None:
    decline = Decline.INSUFFICIENT_FUNDS if outcome == "declined" else None
    verdict = _JUDGES[source][0](payment(state, kind), Answer(outcome=Outcome(outcome), decline=decline))
    assert verdict.event == event
    assert verdict.because


@given(
    source=st.sampled_from(sorted(_JUDGES)),
    state=st.sampled_from(State),
    kind=st.sampled_from(Kind),
    outcome=st.sampled_from(Outcome),
    decline=st.none() | st.sampled_from(Decline),
    amount=st.none() | st.integers(0, 1000),
)
def test_no_word_whatever_asks_for_a_move_that_the_table_forbids(
    source: str, state: State, kind: Kind, outcome: Outcome, decline: Decline | None, amount: int | None
) -> None:
    answer = Answer(outcome=outcome, decline=decline, amount_minor=amount)
    verdict = _JUDGES[source][0](payment(state, kind), answer)
    assert verdict.event is None or (state, verdict.event) in TRANSITIONS


def test_an_approval_of_another_amount_is_not_believed() -> None:
    answer = Answer(outcome=Outcome.APPROVED, amount_minor=501)
    assert judge(payment("intended"), answer).event is Event.SILENT
    assert judge_inquiry(payment("unknown"), answer).event is Event.SILENT


def test_a_decline_as_a_duplicate_says_nothing_of_the_first_message() -> None:
    answer = Answer(outcome=Outcome.DECLINED, decline=Decline.DUPLICATE)
    assert judge(payment("intended"), answer).event is Event.SILENT
    assert judge(payment("unknown"), answer).event is Event.SILENT


@pytest.mark.parametrize("decline", [Decline.ORIGINAL_NOT_FOUND, Decline.ALREADY_UNDONE])
def test_nothing_left_to_reverse_counts_as_reversed(decline: Decline) -> None:
    answer = Answer(outcome=Outcome.DECLINED, decline=decline)
    assert judge_reversal(payment("unknown"), answer).event is Event.REVERSED


@pytest.mark.parametrize("kind", [Kind.VOID, Kind.REVERSAL])
def test_an_undo_of_what_is_undone_has_happened(kind: Kind) -> None:
    answer = Answer(outcome=Outcome.DECLINED, decline=Decline.ALREADY_UNDONE)
    assert judge(payment("intended", kind), answer).event is Event.APPROVED
    assert judge(payment("unknown", kind), answer).event is Event.APPROVED


def test_a_sale_that_is_undone_already_is_declined() -> None:
    answer = Answer(outcome=Outcome.DECLINED, decline=Decline.ALREADY_UNDONE)
    assert judge_inquiry(payment("unknown"), answer).event is Event.DECLINED


# ---------------------------------------------------------------- who may have what back

_WISH = UndoWish(amount_minor=500, reason="broken", operator_id="ann", authoriser_id="sue")


def _held(**more: object) -> Payment:
    return payment("approved", standing=Standing.HELD, business_date=date(2026, 3, 3), **more)


@pytest.mark.parametrize(
    ("asked_of", "wish", "code"),
    [
        (payment("approved", Kind.REFUND), _WISH, "not_a_sale"),
        (payment("approved", Kind.VOID), _WISH, "not_a_sale"),
        (payment("intended"), _WISH, "outcome_unknown"),
        (payment("unknown"), _WISH, "outcome_unknown"),
        (payment("declined"), _WISH, "nothing_taken"),
        (payment("cancelled"), _WISH, "nothing_taken"),
        (payment("approved", standing=Standing.VOIDED), _WISH, "already_voided"),
        (payment("approved", standing=Standing.VOID_INTENDED), _WISH, "void_under_way"),
        (payment("approved", standing=Standing.VOID_UNKNOWN), _WISH, "void_under_way"),
        (_held(), UndoWish(amount_minor=500, reason=" ", operator_id="a", authoriser_id="s"), "reason_missing"),
        (_held(), UndoWish(amount_minor=500, reason=None, operator_id="a", authoriser_id="s"), "reason_missing"),
        (_held(), UndoWish(amount_minor=500, reason="x", operator_id="a", authoriser_id=None), "second_person_missing"),
        (_held(), UndoWish(amount_minor=500, reason="x", operator_id="a", authoriser_id="a"), "second_person_missing"),
        (_held(), UndoWish(amount_minor=501, reason="x", operator_id="a", authoriser_id="s"), "above_capture"),
        (_held(), UndoWish(amount_minor=0, reason="x", operator_id="a", authoriser_id="s"), "not_positive"),
        (_held(), UndoWish(amount_minor=-1, reason="x", operator_id="a", authoriser_id="s"), "not_positive"),
        (
            _held(refunded_minor=500),
            UndoWish(amount_minor=0, reason="x", operator_id="a", authoriser_id="s"),
            "above_capture",
        ),
        (_held(refunded_minor=200, refund_reserved_minor=200), _WISH, "above_capture"),
    ],
)
def test_money_goes_back_only_where_it_was_taken(asked_of: Payment, wish: UndoWish, code: str) -> None:
    no = why_no_undo(asked_of, wish)
    assert no is not None
    assert no.code == code


def test_money_that_is_held_goes_back() -> None:
    assert why_no_undo(_held(), _WISH) is None


@pytest.mark.parametrize("same_day", [True, False])
@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("can_void", [True, False])
@pytest.mark.parametrize("amount", [500, 499])
@pytest.mark.parametrize("refunded", [0, 1])
def test_a_void_is_the_same_day_unsettled_and_in_full_and_else_a_refund(
    *, same_day: bool, is_open: bool, can_void: bool, amount: int, refunded: int
) -> None:
    today = date(2026, 3, 3 if same_day else 4)
    wish = UndoWish(amount_minor=amount, reason="x", operator_id="a", authoriser_id="s")
    kind = undo_kind(_held(refunded_minor=refunded), wish, today=today, batch_is_open=is_open, can_void=can_void)
    in_full = amount == 500 and refunded == 0
    assert kind is (Kind.VOID if same_day and is_open and can_void and in_full else Kind.REFUND)
