"""A statement that was written before is not written again; nothing depends on whether it can be kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from counterfoil.audit.engines import statements
from counterfoil.audit.engines.statements import FOLDER_VARIABLE, Statements, remembered

#: In 2001.
LONG_AGO_S = 1_000_000_000
ORDERS = ibis.table({"order_id": "string", "total": "int64"}, name="orders")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "kept"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    statements._statements.cache_clear()
    yield folder
    another_process()


class Scribe:
    """Writes, and counts how often."""

    def __init__(self, dialect: str = "duckdb", says: str = "SELECT {columns}") -> None:
        self.written_n = 0
        self.says = says
        self.write = remembered(dialect)(self._write)

    def _write(self, table: ir.Table) -> str:
        self.written_n += 1
        return self.says.format(columns=", ".join(table.columns))


def another_process() -> None:
    """Leave the file, and come as one that has just begun."""
    kept = statements._statements()
    if kept is not None:
        kept.close()
    statements._statements.cache_clear()


def test_a_statement_is_written_once_for_every_process(folder: Path) -> None:
    scribe = Scribe()
    first = scribe.write(ORDERS)
    assert scribe.write(ORDERS) == first
    another_process()
    assert scribe.write(ORDERS.select("order_id", "total").drop("total")) != first
    assert (scribe.write(ORDERS), scribe.written_n) == (first, 2)


def test_what_one_dialect_says_is_not_said_in_another(folder: Path) -> None:
    mine, theirs = Scribe("duckdb", "mine"), Scribe("postgres", "theirs")
    assert [mine.write(ORDERS), theirs.write(ORDERS), mine.write(ORDERS)] == ["mine", "theirs", "mine"]


def test_what_has_rows_of_its_own_is_written_every_time(folder: Path) -> None:
    scribe, rows = Scribe(), ibis.memtable(pa.table({"order_id": ["A"]}))
    scribe.write(rows)
    scribe.write(rows)
    assert scribe.written_n == 2


def test_another_version_of_a_writer_finds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scribe = Scribe()
    scribe.write(ORDERS)
    another_process()
    monkeypatch.setattr(statements, "_LIBRARIES", ("ibis-framework",))
    scribe.write(ORDERS)
    assert scribe.written_n == 2


@pytest.mark.parametrize("spoilt", [b"no database" * 999, b""])
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


def test_a_file_that_has_grown_too_large_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "STATEMENTS_MAX", 3)
    file = tmp_path / "statements.sqlite"
    for number in range(5):
        kept = Statements.in_file(file)
        assert kept is not None
        kept.learn(bytes([number]), str(number))
        known = [kept.known(bytes([number])) for number in range(5)]
        kept.close()
    assert known == [None, None, None, None, "4"]


def test_files_of_versions_that_are_gone_are_removed(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    gone, beside, other = (
        folder / name for name in ("statements-0123.sqlite", "statements-0123.sqlite-wal", "notes.txt")
    )
    for file in (gone, beside, other):
        file.touch()
        os.utime(file, (LONG_AGO_S, LONG_AGO_S))
    Scribe().write(ORDERS)
    assert not gone.exists()
    assert not beside.exists()
    assert other.exists()


def test_what_lies_beside_a_file_in_use_is_not_removed_by_its_own_age(folder: Path) -> None:
    Scribe().write(ORDERS)
    (file,) = folder.glob("*.sqlite")
    beside = file.with_name(f"{file.name}-wal")
    os.utime(beside, (LONG_AGO_S, LONG_AGO_S))
    statements._forget_older(file)
    assert beside.exists()
