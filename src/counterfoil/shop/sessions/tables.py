"""The table of sessions. A secret is never kept: only the SHA-256 of it, which no browser can send."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table, words
from counterfoil.languages import Language
from counterfoil.shop.sessions.model import Began, Ending
from counterfoil.shop.staff.model import Theme

SESSIONS = merchant_table(
    "sessions",
    sa.Column("session_id", Id, nullable=False),
    sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
    sa.Column("staff_id", Id, nullable=False),
    sa.Column("began_by", sa.Text(), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("last_seen_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    # The till at which it is; null: no till.
    sa.Column("terminal_id", Id),
    # What its pages show; '' is every store of the person.
    sa.Column("store_id", Id, nullable=False, server_default=""),
    sa.Column("language", sa.Text(), nullable=False),
    sa.Column("theme", sa.Text(), nullable=False),
    sa.Column("ended_at", Time),
    sa.Column("ended_by", sa.Text()),
    words("began_by", Began),
    words("language", Language),
    words("theme", Theme),
    words("ended_by", Ending),
    sa.CheckConstraint("octet_length(secret_digest) = 32", name="secret_is_digested"),
    sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="end_has_its_reason"),
    sa.ForeignKeyConstraint(["merchant_id", "staff_id"], ["staff.merchant_id", "staff.staff_id"]),
    sa.ForeignKeyConstraint(["merchant_id", "terminal_id"], ["terminals.merchant_id", "terminals.terminal_id"]),
    sa.Index("sessions_by_staff", "merchant_id", "staff_id"),
    sa.Index("sessions_by_expiry", "merchant_id", "expires_at"),
    key=("session_id",),
    updatable=("last_seen_at", "terminal_id", "store_id", "language", "theme", "ended_at", "ended_by"),
    deletable=True,
    note="Who sits at a browser. What happened stands in the journal; a row that is long over may go.",
)
