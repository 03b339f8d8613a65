"""Kills by the plan: when the purchase of a number begins, its victim dies; and the acquirer goes deaf.

It kills only what descends from the counter that the storm started, and the PostgreSQL of the storm's own data folder.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from counterfoil.storm.acquirer.started import Started
from counterfoil.storm.counter_process import Counterprocess, kill
from counterfoil.storm.plan.model import Kill, Outage, Victim

#: A victim that is just being started again is waited for, for so long.
VICTIM_SECONDS_MAX = 15.0
_STEP_SECONDS = 0.05


@dataclass(slots=True, kw_only=True)
class Killer:
    """Follows the plan as purchases begin."""

    counter: Counterprocess
    acquirer: Started
    kills: Sequence[Kill]
    outages: Sequence[Outage]
    #: What it has done, by kind.
    done: Counter[str] = field(default_factory=Counter)
    _begun: int = -1
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def kills_n(self) -> int:
        """How many processes it has killed."""
        return sum(n for what, n in self.done.items() if what in set(Victim))

    def began(self, number: int) -> None:
        """Hear that a purchase begins."""
        if number > self._begun:
            self._begun = number
            self._moved.set()

    async def follow(self) -> None:
        """Do what is planned until cancelled; it never kills when nobody is shopping."""
        everything: list[Kill | Outage] = [*self.kills, *self.outages]
        planned = deque(sorted(everything, key=lambda one: one.at))
        while planned:
            if planned[0].at > self._begun:
                self._moved.clear()
                await self._moved.wait()
                continue
            match planned.popleft():
                case Kill() as victim:
                    await self._kill(victim)
                case Outage() as outage:
                    await self._go_deaf(outage)

    async def _kill(self, planned: Kill) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + VICTIM_SECONDS_MAX
        while loop.time() < until:
            living = await asyncio.to_thread(self.counter.processes_of, planned.victim)
            # Which of several is the story's, not the machine's.
            if living and kill(living[planned.at % len(living)]):
                self.done[planned.victim] += 1
                return
            await asyncio.sleep(_STEP_SECONDS)

    async def _go_deaf(self, outage: Outage) -> None:
        await asyncio.to_thread(self.acquirer.order, "be_deaf")
        try:
            await asyncio.sleep(outage.milliseconds / 1000)
        finally:
            await asyncio.to_thread(self.acquirer.order, "listen")
        self.done["outage"] += 1
