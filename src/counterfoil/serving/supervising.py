"""`counterfoil serve` itself: opens the socket, watches over web processes and worker, and ends them cleanly.

It answers no request and does no job, so that nothing which can go wrong there takes it along.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import revive
from counterfoil.errors import BadOption
from counterfoil.serving.agreed import BACKLOG
from counterfoil.serving.levels import Level
from counterfoil.serving.opening import StillOpening, is_open
from counterfoil.serving.watched import Watched

#: Connections to the database: of all web processes together, of each at least, and of the worker.
CONNECTIONS_OF_WEB = 32
CONNECTIONS_MIN = 4
CONNECTIONS_OF_WORKER = 10

#: How long everything that was taken may take: the longest call to an acquirer, and the worker's grace.
END_SECONDS_MAX = 90
LOOK_SECONDS = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is served, where, and by how many."""

    host: str
    port: int
    processes: int
    level: Level
    #: The data home; its embedded database is started again where it crashes.
    home: Home
    is_embedded: bool


@contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Hold the data home for a block; BadOption where another `serve` holds it."""
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(home.path / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadOption(f"{home.path}: another `counterfoil serve` is serving it; end that one first") from None
        yield
    finally:
        os.close(handle)


def listening(host: str, port: int) -> socket.socket:
    """Open the socket that all web processes take from; BadOption where that cannot be."""
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        opened = socket.socket(family, kind, protocol)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError as error:
        raise BadOption(f"--host {host} --port {port}: cannot listen: {error.strerror}; choose another") from error
    opened.setblocking(False)
    return opened


async def supervise(
    serving: Serving, opened: socket.socket, ready: Callable[[str], None], still: Callable[[StillOpening], None]
) -> None:
    """Serve until told to end; `ready` hears the address once health answers, `still` how long that takes.

    BadOption where it never does.
    """
    host, port = opened.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    webs = _web_processes(serving, opened.fileno())
    everybody = [*webs, _worker(serving)]
    keeping = [asyncio.create_task(each.keep(), name=each.name) for each in everybody]
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        if told.is_set():  # asked twice: somebody is in a hurry
            for each in everybody:
                each.kill()
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    reviving = asyncio.create_task(_revive(serving))
    try:
        if await is_open(everybody, webs, (host, port), told, still):
            ready(address)
        await told.wait()
    finally:
        reviving.cancel()
        # Nobody is let in any more; who is in, is answered.
        opened.close()
        await _end(everybody, keeping)


def _web_processes(serving: Serving, handle: int) -> Sequence[Watched]:
    connections = max(CONNECTIONS_MIN, CONNECTIONS_OF_WEB // serving.processes)
    return [
        Watched(
            name=f"web-{number}",
            command=_command("web", f"web-{number}", connections, serving.level, "--socket", str(handle)),
            handles=(handle,),
        )
        for number in range(1, serving.processes + 1)
    ]


def _worker(serving: Serving) -> Watched:
    return Watched(name="worker", command=_command("worker", "worker", CONNECTIONS_OF_WORKER, serving.level))


def _command(module: str, name: str, connections: int, level: Level, *more: str) -> Sequence[str]:
    words = ("--name", name, "--connections", str(connections), "--log-level", level.value)
    return (sys.executable, "-m", f"counterfoil.serving.{module}", *words, *more)


async def _revive(serving: Serving) -> None:
    """Start the embedded database again where it has crashed; where somebody has stopped it, it stays stopped."""
    while serving.is_embedded:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if await asyncio.to_thread(revive, serving.home):
                log.error("database_revived", home=str(serving.home.path))
        except BadOption as error:
            log.error("database_not_revived", why=str(error))  # noqa: TRY400 — what to do stands in the line


async def _end(everybody: Sequence[Watched], keeping: Sequence[asyncio.Task[None]]) -> None:
    log.info("ending")
    for each in everybody:
        each.end()
    _, pending = await asyncio.wait(keeping, timeout=END_SECONDS_MAX)
    if pending:
        log.error("ending_cut_short", names=[task.get_name() for task in pending], after_s=END_SECONDS_MAX)
        for each in everybody:
            each.kill()
    await asyncio.gather(*keeping, return_exceptions=True)
    log.info("ended")
