"""Tries a policy on the books of some days: what it would have found there, beside what the one in force finds.

The rules' own code judges the same rows under both, in a process of its own, so that no other page waits for it.
Nothing is changed: the rows are read out of one snapshot, and are gone with the preview. A large shop's are not copied
by day; the books are asked that were kept when all of them were judged last night.
"""

from __future__ import annotations

import tempfile
import threading
import time as clocks
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psycopg
import structlog

from counterfoil.desk.previews import store
from counterfoil.desk.previews.judge import waiting_judge
from counterfoil.desk.previews.model import (
    ANSWER,
    DAYS_MAX,
    KEPT_FOR,
    ORDERS_COPIED_MAX,
    OUT_OF_MEMORY,
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
from counterfoil.shop.policies.rules import read_kept_policy

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import sqlalchemy as sa

    from counterfoil.db.engine import Database
    from counterfoil.desk.copies.model import Kept
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
    kept: Kept | None = None,
    rows_max: int = ROWS_MAX,
    seconds_max: float = SECONDS_MAX,
) -> Preview | Refused:
    """Say what the second policy, as TOML, would have found in some days, and the first one does; both can be read.

    `kept` are the books as they were judged last: where many orders belong to the days, these are asked.
    """
    policies = [read_kept_policy(text, time_zone=time_zone).audit for text in texts]
    zone = policies[0].zone
    is_known = is_day_of_a_shop(days.first) and days.first <= days.last <= now.astimezone(zone).date()
    if not is_known or days.count > DAYS_MAX:
        return refused(PreviewRefusal.DAYS_UNUSABLE, most=DAYS_MAX)
    if not _ALONE.acquire(blocking=False):
        return refused(PreviewRefusal.BUSY)
    try:
        with tempfile.TemporaryDirectory(prefix="counterfoil-", ignore_cleanup_errors=True) as scratch:
            trial = _Trial(
                folder=Path(scratch),
                texts=texts,
                policies=policies,
                days=days,
                now=now,
                kept=kept,
                seconds_max=seconds_max,
                rows_max=rows_max,
            )
            return trial.run(database, merchant_id)
    finally:
        _ALONE.release()


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One preview: what is tried, what it may take, and since when."""

    folder: Path
    texts: tuple[str, str]
    policies: Sequence[Policy]
    days: Days
    now: datetime
    kept: Kept | None
    seconds_max: float
    rows_max: int
    begun_at: float = field(default_factory=clocks.monotonic)
    #: Whether the books of a large shop are copied, because those of last night know nothing of the days.
    is_unjudged: bool = False

    def run(self, database: Database, merchant_id: MerchantId) -> Preview | Refused:
        """Lay the books out, have them judged, and read what came of it."""
        try:
            with waiting_judge(self.folder) as judge:
                request, rows_n = self._laid_out(database, merchant_id)
                (self.folder / REQUEST).write_bytes(msgspec.json.encode(request))
                code = judge.judged(seconds=self._left())
        except store.TooManyRows:
            return self._too_large(PreviewRefusal.TOO_MANY_ROWS, most=self.rows_max)
        except (_OutOfTime, psycopg.errors.QueryCanceled):
            code = None
        if code is None:
            return self._too_large(PreviewRefusal.TOO_SLOW, most=round(self.seconds_max))
        if code != 0:
            log.error("preview_broken_off", merchant_id=merchant_id, code=code, kind=judge.last_error())
            # A signal is the system's: it ends whoever takes the memory of others.
            is_memory = code == OUT_OF_MEMORY or code < 0
            return refused(PreviewRefusal.OUT_OF_MEMORY if is_memory else PreviewRefusal.FAILED, exit_code=code)
        tallies = msgspec.json.decode((self.folder / ANSWER).read_bytes(), type=tuple[Tally, ...])
        took = clocks.monotonic() - self.begun_at
        log.info("preview_made", merchant_id=merchant_id, rows_n=rows_n, seconds=round(took, 1))
        return Preview(days=self.days, as_of=request.as_of, rows_n=rows_n, seconds=took, tallies=tallies)

    def _laid_out(self, database: Database, merchant_id: MerchantId) -> tuple[Request, int]:
        """Choose the books that are judged, and copy them where none of last night will do; returns how many rows."""
        since = self._midnight(self.days.first) - _margin(self.policies)
        habits_since = min(since, self.now - timedelta(days=max(one.serial_returner.days for one in self.policies)))
        request = Request(
            policies=self.texts,
            time_zone=self.policies[0].time_zone,
            as_of=self.now,
            earliest=since - _CLOCK_KNOWN_FOR,
            begin=self._midnight(self.days.first),
            end=self._midnight(self.days.last + _DAY),
        )
        with database.snapshot(merchant_id) as connection:
            self._hurry(connection)
            if store.are_more_orders(connection, ORDERS_COPIED_MAX, since=since):
                if self.kept is not None and self._will_do(self.kept):
                    judgement = self.kept.judgement
                    return replace(request, as_of=judgement.as_of, kept=self.kept), judgement.rows_n
                self.is_unjudged = True
            scope = store.scope(connection, since=since, habits_since=habits_since)
            rows_n = store.copy_books(connection, scope, self.folder, rows_max=self.rows_max, hurry=self._hurry)
        return request, rows_n

    def _will_do(self, kept: Kept) -> bool:
        """Say whether books of last night know anything of the days, by the same clock."""
        judged = kept.judgement
        is_fresh = self.now - KEPT_FOR <= judged.as_of <= self.now
        return is_fresh and judged.policy.zone == self._zone and self._midnight(self.days.first) < judged.as_of

    def _too_large(self, code: PreviewRefusal, **facts: object) -> Refused:
        """Refuse; a large shop is not told to choose other days, for its books can be judged beside its work."""
        return refused(PreviewRefusal.NOT_JUDGED_YET if self.is_unjudged else code, **facts)

    @property
    def _zone(self) -> ZoneInfo:
        return self.policies[0].zone

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)

    def _left(self) -> float:
        """Return how many seconds are left; _OutOfTime where there are none."""
        left = self.begun_at + self.seconds_max - clocks.monotonic()
        if left <= 0:
            raise _OutOfTime
        return left

    def _hurry(self, connection: sa.Connection) -> None:
        store.hurry(connection, seconds=self._left())


class _OutOfTime(Exception):
    """The time that a preview may take is over."""


def _margin(policies: Sequence[Policy]) -> timedelta:
    """Return how far before the days rows may lie that a rule lays beside one of theirs by its time."""
    windows = (each for one in policies for each in (one.match_window, one.ref_match_window, one.duplicate_window))
    return _MARGIN + min(max(windows), _MARGIN_MAX)
