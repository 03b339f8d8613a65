"""The tables of the staff: people, what they may do and where, and every change of that.

PINs and passwords only as Argon2.
"""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table, words
from counterfoil.languages import Language
from counterfoil.shop.staff.model import GrantChange, Role, Theme

STAFF = merchant_table(
    "staff",
    sa.Column("staff_id", Id, nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("language", sa.Text(), nullable=False, server_default=Language.EN.value),
    # Null: no PIN was set yet, so nobody can prove to be this person.
    sa.Column("pin_hash", sa.Text()),
    # Wrong PINs since the last right one.
    sa.Column("pin_failures", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("pin_locked_until", Time),
    # The same of the password; a till asks for the PIN, a desk for the password.
    sa.Column("password_hash", sa.Text()),
    sa.Column("password_failures", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("password_locked_until", Time),
    # It was printed for everybody to read, as those of a demonstration are.
    sa.Column("password_is_published", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("theme", sa.Text(), nullable=False, server_default=Theme.SYSTEM.value),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("retired_at", Time),
    words("language", Language),
    words("theme", Theme),
    sa.CheckConstraint("pin_hash LIKE '$argon2id$%'", name="pin_is_hashed"),
    sa.CheckConstraint("pin_failures >= 0", name="pin_failures_are_counted"),
    sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_is_hashed"),
    sa.CheckConstraint("password_failures >= 0", name="password_failures_are_counted"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    key=("staff_id",),
    updatable=(
        *("name", "language", "theme", "retired_at"),
        *("pin_hash", "pin_failures", "pin_locked_until"),
        *("password_hash", "password_failures", "password_locked_until", "password_is_published"),
    ),
)

STAFF_GRANTS = merchant_table(
    "staff_grants",
    sa.Column("staff_id", Id, nullable=False),
    sa.Column("role", sa.Text(), nullable=False),
    # '' is every store.
    sa.Column("store_id", Id, nullable=False, server_default=""),
    # Null: given at the console of the server, by whoever may start programs there.
    sa.Column("given_by", Id),
    sa.Column("given_at", Time, nullable=False),
    words("role", Role),
    sa.ForeignKeyConstraint(["merchant_id", "staff_id"], ["staff.merchant_id", "staff.staff_id"]),
    key=("staff_id", "role", "store_id"),
    deletable=True,
    note="What somebody is now. A row is there or it is not; how it came and went stands in staff_grant_changes.",
)

STAFF_GRANT_CHANGES = merchant_table(
    "staff_grant_changes",
    sa.Column("change_id", Id, nullable=False),
    sa.Column("staff_id", Id, nullable=False),
    sa.Column("role", sa.Text(), nullable=False),
    sa.Column("store_id", Id, nullable=False, server_default=""),
    sa.Column("change", sa.Text(), nullable=False),
    sa.Column("decided_by", Id),
    sa.Column("decided_at", Time, nullable=False),
    sa.Column("reason", sa.Text()),
    words("role", Role),
    words("change", GrantChange),
    sa.Index("staff_grant_changes_by_staff", "merchant_id", "staff_id"),
    key=("change_id",),
    note="Every grant that was given or revoked: facts.",
)
