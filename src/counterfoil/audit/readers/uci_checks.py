"""Counts about an Online Retail file that are no findings but that people want to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Stock codes of goods: five digits and perhaps letters. Postage, fees and vouchers have codes of other shapes.
GOODS_PATTERN = "^[0-9]{5}[A-Za-z]*$"

_LINES = """
    SELECT
        count(*) AS lines,
        count(DISTINCT invoice) AS invoices,
        count(DISTINCT invoice) FILTER (kind = 'sale' AND quantity > 0) AS sale_invoices,
        count(*) FILTER (kind = 'sale' AND quantity > 0) AS sale_lines,
        count(*) FILTER (kind = 'sale' AND quantity > 0 AND price_units = 0) AS zero_price_sale_lines,
        count(DISTINCT invoice) FILTER (kind = 'return') AS cancellation_invoices,
        count(*) FILTER (kind = 'return') AS cancellation_lines,
        count(*) FILTER (kind = 'return' AND customer IS NULL) AS cancellation_lines_without_customer,
        count(*) FILTER (kind = 'return' AND customer IS NOT NULL AND regexp_matches(sku, '{goods}'))
            AS cancellation_lines_of_named_customers_and_goods,
        count(*) FILTER (kind = 'sale' AND quantity < 0) AS write_off_lines,
        count(*) FILTER (kind = 'bad_debt') AS bad_debt_lines,
        -- 10^10 units of 10^-12 pounds are a penny
        count(*) FILTER (price_units % 10000000000 <> 0) AS fractional_penny_lines,
        (SELECT count(*) FROM (SELECT invoice FROM {rows} GROUP BY 1 HAVING count(DISTINCT local_time) > 1))
            AS invoices_with_two_times
    FROM {rows}
"""

_INVOICES = """
    WITH baskets AS (
        SELECT i.invoice, i.kind, i.customer_key, i.happened_at, i.local_time, basket
        FROM {invoices} AS i
        JOIN (SELECT invoice, list_sort(list((sku, quantity, price_units))) AS basket FROM {lines} GROUP BY 1)
            USING (invoice)
        WHERE customer_key IS NOT NULL
    ),
    repeats AS (  -- every sale beside the nearest earlier one of the same customer with the same basket
        SELECT happened_at, lag(happened_at) OVER nearest AS before
        FROM baskets WHERE kind = 'sale'
        WINDOW nearest AS (PARTITION BY customer_key, basket ORDER BY happened_at, invoice)
    ),
    first_sales AS (
        SELECT customer_key, sku, min(happened_at) AS first_at
        FROM {lines} JOIN {invoices} USING (invoice, kind)
        WHERE kind = 'sale' AND customer_key IS NOT NULL GROUP BY ALL
    ),
    strays AS (  -- lines that come back to a customer who never had them in the period
        SELECT l.invoice
        FROM (SELECT * FROM {lines} JOIN {invoices} USING (invoice, kind) WHERE kind = 'return') AS l
        LEFT JOIN first_sales AS s USING (customer_key, sku)
        WHERE customer_key IS NOT NULL AND (first_at IS NULL OR first_at > happened_at)
    )
    SELECT
        (SELECT count(*) FROM repeats WHERE happened_at - before <= INTERVAL 10 MINUTES) AS same_basket_within_10min,
        (SELECT count(*) FROM repeats WHERE happened_at - before <= INTERVAL 24 HOURS) AS same_basket_within_24h,
        (SELECT sum(n * (n - 1) // 2) FROM (
            SELECT count(*) AS n FROM baskets WHERE kind = 'sale'
            GROUP BY customer_key, basket, CAST(local_time AS DATE))) AS same_basket_pairs_same_day,
        (SELECT count(*) FROM baskets AS r WHERE r.kind = 'return' AND EXISTS (
            FROM baskets AS s WHERE s.kind = 'sale' AND s.customer_key = r.customer_key AND s.basket = r.basket
                                AND s.happened_at <= r.happened_at)) AS whole_invoice_mirrors,
        (SELECT count(*) FROM strays) AS cancellation_lines_without_earlier_sale_any_code,
        (SELECT count(DISTINCT invoice) FROM strays) AS cancellation_invoices_without_earlier_sale_any_code
"""


def line_counts(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    """Return the counts of all lines of the file, before any was set apart."""
    return _named(connection, _LINES.format(rows=rows, goods=GOODS_PATTERN))


def invoice_counts(connection: duckdb.DuckDBPyConnection, invoices: str, lines: str) -> dict[str, int]:
    """Return the counts that compare invoices with each other."""
    return _named(connection, _INVOICES.format(invoices=invoices, lines=lines))


def _named(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    result = connection.execute(query)
    names = [column[0] for column in result.description or []]
    return {name: int(number or 0) for name, number in zip(names, result.fetchone() or (), strict=True)}
