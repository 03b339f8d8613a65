"""A preview keeps to its rows and its seconds, one is made at a time, and days that are none are refused."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from counterfoil.db.engine import Database
from counterfoil.desk.previews import previewing
from counterfoil.desk.previews.judge import Judge
from counterfoil.desk.previews.model import DAYS_MAX, OUT_OF_MEMORY, Days
from counterfoil.desk.previews.previewing import preview
from counterfoil.desk.previews.refusals import PreviewRefusal
from counterfoil.ids import MerchantId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from tests.audit.engines.histories import whole_shops
from tests.desk.live_books import merchant, record
from tests.desk.test_watch_against_audit import of_merchants

HISTORY = whole_shops(3, shops_n=1, size=25)
NOW = HISTORY.as_of
TODAY = NOW.date()


@pytest.fixture
def shop(database: Database) -> MerchantId:
    """A shop with a history."""
    shop, books = next(iter(of_merchants(HISTORY.books).items()))
    merchant(database, shop, policy="", zone="UTC", now=NOW)
    record(database, shop, books)
    return shop


def refused(database: Database, shop: MerchantId, days: Days, **limits: float) -> Refused:
    answer = preview(database, shop, ("", 'slip_within = "1h"'), days, time_zone="UTC", now=NOW, **limits)  # type: ignore[arg-type]  # whole rows
    assert isinstance(answer, Refused)
    return answer


def test_more_rows_than_a_page_waits_for_are_refused(database: Database, shop: MerchantId) -> None:
    answer = refused(database, shop, Days.until(TODAY), rows_max=3, seconds_max=900)
    assert answer.code is PreviewRefusal.TOO_MANY_ROWS


def test_what_takes_too_long_is_ended_and_may_be_tried_again(database: Database, shop: MerchantId) -> None:
    # Time enough to copy the books, and never enough to load the rules.
    for seconds in (0.0, 0.3):
        answer = refused(database, shop, Days.until(TODAY), seconds_max=seconds)
        assert answer.code is PreviewRefusal.TOO_SLOW
        assert answer.transient


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (OUT_OF_MEMORY, PreviewRefusal.OUT_OF_MEMORY),
        (-9, PreviewRefusal.OUT_OF_MEMORY),
        (1, PreviewRefusal.FAILED),
    ],
)
def test_only_where_the_memory_did_not_suffice_are_fewer_days_advised(
    code: int, expected: PreviewRefusal, database: Database, shop: MerchantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def ends(folder: Path) -> Iterator[SimpleNamespace]:
        says = folder / "says.txt"
        says.write_text("Traceback …\nduckdb.InvalidInputException: Invalid Input Error: {99}\n", encoding="utf-8")
        process = cast("subprocess.Popen[bytes]", None)
        yield SimpleNamespace(judged=lambda **_limits: code, last_error=Judge(process, says).last_error)

    monkeypatch.setattr(previewing, "waiting_judge", ends)
    with capture_logs() as logs:
        answer = refused(database, shop, Days.until(TODAY))
    assert answer.code is expected
    assert ("fewer days" in answer.said(Language.EN)) is (expected is PreviewRefusal.OUT_OF_MEMORY)
    assert ("缩短日期范围" in answer.said(Language.ZH)) is (expected is PreviewRefusal.OUT_OF_MEMORY)
    assert [log["kind"] for log in logs if log["event"] == "preview_broken_off"] == ["duckdb.InvalidInputException"]


def test_one_preview_is_made_at_a_time(database: Database, shop: MerchantId) -> None:
    with previewing._ALONE:
        assert refused(database, shop, Days.until(TODAY)).code is PreviewRefusal.BUSY
    assert refused(database, shop, Days.until(TODAY), rows_max=3, seconds_max=900).code is PreviewRefusal.TOO_MANY_ROWS


@pytest.mark.parametrize(
    ("first", "last"),
    [(TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=1)), (TODAY - timedelta(days=DAYS_MAX), TODAY)],
)
def test_days_that_cannot_be_looked_at_are_refused(
    first: date, last: date, database: Database, shop: MerchantId
) -> None:
    assert refused(database, shop, Days(first=first, last=last)).code is PreviewRefusal.DAYS_UNUSABLE
