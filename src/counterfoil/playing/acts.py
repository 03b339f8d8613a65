"""What a play is made of: acts, each at its moment, played in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.playing.stage import Stage

#: What an act does on the stage.
Doing = Callable[["Stage"], Awaitable[None]]

#: Acts within so long of each other may happen at once, as they do at several tills.
TOGETHER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that happens."""

    at: datetime
    do: Doing
    #: Whether it waits for all before it, and everything after it waits for it.
    is_alone: bool = False


async def played(acts: Sequence[Act], stage: Stage, told: Callable[[int, int], None]) -> None:
    """Play acts in the order of their moments; the clock is where each of them stands."""
    done = 0
    for scene in scenes(acts):
        stage.move_to(scene[-1].at)
        await asyncio.gather(*(act.do(stage) for act in scene))
        await stage.after_scene()
        done += len(scene)
        told(done, len(acts))


def scenes(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Yield acts that happen together, in the order of their moments."""
    scene: list[Act] = []
    for act in sorted(acts, key=lambda act: act.at):
        if scene and (act.is_alone or scene[0].is_alone or act.at - scene[0].at > TOGETHER):
            yield scene
            scene = []
        scene.append(act)
    if scene:
        yield scene
