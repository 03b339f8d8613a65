"""The tables of the journal. A fact is inserted and never touched again; a seal gives it its place in the chain."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.db.metadata import Id, Time, merchant_table
from counterfoil.db.roles import Role
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR

JOURNAL = merchant_table(
    "journal",
    sa.Column("fact_id", Id, nullable=False),
    # `noun:subject:action`, such as `payment:sale:approved`.
    sa.Column("tag", Id, nullable=False),
    # The row that it happened to, such as `order:…` or `payment:…`.
    sa.Column("subject", Id, nullable=False),
    sa.Column("occurred_at", Time, nullable=False),
    sa.Column("recorded_at", Time, nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("actor_id", Id),
    sa.Column("terminal_id", Id),
    sa.Column("body", JSONB(), nullable=False),
    # What no calendar shows could neither be read again nor sealed, and would hold up all facts behind it.
    sa.CheckConstraint(
        f"occurred_at >= '{EARLIEST_YEAR}-01-01Z' AND occurred_at < '{LATEST_YEAR + 1}-01-01Z'",
        name="occurred_in_a_shop_s_time",
    ),
    sa.Index("journal_by_subject", "merchant_id", "subject"),
    sa.Index("journal_by_time", "merchant_id", "recorded_at"),
    key=("fact_id",),
    readers=(Role.SEALER,),
    note="One row a fact: what happened, to which row, when, by whom.",
)

SEALS = merchant_table(
    "seals",
    sa.Column("position", sa.BigInteger(), nullable=False),
    sa.Column("fact_id", Id, nullable=False),
    sa.Column("sealed_at", Time, nullable=False),
    # How the fact was spelt; `journal/model.py` says which spellings there are.
    sa.Column("encoding", sa.SmallInteger(), nullable=False),
    # SHA-256 over the seal before, the position, and the two digests beside it: of the fact, of the rows it created.
    sa.Column("seal", sa.LargeBinary(), nullable=False),
    sa.Column("fact_digest", sa.LargeBinary(), nullable=False),
    sa.Column("rows_digest", sa.LargeBinary(), nullable=False),
    sa.UniqueConstraint("merchant_id", "fact_id", name="one_seal_per_fact"),
    sa.CheckConstraint("position >= 1", name="position_is_counted_from_one"),
    sa.CheckConstraint("octet_length(seal) = 32", name="seal_is_sha256"),
    sa.CheckConstraint("octet_length(fact_digest) = 32 AND octet_length(rows_digest) = 32", name="digests_are_sha256"),
    key=("position",),
    writer=Role.SEALER,
    note="The chain over the journal; only the sealer writes it.",
)
