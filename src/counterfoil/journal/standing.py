"""How a chain stands, told in a moment: what was signed last, whether the database has it still, what has no seal yet.

It is no verification: that computes every seal anew, takes minutes, and is `counterfoil db verify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from counterfoil.ids import MerchantId
from counterfoil.journal.checkpoints import Checkpoints, is_signed
from counterfoil.journal.sealing import FAR, UNSEALED_MAX
from counterfoil.journal.seals import store

if TYPE_CHECKING:
    import sqlalchemy as sa

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Signed(StrEnum):
    """What the last checkpoint says about the chain in the database."""

    AGREES = "agrees"  #: the database has the seal that was signed
    DISAGREES = "disagrees"  #: it has another one there, or none: the chain was cut back or rebuilt
    FORGED = "forged"  #: the signature is not of the key of this installation
    NONE = "none"  #: nothing was signed yet
    UNKNOWN = "unknown"  #: this process does not know where the checkpoints lie, or has no key to hold them against


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one merchant's chain stands."""

    signed: Signed
    #: Of the last checkpoint: how far it reaches, and when it was written.
    signed_n: int = 0
    signed_at: datetime | None = None
    #: How many facts have a seal.
    sealed_n: int = 0
    #: When the oldest fact that was seen without a seal was recorded; None: none was seen.
    unsealed_since: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Say whether a fact waits for its seal longer than it should."""
        return self.unsealed_since is not None and now - self.unsealed_since > UNSEALED_MAX


def standing(
    connection: sa.Connection, merchant_id: MerchantId, checkpoints: Checkpoints | None, *, now: datetime
) -> Standing:
    """Tell how a chain stands; facts without a seal are looked for from a while before the last sealed one."""
    head = store.head(connection, merchant_id)
    last = store.last_recorded_at(connection, merchant_id)
    since = _EVER if last is None else last - FAR
    waiting = store.unsealed(connection, merchant_id, recorded_before=now, recorded_since=since, limit=1)
    sealed_n = 0 if head is None else head.position
    unsealed_since = waiting[0].recorded_at if waiting else None
    checkpoint = None if checkpoints is None else checkpoints.last(merchant_id)
    if checkpoints is None or checkpoint is None:
        signed = Signed.UNKNOWN if checkpoints is None else Signed.NONE
        return Standing(signed=signed, sealed_n=sealed_n, unsealed_since=unsealed_since)
    key = checkpoints.key()
    there = store.seal_at(connection, merchant_id, checkpoint.position)
    if key is None:
        signed = Signed.UNKNOWN
    elif not is_signed(checkpoint, key):
        signed = Signed.FORGED
    else:
        signed = Signed.AGREES if there is not None and there.hex() == checkpoint.seal else Signed.DISAGREES
    return Standing(
        signed=signed,
        signed_n=checkpoint.position,
        signed_at=datetime.fromisoformat(checkpoint.at),
        sealed_n=sealed_n,
        unsealed_since=unsealed_since,
    )
