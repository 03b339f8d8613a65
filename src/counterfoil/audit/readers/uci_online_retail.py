"""Online Retail (UCI data set 352): the invoice lines of a British wholesaler, as Parquet, CSV or Excel.

A number of digits is a sale and becomes an order; `C…` is a credit note and becomes a return without an order, for
the file does not say which sale it undoes. Set apart by rule and counted: `A…` (bad debt moved in the ledger, no goods
and no customer) and a negative quantity without `C` (stock written off, no customer). Lines at price nought are kept:
goods did leave the shop, and a basket without them would look like another one. An invoice that carries two times has
the earlier. Quantity × price is rounded once per line, half to even; four lines are fractions of a penny.

Times are those of London; money is pounds sterling. That every sale is paid, carried out of the shop, and every
credit note refunded are constants of this reader, not facts of the file; the remarks say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import exact_units_sql, minor_from_units_sql
from counterfoil.audit.readers.contract import Draft, Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import KeyedHash
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.sql_text import fresh_table, let
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql, utc_sql
from counterfoil.audit.readers.uci_checks import invoice_counts, line_counts
from counterfoil.audit.readers.uci_times import choose_formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ZONE = "Europe/London"
CURRENCY = "GBP"

_REQUIRED = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
_LAYOUT = Layout(
    required=_REQUIRED, delimiters=(",", ";", "\t"), keep=frozenset((*_REQUIRED, "Description", "Country"))
)

#: A unit price is at most so many digits before the point, a quantity likewise: the product stays below 64 bits.
_QUANTITY_DIGITS_MAX = 9

_REMARKS = (
    (
        "The file does not say whether a sale was paid; every sale is taken as paid, and each stands for one payment.",
        "文件没有付款信息：每笔销售均按已付款处理，并各自视为一笔付款。",
    ),
    (
        "The file does not say how goods left the shop; `carry_out` is a constant, so deliveries are not examined.",
        "文件没有交付方式：统一按自提（carry_out）处理，因此未检查配送。",
    ),
    (
        "A credit note does not name its sale; it becomes a return without an order, taken as refunded.",
        "红字发票未注明原销售单：按“无原单退货、已退款”处理。",
    ),
)


class UciOnlineRetail:
    """Reads the invoice lines of Online Retail into orders and returns."""

    name = "uci-online-retail"
    title_en = "Online Retail, UCI data set 352"
    title_zh = "UCI 在线零售数据集（352）"
    tested_on_real_files = True
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        self.gives = {table: carried(table, frozenset(columns)) for table, columns in _COLUMNS.items()}

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of the data set."""
        return labels_in(sample, _REQUIRED, _LAYOUT.delimiters) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn invoice lines into orders, order lines, returns and return lines."""
        table = read_table(connection, source, _LAYOUT)
        zone = options.time_zone or ZONE
        formats, remarks = choose_formats(connection, table)
        rows = _staged(connection, _rows_sql(table, formats))
        sifted = sift(connection, rows, _CHECKS)
        invoices = _staged(connection, _invoices_sql(sifted.table, zone, KeyedHash.on(connection, options.key)))
        lines = _staged(connection, _lines_sql(sifted.table, invoices))
        return Reading(
            reader=self.name,
            drafts=_drafts(connection, invoices, lines, options),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            counts={**line_counts(connection, rows), **invoice_counts(connection, invoices, lines)},
            remarks=(*_REMARKS, *remarks),
        )


def _staged(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Keep the rows of a query in a temporary table and return its name."""
    name = fresh_table("uci")
    connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
    return name


def _rows_sql(table: RawTable, formats: tuple[str, ...]) -> str:
    """Return the query that gives every line its meaning; values that have none are null."""
    whole = f"regexp_extract({table.column('Quantity')}, '^(-?[0-9]{{1,{_QUANTITY_DIGITS_MAX}}})([.]0*)?$', 1)"
    amount = let("_e", "price_units * CAST(quantity AS HUGEINT)", minor_from_units_sql("_e", rounding=True))
    return f"""
        SELECT *, {amount} AS line_minor
        FROM (
            SELECT source_line, {table.column("InvoiceNo")} AS invoice,
                   CASE WHEN regexp_full_match(invoice, '[0-9]+') THEN 'sale'
                        WHEN regexp_full_match(invoice, 'C[0-9]+') THEN 'return'
                        WHEN regexp_full_match(invoice, 'A[0-9]+') THEN 'bad_debt' END AS kind,
                   {table.column("StockCode")} AS sku, {table.first_or_null("Description")} AS name,
                   {table.column("Quantity")} AS quantity_text, TRY_CAST({whole} AS BIGINT) AS quantity,
                   {table.column("UnitPrice")} AS price_text,
                   {exact_units_sql(table.column("UnitPrice"))} AS price_units,
                   {table.column("InvoiceDate")} AS time_text,
                   {local_sql(table.column("InvoiceDate"), formats)} AS local_time,
                   CASE WHEN lower({table.column("CustomerID")}) <> 'nan'
                        THEN regexp_replace({table.column("CustomerID")}, '[.]0+$', '') END AS customer
            FROM {table.table}
        )
    """


def _by_rule(reason: str, fails: str, text_en: str, text_zh: str) -> Check:
    return Check(
        reason=reason,
        column="",
        fails=fails,
        found="invoice",
        text_en=text_en,
        text_zh=text_zh,
        why="by_rule",
    )


_CHECKS = (
    missing_value("InvoiceNo", "invoice IS NULL"),
    missing_value("StockCode", "sku IS NULL"),
    unknown_word("InvoiceNo", "kind IS NULL", "invoice"),
    Check(
        reason="bad_number",
        column="Quantity",
        fails="quantity IS NULL OR quantity = 0",
        found="quantity_text",
        text_en="The quantity is no whole number other than nought.",
        text_zh="数量不是非零整数。",
    ),
    bad_time("InvoiceDate", "local_time IS NULL", "time_text"),
    _by_rule(
        "bad_debt_adjustment",
        "kind = 'bad_debt'",
        "Bad debt moved in the ledger; neither goods nor a customer take part.",
        "坏账调整：仅为账务处理，不涉及商品和顾客。",
    ),
    _by_rule(
        "stock_write_off",
        "kind = 'sale' AND quantity < 0",
        "Stock written off; neither money nor a customer takes part.",
        "库存报损：不涉及收款和顾客。",
    ),
    bad_amount("UnitPrice", "line_minor IS NULL OR price_units < 0", "price_text"),
    Check(
        reason="return_of_nothing",
        column="Quantity",
        fails="kind = 'return' AND quantity > 0",
        found="quantity_text",
        text_en="A credit note takes goods back, so its quantity must be negative.",
        text_zh="红字发票的数量应为负数。",
    ),
)


def _invoices_sql(rows: str, zone: str, secret: KeyedHash) -> str:
    """Return one row for each invoice: the earliest time, the sum of its lines."""
    return f"""
        SELECT invoice, kind, source_line, amount_minor, local_time, {secret.sql("customer")} AS customer_key,
               {utc_sql("local_time", zone)} AS happened_at
        FROM (
            SELECT invoice, any_value(kind) AS kind, min(source_line) AS source_line, min(local_time) AS local_time,
                   min(customer) AS customer, CAST(sum(abs(line_minor)) AS BIGINT) AS amount_minor
            FROM {rows} GROUP BY invoice
        )
    """


def _lines_sql(rows: str, invoices: str) -> str:
    """Return the lines with their number within the invoice."""
    return f"""
        SELECT l.source_line, l.invoice, i.kind, l.sku, l.name, abs(l.quantity) AS quantity, l.price_units,
               abs(l.line_minor) AS amount_minor,
               row_number() OVER (PARTITION BY l.invoice ORDER BY l.source_line) AS line_no
        FROM {rows} AS l JOIN {invoices} AS i USING (invoice)
    """


_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "orders": {
        "order_id": "invoice",
        "placed_at": "happened_at",
        "state": constant("paid"),
        "total_minor": "amount_minor",
        "currency": constant(CURRENCY),
        "customer_key": "customer_key",
        "fulfilment": constant("carry_out"),
    },
    "order_lines": {
        "order_id": "invoice",
        "line_no": "line_no",
        "sku": "sku",
        "name": "name",
        "quantity": "quantity",
        "amount_minor": "amount_minor",
    },
    "returns": {
        "return_id": "invoice",
        # The format knows no original: that is told by a null, not by leaving the column out.
        "order_id": "CAST(NULL AS VARCHAR)",
        "state": constant("refunded"),
        "requested_at": "happened_at",
        "amount_minor": "amount_minor",
        "currency": constant(CURRENCY),
        "customer_key": "customer_key",
    },
    "return_lines": {
        "return_id": "invoice",
        "line_no": "line_no",
        "sku": "sku",
        "quantity": "quantity",
        "amount_minor": "amount_minor",
    },
}


def _drafts(
    connection: duckdb.DuckDBPyConnection, invoices: str, lines: str, options: ReadOptions
) -> tuple[Draft, ...]:
    """Return the four drafts."""
    merchant = {"merchant_id": constant(options.merchant_id)}
    sources = {"orders": (invoices, "sale"), "order_lines": (lines, "sale")}
    sources |= {"returns": (invoices, "return"), "return_lines": (lines, "return")}
    return tuple(
        draft(connection, table, merchant | dict(_COLUMNS[table]), f"{rows} WHERE kind = '{kind}'")
        for table, (rows, kind) in sources.items()
    )


READER = UciOnlineRetail()
