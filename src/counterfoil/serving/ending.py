"""How a process of ours hears that it shall end: by a signal, or because whoever started it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable

#: One read is enough: nobody ever writes there.
_READ_BYTES = 1


def when_told_to_end(end: Callable[[], None]) -> None:
    """Call `end`, in this thread's loop, at SIGTERM or SIGINT, and when standard input ends.

    Whoever watches over this process holds the other end of its standard input. A process that nobody watches over any
    more must not serve on: nobody could start it again, and nobody would stop it.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    watched = sys.stdin.fileno()

    def look() -> None:
        if not os.read(watched, _READ_BYTES):
            loop.remove_reader(watched)
            end()

    loop.add_reader(watched, look)
