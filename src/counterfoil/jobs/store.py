"""SQL of the queue. The queue's rows are of no merchant and hold no more than ids. It never commits.

It calls the functions of procrastinate that have a version in their name, on the connection of whoever asks, so that a
job is there if, and only if, what it is about is there too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from counterfoil.ids import MerchantId

#: A job that came to no end so often is left for people to look at.
TRIES_MAX = 3

_ENQUEUE = sa.text("""
    SELECT jobs.procrastinate_defer_jobs_v1(
        ARRAY[ROW(:queue, :task, 0, NULL, :once, :arguments, NULL)::jobs.procrastinate_job_to_defer_v1]
    )
    WHERE NOT EXISTS (
        SELECT FROM jobs.procrastinate_jobs WHERE queueing_lock = :once AND status = 'todo'
    )
""").bindparams(sa.bindparam("arguments", type_=JSONB), sa.bindparam("once", type_=sa.Text))

_STALLED = sa.text("""
    SELECT job.id, job.task_name, job.attempts
    FROM jobs.procrastinate_jobs AS job
    LEFT JOIN jobs.procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < :silent_since)
    ORDER BY job.id
    LIMIT :most
    FOR UPDATE OF job SKIP LOCKED
""")
_RETRY = sa.text("SELECT jobs.procrastinate_retry_job_v2(:job, :now, NULL, NULL, NULL)")
_GIVE_UP = sa.text("SELECT jobs.procrastinate_finish_job_v1(:job, 'failed', :forget)")
_DUE = sa.text("SELECT merchant_id, due_since FROM jobs.due_payments(:now)")
_STANDING = sa.text("""
    SELECT
        (SELECT max(last_heartbeat) FROM jobs.procrastinate_workers) AS worker_beat_at,
        (SELECT min(due_since) FROM jobs.due_payments(:now)) AS payment_due_since,
        (SELECT max(taken_at) FROM upkeep.backups) AS backed_up_at,
        current_setting('transaction_read_only')::boolean AS is_read_only
""")
_MERCHANTS = sa.text("SELECT public.merchant_ids()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stalled:
    """A job whose worker is silent."""

    job: int
    task: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What tells whether the background does its work; None: nothing of the kind."""

    #: When a worker last said that it is there.
    worker_beat_at: datetime | None
    #: Since when a payment waits for its next step, which nobody has taken up.
    payment_due_since: datetime | None
    backed_up_at: datetime | None
    #: Nothing can be sold: the database only lets itself be read.
    is_read_only: bool


def enqueue(
    connection: sa.Connection, task: str, *, queue: str, once: str | None = None, arguments: Mapping[str, str]
) -> bool:
    """Queue a job in the caller's transaction; nobody sees it before that is committed.

    `once` names the job: while one of that name waits, no second one is queued, and the answer is False.
    """
    values = {"queue": queue, "task": task, "once": once, "arguments": dict(arguments)}
    try:
        with connection.begin_nested():
            return connection.execute(_ENQUEUE, values).first() is not None
    except sa.exc.IntegrityError as error:
        if not isinstance(error.orig, psycopg.errors.UniqueViolation):
            raise
        return False  # somebody else queued it in the same moment


def enqueue_for(connection: sa.Connection, merchant_id: MerchantId, task: str, *, queue: str) -> bool:
    """Queue a job of one merchant in the caller's transaction; False where one of this task waits for them already."""
    once, arguments = f"{task}:{merchant_id}", {"merchant_id": merchant_id}
    return enqueue(connection, task, queue=queue, once=once, arguments=arguments)


def stalled(connection: sa.Connection, *, silent_since: datetime, limit: int) -> Sequence[Stalled]:
    """Return jobs that were taken up by a worker that is gone, and keep others from returning them too."""
    rows = connection.execute(_STALLED, {"silent_since": silent_since, "most": limit})
    return [Stalled(job=row.id, task=row.task_name, tries=row.attempts) for row in rows]


def retry(connection: sa.Connection, found: Stalled, *, now: datetime) -> bool:
    """Queue a stalled job again; False where one of the same name waits already: then it is forgotten."""
    try:
        with connection.begin_nested():
            connection.execute(_RETRY, {"job": found.job, "now": now})
    except sa.exc.IntegrityError:
        connection.execute(_GIVE_UP, {"job": found.job, "forget": True})
        return False
    return True


def give_up(connection: sa.Connection, found: Stalled) -> None:
    """Leave a job as failed, for people to look at."""
    connection.execute(_GIVE_UP, {"job": found.job, "forget": False})


def due_payments(connection: sa.Connection, *, now: datetime) -> Mapping[MerchantId, datetime]:
    """Return the merchants with payments whose next step is due and taken up by nobody, and since when."""
    return {MerchantId(row.merchant_id): row.due_since for row in connection.execute(_DUE, {"now": now})}


def merchants(connection: sa.Connection) -> Sequence[MerchantId]:
    """Return every merchant there is."""
    return [MerchantId(one) for one in connection.execute(_MERCHANTS).scalars()]


def standing(connection: sa.Connection, *, now: datetime) -> Standing:
    """Return how the shop's background stands."""
    row = connection.execute(_STANDING, {"now": now}).one()
    return Standing(
        worker_beat_at=row.worker_beat_at,
        payment_due_since=row.payment_due_since,
        backed_up_at=row.backed_up_at,
        is_read_only=row.is_read_only,
    )
