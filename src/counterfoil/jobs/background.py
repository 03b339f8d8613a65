"""What tasks work with: the house, and what only the background needs, the watcher of the live books.

A watcher is used by one thread at a time. Whoever finds it in use leaves: what they would have done is being done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import psycopg
import structlog

from counterfoil import clock
from counterfoil.counter.house import House
from counterfoil.db.trouble import Kind, trouble_of
from counterfoil.desk.audits.folders import Folders
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.ids import MerchantId

if TYPE_CHECKING:
    from counterfoil.desk.watching import Watcher

log = structlog.get_logger()

#: Looks of one run at one merchant: ten thousand rows that moved in a minute are more than most shops see in a day.
LOOKS_MAX = 10
#: Between two looks the watch rests so many times as long as the look took; less where it was left behind.
REST = 5.0
#: A run that is behind, again and again, takes no more than this either; then it begins with a newer moment.
LOOKS_MAX_BEHIND = 1_280


@dataclass(slots=True, kw_only=True)
class Background:
    """Everything that one worker needs."""

    house: House
    #: Whether this process was told to end.
    ending: threading.Event = field(default_factory=threading.Event)
    _watching: threading.Lock = field(default_factory=threading.Lock)
    _watcher: Watcher | None = None
    #: How many looks a run may take at a merchant that the last run left behind.
    _looks_max: dict[MerchantId, int] = field(default_factory=dict)

    @property
    def audit_folders(self) -> Folders | None:
        """Where the files of audits lie; None: nowhere, so that none is run."""
        return None if self.house.audits_home is None else Folders(self.house.audits_home)

    def watch(self, merchants: Sequence[MerchantId], *, now: datetime) -> None:
        """Look at what moved in every merchant's books; the desk's findings follow.

        A run gives way to a rush of sales: it takes a bounded number of looks and rests between them, and the next run
        takes twice as many, with half the rest, where something was left.
        """
        with self._alone() as is_alone:
            self._each(merchants if is_alone else (), self._look, now=now)

    def cross_check(self, merchants: Sequence[MerchantId], *, now: datetime) -> None:
        """Hold every merchant's desk against all books at once; where a look is under way, the next night does it."""
        kept = None if self.house.judged_home is None else KeptBooks(self.house.judged_home)
        with self._alone() as is_alone:
            self._each(merchants if is_alone else (), partial(self._cross_check, kept), now=now)

    def end(self) -> None:
        """Let nothing begin that takes long, and break off the look that is under way. From any thread."""
        self.ending.set()
        watcher = self._watcher
        if watcher is not None:
            watcher.session.stop()

    def close(self) -> None:
        """Let go of what the background alone has opened."""
        with self._watching:
            self._close_watcher()

    def _each(self, merchants: Sequence[MerchantId], look: Callable[..., None], *, now: datetime) -> None:
        """Look at one merchant after the other; one whose books cannot be looked at keeps no other one waiting.

        What went wrong first is raised in the end, so that the job fails and its log says why.
        """
        failed: list[Exception] = []
        for merchant_id in merchants:
            try:
                look(merchant_id, now=now)
            except Exception as error:
                if self.ending.is_set() or _is_unreachable(error):
                    raise
                log.error("watch_failed", merchant_id=merchant_id, kind=type(error).__name__)  # noqa: TRY400 — raised below
                self._close_watcher()
                failed.append(error)
        if failed:
            raise failed[0]

    def _look(self, merchant_id: MerchantId, *, now: datetime) -> None:
        looks_max = self._looks_max.pop(merchant_id, LOOKS_MAX)
        looks = self._opened_watcher().look_until_done(
            merchant_id, now=now, looks_max=looks_max, between=self._resting(REST * LOOKS_MAX / looks_max)
        )
        if looks and looks[-1].is_behind:
            self._looks_max[merchant_id] = min(2 * looks_max, LOOKS_MAX_BEHIND)
        seen, lost = sum(look.seen_n for look in looks), sum(look.lost_n for look in looks)
        if seen or lost:
            log.info("books_watched", merchant_id=merchant_id, findings=seen, gone=lost)

    def _cross_check(self, kept: KeptBooks | None, merchant_id: MerchantId, *, now: datetime) -> None:
        from counterfoil.desk.cross_checking import cross_check  # noqa: PLC0415 — as below

        checked = cross_check(self._opened_watcher(), merchant_id, now=now, kept=kept)
        if checked is not None:
            log.info(
                "books_cross_checked",
                merchant_id=merchant_id,
                findings=checked.found_n,
                habits=checked.habits_n,
                disagreed=checked.disagreed_n,
            )

    def _resting(self, share: float) -> Callable[[], None]:
        """Return what rests between two looks: so many times as long as the look took, or until told to end."""
        ended = clock.now()

        def rest() -> None:
            nonlocal ended
            self.ending.wait(share * (clock.now() - ended).total_seconds())
            ended = clock.now()

        return rest

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the watcher for a block; yields False where somebody else does."""
        if self.ending.is_set() or not self._watching.acquire(blocking=False):
            yield False
            return
        try:
            yield True
        except BaseException as error:
            # Its connection may be what broke; the next look opens another.
            self._close_watcher()
            if not self.ending.is_set() or not isinstance(error, Exception):
                raise
            log.info("watch_broken_off")
        finally:
            self._watching.release()

    def _opened_watcher(self) -> Watcher:
        if self._watcher is None:
            # It brings the rules along, which take a while to load and are needed nowhere else in this process.
            from counterfoil.desk.watching import Watcher  # noqa: PLC0415 — as the comment says: loaded when first used

            self._watcher = Watcher.over(self.house.database.address)
        return self._watcher

    def _close_watcher(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.session.close()


def _is_unreachable(error: Exception) -> bool:
    """Say whether the database is gone: no other merchant's books can be looked at then either."""
    behind = getattr(error, "orig", error)
    return isinstance(behind, psycopg.Error) and trouble_of(behind).kind is Kind.UNREACHABLE
