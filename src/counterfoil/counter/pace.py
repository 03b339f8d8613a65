"""Counts tries and says when there are too many; of one process, in memory, and forgotten with it. No I/O.

Whoever waits may try again: a key's tries drain away evenly. What must hold across processes is locked in the database.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: So many keys are remembered; then those go that were not seen for longest.
KEYS_MAX = 20_000


@dataclass(slots=True, kw_only=True)
class Pace:
    """At most `most` tries at once of one key, and on average no more than that in `every`."""

    most: int
    every: timedelta
    _levels: OrderedDict[str, tuple[float, datetime]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, key: str, now: datetime) -> bool:
        """Count a try; False where it is one too many, which does not count."""
        with self._lock:
            level, since = self._levels.pop(key, (0.0, now))
            drained = max(0.0, level - self.most * ((now - since) / self.every))
            is_allowed = drained + 1 <= self.most
            self._levels[key] = (drained + 1 if is_allowed else drained, now)
            if len(self._levels) > KEYS_MAX:
                self._levels.popitem(last=False)
            return is_allowed

    def forgives(self, key: str) -> None:
        """Take back one try that was counted."""
        with self._lock:
            known = self._levels.get(key)
            if known is not None:
                level, since = known
                self._levels[key] = (max(0.0, level - 1), since)
