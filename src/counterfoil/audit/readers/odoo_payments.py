"""Odoo's export of point-of-sale payments (`pos.payment`), as CSV or Excel: the shop's own book of payments.

Labels: see `odoo_labels`. The English and Chinese labels of a plain export are words that many tables use, so one of
`Session`, `Payment Transaction ID` and `Type of card used` must be among them. Money that goes out is a refund of the
return that `Order` names, except change: cash that goes out where cash came in for the same order is taken from the
largest cash payment, which is then net of it.

A method of payment is named by the shop; a name that says nothing plain is tender `other`. Payments that a terminal
did not finish are set aside. The cardholder's name is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.given_currency import currency_sql
from counterfoil.audit.readers.hashing import made_id_sql
from counterfoil.audit.readers.odoo_labels import (
    PAYMENTS,
    TENDERS,
    ZONE,
    money_sql,
    own_currency_sql,
    zone_remarks,
)
from counterfoil.audit.readers.settlement_rows import kind_counts
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.spellings import is_spelled, read_spelled
from counterfoil.audit.readers.times import instant_sql
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.spellings import SpelledTable


class OdooPayments:
    """Reads Odoo's point-of-sale payments into payments."""

    name = "odoo-payments"
    title_en = "Odoo point-of-sale payments"
    title_zh = "Odoo 销售点支付"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        self.gives = {"payments": carried("payments", _COLUMNS)}

    def recognises(self, sample: Sample) -> bool:
        """Say whether the labels are those of point-of-sale payments."""
        return is_spelled(sample, PAYMENTS)

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn payments of Odoo into ours; BadFile where nobody says the currency."""
        table = read_spelled(connection, source, PAYMENTS)
        sound = sift(connection, f"({_rows_sql(source, table, options)})", _checks(table), together=("order_number",))
        net = sift(connection, f"({_net_sql(sound.table)})", _CHANGE)
        columns = {"merchant_id": constant(options.merchant_id), **_COLUMNS}
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "payments", columns, net.table),),
            rows_read=table.raw.rows,
            set_aside=(*table.raw.misfits, *sound.set_aside, *net.set_aside),
            counts={"rows": table.raw.rows, **kind_counts(connection, net.table)},
            remarks=zone_remarks(options),
        )


def _rows_sql(source: SourceFile, table: SpelledTable, options: ReadOptions) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    own = own_currency_sql(table.column("currency")) if table.has("currency") else None
    method, paid = table.column("method_field", "method"), table.column("paid")
    says = ("order_number", "method", "time_text", "amount_text", "terminal_number")
    return f"""
        SELECT *, {money_sql("amount_text", "currency")} AS signed_minor,
               CAST(row_number() OVER (PARTITION BY {", ".join(says)} ORDER BY source_line) AS VARCHAR) AS copy
        FROM (
            SELECT source_line, {table.column("order")} AS order_number, {method} AS method,
                   coalesce({translated_sql(f"lower({method})", TENDERS)}, 'other') AS tender,
                   {table.column("amount")} AS amount_text, {currency_sql(source, options, own)} AS currency,
                   {paid} AS time_text, {instant_sql(paid, options.time_zone or ZONE)} AS occurred_at,
                   {table.column("transaction")} AS terminal_number, {table.column("status")} AS status,
                   coalesce(lower({table.column("change")}) IN ('true', '1'), FALSE) AS is_change,
                   {table.column("payment_number")} AS given_number
            FROM {table.raw.table}
        )
    """


def _net_sql(rows: str) -> str:
    """Return the rows with change told from refunds, and taken from the largest cash payment of its order."""
    came = "tender = 'cash' AND signed_minor > 0"
    went = "signed_minor < 0 AND (tender = 'cash' OR is_change)"
    order = "PARTITION BY order_number"
    return f"""
        SELECT *, CASE WHEN signed_minor < 0 THEN 'refund' ELSE 'sale' END AS kind,
               abs(CASE WHEN {came} AND place = 1 THEN signed_minor + gone_minor ELSE signed_minor END) AS amount_minor,
               {went} AND cash_came AS given_as_change,
               {came} AND place = 1 AND signed_minor + gone_minor < 0 AS more_gone
        FROM (
            SELECT *, bool_or({came}) OVER ({order}) AS cash_came,
                   CAST(sum(CASE WHEN {went} THEN signed_minor ELSE 0 END) OVER ({order}) AS BIGINT) AS gone_minor,
                   row_number() OVER ({order} ORDER BY ({came}) DESC, signed_minor DESC, source_line) AS place
            FROM {rows}
        )
    """


def _checks(table: SpelledTable) -> Sequence[Check]:
    """Return the checks of a row, the plainest first."""
    order, amount, paid = (table.label(name) for name in ("order", "amount", "paid"))
    method = table.label("method_field" if table.has("method_field") else "method")
    return (
        missing_value(order, "order_number IS NULL"),
        missing_value(method, "method IS NULL"),
        unknown_word(table.label("status"), "lower(status) NOT IN ('done', 'force_done')", "status"),
        missing_value(table.label("currency"), "currency IS NULL"),
        bad_amount(amount, "signed_minor IS NULL", "amount_text"),
        bad_time(paid, "occurred_at IS NULL", "time_text"),
    )


_CHANGE = (
    Check(
        reason="change_given",
        column="",
        fails="given_as_change",
        text_en="Change that was given back; the cash payment of the order is net of it.",
        text_zh="找零；该订单的现金付款已按净额计算。",
        why="by_rule",
    ),
    bad_amount("", "more_gone", "amount_text"),
)

_MADE = made_id_sql("kind", "order_number", "method", "time_text", "amount_text", "terminal_number", "copy")
_COLUMNS = {
    "payment_id": f"coalesce(given_number, {_MADE})",
    "order_id": "CASE WHEN kind = 'sale' THEN order_number END",
    "return_id": "CASE WHEN kind = 'refund' THEN order_number END",
    "kind": "kind",
    "tender": "tender",
    "amount_minor": "amount_minor",
    "currency": "currency",
    "state": constant("approved"),
    "occurred_at": "occurred_at",
    "decided_at": "occurred_at",
}

READER = OdooPayments()
