"""Online Retail: the whole set gives every figure of its notice, and the drafts give the rules what they need."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import pytest

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.uci_online_retail import READER
from tests.audit.readers.files import EXAMPLES, OPTIONS, aside_of, reading_of, rows_of, written
from tests.audit.readers.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from counterfoil.audit.readers.contract import Reading

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
#: What the notice beside the file calls goods.
GOODS = r"^\d{5}[A-Za-z]*$"


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[duckdb.DuckDBPyConnection, Reading]]:
    """Return the complete set, read once, with its drafts as views."""
    with duckdb.connect() as connection:
        reading = reading_of(connection, READER, EXAMPLES / "uci_online_retail.parquet")
        for draft in reading.drafts:
            draft.rows.create(draft.table)
        yield connection, reading


def _figures(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_the_counts_of_the_notice_come_out(whole: tuple[duckdb.DuckDBPyConnection, Reading]) -> None:
    reading = whole[1]

    expected: Mapping[str, int] = {
        "lines": 541_909,
        "invoices": 25_900,
        "sale_invoices": 20_725,
        "sale_lines": 531_282,
        "zero_price_sale_lines": 1_179,
        "cancellation_invoices": 3_836,
        "cancellation_lines": 9_288,
        "cancellation_lines_without_customer": 383,
        "cancellation_lines_of_named_customers_and_goods": 8_539,
        "write_off_lines": 1_336,
        "bad_debt_lines": 3,
        "fractional_penny_lines": 4,
        "invoices_with_two_times": 43,
        "same_basket_within_10min": 13,
        "same_basket_within_24h": 40,
        "same_basket_pairs_same_day": 88,
        "whole_invoice_mirrors": 131,
        "cancellation_lines_without_earlier_sale_any_code": 1_306,
        "cancellation_invoices_without_earlier_sale_any_code": 723,
    }
    assert reading.counts == expected
    assert reading.rows_read == 541_909


def test_what_is_set_apart_is_told_and_nothing_is_lost(whole: tuple[duckdb.DuckDBPyConnection, Reading]) -> None:
    reading = whole[1]

    apart = {(aside.reason, aside.why): len(aside.rows) for aside in reading.set_aside}
    assert apart == {("bad_debt_adjustment", "by_rule"): 3, ("stock_write_off", "by_rule"): 1_336}
    drafted = {draft.table: len(draft.rows) for draft in reading.drafts}
    assert drafted == {"orders": 20_725, "order_lines": 531_282, "returns": 3_836, "return_lines": 9_288}
    assert drafted["order_lines"] + drafted["return_lines"] + sum(apart.values()) == reading.rows_read
    assert len(reading.remarks) == 3


def test_the_drafts_obey_the_book_format(whole: tuple[duckdb.DuckDBPyConnection, Reading]) -> None:
    assert _figures(
        whole[0],
        """
        SELECT
            (SELECT count(*) FROM orders
             JOIN (SELECT order_id, sum(amount_minor) AS total FROM order_lines GROUP BY 1) USING (order_id)
             WHERE total <> total_minor),
            (SELECT count(*) FROM orders ANTI JOIN order_lines USING (order_id)),
            (SELECT count(*) - count(DISTINCT (order_id, line_no)) FROM order_lines),
            (SELECT count(*) - count(DISTINCT (return_id, line_no)) FROM return_lines),
            (SELECT count(*) FROM order_lines WHERE amount_minor < 0 OR quantity <= 0),
            (SELECT count(*) FROM return_lines WHERE amount_minor < 0 OR quantity <= 0),
            (SELECT count(order_id) FROM returns)
        """,
    ) == (0, 0, 0, 0, 0, 0, 0)


def test_the_drafts_give_the_rule_for_duplicates_nineteen_pairs(
    whole: tuple[duckdb.DuckDBPyConnection, Reading],
) -> None:
    """The rule compares sku, quantity and amount; here that is the same as comparing prices."""
    found = _figures(
        whole[0],
        """
        WITH baskets AS (
            SELECT order_id, list_sort(list((sku, quantity, amount_minor))) AS basket FROM order_lines GROUP BY 1),
        nearest AS (
            SELECT placed_at, lag(placed_at) OVER (
                PARTITION BY customer_key, basket, total_minor, currency ORDER BY placed_at, order_id) AS before
            FROM orders JOIN baskets USING (order_id) WHERE customer_key IS NOT NULL AND total_minor > 0)
        SELECT count(*) FILTER (placed_at <= before + INTERVAL 10 MINUTES),
               count(*) FILTER (placed_at <= before + INTERVAL 30 MINUTES),
               count(*) FILTER (placed_at <= before + INTERVAL 24 HOURS)
        FROM nearest
        """,
    )

    assert found == (13, 19, 40)


def test_the_drafts_give_the_rule_for_orphans_its_lines_and_invoices(
    whole: tuple[duckdb.DuckDBPyConnection, Reading],
) -> None:
    found = _figures(
        whole[0],
        f"""
        WITH first AS (
            SELECT customer_key, sku, min(placed_at) AS first_at
            FROM orders JOIN order_lines USING (order_id) GROUP BY ALL),
        strays AS (
            SELECT return_id, requested_at,
                   requested_at <= (SELECT min(placed_at) FROM orders) + INTERVAL 30 DAYS AS early
            FROM returns JOIN return_lines USING (return_id) LEFT JOIN first USING (customer_key, sku)
            WHERE customer_key IS NOT NULL AND regexp_matches(sku, '{GOODS}')
              AND (first_at IS NULL OR first_at > requested_at))
        SELECT count(*), count(DISTINCT return_id), count(*) FILTER (early), count(DISTINCT return_id) FILTER (early),
               count(*) FILTER (requested_at < TIMESTAMP '2010-12-31')
        FROM strays
        """,
    )

    assert found == (1_031, 488, 371, 164, 371)


def test_an_invoice_with_two_times_has_the_earlier_in_utc(whole: tuple[duckdb.DuckDBPyConnection, Reading]) -> None:
    raw = EXAMPLES / "uci_online_retail.parquet"
    summer = _figures(
        whole[0],
        f"""
        WITH two AS (
            SELECT InvoiceNo AS order_id, min(InvoiceDate) AS earlier FROM '{raw}'
            GROUP BY 1 HAVING count(DISTINCT InvoiceDate) > 1)
        SELECT count(*), count(*) FILTER (
            epoch(earlier) - epoch(placed_at) = CASE WHEN earlier BETWEEN '2011-03-27 02:00' AND '2011-10-30 01:00'
                                                     THEN 3600 ELSE 0 END)
        FROM two JOIN orders USING (order_id)
        """,
    )

    assert summer[0] == summer[1] > 0


LINES = (
    "536365,85123A,HEART,6,{0},2.55,17850,UK\n"
    "536365,71053,LANTERN,1,{1},0.001,17850.0,UK\n"
    "C536379,85123A,HEART,-1,{1},2.55,17850,UK\n"
    "536370,22423,,-10,{1},0,,UK\n"
    "A563185,B,Adjust bad debt,1,{1},11062.06,,UK\n"
    "536371,22423,FREE,2,{1},0.00,,UK\n"
)


@pytest.mark.parametrize(
    ("first", "second", "remarks"),
    [
        ("2010-12-01 08:26:00", "2010-12-01 08:25:00", 3),
        ("12/1/2010 8:26", "12/1/2010 8:25", 4),
        ("01/12/2010 08:26", "01/12/2010 08:25", 4),
        ("01-12-2010 08:26", "01-12-2010 08:25", 4),
    ],
)
def test_csv_files_are_read_whichever_way_round_their_days_are(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, first: str, second: str, remarks: int
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, HEADER + LINES.format(first, second)))

    key, moment = keyed("17850", OPTIONS.key), datetime.fromisoformat("2010-12-01 08:25:00")
    assert [
        (row["order_id"], row["placed_at"], row["total_minor"], row["customer_key"])
        for row in rows_of(reading, "orders")
    ] == [
        ("536365", moment, 1530, key),
        ("536371", moment, 0, None),
    ]
    assert [(row["return_id"], row["amount_minor"], row["customer_key"]) for row in rows_of(reading, "returns")] == [
        ("C536379", 255, key)
    ]
    assert [(row["line_no"], row["sku"], row["amount_minor"]) for row in rows_of(reading, "order_lines")] == [
        (1, "85123A", 1530),
        (2, "71053", 0),
        (1, "22423", 0),
    ]
    assert aside_of(reading) == {
        "stock_write_off": [(5, None, "536370")],
        "bad_debt_adjustment": [(6, None, "A563185")],
    }
    assert len(reading.remarks) == remarks


def test_an_excel_file_gives_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    line: list[object] = ["536365", "85123A", "HEART", 6, "2010-12-01 08:26:00", 2.55, 17850, "UK"]
    rows: list[list[object]] = [[*HEADER.strip().split(",")], line]
    path = tmp_path / "Online Retail.xlsx"
    path.write_bytes(workbook({"Online Retail": rows}))

    reading = reading_of(connection, READER, path)

    assert [(row["order_id"], row["total_minor"]) for row in rows_of(reading, "orders")] == [("536365", 1530)]


def test_lines_that_break_the_format_are_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    good = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,UK\n"
    bad = [
        good.replace("536365", "X1"),
        good.replace("536365", ""),
        good.replace(",6,", ",six,"),
        good.replace(",6,", ",0,"),
        good.replace("2.55", "NaN"),
        good.replace("2.55", "-2.55"),
        good.replace("2010-12-01", "2010-13-01"),
        good.replace("536365", "C536365"),
    ]

    reading = reading_of(connection, READER, written(tmp_path, HEADER + good + "".join(bad)))

    assert aside_of(reading) == {
        "unknown_enum_value": [(3, "InvoiceNo", "X1")],
        "missing_value": [(4, "InvoiceNo", None)],
        "bad_number": [(5, "Quantity", "six"), (6, "Quantity", "0")],
        "bad_amount": [(7, "UnitPrice", "NaN"), (8, "UnitPrice", "-2.55")],
        "bad_time": [(9, "InvoiceDate", "2010-13-01 08:26:00")],
        "return_of_nothing": [(10, "Quantity", "6")],
    }
    assert len(rows_of(reading, "order_lines")) == 1


def test_another_table_of_invoices_is_not_taken_for_the_set(tmp_path: Path) -> None:
    path = written(tmp_path, "InvoiceNo,StockCode,Quantity,InvoiceDate\n1,2,3,4\n")

    assert not READER.recognises(sample_of(path, "online_retail.csv"))
