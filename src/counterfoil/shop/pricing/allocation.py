"""How a whole amount is parted without losing or making a minor unit. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def by_largest_remainder(amount_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Part an amount by weights so that the parts sum to it exactly (Hamilton's method).

    Every part is rounded down, and what is left goes, one unit each, to the largest remainders; of equal ones, to those
    that stand first. No part is larger than its weight where the amount is not larger than the weights together.
    ValueError for negative figures, or where there is something to part and nothing to part it by.
    """
    whole = sum(weights)
    if amount_minor < 0 or any(weight < 0 for weight in weights):
        raise ValueError("expected nothing negative")
    if whole == 0:
        if amount_minor:
            raise ValueError("expected a weight that is not zero")
        return tuple(0 for _ in weights)
    parts = [amount_minor * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(amount_minor * weights[place] % whole), place))
    for place in order[: amount_minor - sum(parts)]:
        parts[place] += 1
    assert sum(parts) == amount_minor
    return tuple(parts)
