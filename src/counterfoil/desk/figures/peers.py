"""Who voids how often beside the others of their store, and how sure that is: by the test of the rules, and no other.

The rules tell of those alone who stand out; here everybody is told, with the same test. A figure accuses nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from counterfoil.counter.figures.store import OperatorCount
from counterfoil.detectors.finishing.outliers import confirmed
from counterfoil.policy import OutlierLimits

#: Under these limits everybody with a sale is told, however ordinary.
_EVERYBODY = OutlierLimits(q=1.0, ratio=0, voids_min=0, peers_min=0)
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("merchant_id", "diagnosis", "subject", "store_id")),
        *((name, pa.int64()) for name in ("k", "n", "peers_k", "peers_n")),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One operator beside the others of the same store."""

    operator_id: str
    store_id: str
    sales_n: int
    voids_n: int
    peers_sales_n: int
    peers_voids_n: int
    #: One minus the p-value of the exact test, from 0 to 1; None: there is nobody to be held against.
    confidence: float | None
    #: Whether the rules would tell of it, under the shop's policy.
    stands_out: bool


def beside_peers(counted: Sequence[OperatorCount], limits: OutlierLimits) -> list[Beside]:
    """Put each operator beside the others of their store; who stands out most surely comes first."""
    rows = [_row(one, [other for other in counted if other.store_id == one.store_id]) for one in counted]
    tested = [row for row in rows if row["peers"] >= 1 and row["n"] and row["peers_n"]]
    # At each store by itself: an operator of two stores is told at both.
    sure = {key: score for row in tested for key, score in _scores([row], _EVERYBODY).items()}
    out = _scores([row for row in tested if row["peers"] >= limits.peers_min], limits)
    found = [
        Beside(
            operator_id=row["subject"],
            store_id=row["store_id"],
            sales_n=row["n"],
            voids_n=row["k"],
            peers_sales_n=row["peers_n"],
            peers_voids_n=row["peers_k"],
            confidence=sure.get((row["store_id"], row["subject"])),
            stands_out=(row["store_id"], row["subject"]) in out,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.stands_out, -(one.confidence or 0.0), one.store_id, one.operator_id))


def _scores(rows: list[dict[str, Any]], limits: OutlierLimits) -> dict[tuple[str, str], float]:
    table = pa.Table.from_pylist([{name: row[name] for name in _SCHEMA.names} for row in rows], schema=_SCHEMA)
    return {(row["store_id"], row["subject"]): row["score"] for row in confirmed(table, limits).to_pylist()}


def _row(one: OperatorCount, there: Sequence[OperatorCount]) -> dict[str, Any]:
    others = [other for other in there if other is not one]
    return {
        "merchant_id": "",
        "diagnosis": "operator_outlier",
        "subject": one.operator_id,
        "store_id": one.store_id,
        "k": one.voids_n,
        "n": one.sales_n,
        "peers_k": sum(other.voids_n for other in others),
        "peers_n": sum(other.sales_n for other in others),
        "peers": len(others),
    }
