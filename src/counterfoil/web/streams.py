"""The streams of one process that pages listen on: so many at most, and all of them end when the process does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from counterfoil.ids import StaffId

#: Open streams of one process, and of one person in it.
STREAMS_MAX = 200
STREAMS_OF_ONE_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The streams that are open; used by the one loop of a process."""

    by_person: Counter[StaffId] = field(default_factory=Counter)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def open_n(self) -> int:
        """How many are open."""
        return self.by_person.total()

    @contextmanager
    def one_more(self, staff_id: StaffId) -> Iterator[None]:
        """Count a stream as long as it is open."""
        self.by_person[staff_id] += 1
        try:
            yield
        finally:
            self.by_person[staff_id] -= 1

    def has_room(self, staff_id: StaffId) -> bool:
        """Say whether one more may be opened."""
        return self.open_n < STREAMS_MAX and self.by_person[staff_id] < STREAMS_OF_ONE_MAX

    async def goes_on_after(self, seconds: float) -> bool:
        """Wait so long, and say whether a stream goes on then; where everything ends, at once."""
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return True
        return False

    def end(self) -> None:
        """End every stream: whoever is told to end answers what was taken, and a stream would never be answered."""
        self._ending.set()
