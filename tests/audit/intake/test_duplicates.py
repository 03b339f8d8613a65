"""A primary key belongs to the first row that has it; exact repeats of tracking events collapse."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.books.format import TABLES
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import is_balanced, order, quarantined, row_of, rows_of, write_csv, write_shape

SHAPES = pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson"])


@SHAPES
def test_all_but_the_first_row_of_a_key_are_laid_aside(take: TakeIn, tmp_path: Path, ending: str) -> None:
    rows = [order("O1"), order("O2"), order("O1", total_minor="7"), order("O1"), order("O1", merchant_id="M2")]
    shelf = take(write_shape(tmp_path / f"orders{ending}", TABLES["orders"], rows))
    first = 2 if ending == ".csv" else 1
    assert quarantined(shelf, columns="source_line, column_name, reason, found") == [
        (first + 2, "order_id", "duplicate_key", "O1"),
        (first + 3, "order_id", "duplicate_key", "O1"),
    ]
    assert rows_of(shelf, "orders", columns="merchant_id, order_id, total_minor") == [
        ("X1", "O1", 1250),
        ("X1", "O2", 1250),
        ("M2", "O1", 1250),
    ]
    assert is_balanced(shelf)


def test_a_key_in_two_files_belongs_to_the_first_file(take: TakeIn, tmp_path: Path) -> None:
    write_csv(tmp_path / "2.csv", [order("O1", total_minor="2"), order("O2")])
    write_csv(tmp_path / "1.csv", [order("O1", total_minor="1")])
    shelf = take(tmp_path / "2.csv", tmp_path / "1.csv")
    assert rows_of(shelf, "orders", columns="order_id, total_minor, source_file") == [
        ("O1", 1, "1.csv"),
        ("O2", 1250, "2.csv"),
    ]
    assert quarantined(shelf, columns="source_file, source_line") == [("2.csv", 2)]


@SHAPES
def test_a_bad_row_does_not_hold_a_key(take: TakeIn, tmp_path: Path, ending: str) -> None:
    rows = [order("O1", currency="x"), order("O1")]
    shelf = take(write_shape(tmp_path / f"orders{ending}", TABLES["orders"], rows))
    assert len(rows_of(shelf, "orders")) == 1
    assert [reason for (reason,) in quarantined(shelf, columns="reason")] == ["bad_currency"]


@SHAPES
def test_exact_repeats_of_a_tracking_event_collapse_and_are_counted(take: TakeIn, tmp_path: Path, ending: str) -> None:
    event = row_of("tracking_events", place="仓库", reason=None)
    rows = [event, event, event | {"place": "门店"}, event, event | {"status": "delivered"}]
    shelf = take(write_shape(tmp_path / f"tracking_events{ending}", TABLES["tracking_events"], rows))
    assert rows_of(shelf, "tracking_events", columns="status, place") == [("picked_up", "仓库"), ("delivered", "仓库")]
    assert dict(shelf.files[0].counts) == {"repeats_collapsed": 2}
    assert dict(shelf.files[0].set_aside) == {"duplicate_key": 1}
    assert shelf.files[0].rows_kept == 2
    assert is_balanced(shelf)


def test_repeats_of_a_terminal_event_do_not_collapse(take: TakeIn, tmp_path: Path) -> None:
    event = row_of("terminal_events")
    shelf = take(write_csv(tmp_path / "terminal_events.csv", [event, event]))
    assert dict(shelf.files[0].set_aside) == {"duplicate_key": 1}
