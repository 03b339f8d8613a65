"""The how-to on benchmarks works as it is written: its queries run, and its score shows what it says."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from counterfoil.score.run import run_score
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "benchmark-your-own-detector.md"


def test_the_example_detector_is_scored_and_falls_for_what_the_page_says(tmp_path: Path) -> None:
    run_world(WorldParameters(seed=1, orders=5_000, faults=0.1), tmp_path / "town")
    detector, falls_for = (
        query.replace("'town/", f"'{tmp_path}/town/").replace("'mine.parquet'", f"'{tmp_path}/mine.parquet'")
        for query in re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    )
    with duckdb.connect() as connection:
        connection.execute(detector)
        false_findings = dict(connection.execute(falls_for).fetchall())
    assert {"said repeat", "something else"} <= set(false_findings)
    score = run_score(tmp_path / "mine.parquet", tmp_path / "town")
    doubles = next(each for each in score.exceptions if each.exception == "duplicate_order")
    assert 0 < (doubles.tally.precision or 0) < 0.7
    assert 0 < (doubles.tally.recall or 0) < 1
    assert sum(false_findings.values()) == doubles.tally.findings - doubles.tally.matched
