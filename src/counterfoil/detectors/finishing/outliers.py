"""Who voids more than their peers: an exact test with control of false discoveries, not a threshold.

One-sided exact binomial test of k among k + K where n / (n + N) is expected, Benjamini and Hochberg (1995)
within the merchant, and besides a ratio and a least count, so that significance alone accuses nobody.
"""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from counterfoil.policy import OutlierLimits


def confirmed(suspects: pa.Table, limits: OutlierLimits) -> pa.Table:
    """Return the suspects that stand out, with a column `score` (one minus the p-value of the exact test).

    Of two stores in which somebody stands out alike, the first by name is told, in whatever order they come.
    """
    suspects = suspects.sort_by([(name, "ascending") for name in ("merchant_id", "diagnosis", "subject", "store_id")])
    rows = suspects.select(["merchant_id", "diagnosis", "subject", "k", "n", "peers_k", "peers_n"]).to_pylist()
    families: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        families[row["merchant_id"], row["diagnosis"]].append(number)
    scores: dict[int, float] = {}
    for members in families.values():
        p_values = [_p_value(**{name: rows[i][name] for name in ("k", "n", "peers_k", "peers_n")}) for i in members]
        for i, adjusted, p_value in zip(members, _adjusted(p_values), p_values, strict=True):
            if adjusted <= limits.q and _stands_out(rows[i], limits):
                scores[i] = 1.0 - p_value
    kept = sorted(_one_a_subject(rows, scores))
    score = pa.array([scores[i] for i in kept], pa.float64())
    return suspects.take(pa.array(kept, pa.int64())).append_column("score", score)


def _p_value(*, k: int, n: int, peers_k: int, peers_n: int) -> float:
    """Return the one-sided exact binomial p-value: how likely k or more of all voids fall to n of all sales."""
    from scipy.special import bdtrc  # noqa: PLC0415  # a fifth of the import time of scipy.stats

    if k == 0:
        return 1.0
    return float(bdtrc(k - 1, k + peers_k, n / (n + peers_n)))


def _adjusted(p_values: list[float]) -> list[float]:
    """Return the p-values adjusted by the step-up procedure of Benjamini and Hochberg (1995)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, least = [1.0] * len(p_values), 1.0
    for behind, i in enumerate(order):
        rank = len(p_values) - behind
        least = min(least, p_values[i] * len(p_values) / rank)
        adjusted[i] = least
    return adjusted


def _stands_out(row: dict[str, int], limits: OutlierLimits) -> bool:
    """Say whether k >= voids_min, and k/n >= ratio x (K + 1/2)/N, in whole numbers."""
    enough = row["k"] >= limits.voids_min
    return enough and 2 * row["k"] * row["peers_n"] >= limits.ratio * row["n"] * (2 * row["peers_k"] + 1)


def _one_a_subject(rows: list[dict[str, str]], scores: dict[int, float]) -> list[int]:
    """Keep of each operator or terminal the store in which it stands out most."""
    best: dict[tuple[str, str], int] = {}
    for i in sorted(scores):
        who = (rows[i]["merchant_id"], rows[i]["subject"])
        if who not in best or scores[i] > scores[best[who]]:
            best[who] = i
    return list(best.values())
