"""Seeded draws: the same seed and the same names give the same number, whatever was drawn before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

WHOLE = 1_000_000
_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Draws for one thing, such as the purchase of a number."""

    seed: int
    of: str

    def below(self, limit: int, what: str) -> int:
        """Return a number from 0 to below the limit."""
        hashed = hashlib.blake2b(f"{self.seed}|{self.of}|{what}".encode(), digest_size=_BYTES).digest()
        return int.from_bytes(hashed, "big") % limit

    def between(self, least: int, most: int, what: str) -> int:
        """Return a number from `least` to `most`."""
        return least + self.below(most - least + 1, what)

    def happens(self, rate: float, what: str) -> bool:
        """Draw whether something happens that happens at a rate from 0 to 1."""
        return self.below(WHOLE, what) < rate * WHOLE

    def one_of(self, weighted: Sequence[tuple[T, int]], what: str) -> T:
        """Draw one of several, each as likely as its weight says."""
        drawn = self.below(sum(weight for _, weight in weighted), what)
        for each, weight in weighted:
            drawn -= weight
            if drawn < 0:
                return each
        raise AssertionError("the weights come to their sum")
