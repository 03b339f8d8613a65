"""PayPal's activity download."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.paypal_activity import READER
from counterfoil.errors import BadFile
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import PAYPAL

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

EARLY = ({"Date": "03/04/2026"}, {"Date": "03/04/2026"}, {"Date": "03/04/2026"})


def test_payments_and_refunds_are_read_month_first_where_a_date_shows_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, PAYPAL.text()))

    sale, refund = rows_of(reading)
    assert (sale["kind"], sale["amount_minor"], sale["our_reference"]) == ("sale", 103580, "P1")
    assert sale["occurred_at"] == datetime.fromisoformat("2026-03-26 06:59:30")
    assert refund["occurred_at"] == datetime.fromisoformat("2026-04-03 06:59:30")
    assert (refund["kind"], refund["amount_minor"], refund["original_reference"]) == ("refund", 1000, "P1")
    assert sale["instrument_key"] == refund["instrument_key"] == keyed("anna@example.com", OPTIONS.key)
    assert aside_of(reading)["no_sale"] == [(4, "Type", "General Withdrawal")]


@pytest.mark.parametrize(("label", "month"), [("VAT", 4), ("Sales Tax", 3)])
def test_the_header_decides_where_no_date_does(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, label: str, month: int
) -> None:
    path = written(tmp_path, PAYPAL.text(*EARLY, labels=[*PAYPAL.rows[0], label]))

    assert rows_of(reading_of(connection, READER, path))[0]["occurred_at"].month == month


def test_a_file_whose_days_and_months_cannot_be_told_apart_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(BadFile, match="day is above 12"):
        reading_of(connection, READER, written(tmp_path, PAYPAL.text(*EARLY)))


def test_what_the_shop_itself_bought_is_no_sale(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, PAYPAL.text({"Gross": "-35.80"})))

    assert [line for line, *_ in aside_of(reading)["no_sale"]] == [2, 4]
