"""The same books give the same findings on PostgreSQL as on DuckDB, to the last letter of every sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from counterfoil.detectors.catalogue import catalogue

from . import expressions
from .histories import History, shops_like_the_first, whole_shops
from .on_engine import (
    FAR,
    assert_a_town_reads_the_same,
    assert_absent_books_are_empty,
    differences,
    engine_over,
    findings_on,
    shelf_of,
)

DIAGNOSES = {diagnosis.id for detector in catalogue().values() for diagnosis in detector.diagnoses}


def test_every_expression_of_the_rules_reads_the_same() -> None:
    shelf = shelf_of(expressions.history())
    with engine_over("duckdb", shelf) as duck, engine_over("postgres", shelf) as postgres:
        expressions.assert_the_same(duck, postgres)


def _reads_the_same(history: History) -> pa.Table:
    """Compare PostgreSQL, far away, its rows in another order and quiet sales set aside, with DuckDB; return both's."""
    expected = findings_on("duckdb", history)
    assert differences(expected, findings_on("postgres", history, shuffle="a", zone=FAR, narrow=True)) == {}
    return expected


def test_every_diagnosis_is_the_same_wherever_and_in_whatever_order(far_away: None) -> None:
    found = _reads_the_same(whole_shops(1, shops_n=40, size=16))
    assert set(found["diagnosis"].to_pylist()) == DIAGNOSES


@pytest.mark.long
@pytest.mark.parametrize("seed", [12, 13, 14, 20, 27, 54, 59, 62, 73, 93, 119, 152, 157, 173, 175, 187, 188, 190])
def test_whatever_is_absent_the_findings_are_the_same(far_away: None, seed: int) -> None:
    assert _reads_the_same(shops_like_the_first(seed, shops_n=60, size=12)).num_rows >= 100


def test_a_small_town_gives_the_same_findings_and_tells_the_same_stories(tmp_path: Path) -> None:
    assert_a_town_reads_the_same("postgres", tmp_path)


def test_absent_books_are_empty_tables_of_the_right_shape() -> None:
    assert_absent_books_are_empty("postgres", expressions.history())
