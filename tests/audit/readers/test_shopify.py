"""Shopify's exports of orders and of order transactions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.shopify_orders import READER as ORDERS
from counterfoil.audit.readers.shopify_transactions import READER as TRANSACTIONS
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import SHOPIFY_ORDERS, SHOPIFY_TRANSACTIONS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def test_an_order_is_read_from_its_first_row_and_its_lines_sum_to_the_total(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, ORDERS, written(tmp_path, SHOPIFY_ORDERS.text()))

    paid, cancelled, open_ = rows_of(reading, "orders")
    assert (paid["order_id"], paid["state"], paid["total_minor"], paid["channel"]) == ("#1001", "paid", 3580, "online")
    assert paid["placed_at"] == datetime.fromisoformat("2026-03-01 15:00:00")
    assert paid["customer_key"] == keyed("anna@example.com", OPTIONS.key)
    assert (cancelled["state"], cancelled["fulfilment"]) == ("cancelled", "carry_out")
    assert open_["state"] == "open"
    lines = [line for line in rows_of(reading, "order_lines") if line["order_id"] == "#1001"]
    signs = {"discount": -1}
    assert sum(signs.get(line["line_kind"], 1) * line["amount_minor"] for line in lines) == 3580
    assert [line["sku"] for line in lines if line["line_kind"] == "goods"] == ["MUG", "Tea"]


def test_an_order_with_one_bad_line_is_set_aside_whole(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, ORDERS, written(tmp_path, SHOPIFY_ORDERS.text({}, {"Lineitem price": "NaN"})))

    assert [row["order_id"] for row in rows_of(reading, "orders")] == ["#1002", "#1003"]
    assert [line for line, *_ in aside_of(reading)["incomplete_group"]] == [2]


def test_transactions_are_payments_and_equal_ones_stay_apart(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, TRANSACTIONS, written(tmp_path, SHOPIFY_TRANSACTIONS.text()))

    sale, same, refund = rows_of(reading, "payments")
    assert (sale["kind"], sale["tender"], sale["state"], sale["amount_minor"]) == ("sale", "card", "approved", 3580)
    assert sale["payment_id"] != same["payment_id"]
    assert (refund["kind"], refund["tender"], refund["state"]) == ("refund", "cash", "unknown")
    assert aside_of(reading)["no_sale"] == [(5, "Kind", "authorization")]
