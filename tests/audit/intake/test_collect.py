"""Which files are meant: each once, in a fixed order, whatever lies around them."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from counterfoil.audit.intake import collect as collecting
from counterfoil.audit.intake.collect import collect
from counterfoil.errors import BadFile
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import order, quarantined, rows_of, write_csv


def names_of(tmp_path: Path, *paths: Path) -> list[str]:
    return [found.name for found in collect(paths or [tmp_path], tmp_path).files]


def test_folders_are_walked_to_the_bottom_in_one_order(tmp_path: Path) -> None:
    for name in ("b/2.csv", "a.csv", "b/1/x.csv", "Z.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert names_of(tmp_path) == ["Z.csv", "a.csv", "b/1/x.csv", "b/2.csv"]
    assert names_of(tmp_path, tmp_path / "b", tmp_path / "a.csv") == ["1/x.csv", "2.csv", "a.csv"]
    assert names_of(tmp_path, tmp_path / "a.csv", tmp_path / "b") == ["1/x.csv", "2.csv", "a.csv"]


def test_hidden_files_and_those_of_a_run_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.csv", "~$lock.xlsx", "truth.csv", "findings.parquet", "world.toml", "checks.json", "a.csv"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.csv").write_text("b")
    collection = collect([tmp_path], tmp_path)
    assert [found.name for found in collection.files] == ["a.csv"]
    told = [passed.name for passed in collection.passed_over]
    assert told == ["checks.json", "findings.parquet", "truth.csv", "world.toml"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "x.csv").write_text("x")
    (inner / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "side").symlink_to(tmp_path / "a", target_is_directory=True)
    assert names_of(tmp_path) == ["a/b/x.csv"]


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").symlink_to(tmp_path / "x.csv")
    with pytest.raises(BadFile, match=r"x\.csv: expected a file or folder that can be read, found no such file"):
        collect([tmp_path], tmp_path)


def test_what_is_no_regular_file_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("a")
    os.mkfifo(tmp_path / "pipe.csv")
    monkeypatch.chdir(tmp_path)  # the address of a socket has a length limit
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door.csv")
        collection = collect([tmp_path], tmp_path)
    assert [found.name for found in collection.files] == ["a.csv"]
    assert [passed.name for passed in collection.passed_over] == ["door.csv", "pipe.csv"]


@pytest.mark.parametrize("name", ["missing.csv", "pipe.csv"])
def test_a_path_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(BadFile, match=f"{name}: expected a file or folder that can be read"):
        collect([tmp_path / name], tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    with pytest.raises(BadFile, match="shop: expected at least one file of a book, a bill or an export, found none"):
        collect([tmp_path / "shop"], tmp_path)


def test_more_files_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FILES_MAX", 3)
    for n in range(4):
        (tmp_path / f"{n}.csv").write_text(str(n))
    with pytest.raises(BadFile, match="expected at most 3 files in one run"):
        collect([tmp_path], tmp_path)


def test_folders_deeper_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "FOLDER_DEPTH_MAX", 2)
    (tmp_path / "a" / "b" / "c" / "d").mkdir(parents=True)
    with pytest.raises(BadFile, match="expected at most 2 folders inside each other"):
        collect([tmp_path], tmp_path)


def test_the_same_file_twice_changes_nothing_and_is_told(take: TakeIn, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "orders.csv", [order("O1")])
    (tmp_path / "copy.csv").write_bytes(first.read_bytes())
    (tmp_path / "link.csv").symlink_to(first)
    shelf = take(first, tmp_path, tmp_path / "copy.csv")
    assert len(rows_of(shelf, "orders")) == 1
    assert quarantined(shelf) == []
    assert [file.name for file in shelf.files] == ["copy.csv"]
    assert {passed.name: passed.text_en for passed in shelf.passed_over} == {
        "copy.csv": "named twice; counted once",
        "link.csv": "the same content as copy.csv; counted once",
        "orders.csv": "the same content as copy.csv; counted once",
    }


def test_two_files_of_one_name_keep_names_that_tell_them_apart(take: TakeIn, tmp_path: Path) -> None:
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        write_csv(tmp_path / folder / "orders.csv", [order(folder)])
    shelf = take(tmp_path / "north", tmp_path / "south")
    assert [file.name for file in shelf.files] == [str(tmp_path / each / "orders.csv") for each in ("north", "south")]
    assert rows_of(shelf, "orders", columns="order_id") == [("north",), ("south",)]


def test_a_name_with_bytes_that_are_no_text_is_shown_as_one_line(take: TakeIn, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/or\xffders\n.csv"))
    write_csv(path, [order("O1")])
    shelf = take(path)
    assert rows_of(shelf, "orders", columns="source_file") == [("or\ufffdders\ufffd.csv",)]


def test_notes_beside_the_books_are_passed_over_but_unknown_data_is_refused(take: TakeIn, tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [order("O1")])
    (tmp_path / "README.md").write_text("# The shop")
    (tmp_path / "empty.log").write_text("")
    shelf = take(tmp_path)
    assert [passed.name for passed in shelf.passed_over] == ["README.md", "empty.log"]
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadFile, match=r"other\.csv: expected a book of format 1"):
        take(tmp_path)


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_thousands_of_small_files_are_one_book(take: TakeIn, tmp_path: Path, number: int) -> None:
    header = "merchant_id,order_id,placed_at,state,total_minor,currency,fulfilment\n"
    for n in range(number):
        (tmp_path / f"{n}.csv").write_text(f"{header}M,O{n},2025-03-01T09:30:00Z,paid,1,CNY,pickup\n")
    shelf = take(tmp_path)
    assert shelf.files[0].rows_kept == 1
    counted = shelf.connection.execute("SELECT count(*), count(DISTINCT source_file) FROM shelf_orders").fetchone()
    assert counted == (number, number)
