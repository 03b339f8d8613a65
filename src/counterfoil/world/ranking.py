"""Ranks within groups, and sums over groups, for columns of whole numbers."""

from __future__ import annotations

import numpy as np

from counterfoil.world.chance import Ints


def rank_within(group: Ints, key: Ints) -> Ints:
    """Return each row's place in its group when the group is put in the order of `key`; 0 is the first."""
    order = np.lexsort((key, group))
    sorted_group = group[order]
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.searchsorted(sorted_group, sorted_group)
    return rank


def sums(amount: Ints, group: Ints, groups: int) -> Ints:
    """Sum whole numbers by group, without a float in between; groups are numbered from 0."""
    order = np.argsort(group, kind="stable")
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(amount[order])])
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    summed: Ints = running[ends[1:]] - running[ends[:-1]]
    return summed


def nearest_gap(instant: Ints, *groups: Ints) -> Ints:
    """Return how far the nearest other instant of the same group is; a lone one is far away from everything."""
    far = np.int64(1) << 60
    order = np.lexsort((instant, *groups))
    same = np.ones(max(len(instant) - 1, 0), dtype=np.bool_)
    for group in groups:
        same &= group[order][1:] == group[order][:-1]
    step = np.where(same, np.diff(instant[order]), far)
    gap = np.empty(len(instant), dtype=np.int64)
    gap[order] = np.minimum(np.append(step, far), np.insert(step, 0, far))
    return gap
