"""The same books give the same findings on Spark as on DuckDB, to the last letter of every sentence.

One Spark serves all tests of this file, for it takes longer to start than most of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from counterfoil.audit.engines.spark import session
from counterfoil.books.format import TABLES
from counterfoil.detectors.catalogue import catalogue

from . import expressions
from .histories import shops_like_the_first, whole_shops
from .on_engine import (
    FAR,
    assert_a_town_reads_the_same,
    assert_absent_books_are_empty,
    differences,
    engine_over,
    findings_on,
    shelf_of,
)

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="the extra `spark` is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    # Spark leaves the sockets between Python and Java to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Start the Spark that every session of this file is of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", FAR)
        with session.spark_session(tmp_path_factory.mktemp("spark"), rows_n=0):
            yield


def test_every_expression_of_the_rules_reads_the_same(far_away: None) -> None:
    shelf = shelf_of(expressions.history())
    with engine_over("duckdb", shelf) as duck, engine_over("spark", shelf) as spark:
        expressions.assert_the_same(duck, spark)


def test_every_diagnosis_is_the_same_wherever_and_in_whatever_order(far_away: None) -> None:
    history = whole_shops(1, shops_n=40, size=16)
    expected = findings_on("duckdb", history)
    assert set(expected["exception"].to_pylist()) == set(catalogue())
    assert differences(expected, findings_on("spark", history, shuffle="a", zone=FAR, narrow=True)) == {}


@pytest.mark.parametrize("seed", [73, 152])
def test_whatever_is_absent_the_findings_are_the_same(far_away: None, seed: int) -> None:
    history = shops_like_the_first(seed, shops_n=30, size=12)
    assert set(history.carried) < set(TABLES)
    expected = findings_on("duckdb", history)
    assert expected.num_rows >= 100
    assert differences(expected, findings_on("spark", history, shuffle="b", zone=FAR)) == {}


def test_a_small_town_on_compiled_plans_gives_the_same_findings_and_tells_the_same_stories(
    far_away: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans are compiled here, as they are for a large history."""
    monkeypatch.setattr(session, "COMPILED_ROWS_MIN", 0)
    assert_a_town_reads_the_same("spark", tmp_path)


def test_absent_books_are_empty_tables_of_the_right_shape() -> None:
    assert_absent_books_are_empty("spark", expressions.history())
