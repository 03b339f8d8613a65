"""Lets the whole story happen: so many tills at once, each happening begun in the order of the story.

What real processes do at the same time is theirs; the order in which things begin, and everything said, is the seed's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field

from counterfoil.storm.plan.model import Closing, Happening, Purchase, Upload
from counterfoil.storm.shoppers.offering import Standing
from counterfoil.storm.shoppers.visits import Visits

TILLS = 32
#: So many customers may stand aside, waiting for what their bank says; then the tills wait, too.
ASIDE_MAX = 400


@dataclass(slots=True, kw_only=True)
class Crowd:
    """The customers of a storm."""

    visits: Visits
    #: Told of the number of each purchase as it begins, and of how many have ended at the counter.
    began: Callable[[int], None]
    ended: Callable[[int], None]
    _ended_n: int = 0
    _aside: set[asyncio.Task[None]] = field(default_factory=set)
    _faults: list[BaseException] = field(default_factory=list)

    async def happen(self, happenings: Iterator[Happening]) -> None:
        """Let everything happen, and return when the last customer has gone."""
        async with asyncio.TaskGroup() as tills:
            for _ in range(TILLS):
                tills.create_task(self._serve(happenings))
        while self._aside:
            await asyncio.wait(self._aside)
        if self._faults:
            raise self._faults[0]

    async def _serve(self, happenings: Iterator[Happening]) -> None:
        for happening in happenings:
            match happening:
                case Purchase():
                    self.began(happening.number)
                    standings = await self.visits.at_counter(happening)
                    self._ended(1)
                    await self._step_aside(happening, standings)
                case Upload():
                    self.began(happening.purchases[-1].number)
                    await self.visits.offering.upload(happening)
                    self._ended(len(happening.purchases))
                case Closing():
                    self._put_aside(self.visits.close(happening))

    async def _step_aside(self, purchase: Purchase, standings: list[Standing]) -> None:
        is_over = all(one.state == "paid" for one in standings) and purchase.giving_back.value == "none"
        if is_over:
            return
        while len(self._aside) >= ASIDE_MAX:
            await asyncio.wait(self._aside, return_when=asyncio.FIRST_COMPLETED)
        self._put_aside(self.visits.afterwards(purchase, standings))

    def _put_aside(self, afterwards: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(afterwards)
        self._aside.add(task)
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._aside.discard(task)
        # A fault of a shopper is a fault of the storm, and must not pass for a quiet customer.
        if not task.cancelled() and (error := task.exception()) is not None:
            self._faults.append(error)

    def _ended(self, count: int) -> None:
        self._ended_n += count
        self.ended(self._ended_n)
