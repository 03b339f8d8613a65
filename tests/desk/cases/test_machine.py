"""A desk that lives: the books and people do anything to its cases in any order, beside a model that is in memory.

Runs on real PostgreSQL. After every step each case, each finding's place, what happened, and the counts of the inbox
are what the model says; what happened is never rewritten; and the doctor finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from counterfoil.db.engine import Database
from counterfoil.desk.cases.closures import CLOSURES, Claim, Reason
from counterfoil.desk.cases.inbox.model import Counts
from tests.desk.cases.expected import IN_HAND, Expected
from tests.desk.cases.expected import may as may_work
from tests.desk.cases.invariants import broken
from tests.desk.cases.machine import Hands


class DeskOfMany(Hands):
    """The desk, held against the model after each step."""

    # ------------------------------------------------------------ what always holds

    @invariant()
    def every_case_is_as_it_has_to_be(self) -> None:
        columns = (
            "case_id, state, version, owner_id, escalated_to, waiting_for, merged_into, closed_by, closure_reason, "
            "proof_due_at, diagnosis, severity, amount_at_risk_minor, stands, leading_id, opened_at, due_at"
        )
        there = {row[0]: tuple(row) for row in self.desk.rows(f"SELECT {columns} FROM cases")}
        assert there == {name: _row_of(case) for name, case in self.model.cases.items()}
        homes = dict(tuple(row) for row in self.desk.rows("SELECT finding_id, case_id FROM case_findings"))
        assert homes == {name: one.home for name, one in self.model.found.items() if one.home is not None}

    @invariant()
    def one_case_in_hand_or_one_decision_is_about_each_finding(self) -> None:
        for one in self.model.found.values():
            if one.stands:
                assert one.home is not None
                case = self.model.cases[one.home]
                assert case.state in IN_HAND or (case.state == "closed" and case.closed_by is not None)
        rows = self.desk.rows("SELECT state, closed_at, closed_by, closure_reason FROM cases")
        for state, closed_at, closed_by, reason in rows:
            assert (state == "closed") == (closed_at is not None) == (reason is not None)
            if reason is not None and closed_by is None:
                assert CLOSURES[Reason(reason)].claim is Claim.SEEN

    @invariant()
    def what_happened_is_only_ever_added_to(self) -> None:
        rows = self.desk.rows("SELECT * FROM case_events ORDER BY case_id, event_no")
        now: dict[str, list[Any]] = {}
        for row in rows:
            now.setdefault(row.case_id, []).append(tuple(row))
        for name, before in self.read.items():
            assert now[name][: len(before)] == before
        self.read = now
        told: dict[str, list[tuple[str, str | None]]] = {name: [] for name in now}
        for row in rows:
            told[row.case_id].append((row.kind, row.actor_id))
            assert row.event_no == len(told[row.case_id])
        assert told == {name: case.events for name, case in self.model.cases.items()}

    @invariant()
    def the_inbox_counts_what_there_is(self) -> None:
        for by in ("oli", "ann", "sue"):
            assert self.desk.counts(by) == self._counts(by)

    def _counts(self, by: str) -> Counts:
        seen = [
            case for case in self.model.cases.values() if case.state in IN_HAND and may_work(by, case.leading.store)
        ]

        def by_what(what: Callable[[Expected], str | None]) -> dict[str, int]:
            words = [what(case) for case in seen]
            return {word: words.count(word) for word in words if word is not None}

        money = sum(case.amount for case in seen)
        return Counts(
            total_n=len(seen),
            overdue_n=sum(case.due_at < self.desk.now for case in seen),
            unowned_n=sum(case.owner is None for case in seen),
            at_risk_minor={"CNY": money} if seen else {},
            by_exception=by_what(lambda case: case.leading.exception),
            by_owner=by_what(lambda case: case.owner),
        )

    @invariant()
    def what_people_said_of_repeats_is_what_stands(self) -> None:
        query = (
            "SELECT row_id, order_id, case_id FROM ties WHERE stands AND NOT EXISTS ("
            "SELECT FROM ties AS later WHERE later.row_id = ties.row_id AND later.tie_no > ties.tie_no)"
        )
        said = {row[0]: (row[1], row[2]) for row in self.desk.rows(query)}
        assert said == self.model.repeats

    @invariant()
    def the_doctor_finds_nothing(self) -> None:
        assert broken(self.desk.database, self.desk.merchant_id, now=self.desk.now) == {}


def _row_of(case: Expected) -> tuple[object, ...]:
    return (
        *(case.case_id, case.state, case.version, case.owner, case.escalated_to, case.waiting_for, case.merged_into),
        *(case.closed_by, case.reason, case.proof_due_at, case.says.diagnosis, case.says.severity, case.amount),
        *(case.stands, case.leading.name, case.opened_at, case.due_at),
    )


def _run(database: Database, profile: settings) -> None:
    DeskOfMany.town = database
    run_state_machine_as_test(DeskOfMany, settings=profile)


_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_cases_are_what_they_have_to_be_whatever_happens(database: Database) -> None:
    # A failing example is told as it was found: shrinking it would take minutes.
    quick = [Phase.explicit, Phase.reuse, Phase.generate]
    _run(
        database,
        settings(phases=quick, max_examples=10, stateful_step_count=30, suppress_health_check=_QUIET, deadline=None),
    )


@pytest.mark.long
def test_cases_are_what_they_have_to_be_whatever_happens_for_a_long_time(database: Database) -> None:
    _run(database, settings(max_examples=400, stateful_step_count=60, suppress_health_check=_QUIET, deadline=None))
