"""The whole law of diagnoses over five books: drafts of every exception, then precedence, then suppression.

Naive on purpose. It is written from the law alone and shares no code with the rules that it is held against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from counterfoil.policy import Policy

from . import duplicate_order, missing_slip, orphan_return, outliers, unconfirmed_delivery, void_mismatch
from .finding import EXCEPTIONS, Draft, Finding
from .ground import Ground
from .shelf import Shelf

Rows = list[dict[str, Any]]
Books = Mapping[str, Rows]


def find(books: Books, carried: Mapping[str, frozenset[str]], policy: Policy, as_of: datetime) -> list[Finding]:
    """Return all findings of the books, `info` included, in a fixed order.

    A table that is not in `books` is absent; `carried` names the optional columns that each table's files carry.
    """
    merchants = sorted({row["merchant_id"] for rows in books.values() for row in rows})
    found: list[Finding] = []
    for merchant in merchants:
        mine = {table: [r for r in rows if r["merchant_id"] == merchant] for table, rows in books.items()}
        found += _find_one(merchant, Shelf(mine, carried, policy, as_of))
    return sorted(found, key=lambda f: (f.merchant_id, f.exception, f.diagnosis, f.subject))


def _find_one(merchant: str, shelf: Shelf) -> Iterator[Finding]:
    ground = Ground(shelf)
    drafts = {
        "orphan_return": orphan_return.drafts(ground),
        "void_mismatch": _with_outliers(ground),
        "duplicate_order": duplicate_order.drafts(ground),
        "missing_slip": missing_slip.drafts(ground),
        "unconfirmed_delivery": unconfirmed_delivery.drafts(ground),
    }
    silenced: set[tuple[str, str]] = set()
    for exception, diagnoses in EXCEPTIONS.items():
        for draft in _first_that_holds(diagnoses, drafts[exception]):
            if (draft.diagnosis, draft.subject) in silenced:
                continue
            silenced |= draft.silences
            yield Finding(
                exception=exception,
                diagnosis=draft.diagnosis,
                severity=draft.severity,
                merchant_id=merchant,
                subject=draft.subject,
                other_subject=draft.other,
                amount_at_risk_minor=draft.at_risk,
                currency=draft.currency,
            )


def _first_that_holds(diagnoses: tuple[str, ...], drafts: Iterable[Draft]) -> list[Draft]:
    """Keep the first row, in order of precedence, that holds for a subject (convention 1).

    Where one row holds for a subject more than once, the most at risk speaks.
    """
    won: dict[str, Draft] = {}
    for draft in sorted(drafts, key=lambda d: (diagnoses.index(d.diagnosis), -d.at_risk, d.currency or "")):
        won.setdefault(draft.subject, draft)
    return list(won.values())


def _with_outliers(ground: Ground) -> Iterator[Draft]:
    yield from void_mismatch.drafts(ground)
    yield from outliers.drafts(ground)
