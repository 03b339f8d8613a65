"""Accepts that a database was restored to an earlier state on purpose: by name, with a reason, signed, and for good.

The earlier checkpoints stay where they are and are told at every verification. It changes nothing in the database.
"""

from __future__ import annotations

from datetime import datetime

from counterfoil.db.engine import Database
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId
from counterfoil.journal.chain import beginning
from counterfoil.journal.checkpoints import Checkpoint, Checkpoints
from counterfoil.journal.seals import store


def accept(
    database: Database, checkpoints: Checkpoints, merchant_id: MerchantId, *, because: str, now: datetime
) -> Checkpoint:
    """Sign that a chain goes on from where it is; BadOption where it does agree with its last checkpoint."""
    last = checkpoints.last(merchant_id)
    with database.transaction(merchant_id) as connection:
        head = store.head(connection, merchant_id) or beginning(merchant_id)
        there = None if last is None else store.seal_at(connection, merchant_id, last.position)
    if last is None or (there is not None and there.hex() == last.seal):
        raise BadOption(f"{merchant_id}: the journal agrees with its last checkpoint; there is nothing to accept")
    return checkpoints.write(head, now=now, accepted_because=because)
