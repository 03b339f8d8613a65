"""On which days an acquirer's bill is there: some bills come late, and now and then one was never fetched.

The law says "missing there" only of a covered day, so that the sales of such days stay undecided.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world.chance import Bools, Ints
from counterfoil.world.words import ACQUIRERS, UNIONPAY

#: Every so many days one bill of one acquirer was never fetched.
GAP_EVERY_DAYS = 24
_FIRST_GAP = 11
#: The last bills that are not there yet, by acquirer: today's never is.
_LATE_DAYS = (1, 2, 1)
#: A fault is planted where its acquirer's bills are there from so many days before to so many after it.
_STEADY_BEFORE, _STEADY_AFTER = 1, 12


class BillDays:
    """The days without a bill, for each acquirer."""

    def __init__(self, days: int, seed: int) -> None:
        there = np.ones((len(ACQUIRERS), days + 60), dtype=np.bool_)
        for nth, day in enumerate(range(_FIRST_GAP, days - 7, GAP_EVERY_DAYS)):
            there[(nth + seed) % len(ACQUIRERS), day] = False
        self._steady = _steady(there)
        for acquirer in range(len(ACQUIRERS)):
            there[acquirer, days - _LATE_DAYS[(acquirer + seed) % len(ACQUIRERS)] :] = False
        self._there = there
        self._days = days

    def there(self, acquirer: Ints, day: Ints) -> Bools:
        """Whether the acquirer's bill of that day is among the books."""
        return self._there[acquirer, np.clip(day, 0, self._there.shape[1] - 1)]

    def steady(self, acquirer: Ints, day: Ints) -> Bools:
        """Whether no bill was lost from the day before to two weeks after; what is merely late is not asked."""
        return self._steady[acquirer, day]

    def gaps(self) -> list[tuple[str, int]]:
        """The days without a bill within the history, as acquirer and day."""
        found = np.argwhere(~self._there[:, : self._days])
        return [(ACQUIRERS[acquirer], int(day)) for acquirer, day in found]


def _steady(there: Bools) -> Bools:
    steady = there.copy()
    days = there.shape[1]
    for shift in range(-_STEADY_BEFORE, _STEADY_AFTER + 1):
        moved = np.clip(np.arange(days) + shift, 0, days - 1)
        steady &= there[:, moved]
    return steady


def other_acquirer(acquirer: Ints) -> Ints:
    """The next acquirer, for a sale that must not fall on a lost bill; at most one of them is unsteady at a time."""
    return (acquirer + 1) % (UNIONPAY + 1)
