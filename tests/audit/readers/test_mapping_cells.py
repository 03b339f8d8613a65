"""What a mapping makes of a cell."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.audit.readers.files import aside_of, rows_of
from tests.audit.readers.mappings import orders, read

if TYPE_CHECKING:
    import duckdb


def test_what_a_cell_cannot_be_is_set_aside_with_its_column(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    mapping = orders(
        state={"from": "State", "words": {"ok": "paid"}},
        business_date="Day",
        placed_at="At",
    )
    good = {"Id": "1", "At": "2025-01-01T10:00:00Z", "Total": "1.00", "State": "ok", "Day": "2025-01-01"}
    rows = [
        good,
        good | {"Total": "NaN"},
        good | {"Total": "-1.00"},
        good | {"Total": "1.005"},
        good | {"State": "eh"},
        good | {"At": "soon"},
        good | {"At": "2025-01-01 10:00:00"},
        good | {"Day": "2025-02-30"},
        good | {"Total": ""},
    ]
    content = "\n".join([",".join(good), *(",".join(row.values()) for row in rows)])

    reading = read(connection, tmp_path, mapping, content)

    assert aside_of(reading) == {
        "bad_amount": [(3, "Total", "NaN"), (4, "Total", "-1.00"), (5, "Total", "1.005")],
        "unknown_enum_value": [(6, "State", "eh")],
        "bad_time": [(7, "At", "soon"), (9, "Day", "2025-02-30")],
        "time_without_offset": [(8, "At", "2025-01-01 10:00:00")],
    }
    assert [(row["total_minor"], row["business_date"]) for row in rows_of(reading, "orders")] == [
        (100, date(2025, 1, 1)),
        (None, date(2025, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        (
            {"from": ["Date", "Time"], "formats": "day-first", "time_zone": "UTC"},
            ("3.4.2025", "8:26"),
            "2025-04-03 08:26",
        ),
        (
            {"from": ["Date", "Time"], "formats": "month-first", "time_zone": "UTC"},
            ("3/4/2025", "8:26"),
            "2025-03-04 08:26",
        ),
        ({"first_of": ["Date", "Time"], "formats": "epoch"}, ("", "1550552506"), "2019-02-19 05:01:46"),
        ({"from": "Date", "formats": ["%d.%m.%Y %H:%M %z"]}, ("03.04.2025 08:26 +0200", ""), "2025-04-03 06:26"),
        ({"from": "Date", "formats": ["epoch", "iso"]}, ("2025-04-03T08:26:00Z", ""), "2025-04-03 08:26"),
        ({"from": "Date", "pattern": "at (.*)$"}, ("paid at 2025-04-03T08:26:00Z", ""), "2025-04-03 08:26"),
    ],
)
def test_times_are_read_as_the_mapping_says(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    column: dict[str, object],
    cells: tuple[str, str],
    expected: str,
) -> None:
    content = f"Id,Total,Date,Time\n1,1.00,{cells[0]},{cells[1]}\n"

    reading = read(connection, tmp_path, orders(placed_at=column), content)

    assert not aside_of(reading)
    assert [row["placed_at"] for row in rows_of(reading, "orders")] == [datetime.fromisoformat(expected)]


def test_half_a_time_is_no_time(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = orders(placed_at={"from": ["Date", "Time"], "time_zone": "UTC"})

    reading = read(connection, tmp_path, mapping, "Id,Total,Date,Time\n1,1.00,2025-01-01,\n")

    assert [row["placed_at"] for row in rows_of(reading, "orders")] == [None]


def test_words_numbers_and_flags_are_read_as_the_mapping_says(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    mapping = orders(
        state={"from": "State", "words": {"V": "voided"}, "otherwise": "paid"},
        training={"from": "Test", "words": {"Y": "true", "N": "false"}},
        customer_key={"from": "Key", "hashed": True},
        total_minor={"from": "Total", "amount": "major", "rounding": True},
        store_id={"from": ["A", "B"], "join": "-"},
    )
    content = "Id,At,Total,State,Test,Key,A,B\n1,2025-01-01T10:00:00Z,1.005,X,N,abc,7,8\n"

    (row,) = rows_of(read(connection, tmp_path, mapping, content), "orders")

    assert (row["state"], row["training"], row["customer_key"], row["total_minor"], row["store_id"]) == (
        "paid",
        "false",
        "abc",
        100,
        "7-8",
    )
