"""Chance without a stream: every draw is a pure function of the seed, a name and the number of the thing drawn for.

So the same sale has the same luck whatever chunk it is computed in, and a new draw never disturbs an old one.
The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
generators"). Draws are whole numbers throughout; no float takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_Bits = npt.NDArray[np.uint64]

MILLION = 1_000_000
_BOUND_MAX = 1 << 31
_STEP = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


class Chance:
    """All the luck of one merchant's history."""

    def __init__(self, seed: int, *, scope: int = 0) -> None:
        self._scope = f"{seed}/{scope}"

    def bits(self, name: str, of: Ints) -> _Bits:
        """Draw 64 even bits for each number in `of`, under a name."""
        return mixed(of.astype(np.uint64) * _STEP + _salt(self._scope, name))

    def below(self, name: str, of: Ints, bound: int | Ints) -> Ints:
        """Draw a whole number from 0 up to `bound`, which is left out and is 2³¹ at most."""
        assert np.max(bound, initial=0) <= _BOUND_MAX
        return ((self.bits(name, of) >> _HALF).astype(np.int64) * bound) >> 32

    def between(self, name: str, of: Ints, low: int, high: int) -> Ints:
        """Draw a whole number from `low` to `high`, both within."""
        return low + self.below(name, of, high - low + 1)

    def happens(self, name: str, of: Ints, per_million: int | Ints) -> Bools:
        """Say for each number whether something happens that happens so often."""
        return self.below(name, of, MILLION) < per_million

    def order(self, name: str, of: Ints) -> Ints:
        """Draw whole numbers that are hardly ever equal, to put things in an order of chance."""
        return (self.bits(name, of) >> np.uint64(1)).astype(np.int64)

    def pick(self, name: str, of: Ints, weights: Sequence[int]) -> Ints:
        """Draw a place in a list whose places weigh so much."""
        ends = np.array(list(accumulate(weights)), dtype=np.int64)
        return np.searchsorted(ends, self.below(name, of, int(ends[-1])), side="right").astype(np.int64)


def mixed(bits: _Bits) -> _Bits:
    """Mix 64 bits so that near numbers land far apart; different numbers stay different."""
    bits ^= bits >> np.uint64(30)
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return bits


@lru_cache(maxsize=4096)
def _salt(scope: str, name: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(f"{scope}/{name}".encode(), digest_size=8).digest(), "big"))
