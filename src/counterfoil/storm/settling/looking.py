"""The days after the storm: slips are printed, and the rules look at everything.

It hands the product a moment some days later, by which the last bill must be there; nobody waits for that long.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from counterfoil.desk.watching import Watcher
from counterfoil.ids import MerchantId
from counterfoil.storm.settling.store import print_slips

#: By then a bill of today is there, or will never be (docs/reference/policy.md).
LATER = timedelta(days=4)
#: Looks of the watch; each takes a bounded bite of what is due.
LOOKS_MAX = 5_000


def look(address: str, keeper: str, merchant_id: str, *, now: datetime, told: Callable[[int, int], None]) -> int:
    """Let the rules look until nothing is due any more, and return how often they looked."""
    # A storm rehearses no printers: without this, every single order would lack its slip.
    print_slips(keeper, merchant_id)
    looks = 0
    with Watcher.over(address) as watcher:
        while looks < LOOKS_MAX:
            seen = watcher.look(MerchantId(merchant_id), now=now + LATER)
            looks += 1
            told(looks, looks + 1)
            if seen is not None and not seen.is_behind:
                break
    return looks
