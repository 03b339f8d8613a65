"""The tables of the orders book. A line is never changed; an order's state is a projection of its facts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.books import format as books
from counterfoil.books.entered import entered, imported, named_by
from counterfoil.db.metadata import Id, Minor, Quantity, Time, book_table, merchant_table
from counterfoil.db.roles import Role

ORDERS = book_table(
    books.ORDERS,
    *entered(),
    sa.Column("parked_at", Time),
    # What the till sent, digested: a repeat of the same order must say the same.
    sa.Column("input_digest", sa.Text()),
    sa.Index(
        "one_order_per_request", "merchant_id", "request_id", unique=True, postgresql_where="entered_by = 'counter'"
    ),
    sa.Index("orders_by_time", "merchant_id", "placed_at"),
    sa.Index(
        "orders_by_imported_request",
        "merchant_id",
        "request_id",
        postgresql_where="entered_by = 'import' AND request_id IS NOT NULL",
    ),
    # Few are, and whoever adds up leaves them out.
    sa.Index("orders_of_practice", "merchant_id", "order_id", postgresql_where="training"),
    named_by("orders", "customer_key", "placed_at"),
    imported("orders"),
    updatable=("state", "closed_at", "business_date", "parked_at", "fulfilment", "promised_at", "address_ok"),
    readers=(Role.SEALER,),
)

ORDER_LINES = book_table(
    books.ORDER_LINES,
    sa.Column("unit_price_minor", Minor),
    sa.Column("list_price_minor", Minor),
    sa.Column("tax_code", Id),
    sa.Column("tax_minor", Minor),
    # A discount belongs to a line, or to the whole cart where this is null.
    sa.Column("of_line_no", sa.BigInteger()),
    # Who allowed a price or a discount that the operator may not give alone.
    sa.Column("authoriser_id", Id),
    sa.Column("reason", sa.Text()),
    sa.Column("refund_reserved_quantity", Quantity, nullable=False, server_default="0"),
    sa.Column("refunded_quantity", Quantity, nullable=False, server_default="0"),
    sa.CheckConstraint("refund_reserved_quantity >= 0 AND refunded_quantity >= 0", name="refund_is_not_negative"),
    sa.CheckConstraint(
        "refund_reserved_quantity + refunded_quantity <= greatest(quantity, 0)", name="refund_within_sold"
    ),
    updatable=("voided_at", "refund_reserved_quantity", "refunded_quantity"),
    readers=(Role.SEALER,),
)

STORE_DAYS = merchant_table(
    "store_days",
    sa.Column("store_id", Id, nullable=False),
    sa.Column("closed_through", sa.Date(), nullable=False),
    key=("store_id",),
    updatable=("closed_through",),
    note="Up to which business date a store has closed; a later sale falls on the next one.",
)

DAY_CLOSINGS = merchant_table(
    "day_closings",
    sa.Column("store_id", Id, nullable=False),
    sa.Column("business_date", sa.Date(), nullable=False),
    sa.Column("closed_at", Time, nullable=False),
    sa.Column("closed_by", Id, nullable=False),
    # Totals per tender, and the payments that were carried over as findings.
    sa.Column("totals", JSONB(), nullable=False),
    key=("store_id", "business_date"),
    note="One row for each closed day of a store: who closed it, and what it came to.",
)
