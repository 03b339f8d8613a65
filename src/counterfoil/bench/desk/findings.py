"""Findings about the measured shop's own sales, of every diagnosis; the number of a finding decides all of it."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from counterfoil.bench.sales.shop import CURRENCY, PRICE_MINOR, TERMINALS_N
from counterfoil.bench.sample.findings import WEIGHTS, diagnoses
from counterfoil.money import show

STORES_N = 8
#: A sale has three lines.
_TOTAL_MINOR = 3 * PRICE_MINOR


def store_name(place: int) -> str:
    """Return the id of a store by its place, from 0."""
    return f"s{place + 1}"


def finding(number: int, *, sales: int, now: datetime) -> dict[str, Any]:
    """Return one finding about one of the shop's sales, as a detector hands it over."""
    rng = random.Random(number)
    kinds = diagnoses()
    kind = rng.choices(kinds, weights=[WEIGHTS[each.severity] for each in kinds])[0]
    # Every case about a sale of its own, spread over the whole past.
    sale = 1 + number * 7 % sales
    order, other = _order(sale), _order(sale % sales + 1)
    has_twin = kind.exception == "duplicate_order"
    words = defaultdict(
        lambda: "3",
        amount=show(_TOTAL_MINOR, CURRENCY),
        order=order,
        other_order=other,
        payment=f"{order}P",
        slip=order,
        terminal=f"t{sale % TERMINALS_N}",
    )
    return {
        "finding_id": f"bench{number:021d}",
        "exception": kind.exception,
        "diagnosis": kind.id,
        "severity": kind.severity.value,
        "store_id": store_name(number % STORES_N),
        "terminal_id": f"t{sale % TERMINALS_N}",
        "operator_id": "o1",
        "subject": f"order:{order}",
        "other_subject": f"order:{other}" if has_twin else None,
        "occurred_at": now - timedelta(hours=1, seconds=2 * sale),
        "amount_at_risk_minor": _TOTAL_MINOR * rng.randrange(1, 400),
        "currency": CURRENCY,
        "score": None,
        "explanation_en": kind.sentence["en"].format_map(words),
        "explanation_zh": kind.sentence["zh"].format_map(words),
        "next_step": kind.next_step,
        "evidence": [
            {"table": "orders", "id": order, "file": None, "line": None},
            {"table": "payments", "id": f"{order}P", "file": None, "line": None},
            {"table": "slips", "id": order, "file": None, "line": None},
        ],
    }


def _order(sale: int) -> str:
    """Return the id of a sale of the shop's past, as `bench/sales/queries.sql` makes it."""
    return f"0{sale:012d}"
