"""The table of the API's tokens. A secret is never kept: only the SHA-256 of it, which nobody can send."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from counterfoil.db.metadata import Id, Time, merchant_table

API_TOKENS = merchant_table(
    "api_tokens",
    sa.Column("token_id", Id, nullable=False),
    sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
    sa.Column("name", sa.Text()),
    sa.Column("terminal_id", Id),
    sa.Column("staff_id", Id),
    sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("expires_at", Time),
    sa.Column("revoked_at", Time),
    sa.CheckConstraint("octet_length(secret_digest) = 32", name="secret_is_digested"),
    sa.CheckConstraint("terminal_id IS NULL OR staff_id IS NULL", name="token_speaks_for_one"),
    sa.CheckConstraint("cardinality(scopes) > 0", name="scopes_are_named"),
    sa.ForeignKeyConstraint(["merchant_id", "terminal_id"], ["terminals.merchant_id", "terminals.terminal_id"]),
    sa.ForeignKeyConstraint(["merchant_id", "staff_id"], ["staff.merchant_id", "staff.staff_id"]),
    key=("token_id",),
    updatable=("revoked_at",),
)
