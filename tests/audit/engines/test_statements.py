"""A statement that was written before is not written again, and none is kept for ever."""

from __future__ import annotations

import os
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from counterfoil.audit.engines import statements
from counterfoil.audit.engines.statements import Statements
from tests.audit.engines.scribe import ORDERS, Scribe, another_process
from tests.audit.engines.scribe import folder as folder

#: In 2001.
LONG_AGO_S = 1_000_000_000


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


def test_a_process_that_learns_on_and_on_keeps_no_more_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "STATEMENTS_MAX", 3)
    kept = Statements.in_file(tmp_path / "statements.sqlite")
    assert kept is not None
    counts = []
    for number in range(10):
        kept.learn(bytes([number]), str(number))
        counts.append(sum(kept.known(bytes([one])) is not None for one in range(10)))
    kept.close()
    assert max(counts) == 3


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
