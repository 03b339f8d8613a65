"""Shopify's export of orders, as CSV: one row for each line item, the order's own values on its first row only.

Columns and words: help.shopify.com, "Exporting orders to a CSV file". An order that was cancelled is cancelled whatever
was paid; refunded ones were paid. Goods are quantity × price; shipping and discount of the order become lines of their
own, and tax does where the order's total shows that prices are without it.

An order of the till (`Source` = `pos`) is carried out; every other one is taken as a delivery. The export does not say
whether anything arrived, so it gives no parcels. The customer's address becomes a keyed hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_from_units_sql, minor_sql, product_units_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import KeyedHash
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.shopify_transactions import ZONE, moment_sql
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.sql_text import let
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

_REQUIRED = (
    "Name", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total",
    "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku",
)  # fmt: skip
_OTHER = ("Discount Amount", "Cancelled at", "Email", "Source", "Location", "Employee", "Device ID")
_LAYOUT = Layout(required=_REQUIRED, keep=frozenset((*_REQUIRED, *_OTHER)))

_STATES = {
    "pending": "open",
    "authorized": "open",
    "partially_paid": "open",
    "unpaid": "open",
    "paid": "paid",
    "partially_refunded": "paid",
    "refunded": "paid",
    "voided": "voided",
    "expired": "cancelled",
}
_CHANNELS = {"pos": "till", "web": "online", "shopify_draft_order": "phone"}

#: Lines of the order itself come behind those of its goods.
_LINES_MAX = 10_000


class ShopifyOrders:
    """Reads Shopify's orders into orders and order lines."""

    name = "shopify-orders"
    title_en = "Shopify orders"
    title_zh = "Shopify 订单导出"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        listed = frozenset((*_ORDER_COLUMNS, "customer_key"))
        self.gives = {
            "orders": carried("orders", listed),
            "order_lines": carried("order_lines", frozenset(_LINE_COLUMNS)),
        }

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of the export."""
        return labels_in(sample, _REQUIRED) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn line items into orders and order lines."""
        table = read_table(connection, source, _LAYOUT)
        rows = f"({_rows_sql(table, options.time_zone or ZONE)})"
        sifted = sift(connection, rows, _CHECKS, together=("name",))
        merchant = {"merchant_id": constant(options.merchant_id)}
        person = {"customer_key": KeyedHash.on(connection, options.key).sql("lower(email)")}
        heads = f"(SELECT * FROM {sifted.table} WHERE place = 1)"
        return Reading(
            reader=self.name,
            drafts=(
                draft(connection, "orders", {**merchant, **_ORDER_COLUMNS, **person}, heads),
                draft(connection, "order_lines", {**merchant, **_LINE_COLUMNS}, f"({_lines_sql(sifted.table)})"),
            ),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            counts={"rows": table.rows},
        )


def _rows_sql(table: RawTable, zone: str) -> str:
    """Return the query that gives every row its meaning; an order's values stand on its first row."""
    quantity, price = table.column("Lineitem quantity"), table.column("Lineitem price")
    head = {
        "total": "Total", "subtotal": "Subtotal", "shipping": "Shipping", "taxes": "Taxes",
        "discount": "Discount Amount",
    }  # fmt: skip
    amounts = ", ".join(f"{minor_sql(f'{name}_text', scale=scale_sql('currency'))} AS {name}_minor" for name in head)
    texts = ", ".join(f"{table.first_or_null(label)} AS {name}_text" for name, label in head.items())
    whole = minor_from_units_sql("_e", scale=scale_sql("currency"), rounding=True)
    line = let("_e", product_units_sql("quantity", "price"), whole)
    return f"""
        SELECT *, {amounts}, {line} AS line_minor
        FROM (
            SELECT source_line, {table.column("Name")} AS name,
                   row_number() OVER (PARTITION BY {table.column("Name")} ORDER BY source_line) AS place,
                   {table.column("Financial Status")} AS status,
                   CASE WHEN {table.first_or_null("Cancelled at")} IS NOT NULL THEN 'cancelled'
                        ELSE {translated_sql(f"lower({table.column('Financial Status')})", _STATES)} END AS state,
                   {translated_sql(f"lower({table.column('Financial Status')})", _STATES)} AS known_state,
                   upper(first_value({table.column("Currency")}) OVER (
                       PARTITION BY {table.column("Name")} ORDER BY source_line)) AS currency, {texts},
                   {quantity} AS quantity, {price} AS price,
                   coalesce({table.column("Lineitem sku")}, {table.column("Lineitem name")}) AS sku,
                   {table.column("Lineitem name")} AS item, {table.column("Created at")} AS created_text,
                   {moment_sql(table.column("Created at"), zone)} AS placed_at,
                   {moment_sql(table.column("Paid at"), zone)} AS paid_at,
                   {moment_sql(table.first_or_null("Cancelled at"), zone)} AS cancelled_at,
                   {table.first_or_null("Email")} AS email, lower({table.first_or_null("Source")}) AS source,
                   {table.first_or_null("Location")} AS location, {table.first_or_null("Employee")} AS employee,
                   {table.first_or_null("Device ID")} AS device
            FROM {table.table}
        )
    """


def _lines_sql(rows: str) -> str:
    """Return the goods of every row, and shipping, tax and discount of every order."""
    without_tax = "subtotal_minor + coalesce(shipping_minor, 0) + taxes_minor = total_minor"
    extra = (
        ("shipping", "shipping_minor", "TRUE"),
        ("tax", "taxes_minor", without_tax),
        ("discount", "discount_minor", "TRUE"),
    )
    own = " UNION ALL ".join(
        f"""SELECT source_line, name, {_LINES_MAX + number}, '{kind}', '{kind}', '1', {amount}, '{kind}'
            FROM {rows} WHERE place = 1 AND {amount} > 0 AND {condition}"""
        for number, (kind, amount, condition) in enumerate(extra)
    )
    return f"""
        SELECT source_line, name AS order_id, place AS line_no, sku, item AS name, quantity, line_minor AS amount_minor,
               'goods' AS line_kind
        FROM {rows} UNION ALL {own}
    """


_CHECKS = (
    missing_value("Name", "name IS NULL"),
    missing_value("Financial Status", "place = 1 AND status IS NULL"),
    unknown_word("Financial Status", "place = 1 AND known_state IS NULL", "status"),
    missing_value("Currency", "currency IS NULL"),
    bad_amount("Total", "place = 1 AND (total_minor IS NULL OR total_minor < 0)", "total_text"),
    bad_time("Created at", "place = 1 AND placed_at IS NULL", "created_text"),
    missing_value("Lineitem name", "sku IS NULL"),
    bad_amount(
        "Lineitem quantity, Lineitem price",
        "line_minor IS NULL OR line_minor < 0",
        "concat(quantity, ' x ', price)",
    ),
    Check(
        reason="too_many_lines",
        column="Name",
        fails=f"place >= {_LINES_MAX}",
        text_en="An order has more lines than this reader takes.",
        text_zh="该订单的商品行数超出上限。",
    ),
)

_ORDER_COLUMNS = {
    "order_id": "name",
    "store_id": "location",
    "terminal_id": "device",
    "operator_id": "employee",
    "placed_at": "placed_at",
    "closed_at": "CASE WHEN state = 'cancelled' THEN cancelled_at WHEN state = 'paid' THEN paid_at END",
    "state": "state",
    "total_minor": "total_minor",
    "currency": "currency",
    "fulfilment": "CASE WHEN source = 'pos' THEN 'carry_out' ELSE 'delivery' END",
    "channel": translated_sql("source", _CHANNELS),
}
_LINE_COLUMNS = {
    "order_id": "order_id",
    "line_no": "line_no",
    "sku": "sku",
    "name": "name",
    "quantity": "quantity",
    "amount_minor": "amount_minor",
    "line_kind": "line_kind",
}

READER = ShopifyOrders()
