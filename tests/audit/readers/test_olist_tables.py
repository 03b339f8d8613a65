"""The order, item and payment tables of Olist."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.readers.olist_tables import READER
from counterfoil.errors import BadFile
from tests.audit.readers.files import aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import OLIST_ITEMS, OLIST_ORDERS, OLIST_PAYMENTS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def test_an_order_has_the_total_of_its_items_else_of_its_payments(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, OLIST_ORDERS.laid(tmp_path, OLIST_ORDERS.text()))

    delivered, cancelled = rows_of(reading, "orders")
    assert (delivered["state"], delivered["total_minor"], delivered["currency"]) == ("paid", 6590, "BRL")
    assert delivered["placed_at"] == datetime.fromisoformat("2018-03-02 02:00:00")
    assert (cancelled["state"], cancelled["total_minor"]) == ("cancelled", 999)
    assert aside_of(reading)["no_total"] == [(4, "order_id", None)]
    (parcel,) = rows_of(reading, "parcels")
    assert (parcel["order_id"], parcel["state"]) == ("o1", "delivered")


def test_the_lines_of_an_order_sum_to_its_total(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lines = rows_of(reading_of(connection, READER, written(tmp_path, OLIST_ITEMS.text())), "order_lines")

    assert sorted((line["line_no"], line["line_kind"], line["amount_minor"]) for line in lines) == [
        (1, "goods", 3010),
        (2, "shipping", 570),
        (3, "goods", 3010),
    ]


def test_a_payment_takes_its_time_from_its_order(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, OLIST_PAYMENTS.laid(tmp_path, OLIST_PAYMENTS.text()))

    card, boleto = rows_of(reading, "payments")
    assert (card["payment_id"], card["tender"], card["state"], card["amount_minor"]) == (
        "o1-1",
        "card",
        "approved",
        6590,
    )
    assert card["occurred_at"] == datetime.fromisoformat("2018-03-02 11:00:00")
    assert (boleto["tender"], boleto["state"]) == ("other", "intended")


@pytest.mark.parametrize("export", [OLIST_ORDERS, OLIST_PAYMENTS], ids=["orders", "payments"])
def test_a_table_without_the_others_beside_it_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: object
) -> None:
    assert export in (OLIST_ORDERS, OLIST_PAYMENTS)
    path = written(tmp_path, (OLIST_ORDERS if export is OLIST_ORDERS else OLIST_PAYMENTS).text())

    with pytest.raises(BadFile, match="table beside it"):
        reading_of(connection, READER, path)
