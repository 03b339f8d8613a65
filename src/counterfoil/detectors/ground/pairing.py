"""One-to-one matching: of all candidate pairs, take the mutual best until nothing changes.

A pair is taken when no better pair wants either of its sides; the sides then leave, and the rest is looked at
again. Every round takes at least the best pair of all, so the rounds come to an end.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.workbench import Workbench


def one_to_one(
    bench: Workbench,
    name: str,
    candidates: ir.Table,
    *,
    left: Sequence[str],
    right: Sequence[str],
    order_by: Sequence[str],
    right_is_single: bool = False,
) -> ir.Table:
    """Return the taken pairs, with the columns of `candidates`.

    `left` and `right` are the columns that name the sides; `order_by` ranks pairs, best first, and must be a
    total order. `right_is_single` promises that no right side stands in two candidates. Most pairs have no rival:
    they are taken at once, and only the contested ones go into rounds.
    """
    pairs = bench.keep(f"{name}_candidates", candidates)
    if bench.is_empty(pairs):
        return pairs
    sides = (left,) if right_is_single else (left, right)
    rivals = [bench.keep(f"{name}_rivals", _shared(pairs, side)) for side in sides]
    plain, contested = pairs, []
    for side, shared in zip(sides, rivals, strict=True):
        if not bench.is_empty(shared):
            plain = plain.anti_join(shared, list(side))
            contested.append(pairs.semi_join(shared, list(side)))
    if not contested:
        return pairs
    taken = [bench.keep(f"{name}_plain", plain)]
    rest = ibis.union(*contested, distinct=True) if len(contested) > 1 else contested[0]
    taken.append(_in_rounds(bench, name, rest, left, right, order_by))
    return bench.keep(name, ibis.union(*taken))


def _shared(pairs: ir.Table, side: Sequence[str]) -> ir.Table:
    """Return the sides that stand in more than one pair."""
    return pairs.group_by(list(side)).agg(pairs_n=ibis._.count()).filter(ibis._.pairs_n > 1).select(*side)


def _in_rounds(
    bench: Workbench, name: str, pairs: ir.Table, left: Sequence[str], right: Sequence[str], order_by: Sequence[str]
) -> ir.Table:
    """Take the mutual best of contested pairs, and of what that leaves, until nothing is left."""

    def best(pile: ir.Table) -> ir.Table:
        ranked = pile.mutate(
            left_rank=ibis.row_number().over(group_by=list(left), order_by=list(order_by)),
            right_rank=ibis.row_number().over(group_by=list(right), order_by=list(order_by)),
        )
        return ranked.filter((ranked.left_rank == 0) & (ranked.right_rank == 0)).select(*pairs.columns)

    def rest(pile: ir.Table, taken: ir.Table) -> ir.Table:
        return pile.anti_join(taken, list(left)).anti_join(taken, list(right))

    return bench.exhaust(name, pairs, best, rest)
