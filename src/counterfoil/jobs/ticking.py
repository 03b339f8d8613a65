"""Queues what is planned, whenever its time comes. A tick that finds the database away is left out, and said so.

Several workers may tick: while a job of a name waits, no second one is queued.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from counterfoil.db.engine import Database
from counterfoil.jobs import store
from counterfoil.jobs.schedule import Planned

log = structlog.get_logger()


async def tick(database: Database, schedule: Sequence[Planned]) -> None:
    """Queue what is planned until cancelled."""
    async with asyncio.TaskGroup() as ticking:
        for planned in schedule:
            ticking.create_task(_tick(database, planned), name=planned.task)


async def _tick(database: Database, planned: Planned) -> None:
    await asyncio.sleep(planned.first_after.total_seconds())
    while True:
        try:
            await asyncio.to_thread(_queue, database, planned)
        except SQLAlchemyError as error:
            log.warning("tick_left_out", task=planned.task, kind=type(error).__name__)
        await asyncio.sleep(planned.every.total_seconds())


def _queue(database: Database, planned: Planned) -> None:
    with database.engine.begin() as connection:
        store.enqueue(connection, planned.task, queue=planned.queue, once=planned.task, arguments={})
