"""The table of ties. A row is never changed: what takes a tie back is a later row of the same return or order."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table, words
from counterfoil.desk.ties.model import Noun

TIES = merchant_table(
    "ties",
    # What is tied: a return or an order, and its id.
    sa.Column("noun", sa.Text(), nullable=False),
    sa.Column("row_id", Id, nullable=False),
    # The last one counts.
    sa.Column("tie_no", sa.Integer(), nullable=False),
    # To which order; of what takes a tie back, the order that it was tied to.
    sa.Column("order_id", Id, nullable=False),
    sa.Column("stands", sa.Boolean(), nullable=False),
    # The case in which it was said.
    sa.Column("case_id", Id, nullable=False),
    sa.Column("said_by", Id, nullable=False),
    sa.Column("said_at", Time, nullable=False),
    sa.Column("recorded_at", Time, nullable=False, server_default=sa.func.clock_timestamp()),
    words("noun", tuple(Noun)),
    sa.CheckConstraint("tie_no >= 1", name="tie_no_is_counted_from_one"),
    sa.CheckConstraint("noun <> 'order' OR row_id <> order_id", name="no_order_repeats_itself"),
    sa.Index("ties_by_order", "merchant_id", "order_id"),
    sa.Index("ties_by_recorded", "merchant_id", "recorded_at"),
    key=("noun", "row_id", "tie_no"),
    note="What people said in cases: a return's sale, the order that another one repeats on purpose.",
)
