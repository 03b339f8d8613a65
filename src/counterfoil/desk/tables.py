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
    # Null where no book says when.
    sa.Column("occurred_at", Time),
    sa.Column("amount_at_risk_minor", Minor, nullable=False),
    sa.Column("currency", sa.Text()),
    sa.Column("score", sa.Double()),
    sa.Column("explanation_en", sa.Text(), nullable=False),
    sa.Column("explanation_zh", sa.Text(), nullable=False),
    sa.Column("next_step", sa.Text(), nullable=False),
    sa.Column("evidence", JSONB(), nullable=False),
    # Who says so: the rules over the live books, a ladder that came to its end, or an audit of files.
    sa.Column("found_by", sa.Text(), nullable=False),
    sa.Column("first_seen_at", Time, nullable=False),
    sa.Column("last_seen_at", Time, nullable=False),
    # The books agree again since then; null while they do not.
    sa.Column("gone_at", Time),
    words("severity", ("info", "low", "high", "critical")),
    words("found_by", ("rule", "ladder", "audit")),
    sa.CheckConstraint("amount_at_risk_minor >= 0", name="amount_at_risk_is_not_negative"),
    sa.Index("findings_by_subject", "merchant_id", "subject"),
    sa.Index("findings_by_time", "merchant_id", "occurred_at"),
    # In the order in which they are listed: a store's page is as quick as the shop's.
    sa.Index("findings_by_store", "merchant_id", "store_id", "finding_id"),
    sa.Index("findings_by_open", "merchant_id", "last_seen_at", postgresql_where="gone_at IS NULL"),
    key=("finding_id",),
    updatable=(
        *("diagnosis", "severity", "store_id", "terminal_id", "operator_id", "occurred_at", "amount_at_risk_minor"),
        *("currency", "score", "explanation_en", "explanation_zh", "next_step", "evidence", "found_by"),
        *("last_seen_at", "gone_at"),
    ),
    note="What detectors and ladders found in the live books, and audits in files.",
)

WATCHED = merchant_table(
    "watched",
    # What is to be looked at, as findings name their subjects: `order:…`, `payment:…`, `acquirer_record:…`.
    sa.Column("subject", Id, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Index("watched_by_due", "merchant_id", "due_at"),
    key=("subject",),
    updatable=("due_at",),
    deletable=True,
    note="What the watch has to look at, because it moved or because time alone may change what is said of it.",
)

WATCH_STANDS = merchant_table(
    "watch_stands",
    # By the clock of the database: whatever was recorded before this is looked at, or waits in `watched`.
    sa.Column("read_through", Time, nullable=False),
    # Under which policy everything was looked at, digested; under another one everything is due again.
    sa.Column("policy_digest", sa.Text(), nullable=False),
    # The first sale of all, as far as is known.
    sa.Column("first_sale_at", Time),
    key=(),
    updatable=("read_through", "policy_digest", "first_sale_at"),
    note="How far the watch has read.",
)

WATCH_SPANS = merchant_table(
    "watch_spans",
    sa.Column("acquirer", sa.Text(collation="C"), nullable=False),
    sa.Column("first_at", Time, nullable=False),
    sa.Column("last_at", Time, nullable=False),
    key=("acquirer",),
    updatable=("first_at", "last_at"),
    note="From when to when there are payments of ours at an acquirer, as the watch last saw it.",
)

WATCH_BILL_DAYS = merchant_table(
    "watch_bill_days",
    sa.Column("acquirer", sa.Text(collation="C"), nullable=False),
    sa.Column("local_date", sa.Date(), nullable=False),
    # When one of its bill rows was; enough to prove it to the rules.
    sa.Column("billed_at", Time, nullable=False),
    key=("acquirer", "local_date"),
    deletable=True,
    note="Days of an acquirer of which a bill row is there, in the zone of the policy.",
)
