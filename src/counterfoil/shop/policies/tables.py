"""The table of the shop's policy. A version is inserted and never touched: what held last month can still be read."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table

POLICIES = merchant_table(
    "policies",
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("valid_from", Time, nullable=False),
    # TOML, as it was given.
    sa.Column("text", sa.Text(), nullable=False),
    # Null: at the console of the server.
    sa.Column("decided_by", Id),
    sa.Column("decided_at", Time, nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
    sa.CheckConstraint("valid_from >= decided_at", name="nothing_holds_before_it_is_decided"),
    sa.CheckConstraint("length(btrim(reason)) > 0", name="has_a_reason"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    sa.Index("policies_by_time", "merchant_id", "valid_from"),
    key=("version",),
    note="The one that holds is that with the latest valid_from that is not in the future; of two, the later version.",
)
