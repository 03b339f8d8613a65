"""The door of the audit: what holds of every intake, whatever the files are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.intake.reference import intake_reference
from counterfoil.audit.intake.taking import take_in
from counterfoil.books.format import TABLES
from counterfoil.errors import BadFile, BadOption
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import cell_of, order, quarantined, row_of, rows_of, write_csv, write_parquet


@dataclass
class Listener:
    """Somebody who writes down how far the intake has come."""

    heard: list[tuple[str, int, int]] = field(default_factory=list)

    def advance(self, stage: str, done: int, total: int) -> None:
        self.heard.append((stage, done, total))


def test_every_stage_is_told_from_its_first_step_to_its_last(
    connection: duckdb.DuckDBPyConnection, options: IntakeOptions, tmp_path: Path
) -> None:
    write_csv(tmp_path / "orders.csv", [order("O1")])
    write_parquet(tmp_path / "slips.parquet", TABLES["slips"], [row_of("slips")])
    listener = Listener()
    take_in(connection, [tmp_path], options, listener)
    assert list(dict.fromkeys(stage for stage, _, _ in listener.heard)) == ["look", "read", "match keys"]
    for stage in ("look", "read", "match keys"):
        steps = [(done, total) for told, done, total in listener.heard if told == stage]
        assert steps == sorted(steps)
        assert steps[-1] == (2, 2)


def test_a_second_intake_replaces_the_first(take: TakeIn, tmp_path: Path) -> None:
    take(write_csv(tmp_path / "orders.csv", [order("O1", currency="x"), order("O2")]))
    shelf = take(write_csv(tmp_path / "slips.csv", [row_of("slips")]))
    assert list(shelf.tables) == ["slips"]
    assert quarantined(shelf) == []
    assert cell_of(shelf, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'shelf_orders'") == 0


def test_an_absent_table_is_not_on_the_shelf(take: TakeIn, tmp_path: Path) -> None:
    shelf = take(write_csv(tmp_path / "orders.csv", [order("O1")]))
    assert set(shelf.tables) == set(shelf.carried) == {"orders"}


def test_a_shelf_is_the_same_in_whatever_order_the_files_are_named(take: TakeIn, tmp_path: Path) -> None:
    paths = [write_csv(tmp_path / f"{n}.csv", [order("O1", total_minor=str(n)), order(f"P{n}")]) for n in range(3)]
    first = [(file.name, dict(file.set_aside)) for file in take(*paths).files]
    shelf = take(*reversed(paths))
    assert [(file.name, dict(file.set_aside)) for file in shelf.files] == first
    assert rows_of(shelf, "orders", columns="order_id, total_minor")[0] == ("O1", 0)


def test_one_bad_file_refuses_the_whole_run(take: TakeIn, tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [order("O1")])
    (tmp_path / "slips.csv").write_text("")
    with pytest.raises(BadFile, match=r"slips\.csv: expected rows or at least a header, found an empty file"):
        take(tmp_path)


def test_a_folder_with_notes_only_is_refused(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# notes")
    with pytest.raises(BadFile, match=r"notes\.md: expected at least one book, bill or export, found none"):
        take(tmp_path)


def test_files_of_a_run_named_by_hand_are_passed_over_too(take: TakeIn, tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [order("O1")])
    (tmp_path / "truth.csv").write_text("exception,diagnosis\n")
    shelf = take(*tmp_path.iterdir())
    assert [passed.name for passed in shelf.passed_over] == ["truth.csv"]


def test_no_path_at_all_is_refused(take: TakeIn) -> None:
    with pytest.raises(BadFile, match="no path: expected at least one file"):
        take()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(tmp_path: Path, zone: str) -> None:
    with pytest.raises(BadOption, match="time zone: expected a name such as Asia/Shanghai"):
        IntakeOptions(scratch=tmp_path, time_zone=zone)


@pytest.mark.parametrize("currency", ["", "usd", "$", "QQQ"])
def test_a_currency_that_does_not_exist_is_refused(tmp_path: Path, currency: str) -> None:
    with pytest.raises(BadOption, match="--currency: expected an ISO 4217 code such as CNY"):
        IntakeOptions(scratch=tmp_path, currency=currency)


@pytest.mark.parametrize("year", [0, 26, 1999, 2101])
def test_a_year_outside_the_books_is_refused(tmp_path: Path, year: int) -> None:
    with pytest.raises(BadOption, match="--year: expected a year from 2000 to 2100"):
        IntakeOptions(scratch=tmp_path, year=year)


def test_what_the_user_said_reaches_the_readers(tmp_path: Path) -> None:
    told = IntakeOptions(scratch=tmp_path, currency="CNY", year=2026, time_zone="Asia/Shanghai").for_readers()
    assert (told.currency, told.year, told.time_zone) == ("CNY", 2026, "Asia/Shanghai")


def test_the_reference_page_is_what_the_code_tells() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "intake.md"
    assert page.read_text(encoding="utf-8").partition("\n")[2] == intake_reference()
