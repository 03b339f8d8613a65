"""Histories for parity: many random shops side by side, with times that differ by less than a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from counterfoil.books.format import TABLES, Kind
from counterfoil.policy import Policy, policy_from
from tests.oracle.histories import random_books
from tests.oracle.history_town import BEGIN

#: What is added to a time: most gaps stay whole, some become a hair longer or shorter.
_HAIRS = tuple(timedelta(microseconds=n) for n in (0, 0, 0, 0, 1, 200_000, 499_999, 500_000, 800_000, 999_999))

#: Under this policy, and so long after the histories begin, every diagnosis can hold.
_TELLING = policy_from(
    {
        "time_zone": "America/New_York",
        "stalled_after": "7d",
        "outliers": {"q": 0.9, "ratio": 1, "voids_min": 1, "peers_min": 1},
        "serial_returner": {"count": 1, "days": 90, "share": 0.3},
    }
)
_TELLING_AFTER = timedelta(days=12, hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Books, and how they are to be judged."""

    books: Mapping[str, Sequence[Mapping[str, Any]]]
    carried: Mapping[str, frozenset[str]]
    policy: Policy
    as_of: datetime


def whole_shops(seed: int, *, shops_n: int, size: int) -> History:
    """Lay many random histories beside each other, each as a merchant of its own; no book and no column is absent.

    What costs time in a run is how many tables the rules keep, not how many rows stand in them.
    """
    carried = {name: frozenset(table.optional) for name, table in TABLES.items()}
    books = _side_by_side(seed, shops_n, size, carried)
    return History(books=books, carried=carried, policy=_TELLING, as_of=BEGIN + _TELLING_AFTER)


def shops_like_the_first(seed: int, *, shops_n: int, size: int) -> History:
    """Lay many random histories beside each other; what is absent in the first is absent, and its policy holds."""
    first = random_books(seed, size)
    books = _side_by_side(seed, shops_n, size, first.carried)
    return History(books=books, carried=first.carried, policy=first.policy, as_of=first.as_of)


def _side_by_side(
    seed: int, shops_n: int, size: int, carried: Mapping[str, frozenset[str]]
) -> dict[str, list[dict[str, Any]]]:
    dice = Random(seed)  # noqa: S311  # a test history, not a secret
    books: dict[str, list[dict[str, Any]]] = {table: [] for table in carried}
    for number in range(seed, seed + shops_n):
        shop = random_books(number, size).books
        for table, rows in books.items():
            rows += [_moved(row, table, number, carried[table], dice) for row in shop.get(table, [])]
    return books


def _moved(row: Mapping[str, Any], table: str, number: int, carried: frozenset[str], dice: Random) -> dict[str, Any]:
    """Give a row to its merchant, leave out what no file carries, and move its times by a hair."""
    moved: dict[str, Any] = {}
    for column in TABLES[table]:
        value = row.get(column.name)
        if not column.required and column.name not in carried:
            value = None
        if column.kind is Kind.TIME and value is not None:
            value += dice.choice(_HAIRS)
        moved[column.name] = value
    moved["merchant_id"] = f"{number}-{moved['merchant_id']}"
    return moved
