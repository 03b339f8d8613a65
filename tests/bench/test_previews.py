"""The bench of previews: its shop is made once by the product's own verbs, and what it tells was really asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil import cli
from counterfoil.bench.previews import run
from counterfoil.bench.previews.run import Measured, Night, Tried, broken_promises, measure_previews
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import down
from counterfoil.desk.previews import previewing
from counterfoil.desk.previews.model import ANSWER

ORDERS = 1_000
MONTH = Tried(
    key="slip_within",
    value="5min",
    days=30,
    is_of_the_night=True,
    rows_n=4_000_000,
    differing_n=7,
    seconds=(9.0, 3.0, 30.0),
)
TODAY = replace(MONTH, days=1, is_of_the_night=False, rows_n=70_000, differing_n=0, seconds=(10.1,))
SLOW = replace(MONTH, key="duplicate_window", value="1h", seconds=(10.1,))
FOUND = Measured(
    orders=1_000_000,
    night=Night(rows_n=4_000_000, findings_n=20_000, copying_seconds=40.0, judging_seconds=90.0),
    tried=(MONTH, SLOW, TODAY),
)
LINES = {
    "en": "slip_within = 5min, 30 days, books of the night: median 9.0 s, worst 30.0 s of 3; "
    "10% of judging everything anew; 7 findings differ",
    "zh": "slip_within = 5min，30 天，昨夜的账本：3 次中位 9.0 秒、最慢 30.0 秒，为全部重新审视耗时的 10%；"
    "7 个问题有变化",
}


class Heard:
    """Hears which stages there are."""

    def __init__(self) -> None:
        self.stages: set[str] = set()

    def advance(self, stage: str, done: int, total: int) -> None:
        assert done <= total
        self.stages.add(stage)


@dataclass(frozen=True, slots=True)
class NoJudge:
    """Says that nothing differs."""

    folder: Path

    def judged(self, *, seconds: float) -> int:
        assert seconds > 0
        (self.folder / ANSWER).write_bytes(b"[]")
        return 0


@contextmanager
def no_judge(folder: Path) -> Iterator[NoJudge]:
    yield NoJudge(folder)


@pytest.fixture(scope="module")
def heard() -> Heard:
    """What the first run told of its progress."""
    return Heard()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where the shop is made; its server is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as made:
        # Where root asks, PostgreSQL runs as somebody else, who must be able to pass.
        Path(made).chmod(0o711)
        yield Path(made)
        down(Home(Path(made) / f"shop-{ORDERS}"))


@pytest.fixture(scope="module")
def measured(folder: Path, heard: Heard) -> Measured:
    """A run of one value over a shop whose month is of many orders, and whose last day is not copied."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(previewing, "ORDERS_COPIED_MAX", 100)
        patch.setattr(run, "ORDERS_COPIED_MAX", 0)
        return measure_previews(folder, orders=ORDERS, rounds=1, progress=heard, values={"return_window": "1h"})


@pytest.mark.long
def test_a_value_is_tried_on_books_that_were_judged_before(measured: Measured, heard: Heard) -> None:
    (tried,) = measured.tried
    assert measured.night.rows_n == tried.rows_n > ORDERS
    assert (tried.is_of_the_night, tried.days, len(tried.seconds)) == (True, 30, 1)
    assert measured.night.findings_n > 0
    assert tried.differing_n > 0, "a month has returns that are older than an hour"
    assert {"sell", "write", "judging", "measuring"} <= heard.stages


def test_the_shop_is_made_once_and_few_orders_are_copied(
    measured: Measured, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_judged", lambda *_given: measured.night)
    monkeypatch.setattr(previewing, "waiting_judge", no_judge)
    again = Heard()
    found = measure_previews(folder, orders=ORDERS, rounds=2, progress=again, values={"slip_within": "5min"})
    month, today = found.tried
    assert again.stages == {"measuring"}
    assert (month.days, len(month.seconds), today.days, len(today.seconds)) == (30, 2, 1, 1)
    assert (month.is_of_the_night, today.is_of_the_night) == (False, False)
    assert 0 < today.rows_n < month.rows_n < measured.night.rows_n


def test_a_month_whose_median_is_above_ten_seconds_breaks_the_promise() -> None:
    # A day that is copied afresh is told, and nothing is promised of it.
    assert list(broken_promises(replace(FOUND, tried=(MONTH, TODAY)))) == []
    assert list(broken_promises(FOUND)) == ["duplicate_window = 1h, 30 days: 10.1 s, promised are 10"]


@pytest.mark.parametrize(("lang", "said"), LINES.items())
def test_it_is_told_in_both_languages_and_ends_with_1(lang: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "measure_previews", lambda *_given, **_named: FOUND)
    told = CliRunner().invoke(cli.app, ["bench", "previews", "--lang", lang])
    assert said in told.stdout.splitlines()
    assert told.exit_code == 1


def test_json_has_the_seconds_of_every_round_and_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "measure_previews", lambda *_given, **_named: replace(FOUND, tried=(MONTH,)))
    told = CliRunner().invoke(cli.app, ["bench", "previews", "--json"])
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert (found["seconds_max"], found["orders"], found["night"]["judging_seconds"]) == (9.0, 1_000_000, 90.0)
    (tried,) = found["tried"]
    assert (tried["key"], tried["seconds"], tried["share_of_judging"]) == ("slip_within", [9.0, 3.0, 30.0], 0.1)
