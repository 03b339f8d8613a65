"""Setting quiet sales aside changes nothing that is said of a town, where most sales are quiet."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.intake.taking import take_in
from counterfoil.audit.moments import span_of
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.policy import read_policy
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world
from tests.audit.engines.on_engine import differences, engine_over

PARAMETERS = WorldParameters(seed=31, orders=5_000, faults=0.05, habits=0.3, planted_operator=6.0)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "town"
    run_world(PARAMETERS, folder)
    return folder


def found_in(town: Path, scratch: Path, *, narrow: bool) -> tuple[pa.Table, int]:
    """Return the findings of a town, and how many of its orders the rules saw."""
    with duckdb.connect() as connection:
        shelf = take_in(connection, [town], IntakeOptions(scratch=scratch))
        span = span_of(shelf)
        calendar = Calendar.over(as_of=span.latest, policy=read_policy(town / "policy.toml"), earliest=span.earliest)
        with engine_over("duckdb", shelf) as engine:
            verdict = detect(engine, engine.books(), calendar, narrow=narrow)
            findings, _ = finish(verdict, frozenset(shelf.tables))
            orders = verdict.ground.books["orders"]
            (seen,) = engine.fetch(orders.aggregate(n=orders.count()))["n"].to_pylist()
            return findings, int(seen)


def test_findings_are_the_same_with_quiet_sales_and_without(town: Path, tmp_path: Path) -> None:
    all_found, all_seen = found_in(town, tmp_path, narrow=False)
    found, seen = found_in(town, tmp_path, narrow=True)
    assert differences(found, all_found) == {}
    assert all_found.num_rows > PARAMETERS.orders * PARAMETERS.faults
    assert seen < all_seen // 2
