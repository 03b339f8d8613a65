"""Asks that a shop's books are judged as a whole, in the background; loads nothing that judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.jobs import store as jobs
from counterfoil.jobs.schedule import Queue

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

#: The task, as the queue calls it.
JUDGE = "judge_books"


def ask_to_judge(connection: sa.Connection, merchant_id: MerchantId) -> bool:
    """Queue it with the caller's transaction; False where it waits already."""
    return jobs.enqueue_for(connection, merchant_id, JUDGE, queue=Queue.AUDITS)
