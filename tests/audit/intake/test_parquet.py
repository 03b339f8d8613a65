"""Parquet books are read where they lie; a damaged one is named."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.books.format import TABLES
from counterfoil.errors import BadFile
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import cell_of, is_balanced, order, quarantined, rows_of, write_parquet

ORDERS = TABLES["orders"]


def test_several_files_of_several_shapes_are_one_book(take: TakeIn, tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", ORDERS, [order("O1"), order("O2")])
    write_parquet(tmp_path / "b.parquet", ORDERS, [order("O3"), order("O4", currency="x"), order("O5")])
    write_parquet(tmp_path / "c.parquet", ORDERS, [order("O6", store_id="S1")])
    shelf = take(tmp_path)
    assert rows_of(shelf, "orders", columns="order_id, store_id, source_file, source_line") == [
        ("O1", None, "a.parquet", 1),
        ("O2", None, "a.parquet", 2),
        ("O3", None, "b.parquet", 1),
        ("O5", None, "b.parquet", 3),
        ("O6", "S1", "c.parquet", 1),
    ]
    assert quarantined(shelf, columns="source_file, source_line, reason") == [("b.parquet", 2, "bad_currency")]
    assert [file.rows_read for file in shelf.files] == [2, 3, 1]
    assert is_balanced(shelf)


def test_parquet_and_csv_of_one_table_are_one_book(take: TakeIn, tmp_path: Path) -> None:
    write_parquet(tmp_path / "orders.parquet", ORDERS, [order("O1"), order("O2")])
    (tmp_path / "orders.csv").write_text(
        "merchant_id,order_id,placed_at,state,total_minor,currency,fulfilment\n"
        "X1,O2,2025-03-01T09:30:00Z,paid,1,CNY,pickup\nX1,O3,2025-03-01T09:30:00Z,paid,1,CNY,pickup\n",
        encoding="utf-8",
    )
    shelf = take(tmp_path)
    assert rows_of(shelf, "orders", columns="order_id, source_file") == [
        ("O2", "orders.csv"),
        ("O3", "orders.csv"),
        ("O1", "orders.parquet"),
    ]
    assert quarantined(shelf, columns="source_file, source_line, reason, found") == [
        ("orders.parquet", 2, "duplicate_key", "O2")
    ]


def test_nothing_is_copied_while_every_row_is_good(take: TakeIn, tmp_path: Path) -> None:
    shelf = take(write_parquet(tmp_path / "orders.parquet", ORDERS, [order("O1"), order("O2")]))
    copied = (
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'intake' AND table_name SIMILAR TO '(kept|out)_.*'"
    )
    assert cell_of(shelf, copied) == 0


def test_names_with_signs_of_a_pattern_are_taken_as_they_are(take: TakeIn, tmp_path: Path) -> None:
    folder = tmp_path / "a*[1]{b}?"
    folder.mkdir()
    write_parquet(tmp_path / "plain.parquet", ORDERS, [order("O1")]).rename(folder / "orders [2].parquet")
    shelf = take(folder)
    assert rows_of(shelf, "orders", columns="order_id, source_file") == [("O1", "orders [2].parquet")]


def test_a_quote_in_a_name_is_no_trouble(take: TakeIn, tmp_path: Path) -> None:
    write_parquet(tmp_path / "plain.parquet", ORDERS, [order("O1")]).rename(tmp_path / "it's.parquet")
    shelf = take(tmp_path / "it's.parquet")
    assert rows_of(shelf, "orders", columns="source_file") == [("it's.parquet",)]


def test_a_folder_named_like_a_partition_adds_no_column(take: TakeIn, tmp_path: Path) -> None:
    folder = tmp_path / "merchant_id=other"
    folder.mkdir()
    write_parquet(folder / "orders.parquet", ORDERS, [order("O1")])
    assert rows_of(take(tmp_path), "orders", columns="merchant_id") == [("X1",)]


def test_a_parquet_book_without_rows_is_present_and_empty(take: TakeIn, tmp_path: Path) -> None:
    pq.write_table(pa.table({name: pa.array([], pa.string()) for name in order()}), tmp_path / "orders.parquet")
    shelf = take(tmp_path)
    assert rows_of(shelf, "orders") == []


@pytest.mark.parametrize("cut", [5, 40, -8, -40])
def test_a_file_that_was_cut_off_is_refused(take: TakeIn, tmp_path: Path, cut: int) -> None:
    path = write_parquet(tmp_path / "orders.parquet", ORDERS, [order("O1")])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadFile, match=r"orders\.parquet: expected a whole Parquet file, found a damaged one"):
        take(path)


def test_of_several_files_the_damaged_one_is_named(take: TakeIn, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_parquet(tmp_path / f"{name}.parquet", ORDERS, [order(f"{name}{n}" * 9) for n in range(500)])
    content = bytearray((tmp_path / "b.parquet").read_bytes())
    content[60:900] = bytes(840)
    (tmp_path / "b.parquet").write_bytes(bytes(content))
    with pytest.raises(BadFile, match=r"b\.parquet: expected a whole Parquet file"):
        take(tmp_path)


def test_a_column_that_stands_twice_is_refused(take: TakeIn, tmp_path: Path) -> None:
    cells = [*order("O1").items(), ("Order_ID", "O2")]
    arrays = [pa.array([value]) for _, value in cells]
    pq.write_table(pa.Table.from_arrays(arrays, [name for name, _ in cells]), tmp_path / "orders.parquet")
    with pytest.raises(BadFile, match="expected each column once, found order_id twice"):
        take(tmp_path / "orders.parquet")
