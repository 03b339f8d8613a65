"""Waits until the counter answers: as long as its processes live, for a busy machine is slow and not broken.

Whoever waits is told so again and again, and what for; it ends early where the processes cannot even be started.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from counterfoil.errors import BadOption
from counterfoil.serving.agreed import EXIT_BAD_INPUT
from counterfoil.serving.watched import Watched

#: Ten seconds are enough on a machine of its own; this is for one that has much else to do.
READY_SECONDS_MAX = 900
#: Who dies as often as this before anything answers does not come up by waiting.
DEATHS_MAX = 5
#: So often it is told that it is still waited.
TOLD_EVERY_SECONDS = 15
_STEP_SECONDS = 0.1
_ASK_SECONDS_MAX = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpening:
    """For whom it is waited: the web processes, which load the code, open the books and listen at a port then."""

    names: Sequence[str]
    port: int
    waited_s: int
    most_s: int = field(default_factory=lambda: READY_SECONDS_MAX)


async def is_open(
    everybody: Sequence[Watched],
    webs: Sequence[Watched],
    address: tuple[str, int],
    told: asyncio.Event,
    still: Callable[[StillOpening], None],
) -> bool:
    """Wait until health answers; False where told to end before. BadOption where it cannot come to that."""
    loop = asyncio.get_running_loop()
    began, said_n = loop.time(), 0
    asking = asyncio.create_task(asyncio.to_thread(_answers, *address))
    while not told.is_set():
        # The socket listens before anybody takes from it: whoever asks early hangs, and is answered late.
        if asking.done():
            if asking.result():
                return True
            asking = asyncio.create_task(asyncio.to_thread(_answers, *address))
        waiting = StillOpening(names=[each.name for each in webs], port=address[1], waited_s=int(loop.time() - began))
        _insist_that_it_may_come(everybody, webs, waiting)
        if waiting.waited_s >= (said_n + 1) * TOLD_EVERY_SECONDS:
            said_n += 1
            still(waiting)
        await asyncio.sleep(_STEP_SECONDS)
    return False


def _insist_that_it_may_come(everybody: Sequence[Watched], webs: Sequence[Watched], waiting: StillOpening) -> None:
    for each in everybody:
        if each.first_end == EXIT_BAD_INPUT:
            raise BadOption(f"{each.name} could not start; its line above says why")
    if all(each.deaths_n >= DEATHS_MAX for each in webs):
        name, deaths_n = webs[0].name, webs[0].deaths_n
        raise BadOption(f"{name} died {deaths_n} times before it answered; the lines above say why")
    if waiting.waited_s > waiting.most_s:
        raise BadOption(f"nothing answers at port {waiting.port} after {waiting.most_s} s; the lines above say why")


def _answers(host: str, port: int) -> bool:
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 — nothing is bound here
    with contextlib.closing(http.client.HTTPConnection(asked, port, timeout=_ASK_SECONDS_MAX)) as connection:
        try:
            connection.request("GET", "/api/v1/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
