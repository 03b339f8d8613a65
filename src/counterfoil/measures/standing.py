"""What the books say of themselves: asked when Prometheus asks, and kept for a while, so that asking costs little."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.db.engine import Database
from counterfoil.jobs import store as queue
from counterfoil.jobs.store import Standing
from counterfoil.measures import store
from counterfoil.measures.store import OfMerchant

#: So long an answer is given again, and so many times as long as it took at least: at most a twentieth of one core.
KEPT_SECONDS = 10.0
KEPT_TIMES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was found, and when."""

    at: datetime
    merchants: Sequence[OfMerchant]
    standing: Standing
    #: (queue, status) -> how many.
    jobs: dict[tuple[str, str], int]


@dataclass(slots=True, kw_only=True)
class Books:
    """Asks the books; one for a process, used by many threads."""

    database: Database
    clock: Callable[[], datetime]
    _kept: Told | None = None
    _kept_until: float = 0.0
    #: Whoever asks while somebody is asking waits for that answer.
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def told(self) -> Told:
        """Return what the books say of themselves now, or said a moment ago. May wait for the database."""
        with self._asking:
            began = time.monotonic()
            if self._kept is None or began >= self._kept_until:
                self._kept = self._asked()
                ended = time.monotonic()
                self._kept_until = ended + max(KEPT_SECONDS, KEPT_TIMES * (ended - began))
            return self._kept

    def _asked(self) -> Told:
        now = self.clock()
        with self.database.engine.begin() as connection:
            merchants = queue.merchants(connection)
            standing = queue.standing(connection, now=now)
            waiting = dict(store.jobs(connection))
        found = []
        for merchant_id in merchants:
            with self.database.transaction(merchant_id) as connection:
                found.append(store.of_merchant(connection, merchant_id, now=now))
        return Told(at=now, merchants=found, standing=standing, jobs=waiting)
