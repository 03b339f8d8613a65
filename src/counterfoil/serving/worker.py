"""The worker: `python -m counterfoil.serving.worker`, started by `counterfoil serve`. It does what is queued.

Told to end, it takes up no more jobs and finishes those under way. Where the database goes away for longer than a
moment it ends, and is started again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import structlog
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from counterfoil import clock
from counterfoil.bootstrap import open_house
from counterfoil.counter.house import House
from counterfoil.db.address import SEALER_VARIABLE
from counterfoil.errors import BadInput
from counterfoil.jobs.background import Background
from counterfoil.jobs.queue import work
from counterfoil.jobs.schedule import AT_ONCE, SCHEDULE, Queue
from counterfoil.jobs.ticking import tick
from counterfoil.journal.checkpoints import CheckpointDisagrees
from counterfoil.serving.agreed import EXIT_BAD_INPUT
from counterfoil.serving.ending import when_told_to_end
from counterfoil.serving.levels import Level
from counterfoil.serving.logs import tell_on_stderr

#: Jobs, ticks, and what is queued beside them.
THREADS = sum(AT_ONCE.values()) + len(SCHEDULE) + 4

EXIT_LOST = 1
#: What is not sealed by then is sealed at the next start.
LAST_SEAL_MAX = timedelta(seconds=10)
#: When the cores are busy the counter comes first; what is done here can be done a second later.
GIVES_WAY = 10

log = structlog.get_logger()


async def serve(background: Background) -> int:
    """Work until told to end; returns the exit code."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="jobs"))
    working = [
        # Silent acquirers must never keep the clock waiting.
        asyncio.create_task(work(background, [Queue.CLOCK, Queue.BOOKS], name="books")),
        asyncio.create_task(work(background, [Queue.PAYMENTS], name="payments")),
        asyncio.create_task(work(background, [Queue.AUDITS], name="audits")),
    ]
    ticking = asyncio.create_task(tick(background.house.database, SCHEDULE))
    told = asyncio.Event()
    when_told_to_end(told.set)
    log.info("worker_started")
    if background.house.sealer is None:
        log.warning("journal_is_not_sealed_here", missing=SEALER_VARIABLE)
    waiting = asyncio.create_task(told.wait())
    ended, _ = await asyncio.wait([*working, ticking, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in (ticking, *working, waiting):
        task.cancel()
    await asyncio.to_thread(background.end)
    await asyncio.gather(ticking, *working, waiting, return_exceptions=True)
    await asyncio.to_thread(_seal_what_is_left, background.house)
    await asyncio.to_thread(background.close)
    await background.house.close()
    for lost in ended - {waiting}:
        error = None if lost.cancelled() else lost.exception()
        log.error("worker_lost_its_queue", exc_info=error)
        return EXIT_LOST
    log.info("worker_ended")
    return 0


def _seal_what_is_left(house: House) -> None:
    """Seal and sign what was recorded since the last time; whoever restores an older backup sees what it cuts."""
    if house.sealer is None:
        return
    until = clock.now() + LAST_SEAL_MAX
    try:
        for merchant_id in house.sealer.merchants():
            house.sealer.seal(merchant_id, sign_now=True, is_ending=lambda: clock.now() > until)
            if clock.now() > until:
                log.warning("sealing_cut_short", after_s=LAST_SEAL_MAX.total_seconds())
                return
    except (SQLAlchemyError, psycopg.Error, CheckpointDisagrees) as error:
        # The next start does it; a database that is away must not keep us.
        log.warning("not_sealed_at_the_end", kind=type(error).__name__)


def main() -> int:
    """Read the options and work."""
    parser = argparse.ArgumentParser(prog="python -m counterfoil.serving.worker", description=__doc__)
    parser.add_argument("--name", required=True, help="what the log calls this process")
    parser.add_argument("--connections", type=int, required=True, help="to the database, at most")
    parser.add_argument("--log-level", type=Level, choices=list(Level), default=Level.INFO)
    options = parser.parse_args()
    tell_on_stderr(options.log_level, process=options.name, pid=os.getpid())
    os.nice(GIVES_WAY)
    try:
        house = open_house(application=f"counterfoil {options.name}", pool_size=options.connections)
    except BadInput as error:
        log.error("cannot_serve", why=str(error))  # noqa: TRY400 — what to do stands in the line; the places would not help
        return EXIT_BAD_INPUT
    return uvloop.run(serve(Background(house=house)))


if __name__ == "__main__":
    sys.exit(main())
