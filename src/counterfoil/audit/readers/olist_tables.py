"""The order tables of the Olist public data set, or of a shop that exports in their form: orders, items, payments.

Columns and words: kaggle.com/olistbr/brazilian-ecommerce, tables `olist_orders_dataset`, `olist_order_items_dataset`
and `olist_order_payments_dataset`. Each file gives its own rows only, but none is whole by itself: an order's total
stands in the items (or, where it has none, in the payments), and a payment's time in the orders. So the three files
must lie in one folder; they are found by their headers.

An item is one line of goods and, where freight was charged, one line of shipping. Money is reals, times are those of
São Paulo. A customer's number is new for every order in this data set, so it says nothing about people and is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.olist_columns import (
    ITEM_CHECKS,
    LINE_COLUMNS,
    ORDER_CHECKS,
    ORDER_COLUMNS,
    PARCEL_COLUMNS,
    PAYMENT_CHECKS,
    PAYMENT_COLUMNS,
)
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sibling_tables import sibling_with
from counterfoil.audit.readers.sieve import sift
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql, utc_sql
from counterfoil.audit.readers.words import translated_sql
from counterfoil.errors import BadFile, Bug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from counterfoil.audit.readers.contract import Draft, ReadOptions, Sample, SetAside, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ZONE = "America/Sao_Paulo"

_ORDERS = (
    "order_id", "order_status", "order_purchase_timestamp", "order_approved_at", "order_delivered_carrier_date",
    "order_delivered_customer_date", "order_estimated_delivery_date",
)  # fmt: skip
_ITEMS = ("order_id", "order_item_id", "product_id", "shipping_limit_date", "price", "freight_value")
_PAYMENTS = ("order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value")
_HEADERS = {"orders": _ORDERS, "items": _ITEMS, "payments": _PAYMENTS}

_STATES = dict.fromkeys(("approved", "processing", "invoiced", "shipped", "delivered", "unavailable"), "paid") | {
    "created": "open",
    "canceled": "cancelled",
}
_TENDERS = {
    "credit_card": "card",
    "debit_card": "card",
    "voucher": "voucher",
    "boleto": "other",
    "not_defined": "other",
}
_REMARK = (
    "A customer's number is new for every order in these tables, so customers are not compared.",
    "这些表中每个订单的顾客编号都不同，因此未按顾客比对。",
)


class OlistTables:
    """Reads the order, item and payment tables of Olist into orders, parcels, order lines and payments."""

    name = "olist-tables"
    title_en = "Olist order, item and payment tables"
    title_zh = "Olist 订单、商品行与付款表"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        tables = {"orders": ORDER_COLUMNS, "parcels": PARCEL_COLUMNS, "order_lines": LINE_COLUMNS}
        named = tables | {"payments": PAYMENT_COLUMNS}
        self.gives = {table: carried(table, frozenset(columns)) for table, columns in named.items()}

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of one of the three tables."""
        return any(labels_in(sample, labels) is not None for labels in _HEADERS.values())

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn one of the tables into drafts; BadFile where the tables that it needs do not lie beside it."""
        for which, labels in _HEADERS.items():
            try:
                table = read_table(connection, source, Layout(required=labels))
            except BadFile:
                if which == "payments":
                    raise
                continue
            return _READ[which](connection, source, table, options)
        raise Bug("no header was tried")


def _read_orders(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: RawTable, options: ReadOptions
) -> Reading:
    items = _beside(connection, source, "items")
    payments = _beside(connection, source, "payments")
    rows = _orders_sql(table, items, payments, options.time_zone or ZONE)
    sifted = sift(connection, f"({rows})", ORDER_CHECKS)
    shipped = f"(SELECT * FROM {sifted.table} WHERE status IN ('shipped', 'delivered') OR shipped_at IS NOT NULL)"
    drafts = (
        draft(connection, "orders", _with_merchant(ORDER_COLUMNS, options), sifted.table),
        draft(connection, "parcels", _with_merchant(PARCEL_COLUMNS, options), shipped),
    )
    return _reading(table, drafts, sifted.set_aside, (_REMARK,))


def _read_items(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: RawTable, options: ReadOptions
) -> Reading:
    del source
    sifted = sift(connection, f"({_items_sql(table)})", ITEM_CHECKS, together=("order_id",))
    lines = f"""(
        SELECT source_line, order_id, item * 2 - 1 AS line_no, sku, price_minor AS amount_minor, 'goods' AS line_kind
        FROM {sifted.table}
        UNION ALL
        SELECT source_line, order_id, item * 2, 'freight', freight_minor, 'shipping'
        FROM {sifted.table} WHERE freight_minor > 0
    )"""
    drafted = draft(connection, "order_lines", _with_merchant(LINE_COLUMNS, options), lines)
    return _reading(table, (drafted,), sifted.set_aside)


def _read_payments(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: RawTable, options: ReadOptions
) -> Reading:
    orders = _beside(connection, source, "orders")
    sifted = sift(connection, f"({_payments_sql(table, orders, options.time_zone or ZONE)})", PAYMENT_CHECKS)
    drafted = draft(connection, "payments", _with_merchant(PAYMENT_COLUMNS, options), sifted.table)
    return _reading(table, (drafted,), sifted.set_aside)


_READ = {"orders": _read_orders, "items": _read_items, "payments": _read_payments}


def _beside(connection: duckdb.DuckDBPyConnection, source: SourceFile, which: str) -> RawTable:
    """Read the one other table of the export."""
    labels = _HEADERS[which]
    return read_table(connection, sibling_with(source, labels, what=f"the {which} table"), Layout(required=labels))


def _reading(
    table: RawTable,
    drafts: Sequence[Draft],
    aside: Sequence[SetAside],
    remarks: Sequence[tuple[str, str]] = (),
) -> Reading:
    return Reading(
        reader="olist-tables",
        drafts=tuple(drafts),
        rows_read=table.rows,
        set_aside=(*table.misfits, *aside),
        counts={"rows": table.rows},
        remarks=tuple(remarks),
    )


def _with_merchant(columns: Mapping[str, str], options: ReadOptions) -> Mapping[str, str]:
    return {"merchant_id": constant(options.merchant_id), **columns}


def _orders_sql(table: RawTable, items: RawTable, payments: RawTable, zone: str) -> str:
    """Return the query that gives every order its meaning and its total."""
    times = {
        "placed_at": "order_purchase_timestamp",
        "approved_at": "order_approved_at",
        "shipped_at": "order_delivered_carrier_date",
        "delivered_at": "order_delivered_customer_date",
        "promised_at": "order_estimated_delivery_date",
    }
    moments = ", ".join(
        f"o.{table.column(label)} AS {name}_text, {utc_sql(local_sql(f'o.{table.column(label)}'), zone)} AS {name}"
        for name, label in times.items()
    )
    price, freight = (minor_sql(items.column(label)) for label in ("price", "freight_value"))
    status = f"o.{table.column('order_status')}"
    return f"""
        SELECT o.source_line, o.{table.column("order_id")} AS order_id, {status} AS status,
               {translated_sql(status, _STATES)} AS state, {moments},
               CASE WHEN i.order_id IS NOT NULL THEN i.total_minor ELSE p.total_minor END AS total_minor,
               i.order_id IS NULL AND p.order_id IS NULL AS nothing_known
        FROM {table.table} AS o
        LEFT JOIN ({_totals_sql(items, f"({price}) + ({freight})")}) AS i ON i.order_id = o.{table.column("order_id")}
        LEFT JOIN ({_totals_sql(payments, minor_sql(payments.column("payment_value")))}) AS p
               ON p.order_id = o.{table.column("order_id")}
    """


def _totals_sql(table: RawTable, amount: str) -> str:
    """Return the sum of each order; null where one of its amounts is none, for a sum over the rest would be wrong."""
    return f"""
        SELECT order_id, CASE WHEN count(amount) = count(*) THEN CAST(sum(amount) AS BIGINT) END AS total_minor
        FROM (SELECT {table.column("order_id")} AS order_id, {amount} AS amount FROM {table.table})
        WHERE order_id IS NOT NULL GROUP BY order_id
    """


def _items_sql(table: RawTable) -> str:
    """Return the query that gives every item its amounts."""
    price, freight = table.column("price"), table.column("freight_value")
    number = f"regexp_extract({table.column('order_item_id')}, '^[0-9]{{1,6}}$')"
    return f"""
        SELECT source_line, {table.column("order_id")} AS order_id, TRY_CAST({number} AS BIGINT) AS item,
               {table.column("product_id")} AS sku, concat({price}, ' / ', {freight}) AS amount_text,
               {minor_sql(price)} AS price_minor, {minor_sql(freight)} AS freight_minor
        FROM {table.table}
    """


def _payments_sql(table: RawTable, orders: RawTable, zone: str) -> str:
    """Return the query that gives every payment its tender, and the time of its order."""
    placed, approved = (
        utc_sql(local_sql(f"o.{orders.column(label)}"), zone)
        for label in ("order_purchase_timestamp", "order_approved_at")
    )
    type_, value = f"p.{table.column('payment_type')}", f"p.{table.column('payment_value')}"
    return f"""
        SELECT p.source_line, p.{table.column("order_id")} AS order_id, {type_} AS type,
               p.{table.column("payment_sequential")} AS sequential, {translated_sql(type_, _TENDERS)} AS tender,
               {value} AS amount_text, {minor_sql(value)} AS amount_minor,
               o.{orders.column("order_id")} IS NULL AS no_order, {placed} AS placed_at, {approved} AS approved_at
        FROM {table.table} AS p
        LEFT JOIN (SELECT DISTINCT ON ({orders.column("order_id")}) * FROM {orders.table}) AS o
               ON o.{orders.column("order_id")} = p.{table.column("order_id")}
    """


READER = OlistTables()
