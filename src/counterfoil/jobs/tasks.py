"""The tasks: each loads what it needs, calls one flow, and ends. What is decided is decided by the flow.

Every task may run twice, or break off anywhere: what it has not done is due again, and is found by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

import structlog

from counterfoil import clock
from counterfoil.desk.audits import asking as audits
from counterfoil.desk.audits import tidying
from counterfoil.desk.audits.running import AuditRunning
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.desk.previews.asking import JUDGE
from counterfoil.ids import MerchantId
from counterfoil.jobs import store
from counterfoil.jobs.background import Background
from counterfoil.jobs.schedule import Queue
from counterfoil.journal.checkpoints import CheckpointDisagrees

log = structlog.get_logger()

#: How often a worker says that it is there, and how long it may be silent before its jobs are given to another.
BEAT = timedelta(seconds=2)
SILENT_FOR = timedelta(seconds=10)
STALLED_MAX = 100

RESOLVE = "resolve_payments"
FETCH = "fetch_bills"

#: A task: what it works with, and what the job was queued with.
Task = Callable[..., None]


def find_due_payments(work: Background) -> None:
    """Queue one job for each merchant that has something due; a slow merchant keeps no other waiting."""
    with work.house.database.engine.begin() as connection:
        for merchant_id in store.due_payments(connection, now=clock.now()):
            store.enqueue_for(connection, merchant_id, RESOLVE, queue=Queue.PAYMENTS)


def resolve_payments(work: Background, *, merchant_id: str) -> None:
    """Bring what is due of one merchant a step further."""
    taken = work.house.resolver.step_due(MerchantId(merchant_id))
    if taken:
        ended = sum(one.event is not None for one in taken)
        log.info("payments_stepped", merchant_id=merchant_id, steps=len(taken), moved=ended)


def seal_journals(work: Background) -> None:
    """Give every new fact its place in the chain; a journal that is not what was signed keeps no other one waiting."""
    sealer = work.house.sealer
    if sealer is None:
        return
    for merchant_id in sealer.merchants():
        if work.ending.is_set():
            return
        try:
            sealed = sealer.seal(merchant_id, gives_way=True, is_ending=work.ending.is_set)
        except CheckpointDisagrees as error:
            log.error("journal_not_signed", merchant_id=merchant_id, why=str(error))  # noqa: TRY400 — no fault of code
            continue
        if sealed.facts_n:
            log.info("journal_sealed", merchant_id=merchant_id, facts=sealed.facts_n)


def find_bills_to_fetch(work: Background) -> None:
    """Queue a look for each merchant at the bills that should be there by now."""
    with work.house.database.engine.begin() as connection:
        for merchant_id in store.merchants(connection):
            store.enqueue_for(connection, merchant_id, FETCH, queue=Queue.BOOKS)


def fetch_bills(work: Background, *, merchant_id: str) -> None:
    """Take the bills of one merchant that lie in its folder, and fetch those that should be there by now."""
    work.house.fetching.take_folder(MerchantId(merchant_id))
    work.house.fetching.fetch_due(MerchantId(merchant_id))


def retry_stalled_jobs(work: Background) -> None:
    """Queue again what a worker took up that is gone; what came to no end too often is left for people."""
    now = clock.now()
    with work.house.database.engine.begin() as connection:
        for found in store.stalled(connection, silent_since=now - SILENT_FOR, limit=STALLED_MAX):
            if found.tries + 1 >= store.TRIES_MAX:
                store.give_up(connection, found)
                log.error("job_given_up", task=found.task, job=found.job, tries=found.tries + 1)
            elif store.retry(connection, found, now=now):
                log.warning("job_retried", task=found.task, job=found.job, tries=found.tries + 1)
            else:
                log.warning("job_superseded", task=found.task, job=found.job)


def watch_books(work: Background) -> None:
    """Let the five rules look at what moved."""
    with work.house.database.engine.begin() as connection:
        merchants = store.merchants(connection)
    work.watch(merchants, now=clock.now())


def cross_check_books(work: Background) -> None:
    """Hold what the watch has left against all books at once, and look for habits."""
    with work.house.database.engine.begin() as connection:
        merchants = store.merchants(connection)
    work.cross_check(merchants, now=clock.now())


def judge_books(work: Background, *, merchant_id: str) -> None:
    """Judge all books of a merchant at once for whoever wants to try a policy on them."""
    if (home := work.house.judged_home) is None:
        return
    # It brings the rules along, which take a while to load and are needed nowhere else in this process.
    from counterfoil.desk.previews.preparing import judge_books as judge  # noqa: PLC0415 — as the comment says

    rows_n = judge(work.house.database, MerchantId(merchant_id), KeptBooks(home), now=clock.now())
    log.info("books_judged", merchant_id=merchant_id, rows_n=rows_n)


def find_audits(work: Background) -> None:
    """Queue audits that were broken off, and remove the files of those that were kept long enough."""
    folders = work.audit_folders
    if folders is None:
        return
    with work.house.database.engine.begin() as connection:
        merchants = store.merchants(connection)
    for merchant_id in merchants:
        removed = tidying.tidy(work.house.database, folders, merchant_id, now=clock.now())
        if removed:
            log.info("audits_removed", merchant_id=merchant_id, audits=removed)


def run_audits(work: Background, *, merchant_id: str) -> None:
    """Run what waits of one merchant, each audit in a process of its own."""
    if (folders := work.audit_folders) is None:
        return
    owner = MerchantId(merchant_id)
    AuditRunning(
        database=work.house.database,
        folders=folders,
        merchant_id=owner,
        key=work.house.selling.instrument_key(owner),
        clock=clock.now,
        ending=work.ending,
    ).run_waiting()


def take_audits_to_desk(work: Background, *, merchant_id: str) -> None:
    """Make cases of the findings of audits that somebody asked for."""
    if (folders := work.audit_folders) is None:
        return
    for taken in tidying.take_asked(work.house.database, folders, MerchantId(merchant_id), clock=clock.now):
        log.info("audit_taken_to_desk", merchant_id=merchant_id, new=taken.new_n, known=taken.known_n)


#: Every task by its name in the queue; a new one is one more line here, and one in `schedule` where it is periodic.
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "find_due_payments": find_due_payments,
        RESOLVE: resolve_payments,
        "find_bills_to_fetch": find_bills_to_fetch,
        FETCH: fetch_bills,
        "seal_journals": seal_journals,
        "retry_stalled_jobs": retry_stalled_jobs,
        "watch_books": watch_books,
        "cross_check_books": cross_check_books,
        JUDGE: judge_books,
        "find_audits": find_audits,
        audits.RUN: run_audits,
        audits.TAKE: take_audits_to_desk,
    }
)
