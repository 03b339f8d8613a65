"""Judges a large shop's books as a whole when somebody wants to try a policy on them and no night has done so yet.

It is the night's own judging, out of one snapshot and beside the shop's work. The desk follows the watch and the night
alone: what is found here is only kept for previews.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.db.asking import driver_of
from counterfoil.desk.previews import store
from counterfoil.desk.watch.whole import copy_books, judged_and_kept
from counterfoil.desk.watching import calendar_of
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    from counterfoil.db.engine import Database
    from counterfoil.desk.copies.kept import KeptBooks
    from counterfoil.ids import MerchantId

#: Of one book that is copied out; a page does not wait for it.
COPY_SECONDS_MAX = 600.0


def judge_books(database: Database, merchant_id: MerchantId, kept: KeptBooks, *, now: datetime) -> int:
    """Judge all books of a merchant as they are now, keep them, and return how many rows they have."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch:
        with database.snapshot(merchant_id) as connection:
            calendar = calendar_of(policy_at(connection, merchant_id, now).audit, now)
            store.hurry(connection, seconds=COPY_SECONDS_MAX)
            rows_n = copy_books(driver_of(connection), Path(scratch))
        judged_and_kept(Path(scratch), calendar, merchant_id, kept, rows_n=rows_n)
    return rows_n
