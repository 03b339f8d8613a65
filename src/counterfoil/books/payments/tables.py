"""The tables of the payments book: ours and the acquirers'. What was meant is a fact; what became of it, a projection.

Two laws are the database's own, whatever code runs beside it: what is refunded, or is being refunded, stays within what
was taken, and a payment has at most one undo that is not refused.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.books import format as books
from counterfoil.books.entered import entered, imported, named_by, recorded
from counterfoil.books.payments.model import Standing
from counterfoil.db.metadata import Id, Minor, Quantity, Time, book_table, merchant_table, words
from counterfoil.db.roles import Role

PAYMENTS = book_table(
    books.PAYMENTS,
    *entered(),
    sa.Column("store_id", Id),
    sa.Column("acquirer_reference", sa.Text()),
    # What the customer handed over, where it was cash; the difference is the change.
    sa.Column("tendered_minor", Minor),
    sa.Column("batch_id", Id),
    # Of an approved sale: how it stands, and what goes back.
    sa.Column("standing", sa.Text()),
    sa.Column("refund_reserved_minor", Minor, nullable=False, server_default="0"),
    sa.Column("refunded_minor", Minor, nullable=False, server_default="0"),
    # Of an open one: where it is on its ladder, when the next step is due, and until when somebody is at it.
    sa.Column("rung", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("tries", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("last_tried_at", Time),
    sa.Column("resolve_at", Time),
    sa.Column("leased_until", Time),
    words("standing", Standing),
    sa.CheckConstraint("refund_reserved_minor >= 0 AND refunded_minor >= 0", name="refund_is_not_negative"),
    sa.CheckConstraint("refund_reserved_minor + refunded_minor <= amount_minor", name="refund_within_capture"),
    sa.CheckConstraint(
        "standing IS NULL OR standing = 'held' OR refund_reserved_minor + refunded_minor = 0",
        name="void_excludes_refund",
    ),
    sa.CheckConstraint(
        "(kind = 'sale') OR entered_by = 'import' OR original_payment_id IS NOT NULL", name="undo_has_original"
    ),
    # What is empty is null: an export would tell them apart, and an import would not.
    sa.CheckConstraint("instrument_tail <> ''", name="instrument_tail_is_not_empty"),
    sa.Index(
        "one_undo_per_payment",
        "merchant_id",
        "original_payment_id",
        unique=True,
        postgresql_where=(
            "entered_by = 'counter' AND kind IN ('void', 'reversal') AND state NOT IN ('declined', 'cancelled')"
        ),
    ),
    sa.Index("payments_by_order", "merchant_id", "order_id"),
    sa.Index("payments_by_time", "merchant_id", "occurred_at"),
    sa.Index(
        "payments_by_original", "merchant_id", "original_payment_id", postgresql_where="original_payment_id IS NOT NULL"
    ),
    named_by("payments", "acquirer", "occurred_at"),
    named_by("payments", "instrument_key"),
    named_by("payments", "request_id"),
    named_by("payments", "return_id"),
    named_by("payments", "rrn"),
    named_by("payments", "approval_code"),
    named_by("payments", "stan", "terminal_id"),
    sa.Index("payments_by_void", "merchant_id", "occurred_at", postgresql_where="kind = 'void'"),
    imported("payments"),
    sa.Index("payments_by_due", "merchant_id", "resolve_at", postgresql_where="resolve_at IS NOT NULL"),
    updatable=(
        *("state", "decided_at", "business_date", "stan", "rrn", "approval_code", "response_code"),
        *("acquirer_reference", "instrument_key", "instrument_tail", "batch_id"),
        *("standing", "refund_reserved_minor", "refunded_minor"),
        *("rung", "tries", "last_tried_at", "resolve_at", "leased_until"),
    ),
    readers=(Role.SEALER,),
)

ACQUIRER_RECORDS = book_table(
    books.ACQUIRER_RECORDS,
    *entered(),
    # The file, webhook or inquiry that it came with.
    sa.Column("came_with", sa.Text()),
    sa.CheckConstraint("instrument_tail <> ''", name="instrument_tail_is_not_empty"),
    # The earlier row that this one corrects: a later version of a bill says something else of the same event.
    sa.Column("supersedes", Id),
    sa.Index(
        "one_correction_per_record",
        "merchant_id",
        "supersedes",
        unique=True,
        postgresql_where="supersedes IS NOT NULL",
    ),
    sa.Index("acquirer_records_by_time", "merchant_id", "occurred_at"),
    sa.Index("acquirer_records_by_our_reference", "merchant_id", "our_reference"),
    sa.Index("acquirer_records_by_amount", "merchant_id", "amount_minor", "occurred_at"),
    named_by("acquirer_records", "acquirer_reference"),
    named_by("acquirer_records", "original_reference"),
    named_by("acquirer_records", "instrument_key", "amount_minor"),
    named_by("acquirer_records", "rrn"),
    named_by("acquirer_records", "approval_code"),
    named_by("acquirer_records", "stan", "terminal_id"),
    recorded("acquirer_records"),
)

BILLS = merchant_table(
    "bills",
    # SHA-256 of the file, in hexadecimal digits: the same file twice changes nothing.
    sa.Column("file_digest", sa.Text(), nullable=False),
    sa.Column("file_name", sa.Text(), nullable=False),
    # The reader that knew it, and whose book it is; null where it has rows of several.
    sa.Column("reader", sa.Text(), nullable=False),
    sa.Column("acquirer", sa.Text()),
    # The shop's days of its first and last row; null where it has none.
    sa.Column("first_day", sa.Date()),
    sa.Column("last_day", sa.Date()),
    # Rows of the file; records that are new, that were known as they are, that correct what was known; rows set aside.
    sa.Column("rows_n", sa.Integer(), nullable=False),
    sa.Column("new_n", sa.Integer(), nullable=False),
    sa.Column("same_n", sa.Integer(), nullable=False),
    sa.Column("corrected_n", sa.Integer(), nullable=False),
    sa.Column("aside_n", sa.Integer(), nullable=False),
    # What the file states of itself beside what its rows give, and the first rows set aside with line and reason.
    sa.Column("totals", JSONB(), nullable=False),
    sa.Column("aside", JSONB(), nullable=False),
    sa.Column("taken_at", Time, nullable=False),
    sa.Index("bills_by_time", "merchant_id", "taken_at"),
    key=("file_digest",),
    note="Bills and settlement files that were taken in.",
)

BILL_DOWNLOADS = merchant_table(
    "bill_downloads",
    sa.Column("acquirer", sa.Text(collation="C"), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("tries", sa.SmallInteger(), nullable=False),
    sa.Column("last_tried_at", Time, nullable=False),
    # The bill that came of it; null while none has come.
    sa.Column("file_digest", sa.Text()),
    key=("acquirer", "day"),
    updatable=("tries", "last_tried_at", "file_digest"),
    note="Which bills were fetched, and how often they were asked for.",
)

WEBHOOK_EVENTS = merchant_table(
    "webhook_events",
    sa.Column("acquirer", sa.Text(collation="C"), nullable=False),
    # The channel's own id of what it says; of what says nothing to us, a digest of the body.
    sa.Column("event_id", sa.Text(collation="C"), nullable=False),
    sa.Column("received_at", Time, nullable=False),
    # Null where it says nothing to us: then `aside` says why, in a word and a sentence.
    sa.Column("record_id", Id),
    sa.Column("aside", sa.Text()),
    sa.Column("note", sa.Text()),
    sa.CheckConstraint("record_id IS NULL OR aside IS NULL", name="is_taken_or_aside"),
    sa.Index("webhook_events_by_time", "merchant_id", "received_at"),
    key=("acquirer", "event_id"),
    note="What channels told us unasked, each once; the body is not kept.",
)

REFUND_LINES = merchant_table(
    "refund_lines",
    sa.Column("payment_id", Id, nullable=False),
    sa.Column("line_no", sa.BigInteger(), nullable=False),
    sa.Column("quantity", Quantity, nullable=False),
    sa.CheckConstraint("quantity > 0", name="something_goes_back"),
    key=("payment_id", "line_no"),
    readers=(Role.SEALER,),
    note="Which lines of its order a refund gives back, and how much of each.",
)

STAN_COUNTERS = merchant_table(
    "stan_counters",
    sa.Column("terminal_id", Id, nullable=False),
    sa.Column("last_stan", sa.Integer(), nullable=False),
    sa.CheckConstraint("last_stan BETWEEN 1 AND 999999", name="stan_has_six_digits"),
    key=("terminal_id",),
    updatable=("last_stan",),
    note="The last trace number that a lane has used; it wraps from 999999 to 1.",
)

ACQUIRER_BATCHES = merchant_table(
    "acquirer_batches",
    sa.Column("batch_id", Id, nullable=False),
    sa.Column("acquirer", sa.Text(), nullable=False),
    sa.Column("terminal_id", Id, nullable=False),
    sa.Column("business_date", sa.Date(), nullable=False),
    sa.Column("opened_at", Time, nullable=False),
    sa.Column("closed_at", Time),
    sa.Column("outcome", sa.Text()),
    sa.Column("response_code", sa.Text()),
    words("outcome", ("equal", "unequal", "unknown", "not_needed")),
    key=("batch_id",),
    updatable=("closed_at", "outcome", "response_code"),
    note="One lane's messages between two settlements.",
)
