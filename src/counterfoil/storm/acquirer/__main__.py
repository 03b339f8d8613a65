"""Runs the simulated acquirer: `python -m counterfoil.storm.acquirer --data DIR`; its first line tells its ports."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from counterfoil import clock
from counterfoil.storm.acquirer.control import Control
from counterfoil.storm.acquirer.desk import Desk
from counterfoil.storm.acquirer.fates import BadFaults, Faults
from counterfoil.storm.acquirer.host_clock import HostClock
from counterfoil.storm.acquirer.rulings import Host
from counterfoil.storm.acquirer.server import Server
from counterfoil.storm.acquirer.store import Book


async def run(*, port: int, control_port: int, data: Path, faults: Faults) -> None:
    """Serve until the process is told to end."""
    # One thread owns the book; the loop only listens and speaks.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="book") as thread:
        book = Book(data / "acquirer.sqlite")
        host = Host(book, faults)
        host_clock = HostClock(machine=clock.now)
        desk = Desk(book, host, now=host_clock)
        server = Server(desk, faults, thread=thread)
        await server.listen(port)
        control = Control(
            book=book, host=host, desk=desk, server=server, clock=host_clock, bills=data / "bills", thread=thread
        )
        ports = {"port": server.port, "control_port": await control.serve(control_port), "pid": os.getpid()}
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        ruling = asyncio.create_task(server.rule_on())
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ruling.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await ruling
        await server.be_deaf()
        await asyncio.get_running_loop().run_in_executor(thread, book.close)


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m counterfoil.storm.acquirer", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where terminals connect; 0 takes any free port")
    parser.add_argument("--control-port", type=int, default=0, help="where orders come in; 0 takes any free port")
    parser.add_argument("--data", type=Path, required=True, help="folder of its book and its bills")
    parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same story")
    parser.add_argument("--faults", default="none", help="none, calm or storm, and NAME=PARTS OF TEN THOUSAND")
    options = parser.parse_args()
    try:
        faults = Faults.parse(options.faults, options.seed)
    except BadFaults as error:
        parser.error(str(error))
    (options.data / "bills").mkdir(parents=True, exist_ok=True)
    story = run(port=options.port, control_port=options.control_port, data=options.data, faults=faults)
    try:
        import uvloop  # noqa: PLC0415 — a quicker loop where there is one; Windows has none
    except ImportError:
        asyncio.run(story)
    else:
        uvloop.run(story)
    return 0


if __name__ == "__main__":
    sys.exit(main())
