"""Histories for parity: many random shops side by side, with times that differ by less than a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from counterfoil.books.format import TABLES, Kind
from counterfoil.policy import Policy
from tests.oracle.histories import random_books

#: What is added to a time: most gaps stay whole, some become a hair longer or shorter.
_HAIRS = tuple(timedelta(microseconds=n) for n in (0, 0, 0, 0, 1, 200_000, 499_999, 500_000, 800_000, 999_999))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Books, and how they are to be judged."""

    books: Mapping[str, Sequence[Mapping[str, Any]]]
    carried: Mapping[str, frozenset[str]]
    policy: Policy
    as_of: datetime


def shops_side_by_side(seed: int, *, shops_n: int, size: int) -> History:
    """Lay many random histories beside each other, each as a merchant of its own; the first one's policy holds.

    What costs time in a run is how many tables the rules keep, not how many rows stand in them.
    """
    first = random_books(seed, size)
    dice = Random(seed)  # noqa: S311  # a test history, not a secret
    books: dict[str, list[dict[str, Any]]] = {table: [] for table in first.books}
    for number in range(seed, seed + shops_n):
        shop = random_books(number, size).books
        for table, rows in books.items():
            rows += [_moved(row, table, number, first.carried[table], dice) for row in shop.get(table, [])]
    return History(books=books, carried=first.carried, policy=first.policy, as_of=first.as_of)


def _moved(row: Mapping[str, Any], table: str, number: int, carried: frozenset[str], dice: Random) -> dict[str, Any]:
    """Give a row to its merchant, leave out what the first shop's files do not carry, and move its times by a hair."""
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
