"""The clock on the simulated host's wall: that of its machine, until whoever rehearses sets it to another time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, kw_only=True)
class HostClock:
    """Tells the machine's time, or the moment that it was set to, which then stands still."""

    machine: Callable[[], datetime]
    stands_at: datetime | None = None

    def __call__(self) -> datetime:
        """Return what the host takes for now."""
        return self.stands_at if self.stands_at is not None else self.machine()
