"""What the docs say about mappings holds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.mapping import columns as mapping_columns
from counterfoil.audit.readers.mapping import parse
from counterfoil.audit.readers.mapping.reader import load_mapping
from counterfoil.errors import BadOption
from tests.audit.readers.files import OPTIONS, reading_of, rows_of, written
from tests.audit.readers.mappings import DOCS, documented

if TYPE_CHECKING:
    import duckdb


def test_the_example_of_the_docs_works(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (reader,) = load_mapping(written(tmp_path, documented("toml"), "mapping.toml"))

    reading = reading_of(connection, reader, written(tmp_path, documented("csv"), "sales-2025-01.csv"))

    assert not reading.set_aside
    assert not reading.remarks
    key = keyed("DE-77", OPTIONS.key)
    assert [
        (row["order_id"], row["placed_at"], row["state"], row["total_minor"], row["customer_key"], row["source_line"])
        for row in rows_of(reading, "orders")
    ] == [
        ("1001", datetime.fromisoformat("2024-12-31 22:58"), "paid", 1295, key, 2),
        ("1002", datetime.fromisoformat("2024-12-31 23:04"), "paid", 595, None, 4),
        ("1003", datetime.fromisoformat("2025-01-01 09:15"), "voided", 350, None, 5),
    ]
    assert [(row["order_id"], row["line_no"], row["amount_minor"]) for row in rows_of(reading, "order_lines")] == [
        ("1001", 1, 700),
        ("1001", 2, 595),
        ("1002", 1, 595),
        ("1003", 1, 350),
    ]
    assert [(row["payment_id"], row["tender"], row["instrument_tail"]) for row in rows_of(reading, "payments")] == [
        ("1001", "card", "4242"),
        ("1002", "cash", None),
    ]
    assert [(row["return_id"], row["amount_minor"]) for row in rows_of(reading, "returns")] == [("R1004", 595)]
    assert [(row["quantity"], row["amount_minor"]) for row in rows_of(reading, "return_lines")] == [(Decimal(1), 595)]


def test_the_slip_of_the_docs_is_told_as_the_docs_say(tmp_path: Path) -> None:
    path = written(tmp_path, documented("toml").replace('done = "paid"', 'done = "payed"'), "mapping.toml")

    with pytest.raises(BadOption) as raised:
        load_mapping(path)

    assert str(raised.value) == documented("text").strip()


def test_every_key_is_in_the_reference() -> None:
    reference = (DOCS / "reference" / "mapping.md").read_text(encoding="utf-8")

    keys = {*parse._FILE_KEYS, *parse._BOOK_KEYS, *parse._WHERE_KEYS, *mapping_columns.COLUMN_KEYS}
    assert {key for key in keys if f"`{key}`" not in reference} == set()
    assert all(f"`{name}`" in reference for name in mapping_columns.NAMED_FORMATS)
