"""Keeps one watcher for a process, and lends it to one job at a time: its session and its script are worth keeping."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from counterfoil.desk.watching import Look, Watcher

if TYPE_CHECKING:
    from counterfoil.ids import MerchantId

#: So many looks in one job at most; what is left is found by the next one, a minute later.
LOOKS_MAX = 60


@dataclass(slots=True, kw_only=True)
class BookWatch:
    """Watches the books of every merchant of a database."""

    address: str
    _lock: Lock = field(default_factory=Lock)
    _watcher: Watcher | None = None

    def watch_books(self, merchant_id: MerchantId, now: datetime) -> list[Look]:
        """Look at what moved or became due, until nothing is; another watch of the same merchant is not waited for."""
        with self._lock:
            if self._watcher is None:
                self._watcher = Watcher.over(self.address)
            try:
                return self._watcher.look_until_done(merchant_id, now=now, looks_max=LOOKS_MAX)
            except BaseException:
                # Whatever state the session is in: the next job begins with a fresh one.
                self.let_go()
                raise

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self.let_go()

    def let_go(self) -> None:
        """Let go of the watcher; whoever calls holds the lock."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.session.close()
