"""What a preview says of some days is what two full audits of all the books say of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from counterfoil.db.engine import Database
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.desk.cross_checking import cross_check
from counterfoil.desk.previews import previewing
from counterfoil.desk.previews.comparing import compared
from counterfoil.desk.previews.model import Change, Days, Preview, Tally
from counterfoil.desk.previews.previewing import preview
from counterfoil.desk.watching import Watcher
from counterfoil.policy import policy_from
from tests.audit.engines.histories import whole_shops
from tests.desk.live_books import findings_of, merchant, record
from tests.desk.test_watch_against_audit import POLICY, of_merchants

ZONE = "America/New_York"
OTHER = POLICY.replace(
    'stalled_after = "7d"',
    """
stalled_after = "24h"
slip_within = "90s"
ship_within = "1h"
confirm_after = "1h"
return_window = "60d"
duplicate_window = "3h"
""",
)
#: Habits are counted over the copied books, which have not everybody's older sales.
OUTLIERS = frozenset({"operator_outlier", "terminal_outlier"})


@pytest.mark.parametrize("seed", [26, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(100, 140))])
def test_a_preview_says_what_two_audits_of_everything_say(seed: int, database: Database) -> None:
    history = whole_shops(seed, shops_n=1, size=25)
    shop, books = next(iter(of_merchants(history.books).items()))
    merchant(database, shop, policy=POLICY, zone=ZONE, now=history.as_of)
    record(database, shop, books)
    today = history.as_of.astimezone(ZoneInfo(ZONE)).date()
    whole = [findings_of(books, policy_from(tomllib.loads(text)), history.as_of) for text in (POLICY, OTHER)]
    # Cut on both sides: what lies before the days and behind them has a say in what is found in them.
    days = Days(first=today - timedelta(days=9), last=today - timedelta(days=3))
    said = preview(database, shop, (POLICY, OTHER), days, time_zone=ZONE, now=history.as_of, seconds_max=900)
    assert isinstance(said, Preview)
    expected = compared(*whole, begin=_midnight(days.first), end=_midnight(days.last + timedelta(days=1)))
    assert dict(_told(said.tallies)) == dict(_told(expected))
    assert said.count(Change.SAME)
    if seed == 26:
        assert {tally.change for tally in said.tallies} == {Change.NEW, Change.GONE, Change.SAME}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE))


def _told(
    tallies: Sequence[Tally],
    *,
    but: frozenset[str] = OUTLIERS,
) -> Iterator[tuple[tuple[str, str, Change], tuple[int, dict[str, int], list[str]]]]:
    for tally in tallies:
        if tally.diagnosis not in but:
            key = (tally.exception, tally.diagnosis, tally.change)
            yield key, (tally.n, dict(tally.at_risk_minor), [each.finding_id for each in tally.examples])


def test_books_of_last_night_say_the_same_of_days_that_are_over(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "ORDERS_COPIED_MAX", 0)
    history = whole_shops(3, shops_n=1, size=25)
    shop, books = next(iter(of_merchants(history.books).items()))
    merchant(database, shop, policy=POLICY, zone=ZONE, now=history.as_of)
    record(database, shop, books)
    kept = KeptBooks(tmp_path / "judged")
    with Watcher.over(database.address) as watcher:
        assert cross_check(watcher, shop, now=history.as_of, kept=kept) is not None
    whole = [findings_of(books, policy_from(tomllib.loads(text)), history.as_of) for text in (POLICY, OTHER)]
    today = history.as_of.astimezone(ZoneInfo(ZONE)).date()
    days = Days(first=today - timedelta(days=9), last=today)
    later = history.as_of + timedelta(hours=9)
    said = preview(
        database, shop, (POLICY, OTHER), days, time_zone=ZONE, now=later, kept=kept.get(shop), seconds_max=900
    )
    assert isinstance(said, Preview)
    assert said.as_of == history.as_of
    expected = compared(*whole, begin=_midnight(days.first), end=_midnight(days.last + timedelta(days=1)))
    # All books are there, so that habits are told as well.
    assert dict(_told(said.tallies, but=frozenset())) == dict(_told(expected, but=frozenset()))
