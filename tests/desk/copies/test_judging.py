"""Books that are judged once more say what they would have said to whoever asked first."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from counterfoil.books.format import TABLES
from counterfoil.desk.copies.judging import JudgedBooks
from counterfoil.desk.copies.model import Judgement
from counterfoil.desk.copies.store import load_books, scratch_database
from counterfoil.detectors import run
from counterfoil.detectors.ground import Calendar
from counterfoil.policy import Policy, policy_from
from tests.audit.engines.histories import History, whole_shops
from tests.desk.live_books import findings_of

#: Below so many orders quiet sales do not leave first: never, and always.
ALL_LEAVE, NONE_LEAVES = 0, 1_000_000
#: What one rule reads, what the ground reads, and what is read by counting: each alone, and with others of its kind.
CASES = (
    ({"slip_within": "90s", "return_window": "1h", "ship_within": "1h"}, NONE_LEAVES),
    ({"duplicate_window": "3h", "match_window": "1s", "ref_match_window": "1s"}, ALL_LEAVE),
    *(
        pytest.param(other, orders_min, marks=pytest.mark.long)
        for orders_min in (ALL_LEAVE, NONE_LEAVES)
        for other in (
            {"slip_within": "90s"},
            {"duplicate_window": "3h"},
            {"acquirer_latest": "T+1 10:00"},
            {"goods_sku_pattern": "^[A-M]"},
            {"time_zone": "Asia/Shanghai"},
            {"serial_returner": {"count": 2, "days": 9, "share": 0.6}},
            {"outliers": {"q": 0.05, "ratio": 2, "voids_min": 2, "peers_min": 2}},
        )
    ),
)


def other_policy(**other: object) -> Policy:
    return policy_from({"time_zone": "America/New_York", "stalled_after": "7d", **other})


@contextmanager
def loaded(history: History, file: Path, *, lasting: bool) -> Iterator[JudgedBooks]:
    """Write a history as the live books are copied out, and load it."""
    folder = file.parent / f"copies-of-{file.stem}"
    folder.mkdir()
    for name, table in TABLES.items():
        with (folder / f"{name}.csv").open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerows(
                [_written(row.get(column.name)) for column in table] for row in history.books.get(name, ())
            )
    with scratch_database(folder, memory_limit="1GB", threads=2, file=file) as connection:
        load_books(connection, folder)
        offsets = Calendar.over(
            as_of=history.as_of, policy=history.policy, earliest=history.as_of - timedelta(days=800)
        ).offsets
        yield JudgedBooks.over(connection, as_of=history.as_of, offsets=offsets, lasting=lasting)


def _written(value: object) -> object:
    return value.replace(tzinfo=None).isoformat(sep=" ") if isinstance(value, datetime) else value


@contextmanager
def earlier(file: Path, judgement: Judgement, scratch: Path) -> Iterator[JudgedBooks]:
    scratch.mkdir()
    with scratch_database(scratch, memory_limit="1GB", threads=2, file=file, read_only=True) as connection:
        yield JudgedBooks.of_earlier(connection, judgement)


def said(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return findings in the order of their ids, without the files and lines that live books have not."""
    told = ({name: value for name, value in row.items() if name != "evidence"} for row in findings)
    return sorted(told, key=lambda row: str(row["finding_id"]))


@pytest.mark.parametrize(("other", "orders_min"), CASES)
def test_another_policy_finds_in_judged_books_what_it_finds_in_fresh_ones(
    other: Mapping[str, object], orders_min: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ORDERS_MIN", orders_min)
    history, policy = whole_shops(5, shops_n=3, size=25), other_policy(**other)
    with loaded(history, tmp_path / "kept.duckdb", lasting=True) as books:
        judgement = books.keep(history.policy, rows_n=1)
        first = said(books.findings(history.policy).to_pylist())
    # As it lies on disk until somebody asks.
    judgement = msgspec.json.decode(msgspec.json.encode(judgement), type=Judgement)
    with earlier(tmp_path / "kept.duckdb", judgement, tmp_path / "scratch") as books:
        assert said(books.findings(history.policy).to_pylist()) == first
        second = said(books.findings(policy).to_pylist())
    assert second == said(findings_of(history.books, policy, history.as_of))
    assert second != first


def test_what_the_policies_do_not_differ_in_is_not_asked_again(tmp_path: Path) -> None:
    history = whole_shops(5, shops_n=1, size=10)
    with loaded(history, tmp_path / "books.duckdb", lasting=False) as books:
        books.findings(history.policy)
        asked_n = len(books.bench.answers)
        books.known.clear()
        books.findings(history.policy)
        assert len(books.bench.answers) == asked_n
        books.findings(other_policy(slip_within="90s"))
        assert asked_n < len(books.bench.answers) < asked_n * 1.5


def test_what_was_answered_in_an_earlier_process_is_not_asked_again(tmp_path: Path) -> None:
    history = whole_shops(5, shops_n=1, size=5)
    with loaded(history, tmp_path / "kept.duckdb", lasting=True) as books:
        judgement = books.keep(history.policy, rows_n=1)
        found = said(books.findings(history.policy).to_pylist())
    with earlier(tmp_path / "kept.duckdb", judgement, tmp_path / "scratch") as books:
        books.known.clear()
        assert said(books.findings(history.policy).to_pylist()) == found
        assert books.bench.answers == judgement.answers


def test_an_answer_that_was_lost_is_found_again(tmp_path: Path) -> None:
    history = whole_shops(5, shops_n=1, size=5)
    with loaded(history, tmp_path / "kept.duckdb", lasting=True) as books:
        judgement = books.keep(history.policy, rows_n=1)
        found = said(books.findings(history.policy).to_pylist())
    spoilt = replace(judgement, answers=dict(list(judgement.answers.items())[::2]))
    with earlier(tmp_path / "kept.duckdb", spoilt, tmp_path / "scratch") as books:
        books.known.clear()
        assert said(books.findings(history.policy).to_pylist()) == found


def test_lasting_tables_are_hidden_by_no_later_one(tmp_path: Path) -> None:
    history = whole_shops(5, shops_n=1, size=5)
    with loaded(history, tmp_path / "kept.duckdb", lasting=True) as books:
        judgement = books.keep(history.policy, rows_n=1)
    with duckdb.connect(str(tmp_path / "kept.duckdb"), read_only=True) as connection:
        names = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    kept = {answer.table for answer in judgement.answers.values() if answer.table is not None}
    assert kept <= names
    assert not any(name.startswith("kept_") for name in names)
