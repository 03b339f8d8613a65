"""Odoo's export of point-of-sale orders (`pos.order`), as CSV or Excel, with or without its order lines.

Labels and words: see `odoo_labels`. An order's own cells stand in the first of its rows; further lines have them blank.
An order whose total is negative gives goods back: it is a return, of the order that `Refunded Order` names where the
export has that column. A line below nought in a sale is a discount, whatever it is called, for it takes from the total.

Names of customers and employees become keyed hashes. There is one time, that of the order. An export names its
currency only if that column was chosen; else the user does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.given_currency import currency_sql
from counterfoil.audit.readers.hashing import KeyedHash
from counterfoil.audit.readers.odoo_labels import (
    ORDERS,
    STATES,
    ZONE,
    money_sql,
    own_currency_sql,
    zone_remarks,
)
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.spellings import is_spelled, read_spelled
from counterfoil.audit.readers.times import instant_sql
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from counterfoil.audit.readers.contract import Draft, ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.spellings import SpelledTable

_LINES = ("product", "quantity", "line_total")


class OdooOrders:
    """Reads Odoo's point-of-sale orders into orders, returns and their lines."""

    name = "odoo-orders"
    title_en = "Odoo point-of-sale orders"
    title_zh = "Odoo 销售点订单"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        self.gives = {table: carried(table, frozenset(columns)) for table, columns in _COLUMNS.items()}

    def recognises(self, sample: Sample) -> bool:
        """Say whether the labels are those of point-of-sale orders."""
        return is_spelled(sample, ORDERS)

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn rows into orders, returns and lines; BadFile where nobody says the currency."""
        table = read_spelled(connection, source, ORDERS)
        rows = f"({_rows_sql(connection, source, table, options)})"
        with_lines = table.has(*_LINES)
        apart = sift(connection, rows, (_CONTINUED,))
        sifted = sift(connection, apart.table, _checks(table, with_lines=with_lines), together=("block",))
        wanted = [name for name in _COLUMNS if with_lines or not name.endswith("_lines")]
        return Reading(
            reader=self.name,
            drafts=tuple(_drafted(connection, name, sifted.table, options) for name in wanted),
            rows_read=table.raw.rows,
            set_aside=(*table.raw.misfits, *apart.set_aside, *sifted.set_aside),
            counts={"rows": table.raw.rows},
            remarks=zone_remarks(options),
        )


def _drafted(connection: duckdb.DuckDBPyConnection, name: str, rows: str, options: ReadOptions) -> Draft:
    """Return the draft of one table from the rows that belong to it."""
    line = name.endswith("_lines")
    which = "product IS NOT NULL" if line else "is_head"
    gives_back = "gives_back" if name.startswith("return") else "NOT gives_back"
    numbered = (
        f"(SELECT *, row_number() OVER (PARTITION BY block ORDER BY source_line) AS place FROM {rows} WHERE {which})"
    )
    columns = {"merchant_id": constant(options.merchant_id), **_COLUMNS[name]}
    return draft(connection, name, columns, f"(SELECT * FROM {numbered} WHERE {gives_back})")


def _rows_sql(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: SpelledTable, options: ReadOptions
) -> str:
    """Return the query that gives every row its meaning; an order's values reach the rows of its lines."""
    secret = KeyedHash.on(connection, options.key)
    own = own_currency_sql(table.column("currency")) if table.has("currency") else None
    number = f"coalesce(nullif({table.column('number')}, '/'), {table.column('receipt')})"
    head = f"{number} IS NOT NULL OR {table.column('total')} IS NOT NULL OR {table.column('placed')} IS NOT NULL"
    ships = f"coalesce(lower({table.column('to_ship')}) IN ('true', '1'), FALSE)"
    first = "OVER (PARTITION BY block ORDER BY source_line)"
    # A product makes a line only where the file has all that a line needs.
    product = table.column("product") if table.has(*_LINES) else table.column()
    return f"""
        SELECT *, {money_sql("line_text", "currency")} AS line_minor,
               coalesce(first_value(total_minor) {first} < 0, FALSE) AS gives_back
        FROM (
            SELECT *, {money_sql("total_text", "currency")} AS total_minor
            FROM (
                SELECT *, first_value(own_number) {first} AS number, first_value(own_currency) {first} AS currency
                FROM (
                    SELECT source_line, {head} AS is_head,
                           sum(CASE WHEN {head} THEN 1 ELSE 0 END) OVER (ORDER BY source_line) AS block,
                           {number} AS own_number, {currency_sql(source, options, own)} AS own_currency,
                           {table.column("receipt")} AS receipt, {table.column("till")} AS till,
                           {secret.sql(table.column("customer"))} AS customer,
                           {secret.sql(table.either("employee", "user"))} AS operator,
                           {table.column("state")} AS status,
                           {translated_sql(f"lower({table.column('state')})", STATES)} AS state,
                           {table.column("placed")} AS time_text,
                           {instant_sql(table.column("placed"), options.time_zone or ZONE)} AS placed_at,
                           {table.column("total")} AS total_text,
                           CASE WHEN NOT contains({table.column("refunded")}, ',')
                                THEN {table.column("refunded")} END AS original,
                           {ships} OR {table.column("shipping_date")} IS NOT NULL AS ships,
                           {product} AS product, {table.column("quantity")} AS quantity,
                           {table.column("line_total")} AS line_text
                    FROM {table.raw.table}
                )
            )
        )
    """


_CONTINUED = Check(
    reason="continued_order",
    column="",
    fails="NOT is_head AND block > 0 AND product IS NULL",
    text_en="The row continues the order above it and has no line of goods.",
    text_zh="该行是上一订单的续行，没有商品明细。",
    why="by_rule",
)


def _checks(table: SpelledTable, *, with_lines: bool) -> Sequence[Check]:
    """Return the checks of a row, the plainest first."""
    state, total, placed = (table.label(name) for name in ("state", "total", "placed"))
    always = (
        missing_value(table.label("number"), "number IS NULL"),
        missing_value(state, "is_head AND status IS NULL"),
        unknown_word(state, "is_head AND state IS NULL", "status"),
        missing_value(table.label("currency"), "is_head AND currency IS NULL"),
        bad_amount(total, "is_head AND total_minor IS NULL", "total_text"),
        bad_time(placed, "is_head AND placed_at IS NULL", "time_text"),
    )
    if not with_lines:
        return always
    return (
        *always,
        missing_value(table.label("quantity"), "product IS NOT NULL AND quantity IS NULL"),
        bad_amount(table.label("line_total"), "product IS NOT NULL AND line_minor IS NULL", "line_text"),
    )


#: In a return, what goes back has the sign of its total.
_AGAINST = "line_minor <> 0 AND (line_minor < 0) <> gives_back"
_LINE_COLUMNS = {
    "line_no": "place",
    "sku": "coalesce(nullif(regexp_extract(product, '^\\[([^\\]]+)\\]', 1), ''), product)",
    "quantity": "ltrim(quantity, '-')",
    "amount_minor": "abs(line_minor)",
    "line_kind": f"CASE WHEN {_AGAINST} THEN 'discount' ELSE 'goods' END",
}
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "orders": {
        "order_id": "number",
        "terminal_id": "till",
        "operator_id": "operator",
        "sequence_no": "receipt",
        "placed_at": "placed_at",
        "closed_at": "CASE WHEN state = 'paid' THEN placed_at END",
        "state": "state",
        "total_minor": "total_minor",
        "currency": "currency",
        "customer_key": "customer",
        "fulfilment": "CASE WHEN ships THEN 'delivery' ELSE 'carry_out' END",
        "channel": constant("till"),
    },
    "order_lines": {"order_id": "number", "name": "product", **_LINE_COLUMNS},
    "returns": {
        "return_id": "number",
        "order_id": "original",
        "state": "CASE state WHEN 'paid' THEN 'refunded' WHEN 'open' THEN 'requested' ELSE 'rejected' END",
        "requested_at": "placed_at",
        "decided_at": "CASE WHEN state = 'paid' THEN placed_at END",
        "operator_id": "operator",
        "amount_minor": "abs(total_minor)",
        "currency": "currency",
        "customer_key": "customer",
    },
    "return_lines": {"return_id": "number", **_LINE_COLUMNS},
}

READER = OdooOrders()
