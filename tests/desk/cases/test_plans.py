"""However many cases there are, the inbox asks for a page of them: its plans walk indexes, and never every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from counterfoil.db.address import Addresses
from counterfoil.desk.cases.inbox.model import Sort
from counterfoil.desk.cases.states import State
from tests.desk.cases.shop import NOON, S2, Desk

CASES_N = 5_000

_FINDINGS = """
    INSERT INTO findings (merchant_id, finding_id, exception, diagnosis, severity, store_id, subject,
        amount_at_risk_minor, currency, explanation_en, explanation_zh, next_step, evidence, found_by, first_seen_at,
        last_seen_at)
    SELECT 'm1', 'F' || lpad(n::text, 8, '0'), 'missing_slip', 'paid_no_slip', (ARRAY['info','low','high'])[n % 3 + 1],
        's' || (n % 2 + 1), 'order:O' || n, n % 999, 'CNY', 'said', '说', 'send_the_slip', '[]', 'rule', :now, :now
    FROM generate_series(1, :n) AS n RETURNING 1
"""
_CASES = """
    INSERT INTO cases (merchant_id, case_id, exception, diagnosis, severity, next_step, subject, store_id,
        amount_at_risk_minor, currency, leading_id, findings_n, stands, origin, opened_at, due_at, state, version,
        changed_at, closed_at, closed_by, closure_reason)
    SELECT 'm1', finding_id, exception, diagnosis, severity, next_step, subject, store_id, amount_at_risk_minor,
        currency, finding_id, 1, true, 'live', :now - amount_at_risk_minor * interval '1 minute',
        :now + amount_at_risk_minor * interval '1 minute', CASE WHEN is_over THEN 'closed' ELSE 'open' END, 1, :now,
        CASE WHEN is_over THEN CAST(:now AS timestamptz) END, CASE WHEN is_over THEN 'ann' END,
        CASE WHEN is_over THEN 'harmless' END
    FROM findings, LATERAL (SELECT right(finding_id, 1) IN ('0', '5') AS is_over) AS over RETURNING 1
"""
_IN = """
    INSERT INTO case_findings (merchant_id, finding_id, case_id)
    SELECT merchant_id, finding_id, finding_id FROM findings RETURNING 1
"""
_SUBJECTS = """
    INSERT INTO finding_subjects (merchant_id, finding_id, subject, name)
    SELECT merchant_id, finding_id, subject, substr(subject, 7) FROM findings RETURNING 1
"""

Plan = Callable[..., str]


@pytest.fixture
def plan(desk: Desk, addresses: Addresses) -> Plan:
    """Say how the database answers what the inbox asks, over many cases that it has counted."""
    desk.rows(_FINDINGS, now=NOON, n=CASES_N)
    desk.rows(_CASES, now=NOON)
    desk.rows(_IN)
    desk.rows(_SUBJECTS)
    with psycopg.connect(addresses.keeper, autocommit=True) as keeper:
        keeper.execute("ANALYZE")
    asked: list[tuple[str, Any]] = []
    sa.event.listen(desk.database.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))

    def explained(**wanted: object) -> str:
        desk.inbox(**wanted)
        statement, parameters = asked[-1]
        with desk.database.transaction(desk.merchant_id) as connection:
            lines = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        return "\n".join(lines)

    return explained


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "cases_by_due"),
        ({"sort": Sort.MONEY}, "cases_by_money"),
        ({"sort": Sort.AGE}, "cases_by_age"),
        ({"states": frozenset({State.CLOSED}), "sort": Sort.CLOSED}, "cases_by_closing"),
        ({"store_id": S2}, "cases_by_"),
        ({"severity": "high", "at_risk_minor_min": 900, "sort": Sort.MONEY}, "cases_by_money"),
    ],
)
def test_a_page_walks_an_index_and_sorts_nothing(plan: Plan, wanted: dict[str, Any], index: str) -> None:
    said = plan(**wanted)
    assert index in said, said
    assert "Seq Scan on cases" not in said, said
    assert "Sort" not in said, said


def test_a_number_is_looked_up_once_and_not_case_after_case(plan: Plan) -> None:
    said = plan(find="O77")
    assert "finding_subjects_by_name" in said, said
    assert "Join Filter" not in said, said
    assert "Seq Scan on cases" not in said, said
