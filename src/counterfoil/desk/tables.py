"""The tables of the desk. A finding that is gone stays, with the time at which the books agreed again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.db.metadata import Id, Minor, Time, merchant_table, words

FINDINGS = merchant_table(
    "findings",
    sa.Column("finding_id", Id, nullable=False),
    sa.Column("exception", sa.Text(), nullable=False),
    sa.Column("diagnosis", sa.Text(), nullable=False),
    sa.Column("severity", sa.Text(), nullable=False),
    sa.Column("store_id", Id),
    sa.Column("terminal_id", Id),
    sa.Column("operator_id", Id),
    sa.Column("subject", Id, nullable=False),
    sa.Column("other_subject", Id),
    sa.Column("occurred_at", Time, nullable=False),
    sa.Column("amount_at_risk_minor", Minor, nullable=False),
    sa.Column("currency", sa.Text()),
    sa.Column("score", sa.Double()),
    sa.Column("explanation_en", sa.Text(), nullable=False),
    sa.Column("explanation_zh", sa.Text(), nullable=False),
    sa.Column("next_step", sa.Text(), nullable=False),
    sa.Column("evidence", JSONB(), nullable=False),
    # Who says so: the rules over the books, or a ladder that came to its end.
    sa.Column("found_by", sa.Text(), nullable=False),
    sa.Column("first_seen_at", Time, nullable=False),
    sa.Column("last_seen_at", Time, nullable=False),
    # The books agree again since then; null while they do not.
    sa.Column("gone_at", Time),
    words("severity", ("info", "low", "high", "critical")),
    words("found_by", ("rule", "ladder")),
    sa.CheckConstraint("amount_at_risk_minor >= 0", name="amount_at_risk_is_not_negative"),
    sa.Index("findings_by_subject", "merchant_id", "subject"),
    sa.Index("findings_by_open", "merchant_id", "last_seen_at", postgresql_where="gone_at IS NULL"),
    key=("finding_id",),
    updatable=(
        *("diagnosis", "severity", "store_id", "terminal_id", "operator_id", "occurred_at", "amount_at_risk_minor"),
        *("currency", "score", "explanation_en", "explanation_zh", "next_step", "evidence", "found_by"),
        *("last_seen_at", "gone_at"),
    ),
    note="What detectors and ladders found in the live books.",
)
