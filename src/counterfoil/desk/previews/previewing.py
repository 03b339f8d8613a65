"""Tries a policy on the books of some days: what it would have found there, beside what the one in force finds.

The rules' own code judges the same rows under both, in a process of its own, so that no page waits for it. Nothing is
changed: the rows are read out of one snapshot, and are gone with the preview.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time as clocks
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psycopg
import structlog

from counterfoil.desk.previews import store
from counterfoil.desk.previews.model import (
    ANSWER,
    DAYS_MAX,
    REQUEST,
    ROWS_MAX,
    SECONDS_MAX,
    Days,
    Preview,
    Request,
    Tally,
)
from counterfoil.desk.previews.refusals import PreviewRefusal, refused
from counterfoil.moments import is_day_of_a_shop
from counterfoil.policy import Policy
from counterfoil.refusals import Refused
from counterfoil.shop.policies.rules import read_shop_policy

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.db.engine import Database
    from counterfoil.ids import MerchantId

log = structlog.get_logger()

#: One at a time in each process that serves pages: beside it runs a shop.
_ALONE = threading.Lock()

#: What moves in a day or less must not be cut in two by the first of the days.
_MARGIN = timedelta(days=2)
_DAY = timedelta(days=1)
#: A window of the policy that is longer than this is looked through by what rows name, not by their time.
_MARGIN_MAX = timedelta(days=14)
#: The shop's clock is known so long before the earliest day.
_CLOCK_KNOWN_FOR = timedelta(days=800)


def preview(
    database: Database,
    merchant_id: MerchantId,
    texts: tuple[str, str],
    days: Days,
    *,
    time_zone: str,
    now: datetime,
    rows_max: int = ROWS_MAX,
    seconds_max: float = SECONDS_MAX,
) -> Preview | Refused:
    """Say what the second policy, as TOML, would have found in some days, and the first one does; both can be read."""
    policies = [read_shop_policy(text, time_zone=time_zone).audit for text in texts]
    zone = policies[0].zone
    is_known = is_day_of_a_shop(days.first) and days.first <= days.last <= now.astimezone(zone).date()
    if not is_known or days.count > DAYS_MAX:
        return refused(PreviewRefusal.DAYS_UNUSABLE, most=DAYS_MAX)
    if not _ALONE.acquire(blocking=False):
        return refused(PreviewRefusal.BUSY)
    try:
        with tempfile.TemporaryDirectory(prefix="counterfoil-", ignore_cleanup_errors=True) as scratch:
            trial = _Trial(folder=Path(scratch), seconds_max=seconds_max, rows_max=rows_max, days=days, now=now)
            return trial.run(database, merchant_id, texts, policies)
    finally:
        _ALONE.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """One preview: what it may take, and since when."""

    folder: Path
    seconds_max: float
    rows_max: int
    days: Days
    now: datetime
    begun_at: float = field(default_factory=clocks.monotonic)

    def run(
        self, database: Database, merchant_id: MerchantId, texts: tuple[str, str], policies: Sequence[Policy]
    ) -> Preview | Refused:
        """Copy the books, have them judged, and read what came of it."""
        zone = policies[0].zone
        begin, end = (datetime.combine(day, time(), zone) for day in (self.days.first, self.days.last + _DAY))
        since = begin - _margin(policies)
        habits_since = min(since, self.now - timedelta(days=max(one.serial_returner.days for one in policies)))
        try:
            with database.snapshot(merchant_id) as connection:
                self._hurry(connection)
                scope = store.scope(connection, since=since, habits_since=habits_since)
                rows_n = store.copy_books(connection, scope, self.folder, rows_max=self.rows_max, hurry=self._hurry)
        except store.TooManyRows:
            return refused(PreviewRefusal.TOO_MANY_ROWS, most=self.rows_max)
        except (_OutOfTime, psycopg.errors.QueryCanceled):
            return self._too_slow()
        request = Request(
            policies=texts,
            time_zone=policies[0].time_zone,
            as_of=self.now,
            earliest=since - _CLOCK_KNOWN_FOR,
            begin=begin,
            end=end,
        )
        (self.folder / REQUEST).write_bytes(msgspec.json.encode(request))
        code = self._judged()
        if code is None:
            return self._too_slow()
        if code != 0:
            log.error("preview_broken_off", merchant_id=merchant_id, code=code)
            return refused(PreviewRefusal.BROKEN_OFF, exit_code=code)
        tallies = msgspec.json.decode((self.folder / ANSWER).read_bytes(), type=tuple[Tally, ...])
        took = clocks.monotonic() - self.begun_at
        log.info("preview_made", merchant_id=merchant_id, rows_n=rows_n, seconds=round(took, 1))
        return Preview(days=self.days, as_of=self.now, rows_n=rows_n, seconds=took, tallies=tallies)

    def _left(self) -> float:
        """Return how many seconds are left; _OutOfTime where there are none."""
        left = self.begun_at + self.seconds_max - clocks.monotonic()
        if left <= 0:
            raise _OutOfTime
        return left

    def _hurry(self, connection: sa.Connection) -> None:
        store.hurry(connection, seconds=self._left())

    def _judged(self) -> int | None:
        """Have the rules judge what was copied; returns the exit code, or None where it took too long."""
        with (self.folder / "says.txt").open("wb") as says:
            process = subprocess.Popen(  # noqa: S603 — our own module, and a path that we have made
                [sys.executable, "-m", "counterfoil.desk.previews.judging", str(self.folder), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=says,
                # A group of its own, so that the second process ends with the first.
                start_new_session=True,
            )
        try:
            return process.wait(self._left())
        except (subprocess.TimeoutExpired, _OutOfTime):
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _too_slow(self) -> Refused:
        return refused(PreviewRefusal.TOO_SLOW, most=round(self.seconds_max))


class _OutOfTime(Exception):
    """The time that a preview may take is over."""


def _margin(policies: Sequence[Policy]) -> timedelta:
    """Return how far before the days rows may lie that a rule lays beside one of theirs by its time."""
    windows = (each for one in policies for each in (one.match_window, one.ref_match_window, one.duplicate_window))
    return _MARGIN + min(max(windows), _MARGIN_MAX)
