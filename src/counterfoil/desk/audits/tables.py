"""The tables of audits in the browser. Their files lie on the disk; what is known of them stands here."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.db.metadata import Id, Time, merchant_table, words
from counterfoil.desk.audits.model import STAGES, State

AUDITS = merchant_table(
    "audits",
    sa.Column("audit_id", Id, nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("begun_by", Id, nullable=False),
    sa.Column("begun_at", Time, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    # When whoever runs it last said so; null while nobody does.
    sa.Column("beat_at", Time),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("stage", sa.Text()),
    # Of the stage, in percent.
    sa.Column("share", sa.Integer(), nullable=False),
    sa.Column("why_en", sa.Text()),
    sa.Column("why_zh", sa.Text()),
    sa.Column("summary", JSONB(none_as_null=True)),
    sa.Column("take_asked_by", Id),
    sa.Column("taken_at", Time),
    sa.Column("taken_new_n", sa.Integer()),
    sa.Column("taken_known_n", sa.Integer()),
    sa.Column("taken_not_theirs_n", sa.Integer()),
    # The files and the report are gone since then.
    sa.Column("removed_at", Time),
    words("state", State),
    words("stage", STAGES),
    sa.CheckConstraint("share BETWEEN 0 AND 100", name="share_is_a_share"),
    sa.CheckConstraint("tries >= 0", name="tries_are_counted"),
    sa.CheckConstraint("(state = 'failed') = (why_en IS NOT NULL AND why_zh IS NOT NULL)", name="failed_says_why"),
    sa.CheckConstraint("(state = 'done') = (summary IS NOT NULL)", name="done_says_what"),
    sa.CheckConstraint("(state = 'running') = (beat_at IS NOT NULL)", name="running_has_a_beat"),
    sa.Index("audits_by_state", "merchant_id", "state", "changed_at"),
    key=("audit_id",),
    updatable=(
        *("state", "changed_at", "beat_at", "tries", "stage", "share", "why_en", "why_zh", "summary"),
        *("take_asked_by", "taken_at", "taken_new_n", "taken_known_n", "taken_not_theirs_n", "removed_at"),
    ),
    note="Audits of files that people sent by the browser.",
)

AUDIT_FILES = merchant_table(
    "audit_files",
    sa.Column("audit_id", Id, nullable=False),
    # As it is kept on the disk, and as evidence names it.
    sa.Column("name", sa.Text(collation="C"), nullable=False),
    sa.Column("size_bytes", sa.BigInteger(), nullable=False),
    sa.Column("reader", sa.Text(), nullable=False),
    sa.Column("book", sa.Text()),
    sa.Column("received_at", Time, nullable=False),
    sa.CheckConstraint("size_bytes >= 0", name="size_bytes_is_not_negative"),
    sa.ForeignKeyConstraint(["merchant_id", "audit_id"], ["audits.merchant_id", "audits.audit_id"]),
    key=("audit_id", "name"),
    deletable=True,
    note="The files of an audit, as they were recognised when they came.",
)
