"""The days after the storm: every slip that is still due is printed, and the rules look at everything.

It hands the product a moment some days later, by which the last bill must be there; nobody waits for that long.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from counterfoil.books.slips.model import Told
from counterfoil.books.slips.states import Event
from counterfoil.counter.telling_slips import SlipTelling
from counterfoil.db.engine import Database
from counterfoil.desk.watching import Watcher
from counterfoil.ids import MerchantId
from counterfoil.refusals import Refused
from counterfoil.storm.settling.store import due_slips

#: By then a bill of today is there, or will never be (docs/reference/policy.md).
LATER = timedelta(days=4)
#: Looks of the watch; each takes a bounded bite of what is due.
LOOKS_MAX = 5_000


#: Slips that are told of at once.
SLIPS_AT_ONCE = 500


class SlipNotTaken(Exception):
    """The books refused to hear that a slip had come out."""


def look(address: str, keeper: str, merchant_id: str, *, now: datetime, told: Callable[[int, int], None]) -> int:
    """Let the rules look until nothing is due any more, and return how often they looked."""
    # A storm rehearses no printers: without this, every single order would lack its slip.
    _print_slips(address, keeper, merchant_id, now=now)
    looks = 0
    with Watcher.over(address) as watcher:
        while looks < LOOKS_MAX:
            seen = watcher.look(MerchantId(merchant_id), now=now + LATER)
            looks += 1
            told(looks, looks + 1)
            if seen is not None and not seen.is_behind:
                break
    return looks


def _print_slips(address: str, keeper: str, merchant_id: str, *, now: datetime) -> None:
    """Tell of every slip that is due that it came out, as tills would have."""
    with Database(address, application="counterfoil storm") as database:
        telling, after = SlipTelling(database=database, clock=lambda: now), ""
        while due := due_slips(keeper, merchant_id, after=after, limit=SLIPS_AT_ONCE):
            words = [Told(slip_id=slip_id, event=Event.PRINTED, told_at=now) for slip_id in due]
            for answer in telling.tell(MerchantId(merchant_id), words):
                if isinstance(answer, Refused):
                    raise SlipNotTaken(answer.code)
            after = due[-1]
