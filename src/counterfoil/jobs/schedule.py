"""When what is done again and again is done, as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Queue(StrEnum):
    """Where jobs wait; a queue that is slow keeps no other one waiting."""

    CLOCK = "clock"  #: short ones that see to it that everything else happens
    PAYMENTS = "payments"  #: they wait for acquirers, some of which are silent for half a minute
    BOOKS = "books"  #: they read and write many rows
    AUDITS = "audits"  #: each takes minutes, and waits for a process of its own


#: How many jobs of a queue one worker runs at once.
AT_ONCE = {Queue.CLOCK: 2, Queue.PAYMENTS: 8, Queue.BOOKS: 2, Queue.AUDITS: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task that is queued again and again; while one waits, no second one is queued."""

    task: str
    every: timedelta
    queue: Queue
    #: How long after the worker's start it is queued first.
    first_after: timedelta = timedelta()


#: Tasks by their names in `tasks.TASKS`; a test holds the two to each other.
SCHEDULE = (
    Planned(task="find_due_payments", every=timedelta(seconds=2), queue=Queue.CLOCK),
    Planned(task="find_bills_to_fetch", every=timedelta(minutes=10), queue=Queue.CLOCK),
    Planned(task="seal_journals", every=timedelta(seconds=5), queue=Queue.BOOKS),
    Planned(task="find_audits", every=timedelta(minutes=1), queue=Queue.CLOCK, first_after=timedelta(seconds=30)),
    Planned(task="retry_stalled_jobs", every=timedelta(seconds=5), queue=Queue.CLOCK),
    # The rules take some seconds to load; in the morning the counter opens first.
    Planned(task="watch_books", every=timedelta(minutes=1), queue=Queue.BOOKS, first_after=timedelta(seconds=20)),
    # It reads everything: once a day, and not while a shop that was just switched on opens its counter.
    Planned(task="cross_check_books", every=timedelta(days=1), queue=Queue.BOOKS, first_after=timedelta(hours=6)),
)
