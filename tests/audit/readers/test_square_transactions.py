"""Square's transactions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.square_transactions import READER
from counterfoil.errors import BadFile
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import SQUARE

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def test_a_payment_is_a_paid_order_and_people_are_hashed(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, SQUARE.text()))

    order, other = rows_of(reading, "orders")
    assert (order["order_id"], order["state"], order["total_minor"], order["currency"]) == (
        "TX1",
        "paid",
        107016,
        "USD",
    )
    assert order["placed_at"] == datetime.fromisoformat("2025-11-16 05:18:15")
    assert (order["store_id"], order["channel"], order["fulfilment"]) == ("Main", "till", "carry_out")
    assert order["operator_id"] == keyed("Anna Example", OPTIONS.key)
    assert order["terminal_id"] == keyed("Anna's tablet", OPTIONS.key)
    assert order["customer_key"] == keyed("CUST1", OPTIONS.key)
    assert other["fulfilment"] == "pickup"


def test_every_tender_is_a_payment_and_they_sum_to_the_total(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, SQUARE.text()))

    parts = [row for row in rows_of(reading, "payments") if row["order_id"] == "TX2" and row["kind"] == "sale"]
    assert {row["tender"]: row["amount_minor"] for row in parts} == {
        "card": 100000,
        "cash": 5016,
        "voucher": 500,
        "other": 1500,
    }
    assert {row["instrument_tail"] for row in parts} == {"1234", None}
    assert sum(row["amount_minor"] for row in parts) == 107016


def test_a_refund_is_a_return_of_the_order_whose_payment_it_names(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, SQUARE.text()))

    known, unknown = rows_of(reading, "returns")
    assert (known["order_id"], known["state"], known["amount_minor"]) == ("TX2", "refunded", 2000)
    assert known["requested_at"] == datetime.fromisoformat("2025-11-16 06:00:00")
    assert unknown["order_id"] is None
    first, second = (row for row in rows_of(reading, "payments") if row["kind"] == "refund")
    assert (first["order_id"], first["return_id"]) == ("TX2", known["return_id"])
    assert (first["original_payment_id"], second["original_payment_id"]) == ("PM2:card", "PM0:card")
    assert known["return_id"] != unknown["return_id"]


def test_a_refund_in_another_tender_names_no_payment(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, SQUARE.text({}, {}, {"Payment ID": "PM1", "Card": "$0.00", "Cash": "-$20.00"}))

    reading = reading_of(connection, READER, path)

    refund, _ = (row for row in rows_of(reading, "payments") if row["kind"] == "refund")
    assert (refund["tender"], refund["order_id"], refund["original_payment_id"]) == ("cash", "TX1", None)


def test_an_order_in_two_rows_has_the_sum_of_both_and_falls_with_either(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sound = written(tmp_path, SQUARE.text({}, {"Transaction ID": "TX1"}))
    (order,) = rows_of(reading_of(connection, READER, sound), "orders")
    assert order["total_minor"] == 2 * 107016

    broken = written(tmp_path, SQUARE.text({"Card": "NaN"}, {"Transaction ID": "TX1"}))
    reading = reading_of(connection, READER, broken)
    assert rows_of(reading, "orders") == []
    assert [line for line, *_ in aside_of(reading)["incomplete_group"]] == [3]


def test_a_sum_of_tenders_above_the_total_is_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, SQUARE.text({"Cash": "$0.01"})))

    assert [line for line, *_ in aside_of(reading)["bad_amount"]] == [2]


def test_a_transaction_that_is_not_complete_is_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, SQUARE.text({"Transaction Status": "Pending"})))

    assert aside_of(reading)["unknown_enum_value"] == [(2, "Transaction Status", "Pending")]


def test_without_a_currency_the_export_is_refused_in_one_line_that_names_the_option(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(BadFile, match=r"expected a currency.*--currency USD") as refused:
        reading_of(connection, READER, written(tmp_path, SQUARE.text()), replace(OPTIONS, currency=None))

    assert "\n" not in str(refused.value)


def test_the_currency_of_the_option_decides_the_minor_unit(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = {"Total Collected": "¥1,070", "Card": "¥1,070", "Cash": "¥0", "Square Gift Card": "¥0"}
    path = written(tmp_path, SQUARE.text(whole))

    order, *_ = rows_of(reading_of(connection, READER, path, replace(OPTIONS, currency="JPY")), "orders")

    assert (order["total_minor"], order["currency"]) == (1070, "JPY")


def test_tab_separated_utf_16_says_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    plain = {"Total Collected": "$70.00", "Card": "$70.00", "Gross Sales": "$60.00", "Net Sales": "$60.00"}
    text = SQUARE.text(plain, {"Description": "Mug"}).replace('"', "").replace("$1,0", "$10")
    flat = text.replace("(Regular), for", "for")
    wide = flat.replace(",", "\t")

    comma = reading_of(connection, READER, written(tmp_path, flat))
    tabs = reading_of(connection, READER, written(tmp_path, wide.encode("utf-16"), "tabs.csv"))

    assert rows_of(tabs, "orders") == rows_of(comma, "orders") != []


def test_day_first_is_seen_from_the_dates(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    day_first = {"Date": "30/04/2025", "Time Zone": "London"}
    reading = reading_of(connection, READER, written(tmp_path, SQUARE.text(*[day_first] * 4)))

    order, *_ = rows_of(reading, "orders")
    assert order["placed_at"] == datetime.fromisoformat("2025-04-30 20:18:15")
    assert rows_of(reading, "returns")[0]["requested_at"] == datetime.fromisoformat("2025-04-30 21:00:00")
