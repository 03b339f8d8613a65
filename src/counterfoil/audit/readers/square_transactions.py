"""Square's export of transactions (Dashboard, Transactions, Export, Transactions CSV): one row for each transaction.

Columns: headers of exports of 2017 to 2026 that people have published; the names have stayed, newer files have more.
They come comma-separated in UTF-8, or tab-separated in UTF-16. `Card`, `Cash` and `Square Gift Card` are amounts, and
what is left of `Total Collected` was paid in another way. A row of `Event Type` `Refund` has negative amounts, and its
`Payment ID` is that of the payment that is given back.

Square writes a sign and no currency, so the user names it. Times are in the zone of their row, in the words of
Square's settings; whether the day or the month comes first is decided for the whole file. People and devices become
keyed hashes, for a device is often called by the name of whoever holds it; free text is not read at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.day_order import day_order
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.given_currency import currency_sql
from counterfoil.audit.readers.hashing import KeyedHash
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.row_zones import zoned_utc_sql
from counterfoil.audit.readers.sieve import sift
from counterfoil.audit.readers.square_rows import (
    CHECKS,
    NOTHING_COLLECTED,
    ORDER_COLUMNS,
    PAYMENT_COLUMNS,
    RETURN_COLUMNS,
    TENDERS,
    payments_sql,
    refunds_sql,
)
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

_REQUIRED = (
    "Date", "Time", "Time Zone", "Gross Sales", "Net Sales", "Total Collected", "Source", "Card", "Cash",
    "Transaction ID", "Payment ID", "Event Type",
)  # fmt: skip
_OTHER = (
    "Square Gift Card", "Transaction Status", "Device Name", "Staff Name", "Staff ID", "Location", "Dining Option",
    "Customer ID", "PAN Suffix",
)  # fmt: skip
_LAYOUT = Layout(required=_REQUIRED, delimiters=(",", "\t", ";"), keep=frozenset((*_REQUIRED, *_OTHER)))

_KINDS = {"payment": "sale", "refund": "refund"}
#: Clocks of twelve hours stand beside dates of every order.
_HALF_DAY = " %I:%M:%S %p"


class SquareTransactions:
    """Reads Square's transactions into orders, payments and returns."""

    name = "square-transactions"
    title_en = "Square transactions"
    title_zh = "Square 交易导出"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        tables = {"orders": ORDER_COLUMNS, "payments": PAYMENT_COLUMNS, "returns": RETURN_COLUMNS}
        self.gives = {table: carried(table, columns) for table, columns in tables.items()}

    def recognises(self, sample: Sample) -> bool:
        """Say whether the columns are those of the export."""
        return labels_in(sample, _REQUIRED, _LAYOUT.delimiters) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn transactions into orders, payments and returns; BadFile without a currency or an order of dates."""
        table = read_table(connection, source, _LAYOUT)
        currency = currency_sql(source, options)
        american = _is_american(connection, table)
        formats, remarks = day_order(connection, source, table, table.column("Date"), header=american)
        rows = f"({_rows_sql(connection, table, options, currency=currency, formats=formats)})"
        moment = zoned_utc_sql(connection, rows, zone="time_zone", local="local_time", override=options.time_zone)
        placed = f"(SELECT *, {moment} AS occurred_at FROM {rows})"
        apart = sift(connection, placed, (NOTHING_COLLECTED,))
        sifted = sift(connection, apart.table, CHECKS, together=("kind", "number"))
        merchant = {"merchant_id": constant(options.merchant_id)}
        heads = f"(SELECT * FROM {sifted.table} WHERE kind = 'sale' AND place = 1)"
        payments, refunds = f"({payments_sql(sifted.table)})", f"({refunds_sql(sifted.table)})"
        return Reading(
            reader=self.name,
            drafts=(
                draft(connection, "orders", {**merchant, **ORDER_COLUMNS}, heads),
                draft(connection, "payments", {**merchant, **PAYMENT_COLUMNS}, payments),
                draft(connection, "returns", {**merchant, **RETURN_COLUMNS}, refunds),
            ),
            rows_read=table.rows,
            set_aside=(*table.misfits, *apart.set_aside, *sifted.set_aside),
            counts={"rows": table.rows},
            remarks=remarks,
        )


def _is_american(connection: duckdb.DuckDBPyConnection, table: RawTable) -> bool | None:
    """Return False (not day first) where every zone is one of the United States; None where zones are silent."""
    zone = table.column("Time Zone")
    row = connection.execute(
        f"SELECT count({zone}), count(*) FILTER (contains({zone}, 'US & Canada')) FROM {table.table}"
    ).fetchone() or (0, 0)
    return False if row[0] and row[0] == row[1] else None


def _rows_sql(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    options: ReadOptions,
    *,
    currency: str,
    formats: tuple[str, ...],
) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    secret = KeyedHash.on(connection, options.key)
    days = [form for form in formats if "%H" not in form and "%I" not in form]
    time = f"concat_ws(' ', {table.column('Date')}, upper({table.column('Time')}))"
    local = local_sql(time, (*formats, *(day + _HALF_DAY for day in days)))
    texts = {"total": table.column("Total Collected")} | {
        name: table.first_or_null(label) for name, (label, _) in TENDERS.items()
    }
    listed = ", ".join(f"{column} AS {name}_text" for name, column in texts.items())
    scale = scale_sql("currency")
    amounts = ", ".join(
        f"{minor_sql(f'{name}_text', scale=scale)} AS {name}_minor"
        if name == "total"
        else f"CASE WHEN {name}_text IS NULL THEN 0 ELSE {minor_sql(f'{name}_text', scale=scale)} END AS {name}_minor"
        for name in texts
    )
    known = " + ".join(f"{name}_minor" for name in TENDERS)
    key = "PARTITION BY kind, number"
    return f"""
        SELECT *, row_number() OVER ({key} ORDER BY source_line) AS place,
               CAST(sum(CASE WHEN copy = 1 THEN total_minor END) OVER ({key}) AS BIGINT) AS order_minor
        FROM (
            SELECT *, total_minor - ({known}) AS rest_minor,
                   row_number() OVER ({key}, payment ORDER BY source_line) AS copy
            FROM (
                SELECT *, {amounts}
                FROM (
                    SELECT source_line, {currency} AS currency, {listed},
                           {table.column("Event Type")} AS word,
                           {translated_sql(f"lower({table.column('Event Type')})", _KINDS)} AS kind,
                           {table.first_or_null("Transaction Status")} AS status,
                           {table.column("Transaction ID")} AS number,
                           coalesce({table.column("Payment ID")}, {table.column("Transaction ID")}) AS payment,
                           {time} AS time_text, {local} AS local_time, {table.column("Time Zone")} AS time_zone,
                           lower({table.column("Source")}) AS source,
                           lower({table.first_or_null("Dining Option")}) AS dining,
                           {table.first_or_null("Location")} AS location,
                           {secret.sql(table.first_or_null("Device Name"))} AS device,
                           coalesce({table.first_or_null("Staff ID")},
                                    {secret.sql(table.first_or_null("Staff Name"))}) AS staff,
                           {secret.sql(table.first_or_null("Customer ID"))} AS customer,
                           {table.first_or_null("PAN Suffix")} AS suffix
                    FROM {table.table}
                )
            )
        )
    """


READER = SquareTransactions()
