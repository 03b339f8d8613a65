"""The table of customers. What they are called and how they are reached is sealed; the key of the seal is not here."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Time, merchant_table, words
from counterfoil.languages import Language

CUSTOMERS = merchant_table(
    "customers",
    sa.Column("customer_id", Id, nullable=False),
    # HMAC-SHA256 over the phone or the mail address; orders and returns carry the same.
    sa.Column("customer_key", Id, nullable=False),
    # AES-256-GCM over name, phone, mail and address; null once the customer was forgotten.
    sa.Column("sealed", sa.LargeBinary()),
    # What may be shown without opening the seal: `138****5678`.
    sa.Column("masked", sa.Text()),
    sa.Column("language", sa.Text(), nullable=False, server_default=Language.EN.value),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("forgotten_at", Time),
    words("language", Language),
    sa.CheckConstraint("(sealed IS NULL) = (forgotten_at IS NOT NULL)", name="forgotten_is_empty"),
    sa.CheckConstraint("masked IS NULL OR forgotten_at IS NULL", name="forgotten_is_unmasked"),
    sa.UniqueConstraint("merchant_id", "customer_key", name="one_customer_per_key"),
    sa.ForeignKeyConstraint(["merchant_id"], ["merchants.merchant_id"]),
    key=("customer_id",),
    updatable=("customer_key", "sealed", "masked", "language", "forgotten_at"),
)
