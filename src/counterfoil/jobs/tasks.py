"""The tasks: each loads what it needs, calls one flow, and ends. What is decided is decided by the flow.

Every task may run twice, or break off anywhere: what it has not done is due again, and is found by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

import structlog

from counterfoil import clock
from counterfoil.counter.house import House
from counterfoil.ids import MerchantId
from counterfoil.jobs import store
from counterfoil.jobs.schedule import Queue
from counterfoil.journal.checkpoints import CheckpointDisagrees

log = structlog.get_logger()

#: How often a worker says that it is there, and how long it may be silent before its jobs are given to another.
BEAT = timedelta(seconds=2)
SILENT_FOR = timedelta(seconds=10)
STALLED_MAX = 100

RESOLVE = "resolve_payments"
WATCH = "watch_books"
FETCH = "fetch_bills"

#: A task: the house, and what the job was queued with.
Task = Callable[..., None]


def find_due_payments(house: House) -> None:
    """Queue one job for each merchant that has something due; a slow merchant keeps no other waiting."""
    with house.database.engine.begin() as connection:
        for merchant_id in store.due_payments(connection, now=clock.now()):
            store.enqueue(
                connection,
                RESOLVE,
                queue=Queue.PAYMENTS,
                once=f"{RESOLVE}:{merchant_id}",
                arguments={"merchant_id": merchant_id},
            )


def resolve_payments(house: House, *, merchant_id: str) -> None:
    """Bring what is due of one merchant a step further."""
    taken = house.resolver.step_due(MerchantId(merchant_id))
    if taken:
        ended = sum(one.event is not None for one in taken)
        log.info("payments_stepped", merchant_id=merchant_id, steps=len(taken), moved=ended)


def seal_journals(house: House) -> None:
    """Give every new fact its place in the chain; a journal that is not what was signed keeps no other one waiting."""
    if house.sealer is None:
        log.warning("journal_not_sealed", why="nobody said how the sealer's role connects")
        return
    for merchant_id in house.sealer.merchants():
        try:
            sealed = house.sealer.seal(merchant_id)
        except CheckpointDisagrees as error:
            log.error("journal_not_signed", merchant_id=merchant_id, why=str(error))  # noqa: TRY400 — no fault of code
            continue
        if sealed.facts_n:
            log.info("journal_sealed", merchant_id=merchant_id, facts=sealed.facts_n)


def find_books_to_watch(house: House) -> None:
    """Queue a look at the books of each merchant, and one at the bills that should be there by now."""
    with house.database.engine.begin() as connection:
        for merchant_id in store.merchants(connection):
            for task in (WATCH, FETCH):
                store.enqueue(
                    connection,
                    task,
                    queue=Queue.BOOKS,
                    once=f"{task}:{merchant_id}",
                    arguments={"merchant_id": merchant_id},
                )


def watch_books(house: House, *, merchant_id: str) -> None:
    """Run the rules over what moved in the books of one merchant."""
    looks = house.watch.watch_books(MerchantId(merchant_id), clock.now())
    if any(look.due_n for look in looks):
        log.info(
            "books_watched",
            merchant_id=merchant_id,
            due=sum(look.due_n for look in looks),
            judged=sum(look.judged_n for look in looks),
            seen=sum(look.seen_n for look in looks),
            lost=sum(look.lost_n for look in looks),
        )


def fetch_bills(house: House, *, merchant_id: str) -> None:
    """Fetch the bills of one merchant that should be there by now."""
    house.fetching.fetch_due(MerchantId(merchant_id))


def retry_stalled_jobs(house: House) -> None:
    """Queue again what a worker took up that is gone; what came to no end too often is left for people."""
    now = clock.now()
    with house.database.engine.begin() as connection:
        for found in store.stalled(connection, silent_since=now - SILENT_FOR, limit=STALLED_MAX):
            if found.tries + 1 >= store.TRIES_MAX:
                store.give_up(connection, found)
                log.error("job_given_up", task=found.task, job=found.job, tries=found.tries + 1)
            elif store.retry(connection, found, now=now):
                log.warning("job_retried", task=found.task, job=found.job, tries=found.tries + 1)
            else:
                log.warning("job_superseded", task=found.task, job=found.job)


#: Every task by its name in the queue; a new one is one more line here, and one in `schedule` where it is periodic.
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "find_due_payments": find_due_payments,
        RESOLVE: resolve_payments,
        "find_books_to_watch": find_books_to_watch,
        WATCH: watch_books,
        FETCH: fetch_bills,
        "seal_journals": seal_journals,
        "retry_stalled_jobs": retry_stalled_jobs,
    }
)
