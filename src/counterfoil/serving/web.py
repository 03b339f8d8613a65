"""One web process: `python -m counterfoil.serving.web`, started by `counterfoil serve` with the socket that listens.

Told to end, it takes no more connections, answers everything that it has taken, and lets go of the house then.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import structlog
import uvicorn
import uvloop

from counterfoil import clock
from counterfoil.bootstrap import open_house, settings_of
from counterfoil.counter.house import House
from counterfoil.errors import BadInput
from counterfoil.measures.counters import Counters
from counterfoil.measures.exposition import Measured
from counterfoil.measures.standing import Books
from counterfoil.serving.agreed import BACKLOG, EXIT_BAD_INPUT
from counterfoil.serving.application import application
from counterfoil.serving.connections import BoundedConnection
from counterfoil.serving.ending import when_told_to_end
from counterfoil.serving.levels import Level
from counterfoil.serving.logs import tell_on_stderr
from counterfoil.settings import WebSettings

#: So many calls to acquirers at once; each is a thread that waits.
CALLS_AT_ONCE = 64
#: A till sells every minute or so; its connection waits that long for the next sale.
KEPT_SECONDS = 75
log = structlog.get_logger()


class ToldToEnd(uvicorn.Server):
    """uvicorn in this process and its loop; whoever watches over us tells it when to end."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]  # a generator there
        """Leave the signals to `when_told_to_end`: ours end by returning, not by being killed a second time."""
        return contextlib.nullcontext()

    def end(self) -> None:
        """Take no more connections, and answer what was taken."""
        self.should_exit = True


async def serve(house: House, settings: WebSettings, handle: int, counters: Counters) -> None:
    """Serve until told to end, on a socket that all web processes take their connections from."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="calls"))
    books = Books(database=house.database, clock=clock.now)
    measured = Measured(counters=counters, books=books, by_merchant=settings.metrics_by_merchant)
    app = application(house, settings, measured=measured)
    server = ToldToEnd(
        uvicorn.Config(
            app,
            http=BoundedConnection,
            timeout_keep_alive=KEPT_SECONDS,
            ws="none",
            lifespan="on",
            backlog=BACKLOG,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
        )
    )

    def end() -> None:
        """Take no more connections, answer what was taken, and end the streams that pages listen on."""
        app.state.faces.streams.end()
        server.end()

    when_told_to_end(end)
    log.info("web_process_started")
    await server.serve([socket.socket(fileno=handle)])
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
        settings = settings_of().web
        counters = Counters()
        house = open_house(application=f"counterfoil {options.name}", pool_size=options.connections, measures=counters)
    except BadInput as error:
        log.error("cannot_serve", why=str(error))  # noqa: TRY400 — what to do stands in the line; the places would not help
        return EXIT_BAD_INPUT
    uvloop.run(serve(house, settings, options.socket, counters))
    return 0


if __name__ == "__main__":
    sys.exit(main())
