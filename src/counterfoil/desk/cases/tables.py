"""The tables of cases. A case's columns are projections of its events; events and what findings are about are facts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.db.metadata import Id, Minor, Time, merchant_table, words
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.model import Origin, WaitingFor
from counterfoil.desk.cases.states import Event, State
from counterfoil.shop.staff.model import Role

#: As a condition of the indexes that serve the inbox; a query has to say it in these words to use them.
IN_HAND = "state IN ('open', 'in_progress', 'waiting')"

CASES = merchant_table(
    "cases",
    # The id of the finding that it came from.
    sa.Column("case_id", Id, nullable=False),
    # What is said of it, by the worst of its findings that stand.
    sa.Column("exception", sa.Text(collation="C"), nullable=False),
    sa.Column("diagnosis", sa.Text(collation="C"), nullable=False),
    sa.Column("severity", sa.Text(), nullable=False),
    sa.Column("next_step", sa.Text(), nullable=False),
    sa.Column("subject", Id, nullable=False),
    sa.Column("other_subject", Id),
    sa.Column("store_id", Id),
    sa.Column("terminal_id", Id),
    sa.Column("operator_id", Id),
    sa.Column("occurred_at", Time),
    # Of all its findings that stand, in the currency of the worst.
    sa.Column("amount_at_risk_minor", Minor, nullable=False),
    sa.Column("currency", sa.Text()),
    sa.Column("leading_id", Id, nullable=False),
    sa.Column("findings_n", sa.Integer(), nullable=False),
    sa.Column("stands", sa.Boolean(), nullable=False),
    sa.Column("origin", sa.Text(), nullable=False),
    sa.Column("opened_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    # The number of its last event: whoever changes it says which one they saw.
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("owner_id", Id),
    sa.Column("escalated_to", sa.Text()),
    sa.Column("waiting_for", sa.Text()),
    sa.Column("merged_into", Id),
    sa.Column("closed_at", Time),
    # Null of a closed one: the books closed it.
    sa.Column("closed_by", Id),
    sa.Column("closure_reason", sa.Text()),
    # Until then the books have to bear the closure out; null where they have, or need not.
    sa.Column("proof_due_at", Time),
    words("state", State),
    words("severity", ("info", "low", "high", "critical")),
    words("origin", Origin),
    words("escalated_to", Role),
    words("waiting_for", WaitingFor),
    words("closure_reason", Reason),
    sa.CheckConstraint("amount_at_risk_minor >= 0", name="amount_at_risk_is_not_negative"),
    sa.CheckConstraint("version >= 1", name="has_an_event"),
    sa.CheckConstraint("findings_n >= 0", name="findings_are_counted"),
    sa.CheckConstraint(
        "CASE WHEN state IN ('in_progress', 'waiting') THEN owner_id IS NOT NULL "
        "WHEN state = 'closed' THEN true ELSE owner_id IS NULL END",
        name="has_an_owner_while_worked_on",
    ),
    sa.CheckConstraint("escalated_to IS NULL OR state = 'open'", name="escalated_is_nobody_s"),
    sa.CheckConstraint("(state = 'waiting') = (waiting_for IS NOT NULL)", name="waits_for_somebody"),
    sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_is_somewhere"),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_its_time"),
    sa.CheckConstraint("(state = 'closed') = (closure_reason IS NOT NULL)", name="closed_has_its_reason"),
    sa.CheckConstraint(
        "state <> 'closed' OR (closure_reason = 'books_agree') = (closed_by IS NULL)", name="closed_by_whom_it_says"
    ),
    sa.CheckConstraint("state = 'closed' OR closed_by IS NULL", name="closer_has_a_closure"),
    sa.CheckConstraint("proof_due_at IS NULL OR closed_by IS NOT NULL", name="proof_is_owed_by_somebody"),
    sa.ForeignKeyConstraint(["merchant_id", "leading_id"], ["findings.merchant_id", "findings.finding_id"]),
    sa.ForeignKeyConstraint(["merchant_id", "merged_into"], ["cases.merchant_id", "cases.case_id"]),
    sa.Index("cases_by_due", "merchant_id", "due_at", "case_id", postgresql_where=IN_HAND),
    sa.Index("cases_by_money", "merchant_id", "amount_at_risk_minor", "case_id", postgresql_where=IN_HAND),
    sa.Index("cases_by_age", "merchant_id", "opened_at", "case_id", postgresql_where=IN_HAND),
    sa.Index("cases_by_diagnosis", "merchant_id", "diagnosis", "due_at", "case_id", postgresql_where=IN_HAND),
    sa.Index("cases_by_store", "merchant_id", "store_id", "due_at", "case_id", postgresql_where=IN_HAND),
    sa.Index(
        *("cases_by_owner", "merchant_id", "owner_id", "due_at", "case_id"),
        postgresql_where=f"{IN_HAND} AND owner_id IS NOT NULL",
    ),
    # All that the counters above the inbox add up, narrow enough to be read a hundred thousand at a time.
    sa.Index(
        *("cases_to_count", "merchant_id", "due_at"),
        postgresql_where=IN_HAND,
        postgresql_include=["exception", "state", "owner_id", "currency", "amount_at_risk_minor", "store_id"],
    ),
    sa.Index("cases_by_closing", "merchant_id", "closed_at", "case_id", postgresql_where="state = 'closed'"),
    sa.Index("cases_by_proof", "merchant_id", "proof_due_at", postgresql_where="proof_due_at IS NOT NULL"),
    key=("case_id",),
    updatable=(
        *("exception", "diagnosis", "severity", "next_step", "subject", "other_subject", "store_id", "terminal_id"),
        *("operator_id", "occurred_at", "amount_at_risk_minor", "currency", "leading_id", "findings_n", "stands"),
        *("due_at", "state", "version", "changed_at", "owner_id", "escalated_to", "waiting_for", "merged_into"),
        *("closed_at", "closed_by", "closure_reason", "proof_due_at"),
    ),
    note="Findings in human care. Every change of one is a row of case_events.",
)

CASE_FINDINGS = merchant_table(
    "case_findings",
    sa.Column("finding_id", Id, nullable=False),
    sa.Column("case_id", Id, nullable=False),
    # What the case was last told of it; null where it was told nothing yet.
    sa.Column("stands", sa.Boolean()),
    sa.Column("diagnosis", sa.Text()),
    sa.Column("severity", sa.Text()),
    sa.Column("amount_at_risk_minor", Minor),
    sa.ForeignKeyConstraint(["merchant_id", "finding_id"], ["findings.merchant_id", "findings.finding_id"]),
    sa.ForeignKeyConstraint(["merchant_id", "case_id"], ["cases.merchant_id", "cases.case_id"]),
    sa.Index("case_findings_by_case", "merchant_id", "case_id"),
    key=("finding_id",),
    updatable=("case_id", "stands", "diagnosis", "severity", "amount_at_risk_minor"),
    note="Which case each finding is in, and what that case was told of it.",
)

FINDING_SUBJECTS = merchant_table(
    "finding_subjects",
    sa.Column("finding_id", Id, nullable=False),
    # As findings name them: its own, the other one, and the orders of both.
    sa.Column("subject", Id, nullable=False),
    # What comes after the noun: the number that people look for.
    sa.Column("name", Id, nullable=False),
    sa.ForeignKeyConstraint(["merchant_id", "finding_id"], ["findings.merchant_id", "findings.finding_id"]),
    sa.Index("finding_subjects_by_subject", "merchant_id", "subject"),
    sa.Index("finding_subjects_by_name", "merchant_id", "name"),
    key=("finding_id", "subject"),
    note="What findings are about, so that cases are found by any of their numbers, and two of one sale by each other.",
)

CASE_EVENTS = merchant_table(
    "case_events",
    sa.Column("case_id", Id, nullable=False),
    sa.Column("event_no", sa.Integer(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    # The state after it.
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("occurred_at", Time, nullable=False),
    sa.Column("recorded_at", Time, nullable=False, server_default=sa.func.clock_timestamp()),
    # Null: the books.
    sa.Column("actor_id", Id),
    # Made by the page, one for each press of a button.
    sa.Column("action_id", Id),
    # What the person wrote.
    sa.Column("text", sa.Text()),
    # What else the event says, by its kind.
    sa.Column("body", JSONB(), nullable=False),
    words("kind", Event),
    words("state", State),
    sa.CheckConstraint("event_no >= 1", name="events_count_from_one"),
    sa.CheckConstraint("(actor_id IS NULL) = (action_id IS NULL)", name="a_person_presses_a_button"),
    sa.ForeignKeyConstraint(["merchant_id", "case_id"], ["cases.merchant_id", "cases.case_id"]),
    sa.Index(
        *("one_event_per_action", "merchant_id", "case_id", "action_id"),
        unique=True,
        postgresql_where="action_id IS NOT NULL",
    ),
    sa.Index("case_events_by_time", "merchant_id", "recorded_at"),
    # Presses of a step are few among all that happens to cases; those that broke off are looked for every minute.
    sa.Index("case_steps_by_time", "merchant_id", "occurred_at", postgresql_where="kind = 'begun'"),
    key=("case_id", "event_no"),
    note="Everything that happened to a case, by people and by the books.",
)
