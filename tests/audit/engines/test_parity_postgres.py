"""The same books give the same findings on PostgreSQL as on DuckDB, to the last letter of every sentence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.audit.run import AuditRequest, auditing
from counterfoil.books.format import TABLES
from counterfoil.books.schema import ibis_schema
from counterfoil.detectors.catalogue import catalogue
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world

from . import expressions
from .histories import shops_side_by_side
from .on_engine import differences, engine_over, findings_on, shelf_of

FAR = "Asia/Shanghai"


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine, and a PostgreSQL client, that think in the time of Shanghai."""
    monkeypatch.setenv("TZ", FAR)
    monkeypatch.setenv("PGTZ", FAR)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_every_expression_of_the_rules_reads_the_same() -> None:
    shelf = shelf_of(expressions.history())
    with engine_over("duckdb", shelf) as duck, engine_over("postgres", shelf) as postgres:
        for name, write in expressions.EXPRESSIONS.items():
            expected, found = (
                engine.fetch(engine.keep("asked", write(engine.books()["payments"]))).to_pylist()
                for engine in (duck, postgres)
            )
            assert sorted(map(repr, found)) == sorted(map(repr, expected)), name
            assert (name == "nothing at all") == (not expected), name


def test_many_random_shops_give_the_same_findings_wherever_and_in_whatever_order(far_away: None) -> None:
    history = shops_side_by_side(1, shops_n=40, size=16)
    expected = findings_on("duckdb", history)
    assert set(expected["exception"].to_pylist()) == set(catalogue())
    assert differences(expected, findings_on("postgres", history, shuffle="a", zone=FAR)) == {}


def test_a_small_town_gives_the_same_findings(tmp_path: Path) -> None:
    run_world(WorldParameters(seed=5, orders=1500, faults=0.2), tmp_path / "town", truth=False)
    found = []
    for engine in ("duckdb", "postgres"):
        request = AuditRequest(paths=[tmp_path / "town"], out=tmp_path / engine, engine=engine)
        with auditing(request) as audit:
            found.append(audit.findings)
    assert found[0].num_rows >= 200
    assert differences(*found) == {}


def test_absent_books_are_empty_tables_of_the_right_shape() -> None:
    shelf = shelf_of(expressions.history())
    with engine_over("postgres", shelf) as engine:
        for name, table in engine.books().tables.items():
            assert engine.is_empty(table) == (name != "payments")
            assert engine.fetch(table).schema == ibis_schema(TABLES[name]).to_pyarrow()
