"""What becomes of each finding under another policy: new, gone, changed or the same, and how much money it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from counterfoil.desk.previews.comparing import compared
from counterfoil.desk.previews.model import EXAMPLES_MAX, Change, Tally

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=7)


def row(finding_id: str, **said: object) -> dict[str, Any]:
    usual = {
        "exception": "missing_slip",
        "diagnosis": "paid_no_slip",
        "severity": "high",
        "subject": f"order:{finding_id}",
        "occurred_at": BEGIN + timedelta(days=1),
        "amount_at_risk_minor": 500,
        "currency": "CNY",
        "explanation_en": "x",
        "explanation_zh": "x",
    }
    return {"finding_id": finding_id, **usual, **said}


def told(mine: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[Tally]:
    return list(compared(mine, other, begin=BEGIN, end=END))


def test_a_finding_is_new_gone_changed_or_the_same() -> None:
    mine = [row("a"), row("b"), row("c")]
    other = [row("b", diagnosis="slip_failed", amount_at_risk_minor=700), row("c"), row("d", amount_at_risk_minor=90)]
    found = {(tally.change, tally.diagnosis): tally for tally in told(mine, other)}
    assert {key: (tally.n, dict(tally.at_risk_minor)) for key, tally in found.items()} == {
        (Change.NEW, "paid_no_slip"): (1, {"CNY": 90}),
        (Change.GONE, "paid_no_slip"): (1, {"CNY": 500}),
        (Change.CHANGED, "slip_failed"): (1, {"CNY": 200}),
        (Change.SAME, "paid_no_slip"): (1, {"CNY": 500}),
    }
    (changed,) = found[Change.CHANGED, "slip_failed"].examples
    assert changed.before == ("paid_no_slip", "high", 500)
    assert found[Change.SAME, "paid_no_slip"].examples == ()


def test_days_hold_their_first_moment_and_not_the_one_after_the_last() -> None:
    at = {"a": BEGIN, "b": END, "c": BEGIN - timedelta(microseconds=1), "d": None}
    (tally,) = told([], [row(name, occurred_at=moment) for name, moment in at.items()])
    assert [example.finding_id for example in tally.examples] == ["a"]


def test_the_most_money_is_shown_first_and_no_more_than_a_few() -> None:
    rows = [row(f"f{n}", amount_at_risk_minor=n) for n in range(EXAMPLES_MAX + 3)]
    (tally,) = told(rows, [])
    assert tally.n == EXAMPLES_MAX + 3
    assert [example.amount_at_risk_minor for example in tally.examples] == [7, 6, 5, 4, 3]


def test_currencies_are_never_added_up() -> None:
    (tally,) = told([], [row("a"), row("b", currency="EUR"), row("c", currency=None)])
    assert (tally.n, dict(tally.at_risk_minor)) == (3, {"CNY": 500, "EUR": 500})
