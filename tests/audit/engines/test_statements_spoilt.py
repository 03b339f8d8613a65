"""Whatever lies where statements are kept, a rule is asked as it is written: that they are kept decides nothing."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from counterfoil.audit.engines.duckdb import DuckDBEngine
from tests.audit.engines.scribe import ORDERS, Scribe, another_process
from tests.audit.engines.scribe import folder as folder

#: Much longer than we wait for anybody.
PATIENCE_S = 5


def spoil(folder: Path, script: str) -> None:
    """Do something to the file behind our back."""
    (file,) = folder.glob("*.sqlite")
    with closing(sqlite3.connect(file)) as other:
        other.executescript(script)


@pytest.mark.parametrize(
    "spoilt", [b"no database" * 999, b"", b"SQLite format 3\0" + b"\xa5" * 9_999, bytes(range(256)) * 99]
)
def test_a_file_that_cannot_be_read_costs_time_and_nothing_else(folder: Path, spoilt: bytes) -> None:
    scribe = Scribe()
    first = scribe.write(ORDERS)
    (file,) = folder.glob("*.sqlite")
    another_process()
    file.write_bytes(spoilt)
    assert scribe.write(ORDERS) == first
    another_process()
    assert scribe.write(ORDERS) == first
    # The next one has a file again, and finds there what was written for it.
    another_process()
    written_n = scribe.written_n
    assert (scribe.write(ORDERS), scribe.written_n) == (first, written_n)


@pytest.mark.parametrize(
    "spoiling",
    [
        "UPDATE statements SET query = 'nonsense'",
        "UPDATE statements SET query = 'SELECT 1 AS order_id, 2 AS total'",
        "UPDATE statements SET digest = x'00'",
        "UPDATE statements SET query = CAST(x'ff' AS TEXT)",
        "DELETE FROM statements",
    ],
)
def test_a_statement_that_is_not_what_was_kept_is_written_anew_and_kept(folder: Path, spoiling: str) -> None:
    scribe = Scribe()
    first = scribe.write(ORDERS)
    another_process()
    spoil(folder, spoiling)
    assert scribe.write(ORDERS) == first
    another_process()
    assert (scribe.write(ORDERS), scribe.written_n) == (first, 2)


def test_a_statement_in_the_place_of_another_is_not_believed(folder: Path) -> None:
    scribe = Scribe()
    said = [scribe.write(ORDERS), scribe.write(ORDERS.drop("total"))]
    another_process()
    spoil(
        folder,
        "CREATE TEMP TABLE turned AS SELECT * FROM statements; "
        "UPDATE statements SET (digest, query) = (SELECT digest, query FROM turned AS other "
        "WHERE other.fingerprint != statements.fingerprint)",
    )
    assert [scribe.write(ORDERS), scribe.write(ORDERS.drop("total"))] == said


def test_rules_go_on_where_every_statement_that_was_kept_is_nonsense(folder: Path) -> None:
    def totals() -> list[int]:
        engine = DuckDBEngine(duckdb.connect(), {}, {})
        return engine.fetch(engine.books().tables["orders"].order_by("order_id")).column("total_minor").to_pylist()

    assert totals() == []
    another_process()
    spoil(folder, "UPDATE statements SET query = 'this is no SQL'")
    assert totals() == []


@pytest.mark.parametrize(
    "shape",
    [
        "CREATE TABLE statements (something TEXT)",
        "CREATE TABLE statements (fingerprint BLOB PRIMARY KEY, query TEXT NOT NULL)",
        "CREATE VIEW statements AS SELECT x'00' AS fingerprint, x'00' AS digest, 'SELECT 1' AS query",
    ],
)
def test_a_file_of_another_shape_costs_time_and_nothing_else(folder: Path, shape: str) -> None:
    scribe = Scribe()
    first = scribe.write(ORDERS)
    another_process()
    spoil(folder, f"DROP TABLE statements; {shape}")
    for _ in range(2):
        assert scribe.write(ORDERS) == first
        another_process()


def _folder_there(place: Path) -> None:
    place.mkdir()
    (place / "of mine").touch()


def _link_to_nothing(place: Path) -> None:
    place.symlink_to(place.parent / "elsewhere")


def _link_to_a_file(place: Path) -> None:
    (place.parent / "notes.txt").write_text("mine")
    place.symlink_to(place.parent / "notes.txt")


def _read_only(place: Path) -> None:
    place.touch(mode=0o400)


@pytest.mark.parametrize("beside", ["", "-wal", "-shm"])
@pytest.mark.parametrize("put", [os.mkfifo, _folder_there, _link_to_nothing, _link_to_a_file, _read_only])
def test_something_else_in_the_place_of_the_file_costs_time_and_nothing_else(
    folder: Path, put: Callable[[Path], None], beside: str
) -> None:
    scribe = Scribe()
    first = scribe.write(ORDERS)
    (file,) = folder.glob("*.sqlite")
    another_process()
    place = file.with_name(file.name + beside)
    place.unlink(missing_ok=True)
    put(place)
    for _ in range(2):
        assert scribe.write(ORDERS) == first
        another_process()
    # What somebody has put there is theirs.
    if put is _link_to_a_file:
        assert (folder / "notes.txt").read_text() == "mine"
    if put is _folder_there:
        assert (place / "of mine").exists()
    if put is _link_to_nothing and not beside:
        assert not (folder / "elsewhere").exists()


def test_a_file_that_somebody_holds_from_the_beginning_is_not_waited_for(folder: Path) -> None:
    scribe = Scribe()
    first = scribe.write(ORDERS)
    (file,) = folder.glob("*.sqlite")
    another_process()
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began_at = time.monotonic()
        assert scribe.write(ORDERS) == first
        assert time.monotonic() - began_at < PATIENCE_S


def test_a_folder_in_which_others_can_write_is_not_believed(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    scribe = Scribe()
    scribe.write(ORDERS)
    scribe.write(ORDERS)
    assert scribe.written_n == 2
    assert list(folder.iterdir()) == []


def test_a_place_that_is_no_folder_costs_time_and_nothing_else(folder: Path) -> None:
    folder.write_text("a file")
    scribe = Scribe()
    assert scribe.write(ORDERS) == scribe.write(ORDERS) == "SELECT order_id, total"


def test_while_somebody_else_writes_a_statement_is_written_anew(folder: Path) -> None:
    scribe = Scribe()
    scribe.write(ORDERS)
    (file,) = folder.glob("*.sqlite")
    with sqlite3.connect(file) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert scribe.write(ORDERS.drop("total")) == "SELECT order_id"
    written_n = scribe.written_n
    for _ in range(2):
        assert scribe.write(ORDERS) == "SELECT order_id, total"
        assert scribe.write(ORDERS.drop("total")) == "SELECT order_id"
    # The one that could not be kept is kept now.
    assert scribe.written_n == written_n + 1
