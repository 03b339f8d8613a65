"""Each kind of bad cell is laid aside with its line, column and reason, and the good rows go on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.audit.intake.reasons import REASONS
from counterfoil.books.format import TABLES
from counterfoil.books.schema import duckdb_type
from counterfoil.errors import BadFile
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import (
    cell_of,
    is_balanced,
    order,
    quarantined,
    row_of,
    rows_of,
    write_csv,
    write_parquet,
    write_shape,
)

BAD_CELLS = [
    ("orders", "order_id", "", "missing_value"),
    ("orders", "order_id", "x" * 65, "id_too_long"),
    ("orders", "order_id", "a\0b", "control_character"),
    ("orders", "sequence_no", "a\0b", "control_character"),
    ("orders", "state", "Paid", "unknown_enum_value"),
    ("orders", "state", "", "missing_value"),
    ("orders", "channel", "fax", "unknown_enum_value"),
    ("orders", "currency", "cny", "bad_currency"),
    ("orders", "currency", "CNYX", "bad_currency"),
    ("orders", "total_minor", "NaN", "bad_amount"),
    ("orders", "total_minor", "1e9", "bad_amount"),
    ("orders", "total_minor", "-0", "negative_amount"),
    ("orders", "total_minor", "-5", "negative_amount"),
    ("orders", "total_minor", "1,234", "bad_amount"),
    ("orders", "total_minor", "12.50", "bad_amount"),
    ("orders", "total_minor", " 5", "bad_amount"),
    ("orders", "total_minor", "１２", "bad_amount"),
    ("orders", "total_minor", "1" + "0" * 15, "amount_out_of_range"),
    ("orders", "total_minor", "9" * 40, "amount_out_of_range"),
    ("orders", "placed_at", "2025-03-01T09:30:00", "time_without_offset"),
    ("orders", "placed_at", "2025-03-01", "bad_time"),
    ("orders", "placed_at", "yesterday", "bad_time"),
    ("orders", "placed_at", "2025-02-30T09:30:00Z", "bad_time"),
    ("orders", "placed_at", "2025-03-01T25:30:00Z", "bad_time"),
    ("orders", "placed_at", "2025-03-01T09:30:00+99:00", "bad_time"),
    ("orders", "placed_at", "0000-01-01T00:00:00Z", "time_out_of_range"),
    ("orders", "placed_at", "9999-12-31T23:59:59Z", "time_out_of_range"),
    ("orders", "placed_at", "1999-12-31T23:59:59Z", "time_out_of_range"),
    ("orders", "placed_at", "2101-01-01T00:00:00Z", "time_out_of_range"),
    ("orders", "placed_at", "2000-01-01T00:00:00+08:00", "time_out_of_range"),
    ("orders", "business_date", "0000-01-01", "date_out_of_range"),
    ("orders", "business_date", "9999-12-31", "date_out_of_range"),
    ("orders", "business_date", "2025-02-30", "bad_date"),
    ("orders", "business_date", "1/3/2025", "bad_date"),
    ("orders", "address_ok", "maybe", "bad_bool"),
    ("order_lines", "line_no", "1.5", "bad_number"),
    ("order_lines", "line_no", "9" * 30, "bad_number"),
    ("order_lines", "quantity", "1.00001", "bad_number"),
    ("order_lines", "quantity", "1e3", "bad_number"),
    ("order_lines", "quantity", "NaN", "bad_number"),
    ("order_lines", "name", "x" * (1 << 20) + "x", "huge_field"),
    ("tracking_events", "lat", "inf", "bad_number"),
    ("tracking_events", "lon", "181", "bad_number"),
]


@pytest.mark.parametrize("table", sorted({table for table, *_ in BAD_CELLS}))
def test_a_bad_cell_lays_its_row_aside_and_the_others_go_on(take: TakeIn, tmp_path: Path, table: str) -> None:
    bad = [(column, cell, reason) for name, column, cell, reason in BAD_CELLS if name == table]
    rows = [row_of(table, whole=True) | {column: cell} for column, cell, _ in bad]
    good = row_of(table, whole=True)
    shelf = take(write_csv(tmp_path / "book.csv", [*rows, good]))
    assert quarantined(shelf) == [(line, column, reason) for line, (column, _, reason) in enumerate(bad, 2)]
    assert rows_of(shelf, table, columns="source_line") == [(len(bad) + 2,)]
    assert is_balanced(shelf)


EDGE_CELLS = [
    ("total_minor", "0", "0"),
    ("total_minor", "007", "7"),
    ("total_minor", "9" * 15, "9" * 15),
    ("placed_at", "2025-03-01 09:30:00.123456+0800", "2025-03-01 01:30:00.123456"),
    ("placed_at", "2025-03-01T09:30:00.123456789Z", "2025-03-01 09:30:00.123456"),
    ("placed_at", "2025-03-01T09:30:00-05", "2025-03-01 14:30:00"),
    ("placed_at", "2000-01-01T00:00:00Z", "2000-01-01 00:00:00"),
    ("placed_at", "2100-12-31T23:59:59Z", "2100-12-31 23:59:59"),
    ("address_ok", "FALSE", "false"),
    ("address_ok", "1", "true"),
    ("order_id", "x" * 64, "x" * 64),
    ("order_id", "单" * 64, "单" * 64),
    ("customer_key", "", None),
]


def test_cells_at_the_edge_are_kept(take: TakeIn, tmp_path: Path) -> None:
    rows = [
        row_of("orders", whole=True, order_id=f"O{number}") | {column: cell}
        for number, (column, cell, _) in enumerate(EDGE_CELLS)
    ]
    shelf = take(write_csv(tmp_path / "orders.csv", rows))
    assert quarantined(shelf) == []
    for line, (column, _, kept) in enumerate(EDGE_CELLS, 2):
        shown = f"CAST({column} AS VARCHAR)"
        cell = cell_of(shelf, f"SELECT {shown} FROM shelf_orders WHERE source_line = {line}")
        assert cell == kept


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".csv.gz", ".ndjson"])
@pytest.mark.parametrize("table", TABLES)
def test_every_table_keeps_all_columns_with_exact_types(take: TakeIn, tmp_path: Path, table: str, ending: str) -> None:
    shelf = take(write_shape(tmp_path / f"{table}{ending}", TABLES[table], [row_of(table, whole=True)]))
    described = shelf.connection.execute(f"DESCRIBE {shelf.tables[table]}").fetchall()
    types = [(column.name, duckdb_type(column.kind)) for column in TABLES[table]]
    assert [each[:2] for each in described] == [*types, ("source_file", "VARCHAR"), ("source_line", "BIGINT")]
    assert shelf.carried == {table: frozenset(TABLES[table].optional)}
    assert len(rows_of(shelf, table)) == 1


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".ndjson"])
def test_columns_that_no_file_carries_are_typed_nulls(take: TakeIn, tmp_path: Path, ending: str) -> None:
    shelf = take(write_shape(tmp_path / f"orders{ending}", TABLES["orders"], [order()]))
    described = dict(each[:2] for each in shelf.connection.execute("DESCRIBE shelf_orders").fetchall())
    assert described["closed_at"] == "TIMESTAMP"
    assert rows_of(shelf, "orders", columns="closed_at, training, customer_key") == [(None, None, None)]
    assert shelf.carried == {"orders": frozenset()}


def test_a_row_is_laid_aside_once_for_its_first_reason(take: TakeIn, tmp_path: Path) -> None:
    bad = order("O1", total_minor="x", currency="y", state="z")
    shelf = take(write_csv(tmp_path / "orders.csv", [bad]))
    assert quarantined(shelf) == [(2, "state", "unknown_enum_value")]
    assert rows_of(shelf, "orders") == []


def test_local_times_are_read_where_their_zone_is_said(take: TakeIn, tmp_path: Path) -> None:
    rows = [order("O1", placed_at="2025-03-01T09:30:00"), order("O2", placed_at="2025-03-01T09:30:00Z")]
    shelf = take(write_csv(tmp_path / "orders.csv", rows), time_zone="Asia/Shanghai")
    shown = rows_of(shelf, "orders", columns="CAST(placed_at AS VARCHAR)")
    assert shown == [("2025-03-01 01:30:00",), ("2025-03-01 09:30:00",)]


def test_a_session_in_another_zone_changes_nothing(
    take: TakeIn, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute("SET TimeZone = 'America/New_York'")
    shelf = take(write_parquet(tmp_path / "orders.parquet", TABLES["orders"], [order()]))
    assert rows_of(shelf, "orders", columns="CAST(placed_at AS VARCHAR)") == [("2025-03-01 01:30:00",)]


@pytest.mark.parametrize("word", REASONS)
def test_every_reason_is_told_in_both_languages(word: str) -> None:
    reason = REASONS[word]
    assert reason.text_en.isascii()
    assert any("\u4e00" <= character <= "\u9fff" for character in reason.text_zh)


def _orders_table(**columns: pa.Array) -> pa.Table:
    rows = {name: pa.array([value] * 2) for name, value in order().items()}
    instants = pa.array([1_740_792_600_000_000] * 2, pa.timestamp("us", "UTC"))
    typed = {"order_id": pa.array(["O1", "O2"]), "placed_at": instants, "total_minor": pa.array([1, 2])}
    return pa.table({**rows, **typed, **columns})


BAD_TYPED_CELLS = [
    ("total_minor", pa.array([-1, 2]), "negative_amount"),
    ("total_minor", pa.array([10**15, 2]), "amount_out_of_range"),
    ("total_minor", pa.array([2**64 - 1, 2], pa.uint64()), "amount_out_of_range"),
    ("total_minor", pa.array([float("nan"), 2.0]), "bad_amount"),
    ("total_minor", pa.array([float("inf"), 2.0]), "bad_amount"),
    ("total_minor", pa.array([1.5, 2.0]), "bad_amount"),
    ("total_minor", pa.array([None, 2]), "missing_value"),
    ("order_id", pa.array([None, "O2"]), "missing_value"),
    ("order_id", pa.array(["", "O2"]), "missing_value"),
    ("order_id", pa.array(["x" * 65, "O2"]), "id_too_long"),
    ("order_id", pa.array([1.5, 2.0]), "bad_id"),
    ("order_id", pa.array(["a\0", "O2"]), "control_character"),
    ("state", pa.array(["gone", "paid"]), "unknown_enum_value"),
    ("currency", pa.array(["€", "EUR"]), "bad_currency"),
    ("placed_at", pa.array([0, 1_740_792_600_000_000], pa.timestamp("us", "UTC")), "time_out_of_range"),
    ("placed_at", pa.array([-62_135_596_800_000, 1_740_792_600_000], pa.timestamp("ms")), "time_out_of_range"),
    ("placed_at", pa.array(["2025-03-01T09:30:00", "2025-03-01T09:30:00Z"]), "time_without_offset"),
    ("business_date", pa.array([-900_000, 20_000], pa.date32()), "date_out_of_range"),
    ("business_date", pa.array([1_740_792_600_000, 1_740_787_200_000], pa.timestamp("ms")), "bad_date"),
    ("training", pa.array([2, 1]), "bad_bool"),
]


@pytest.mark.parametrize(("column", "cells", "reason"), BAD_TYPED_CELLS)
def test_a_bad_typed_cell_lays_its_row_aside(
    take: TakeIn, tmp_path: Path, column: str, cells: pa.Array, reason: str
) -> None:
    pq.write_table(_orders_table(**{column: cells}), tmp_path / "orders.parquet")
    shelf = take(tmp_path / "orders.parquet")
    assert quarantined(shelf) == [(1, column, reason)]
    assert rows_of(shelf, "orders", columns="source_line") == [(2,)]
    assert is_balanced(shelf)


@pytest.mark.parametrize(
    ("column", "cells", "kept"),
    [
        ("order_id", pa.array([1, 2]), ["1", "2"]),
        ("order_id", pa.array([1.0, 2.0]), ["1", "2"]),
        ("order_id", pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        ("order_id", pa.array([b"a", b"b"]), ["a", "b"]),
        ("total_minor", pa.array([1.0, 2.0]), [1, 2]),
        ("total_minor", pa.array([1, None], pa.int8()).fill_null(2), [1, 2]),
        ("sequence_no", pa.array(["", "7"]), [None, "7"]),
        ("channel", pa.array(["", "till"]), [None, "till"]),
        ("training", pa.array([1.0, None]), [True, None]),
        ("channel", pa.nulls(2), [None, None]),
        ("customer_key", pa.array([None, None], pa.float64()), [None, None]),
    ],
)
def test_types_that_hold_the_same_are_taken(
    take: TakeIn, tmp_path: Path, column: str, cells: pa.Array, kept: list[object]
) -> None:
    pq.write_table(_orders_table(**{column: cells}), tmp_path / "orders.parquet")
    shelf = take(tmp_path / "orders.parquet")
    assert [cell for (cell,) in rows_of(shelf, "orders", columns=column)] == kept
    assert quarantined(shelf) == []


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([1_740_792_600_000_000] * 2, pa.timestamp("us", "Asia/Shanghai")),
        pa.array([1_740_792_600_000_000_000] * 2, pa.timestamp("ns", "UTC")),
        pa.array([1_740_792_600_000_000_000] * 2, pa.timestamp("ns")),
        pa.array([1_740_792_600_000] * 2, pa.timestamp("ms")),
        pa.array([1_740_792_600] * 2, pa.timestamp("s")),
    ],
)
def test_times_of_every_precision_become_naive_utc(take: TakeIn, tmp_path: Path, cells: pa.Array) -> None:
    pq.write_table(_orders_table(placed_at=cells), tmp_path / "orders.parquet")
    shelf = take(tmp_path / "orders.parquet")
    assert set(rows_of(shelf, "orders", columns="CAST(placed_at AS VARCHAR)")) == {("2025-03-01 01:30:00",)}


def test_naive_times_of_a_parquet_book_are_in_the_zone_that_was_said(take: TakeIn, tmp_path: Path) -> None:
    local = pa.array([1_740_792_600_000] * 2, pa.timestamp("ms"))
    pq.write_table(_orders_table(placed_at=local), tmp_path / "orders.parquet")
    shelf = take(tmp_path / "orders.parquet", time_zone="Asia/Shanghai")
    assert set(rows_of(shelf, "orders", columns="CAST(placed_at AS VARCHAR)")) == {("2025-02-28 17:30:00",)}


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("placed_at", pa.array([1_740_792_600] * 2)),
        ("state", pa.array([1, 2])),
        ("total_minor", pa.array([{"a": 1}] * 2)),
        ("order_id", pa.array([True, False])),
        ("business_date", pa.array([True, False])),
    ],
)
def test_a_column_whose_type_cannot_hold_it_makes_a_bad_file(
    take: TakeIn, tmp_path: Path, column: str, cells: pa.Array
) -> None:
    pq.write_table(_orders_table(**{column: cells}), tmp_path / "orders.parquet")
    with pytest.raises(BadFile, match=rf"orders\.parquet: expected .* in column {column}, found"):
        take(tmp_path / "orders.parquet")


def test_what_was_found_shows_no_person_and_no_card(take: TakeIn, tmp_path: Path) -> None:
    rows = [
        order("4111 4111111111111111 5500000000000004" + "x" * 40),
        order("O2", state="call 13800138000 or a.b@example.com"),
        order("O3", customer_key="k\0"),
        order("O4", total_minor="13800138000.5"),
    ]
    rows = [row | {"customer_key": row.get("customer_key")} for row in rows]
    shelf = take(write_csv(tmp_path / "orders.csv", rows))
    shown = [found for (found,) in quarantined(shelf, columns="found")]
    assert shown == ["4111 *** ***" + "x" * 40, "call *** or ***", "***", "***.5"]


def test_what_was_found_is_cut_to_eighty_characters(take: TakeIn, tmp_path: Path) -> None:
    shelf = take(write_csv(tmp_path / "orders.csv", [order("y" * 5000)]))
    assert quarantined(shelf, columns="found") == [("y" * 80,)]
