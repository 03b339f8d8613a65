"""Adyen's settlement details report."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from counterfoil.audit.readers.adyen_settlement import READER
from tests.audit.readers.files import aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import ADYEN
from tests.audit.readers.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def test_settled_and_refunded_are_read_with_the_zone_of_the_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, ADYEN.text()))

    sale, refund = rows_of(reading)
    assert (sale["kind"], sale["amount_minor"], sale["currency"]) == ("sale", 3580, "EUR")
    assert sale["occurred_at"] == datetime.fromisoformat("2026-07-01 09:26:49")
    assert refund["occurred_at"] == datetime.fromisoformat("2026-12-02 09:00:00")
    assert sale["settled_on"] == date(2026, 7, 2)
    assert (sale["our_reference"], sale["acquirer_reference"]) == ("P1", "8800000000000001")
    assert (refund["kind"], refund["amount_minor"]) == ("refund", 1000)
    assert (refund["our_reference"], refund["original_reference"]) == ("R1", "P1")
    assert aside_of(reading)["no_sale"] == [(4, "Type", "MerchantPayout")]


def test_a_workbook_says_the_same_as_the_text(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    cells = [list(ADYEN.rows[0]), *(list(row.values()) for row in ADYEN.rows)]
    text = reading_of(connection, READER, written(tmp_path, ADYEN.text()))
    book = reading_of(connection, READER, written(tmp_path, workbook({"data": cells}), "a.xlsx"))

    assert rows_of(book) == rows_of(text)


def test_a_zone_with_several_meanings_is_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, ADYEN.text({"TimeZone": "CST"})))

    assert [line for line, *_ in aside_of(reading)["bad_time"]] == [2]
