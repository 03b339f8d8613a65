"""Who voids more than their peers: an exact test with control of false discoveries, not a threshold.

One-sided exact binomial test of k among k + K where n / (n + N) is expected, Benjamini and Hochberg (1995)
within the merchant, and besides a ratio and a least count, so that significance alone accuses nobody.
"""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from counterfoil.policy import OutlierLimits


def confirmed(suspects: pa.Table, limits: OutlierLimits) -> pa.Table:
    """Return the suspects that stand out, with a column `score` (one minus the p-value of the exact test)."""
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
    from scipy.stats import binomtest  # noqa: PLC0415  # SciPy takes a second to import

    if k + peers_k == 0:
        return 1.0
    return float(binomtest(k, k + peers_k, n / (n + peers_n), alternative="greater").pvalue)


def _adjusted(p_values: list[float]) -> list[float]:
    from scipy.stats import false_discovery_control  # noqa: PLC0415  # SciPy takes a second to import

    return [float(p) for p in false_discovery_control(p_values)]


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
