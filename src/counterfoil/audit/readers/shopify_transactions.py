"""Shopify's export of order transactions, as CSV: the shop's own book of payments.

Columns: help.shopify.com, "Exporting orders", transaction histories; words of `Kind` and `Status`: shopify.dev,
"Transaction". A capture takes the money that an authorisation held, so captures and sales are payments and
authorisations are counted. A gateway is an open list: cash, gift cards and Shopify's own card gateway have a tender of
their own, any other is `other`. An answer of `error` or `pending` is not known to be a yes or a no.

The export has no number of a transaction. A payment's number is made from everything that its row says, and rows that
say the same are counted up, so equal rows stay apart and the file gives the same numbers each time it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import made_id_sql
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.settlement_rows import kind_counts, settlement_checks
from counterfoil.audit.readers.sieve import missing_value, sift, unknown_word
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import ISO_FORMATS, instant_sql, written_instant_sql
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ZONE = "UTC"
WRITTEN = ("%Y-%m-%d %H:%M:%S %z",)

_REQUIRED = ("Name", "Kind", "Gateway", "Created At", "Status", "Amount", "Currency")
_LAYOUT = Layout(required=_REQUIRED, keep=frozenset(_REQUIRED))
_KINDS = {
    "sale": "sale",
    "capture": "sale",
    "refund": "refund",
    "void": "void",
    "authorization": "other",
    "change": "other",
}
_STATES = {"success": "approved", "failure": "declined", "error": "unknown", "pending": "unknown"}
_TENDERS = {"cash": "cash", "shopify_payments": "card", "gift_card": "voucher"}


class ShopifyTransactions:
    """Reads Shopify's order transactions into payments."""

    name = "shopify-transactions"
    title_en = "Shopify order transactions"
    title_zh = "Shopify 订单收款记录"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        self.gives = {"payments": carried("payments", frozenset(_COLUMNS))}

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of the export."""
        return labels_in(sample, _REQUIRED) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn transactions into payments."""
        table = read_table(connection, source, _LAYOUT)
        sifted = sift(connection, f"({_rows_sql(table, options.time_zone or ZONE)})", _CHECKS)
        columns = {"merchant_id": constant(options.merchant_id), **_COLUMNS}
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "payments", columns, sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            counts={"rows": table.rows, **kind_counts(connection, sifted.table)},
        )


def moment_sql(column: str, zone: str) -> str:
    """Return SQL for a time of Shopify as UTC: `2026-03-01 10:00:00 -0500`; the zone counts where it has no offset."""
    return f"coalesce({written_instant_sql(column, WRITTEN)}, {instant_sql(column, zone, ISO_FORMATS)})"


def _rows_sql(table: RawTable, zone: str) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    kind, status, gateway = (f"lower({table.column(label)})" for label in ("Kind", "Status", "Gateway"))
    amount, currency = table.column("Amount"), f"upper({table.column('Currency')})"
    name, created = table.column("Name"), table.column("Created At")
    return f"""
        SELECT source_line, {name} AS platform, {table.column("Kind")} AS word,
               {translated_sql(kind, _KINDS)} AS kind, {table.column("Status")} AS status,
               {translated_sql(status, _STATES)} AS state,
               coalesce({translated_sql(gateway, _TENDERS)}, 'other') AS tender, {table.column("Gateway")} AS gateway,
               {amount} AS amount_text, abs({minor_sql(amount, scale=scale_sql(currency))}) AS amount_minor,
               {currency} AS currency, {created} AS time_text, {moment_sql(created, zone)} AS occurred_at,
               CAST(row_number() OVER (
                   PARTITION BY {name}, {kind}, {gateway}, {created}, {status}, {amount} ORDER BY source_line
               ) AS VARCHAR) AS copy
        FROM {table.table}
    """


_CHECKS = (
    *settlement_checks(number="Name", word="Kind", amount="Amount", time="Created At", currency="Currency"),
    missing_value("Status", "status IS NULL"),
    unknown_word("Status", "state IS NULL", "status"),
)

_COLUMNS = {
    "payment_id": made_id_sql("kind", "platform", "word", "gateway", "time_text", "status", "amount_text", "copy"),
    "order_id": "platform",
    "kind": "kind",
    "tender": "tender",
    "amount_minor": "amount_minor",
    "currency": "currency",
    "state": "state",
    "occurred_at": "occurred_at",
}

READER = ShopifyTransactions()
