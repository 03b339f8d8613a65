"""Odoo's exports of point-of-sale orders and payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.odoo_orders import READER as ORDERS
from counterfoil.audit.readers.odoo_payments import READER as PAYMENTS
from counterfoil.errors import BadFile
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import ODOO_ORDERS, ODOO_PAYMENTS
from tests.audit.readers.odoo import RENAMED
from tests.audit.readers.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from counterfoil.audit.readers.contract import Reader
    from tests.audit.readers.exports import Export

READERS: Mapping[str, Reader] = {"odoo-orders": ORDERS, "odoo-payments": PAYMENTS}
each_export = pytest.mark.parametrize("export", [ODOO_ORDERS, ODOO_PAYMENTS], ids=["orders", "payments"])


def test_states_become_ours_and_people_are_hashed(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, ORDERS, written(tmp_path, ODOO_ORDERS.text()))

    cancelled, paid, draft = rows_of(reading, "orders")
    assert (cancelled["state"], cancelled["closed_at"]) == ("cancelled", None)
    assert (paid["order_id"], paid["state"], paid["total_minor"], paid["currency"]) == (
        "Shop/0001",
        "paid",
        3580,
        "USD",
    )
    assert paid["placed_at"] == paid["closed_at"] == datetime.fromisoformat("2026-03-01 10:00:00")
    assert paid["customer_key"] == keyed("Anna Example", OPTIONS.key)
    assert paid["operator_id"] == keyed("Ben Example", OPTIONS.key)
    assert (draft["order_id"], draft["state"]) == ("Order 00001-001-0001", "open")


def test_lines_in_rows_with_blank_cells_belong_to_the_order_above_and_sum_to_its_total(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, ORDERS, written(tmp_path, ODOO_ORDERS.text()))

    goods, discount = (line for line in rows_of(reading, "order_lines") if line["order_id"] == "Shop/0001")
    assert (goods["line_no"], goods["sku"], goods["amount_minor"], goods["line_kind"]) == (1, "MUG", 4080, "goods")
    assert (discount["line_no"], discount["amount_minor"], discount["line_kind"]) == (2, 500, "discount")
    assert aside_of(reading)["continued_order"] == [(6, None, None)]


@pytest.mark.parametrize("lacking", ["Order Lines/Product", "Order Lines/Quantity", "Order Lines/Subtotal"])
def test_without_a_column_of_the_lines_their_rows_are_set_aside_and_none_is_lost(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, lacking: str
) -> None:
    """What is left of a line makes no line, be it a product's name."""
    rows = tuple({label: text for label, text in row.items() if label != lacking} for row in ODOO_ORDERS.rows)
    reading = reading_of(connection, ORDERS, written(tmp_path, replace(ODOO_ORDERS, rows=rows).text()))

    orders = rows_of(reading, "orders") + rows_of(reading, "returns")
    assert len(orders) + len(aside_of(reading)["continued_order"]) == reading.rows_read == len(rows)


def test_a_negative_total_is_a_return_of_the_order_that_it_names(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, ORDERS, written(tmp_path, ODOO_ORDERS.text()))

    (back,) = rows_of(reading, "returns")
    assert (back["return_id"], back["order_id"], back["state"]) == ("Shop/0002", "Shop/0001", "refunded")
    assert back["amount_minor"] == 2040
    (line,) = rows_of(reading, "return_lines")
    assert (line["sku"], line["quantity"], line["amount_minor"], line["line_kind"]) == ("MUG", "1.0", 2040, "goods")


def test_an_order_with_one_bad_line_is_set_aside_whole(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(
        connection, ORDERS, written(tmp_path, ODOO_ORDERS.text({}, {}, {"Order Lines/Subtotal": "NaN"}))
    )

    assert [row["order_id"] for row in rows_of(reading, "orders")] == ["Shop/0000", "Order 00001-001-0001"]
    assert [line for line, *_ in aside_of(reading)["incomplete_group"]] == [3]


def test_an_export_without_lines_gives_no_book_of_lines(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    plain = [label for label in ODOO_ORDERS.rows[0] if "/" not in label]
    rows = [{label: row[label] for label in plain} for row in ODOO_ORDERS.rows if row["Order Ref"]]
    reading = reading_of(connection, ORDERS, written(tmp_path, replace(ODOO_ORDERS, rows=tuple(rows)).text()))

    assert [draft.table for draft in reading.drafts] == ["orders", "returns"]


def test_change_is_taken_from_the_cash_payment_and_a_refund_belongs_to_its_return(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, PAYMENTS, written(tmp_path, ODOO_PAYMENTS.text()))

    _, card, cash, refund = rows_of(reading, "payments")
    assert (card["order_id"], card["tender"], card["amount_minor"], card["kind"]) == ("Shop/0001", "card", 3000, "sale")
    assert (cash["tender"], cash["amount_minor"], cash["state"]) == ("cash", 580, "approved")
    assert (refund["kind"], refund["tender"], refund["amount_minor"]) == ("refund", "other", 2040)
    assert (refund["order_id"], refund["return_id"]) == (None, "Shop/0002")
    assert [line for line, *_ in aside_of(reading)["change_given"]] == [5]


def test_more_change_than_cash_is_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, ODOO_PAYMENTS.text({}, {}, {"Amount": "4.0"}))

    assert [line for line, *_ in aside_of(reading_of(connection, PAYMENTS, path))["bad_amount"]] == [4]


def test_two_equal_payments_stay_apart(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, ODOO_PAYMENTS.text({"Order": "Shop/0001"}))

    first, second, *_ = rows_of(reading_of(connection, PAYMENTS, path), "payments")

    assert first["payment_id"] != second["payment_id"]


@pytest.mark.parametrize(("export", "names"), RENAMED, ids=["orders-zh", "orders-tech", "payments-zh", "payments-tech"])
def test_other_labels_say_the_same(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export, names: Mapping[str, str]
) -> None:
    renamed = replace(
        export, rows=tuple({names[label]: text for label, text in row.items() if label in names} for row in export.rows)
    )
    reader = READERS[export.reader]
    english = reading_of(connection, reader, written(tmp_path, export.text()))
    other = reading_of(connection, reader, written(tmp_path, renamed.text()))

    for table in (draft.table for draft in english.drafts):
        assert rows_of(other, table) == rows_of(english, table)


@each_export
def test_a_workbook_says_the_same_as_the_text(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export
) -> None:
    cells = [list(export.rows[0]), *([text or None for text in row.values()] for row in export.rows)]
    reader = READERS[export.reader]
    text = reading_of(connection, reader, written(tmp_path, export.text()))
    book = reading_of(connection, reader, written(tmp_path, workbook({"Sheet1": cells}), "a.xlsx"))

    for table in (draft.table for draft in text.drafts):
        assert rows_of(book, table) == rows_of(text, table)


@each_export
def test_the_currency_of_the_row_goes_before_the_option_and_one_of_them_must_be_there(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export
) -> None:
    reader, nothing = READERS[export.reader], replace(OPTIONS, currency=None)
    with pytest.raises(BadFile, match="--currency"):
        reading_of(connection, reader, written(tmp_path, export.text()), nothing)

    named = replace(export, rows=tuple(row | {"Currency": "base.eur"} for row in export.rows))
    reading = reading_of(connection, reader, written(tmp_path, named.text()), nothing)
    assert {row["currency"] for row in rows_of(reading, reading.drafts[0].table)} == {"EUR"}


def test_times_are_utc_unless_a_zone_is_named(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, ODOO_ORDERS.text())

    silent = reading_of(connection, ORDERS, path)
    named = reading_of(connection, ORDERS, path, replace(OPTIONS, time_zone="Asia/Shanghai"))

    assert any("--time-zone" in english for english, _ in silent.remarks)
    assert named.remarks == ()
    assert rows_of(named, "orders")[0]["placed_at"] == datetime.fromisoformat("2026-03-01 02:00:00")
