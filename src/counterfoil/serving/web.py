"""One web process: `python -m counterfoil.serving.web`, started by `counterfoil serve` with the socket that listens.

Told to end, it takes no more connections, answers everything that it has taken, and lets go of the house then.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import structlog
import uvloop
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from counterfoil.api.app import application
from counterfoil.bootstrap import open_house
from counterfoil.counter.house import House
from counterfoil.errors import BadInput
from counterfoil.serving.agreed import BACKLOG, EXIT_BAD_INPUT
from counterfoil.serving.ending import when_told_to_end
from counterfoil.serving.levels import Level
from counterfoil.serving.logs import tell_on_stderr

#: So many calls to acquirers at once; each is a thread that waits.
CALLS_AT_ONCE = 64
log = structlog.get_logger()


class InheritedSocketServer(Server):
    """Granian in this process and its loop, on a socket that somebody else has opened.

    All web processes take from one queue of connections, so that what waits while one of them dies is taken by another.
    """

    def __init__(self, house: House, handle: int) -> None:
        super().__init__(
            application(house),
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            log_enabled=False,
        )
        self._handle = handle

    def _init_shared_socket(self) -> None:
        # Granian itself would open one for each process, on which connections are lost with their process.
        self._ssp = None
        self._shd = SocketHolder(self._handle, False, BACKLOG)  # type: ignore[assignment, call-arg]  # its stub says neither


async def serve(house: House, handle: int) -> None:
    """Serve until told to end."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="calls"))
    server = InheritedSocketServer(house, handle)
    when_told_to_end(server.stop)
    log.info("web_process_started")
    await server.serve()
    log.info("web_process_ended")


def main() -> int:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m counterfoil.serving.web", description=__doc__)
    parser.add_argument("--socket", type=int, required=True, help="the handle of the socket that listens")
    parser.add_argument("--name", required=True, help="what the log calls this process")
    parser.add_argument("--connections", type=int, required=True, help="to the database, at most")
    parser.add_argument("--log-level", type=Level, choices=list(Level), default=Level.INFO)
    options = parser.parse_args()
    tell_on_stderr(options.log_level, process=options.name, pid=os.getpid())
    try:
        house = open_house(application=f"counterfoil {options.name}", pool_size=options.connections)
    except BadInput as error:
        log.error("cannot_serve", why=str(error))  # noqa: TRY400 — what to do stands in the line; the places would not help
        return EXIT_BAD_INPUT
    uvloop.run(serve(house, options.socket))
    return 0


if __name__ == "__main__":
    sys.exit(main())
