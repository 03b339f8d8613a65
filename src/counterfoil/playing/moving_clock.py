"""A clock that a play moves: forward only, from one act to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class MovingClock:
    """Tells the moment that a play has come to."""

    now: datetime

    def __call__(self) -> datetime:
        """Return this moment of the play."""
        return self.now

    def to(self, moment: datetime) -> None:
        """Move on; a moment that has passed already changes nothing."""
        self.now = max(self.now, moment)
