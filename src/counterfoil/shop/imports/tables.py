"""The table of what was imported into the shop: which file, what it held, what it changed."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table

SHOP_IMPORTS = merchant_table(
    "shop_imports",
    sa.Column("import_id", Id, nullable=False),
    sa.Column("noun", sa.Text(), nullable=False),
    sa.Column("file_name", sa.Text(), nullable=False),
    sa.Column("file_digest", sa.LargeBinary(), nullable=False),
    # The control totals: all rows = added + changed + same + set aside.
    sa.Column("rows_n", sa.Integer(), nullable=False),
    sa.Column("added_n", sa.Integer(), nullable=False),
    sa.Column("changed_n", sa.Integer(), nullable=False),
    sa.Column("same_n", sa.Integer(), nullable=False),
    sa.Column("aside_n", sa.Integer(), nullable=False),
    sa.Column("imported_at", Time, nullable=False),
    sa.Column("imported_by", Id),
    sa.CheckConstraint("octet_length(file_digest) = 32", name="file_is_digested"),
    sa.CheckConstraint("rows_n = added_n + changed_n + same_n + aside_n", name="rows_add_up"),
    key=("import_id",),
    note="Every file that changed who or what: facts.",
)
