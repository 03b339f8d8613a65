"""The tables of stored value. Balances are projections of movements; that none is spent twice is the database's law."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.db.metadata import Id, Minor, Time, merchant_table, words
from counterfoil.shop.stored_value.model import AccountKind, HoldState, MovementKind

MEMBER_BALANCES = merchant_table(
    "member_balances",
    sa.Column("member_id", Id, nullable=False),
    # Null: a card without a name.
    sa.Column("customer_id", Id),
    sa.Column("currency", sa.Text(), nullable=False),
    sa.Column("balance_minor", Minor, nullable=False, server_default="0"),
    # Of the balance: set aside for sales that are being paid.
    sa.Column("reserved_minor", Minor, nullable=False, server_default="0"),
    sa.Column("opened_at", Time, nullable=False),
    sa.Column("blocked_at", Time),
    sa.CheckConstraint("balance_minor >= 0", name="balance_is_not_negative"),
    sa.CheckConstraint("reserved_minor BETWEEN 0 AND balance_minor", name="reserved_within_balance"),
    sa.ForeignKeyConstraint(["merchant_id", "customer_id"], ["customers.merchant_id", "customers.customer_id"]),
    key=("member_id",),
    updatable=("balance_minor", "reserved_minor", "customer_id", "blocked_at"),
)

VOUCHERS = merchant_table(
    "vouchers",
    # Keyed hash of the code, which only the paper or the mail has.
    sa.Column("voucher_key", Id, nullable=False),
    # The last four characters of the code: a hint for people, never a key.
    sa.Column("tail", sa.Text(), nullable=False),
    sa.Column("currency", sa.Text(), nullable=False),
    sa.Column("value_minor", Minor, nullable=False),
    sa.Column("remaining_minor", Minor, nullable=False),
    sa.Column("reserved_minor", Minor, nullable=False, server_default="0"),
    sa.Column("issued_at", Time, nullable=False),
    sa.Column("issued_by", Id),
    # The order or return that it was issued for, such as `order:…`.
    sa.Column("subject", Id),
    sa.Column("valid_until", Time),
    sa.Column("blocked_at", Time),
    sa.CheckConstraint("value_minor > 0", name="value_is_positive"),
    sa.CheckConstraint("remaining_minor BETWEEN 0 AND value_minor", name="remaining_within_value"),
    sa.CheckConstraint("reserved_minor BETWEEN 0 AND remaining_minor", name="reserved_within_remaining"),
    key=("voucher_key",),
    updatable=("remaining_minor", "reserved_minor", "blocked_at"),
)

STORED_VALUE_HOLDS = merchant_table(
    "stored_value_holds",
    sa.Column("payment_id", Id, nullable=False),
    sa.Column("account_kind", sa.Text(), nullable=False),
    sa.Column("account_id", Id, nullable=False),
    sa.Column("amount_minor", Minor, nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    # Of what was redeemed: what went back onto the account.
    sa.Column("given_back_minor", Minor, nullable=False, server_default="0"),
    sa.Column("reserved_at", Time, nullable=False),
    words("account_kind", AccountKind),
    words("state", HoldState),
    sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
    sa.CheckConstraint("given_back_minor BETWEEN 0 AND amount_minor", name="given_back_within_redeemed"),
    sa.CheckConstraint("state = 'redeemed' OR given_back_minor = 0", name="only_redeemed_goes_back"),
    sa.Index("stored_value_holds_by_account", "merchant_id", "account_kind", "account_id"),
    key=("payment_id",),
    updatable=("state", "given_back_minor"),
    note="What one payment has taken of one account; its state is a projection of the movements.",
)

STORED_VALUE_MOVEMENTS = merchant_table(
    "stored_value_movements",
    sa.Column("movement_id", Id, nullable=False),
    sa.Column("account_kind", sa.Text(), nullable=False),
    sa.Column("account_id", Id, nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("amount_minor", Minor, nullable=False),
    # The payment that it belongs to: the sale's, or of what was given back, the refund's own.
    sa.Column("payment_id", Id),
    # What was given back, of which sale's payment.
    sa.Column("original_payment_id", Id),
    sa.Column("occurred_at", Time, nullable=False),
    sa.Column("operator_id", Id),
    sa.Column("authoriser_id", Id),
    sa.Column("reason", sa.Text()),
    words("account_kind", AccountKind),
    words("kind", MovementKind),
    # Only a correction may take away by its sign; every other kind says itself which way it goes.
    sa.CheckConstraint("amount_minor > 0 OR kind = 'corrected' AND amount_minor <> 0", name="amount_is_positive"),
    sa.CheckConstraint("kind <> 'corrected' OR reason IS NOT NULL", name="correction_has_a_reason"),
    sa.Index("stored_value_movements_by_account", "merchant_id", "account_kind", "account_id", "occurred_at"),
    # Whatever is retried: a payment reserves, redeems, releases and gives back once.
    sa.Index(
        "one_movement_per_payment",
        "merchant_id",
        "payment_id",
        "kind",
        unique=True,
        postgresql_where="payment_id IS NOT NULL",
    ),
    key=("movement_id",),
    note="Every movement of stored value: facts.",
)
