"""Waits until nothing is under way any more: no ladder has a step before it, and nothing late can come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from counterfoil.storm.settling.store import under_way

#: The ladders run at their own pace: nearly all end within seconds, and the few that meet several faults take a minute
#: for each try. After this the auditor calls what is left unknown beyond its time.
SETTLE_SECONDS_MAX = 420.0
_LOOK_SECONDS = 1.0


async def settled(
    address: str, merchant_id: str, *, quiet_s: float, told: Callable[[int, int], None]
) -> tuple[int, float]:
    """Return how many payments are still under way at the end, and how many seconds it took.

    `quiet_s`: for so long nothing must have been under way, because a message that is late may still arrive.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    most, quiet_since, left = 0, None, 0
    while loop.time() - began < SETTLE_SECONDS_MAX:
        found = await asyncio.to_thread(under_way, address, merchant_id)
        left = left if found is None else found
        most = max(most, left)
        told(most - left, most)
        if found != 0:
            quiet_since = None
        elif quiet_since is None:
            quiet_since = loop.time()
        elif loop.time() - quiet_since >= quiet_s:
            return 0, quiet_since - began
        await asyncio.sleep(_LOOK_SECONDS)
    return left, loop.time() - began
