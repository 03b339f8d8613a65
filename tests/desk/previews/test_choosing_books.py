"""Books of last night are asked where many orders belong to the days, and where they know of the days at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from counterfoil.db.engine import Database
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.desk.copies.model import Judgement, Kept
from counterfoil.desk.previews import previewing
from counterfoil.desk.previews.asking import ask_to_judge
from counterfoil.desk.previews.model import ANSWER, REQUEST, Days, Preview, Request
from counterfoil.desk.previews.preparing import judge_books
from counterfoil.desk.previews.previewing import preview
from counterfoil.desk.previews.refusals import PreviewRefusal
from counterfoil.ids import MerchantId
from counterfoil.policy import Policy
from counterfoil.refusals import Refused
from tests.audit.engines.histories import whole_shops
from tests.desk.live_books import merchant, record
from tests.desk.test_watch_against_audit import of_merchants

HISTORY = whole_shops(3, shops_n=1, size=25)
NOW = HISTORY.as_of + timedelta(days=30)
LAST_NIGHT = Kept(
    tables="judged.duckdb",
    judgement=Judgement(policy=Policy(), as_of=NOW - timedelta(hours=9), offsets=((NOW, 0),), rows_n=7, answers={}),
)


def judged_at(kept: Kept, ago: timedelta, policy: Policy = LAST_NIGHT.judgement.policy) -> Kept:
    return replace(kept, judgement=replace(kept.judgement, as_of=NOW - ago, policy=policy))


@dataclass(slots=True)
class NoJudge:
    """Says that nothing differs, and keeps what it was asked."""

    folder: Path
    asked: list[Request]

    def judged(self, *, seconds: float) -> int:
        assert seconds > 0
        self.asked.append(msgspec.json.decode((self.folder / REQUEST).read_bytes(), type=Request))
        (self.folder / ANSWER).write_bytes(b"[]")
        return 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What judges are asked."""
    found: list[Request] = []

    @contextmanager
    def waiting(folder: Path) -> Iterator[NoJudge]:
        yield NoJudge(folder, found)

    monkeypatch.setattr(previewing, "waiting_judge", waiting)
    return found


@pytest.fixture
def shop(database: Database) -> MerchantId:
    """A shop with a history."""
    shop, books = next(iter(of_merchants(HISTORY.books).items()))
    merchant(database, shop, policy="", zone="UTC", now=NOW)
    record(database, shop, books)
    return shop


@pytest.mark.parametrize(
    ("kept", "orders_copied_max", "days_n", "is_asked"),
    [
        pytest.param(LAST_NIGHT, 0, 60, True, id="many orders"),
        pytest.param(LAST_NIGHT, 10_000, 60, False, id="few orders"),
        pytest.param(LAST_NIGHT, 0, 1, False, id="only today"),
        pytest.param(None, 0, 60, False, id="none are kept"),
        pytest.param(judged_at(LAST_NIGHT, timedelta(days=3)), 0, 60, True, id="three days ago"),
        pytest.param(judged_at(LAST_NIGHT, timedelta(days=3, seconds=1)), 0, 60, False, id="longer ago"),
        pytest.param(judged_at(LAST_NIGHT, -timedelta(hours=1)), 0, 60, False, id="the clock went back"),
        pytest.param(
            judged_at(LAST_NIGHT, timedelta(hours=9), Policy(time_zone="Asia/Shanghai")), 0, 60, False, id="other days"
        ),
    ],
)
def test_the_books_are_chosen(
    kept: Kept | None,
    orders_copied_max: int,
    days_n: int,
    is_asked: bool,  # noqa: FBT001 — one of the columns above
    database: Database,
    shop: MerchantId,
    asked: list[Request],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(previewing, "ORDERS_COPIED_MAX", orders_copied_max)
    days = Days.until(NOW.date(), days_n)
    said = preview(database, shop, ("", 'slip_within = "1h"'), days, time_zone="UTC", now=NOW, kept=kept)
    assert isinstance(said, Preview)
    (request,) = asked
    if is_asked:
        assert kept is not None
        assert request.kept == kept
        assert (said.as_of, said.rows_n) == (kept.judgement.as_of, 7)
    else:
        assert request.kept is None
        assert said.as_of == NOW


def test_books_of_a_large_shop_that_no_night_knows_are_to_be_judged_first(
    database: Database, shop: MerchantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = ("", 'slip_within = "1h"')
    days = Days.until(NOW.date(), 60)
    for orders_copied_max, code in ((0, PreviewRefusal.NOT_JUDGED_YET), (10_000, PreviewRefusal.TOO_MANY_ROWS)):
        monkeypatch.setattr(previewing, "ORDERS_COPIED_MAX", orders_copied_max)
        said = preview(database, shop, policies, days, time_zone="UTC", now=NOW, rows_max=1)
        assert isinstance(said, Refused)
        assert said.code is code


def test_what_is_judged_on_demand_answers_as_a_night_does(
    database: Database, shop: MerchantId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptBooks(tmp_path)
    rows_n = judge_books(database, shop, kept, now=NOW)
    monkeypatch.setattr(previewing, "ORDERS_COPIED_MAX", 0)
    policies, days = ("", 'slip_within = "1h"'), Days.until(NOW.date() - timedelta(days=1), 60)
    of_now = preview(database, shop, policies, days, time_zone="UTC", now=NOW, seconds_max=900)
    said = preview(database, shop, policies, days, time_zone="UTC", now=NOW, kept=kept.get(shop), seconds_max=900)
    assert isinstance(said, Preview)
    assert isinstance(of_now, Preview)
    assert said.rows_n == rows_n
    assert said.tallies == of_now.tallies


def test_it_is_asked_for_once_until_a_worker_takes_it_up(database: Database, shop: MerchantId) -> None:
    with database.transaction(shop) as connection:
        assert [ask_to_judge(connection, shop) for _ in range(2)] == [True, False]
