"""What the watch leaves on the desk, look by look, is what one full audit of the same books finds.

Histories come in piece by piece, in any order, with looks between; the rules are held against the whole only at the end
of each step. Shops are drawn from tiny pools, so that everything that can be taken for something else is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from counterfoil.db.engine import Database
from counterfoil.desk.watching import Watcher
from counterfoil.ids import MerchantId
from counterfoil.policy import policy_from
from tests.audit.engines.histories import whole_shops
from tests.desk.cases.invariants import broken

from .as_known import Books, Row, known_at
from .live_books import audited, change, merchant, on_the_desk, record

#: As `whole_shops` has it, in the words of a policy file.
POLICY = """
time_zone = "America/New_York"
stalled_after = "7d"
outliers = {q = 0.9, ratio = 1, voids_min = 1, peers_min = 1}
serial_returner = {count = 1, days = 90, share = 0.3}
"""

#: How long before the end of the history it is looked at.
STEPS = tuple(timedelta(hours=hours) for hours in (260, 200, 120, 72, 24, 2, 0))

_KEYS = {
    "orders": ("order_id",),
    "payments": ("payment_id",),
    "acquirer_records": ("record_id",),
    "slips": ("slip_id",),
    "notices": ("notice_id",),
    "parcels": ("parcel_id",),
    "returns": ("return_id",),
    "order_lines": ("order_id", "line_no"),
    "return_lines": ("return_id", "line_no"),
    "tracking_events": ("parcel_id", "occurred_at", "status"),
    "terminal_events": ("terminal_id", "occurred_at", "kind"),
}


def of_merchants(books: Books) -> dict[MerchantId, dict[str, list[Row]]]:
    """Return the books of each merchant."""
    found: dict[MerchantId, dict[str, list[Row]]] = {}
    for name, rows in books.items():
        for row in rows:
            found.setdefault(MerchantId(row["merchant_id"]), {}).setdefault(name, []).append(row)
    return found


class _Shop:
    """One merchant's live books, and what is known of them already."""

    def __init__(self, database: Database, merchant_id: MerchantId, books: Books, dice: Random) -> None:
        self.database, self.merchant_id, self.books, self.dice = database, merchant_id, books, dice
        self.known: dict[tuple[str, tuple[Any, ...]], Row] = {}

    def catch_up(self, moment: datetime) -> Iterator[None]:
        """Let come in what has happened by a moment, in pieces, in any order; yields after each piece."""
        new: list[tuple[str, Row]] = []
        changed: list[tuple[str, Row]] = []
        for name, rows in known_at(self.books, moment).items():
            for row in rows:
                key = (name, tuple(row[column] for column in _KEYS[name]))
                before = self.known.get(key)
                if before is None:
                    new.append((name, row))
                elif before != row:
                    changed.append((name, row))
                self.known[key] = row
        self.dice.shuffle(new)
        # Lines have no moment of their own: in the live shop they are written with what they are lines of.
        lines = [each for each in new if each[0].endswith("_lines")]
        others = [each for each in new if not each[0].endswith("_lines")]
        for name, row in lines:
            record(self.database, self.merchant_id, {name: [row]})
        half = len(others) // 2
        for piece in (others[:half], others[half:]):
            by_table: dict[str, list[Row]] = {}
            for name, row in piece:
                by_table.setdefault(name, []).append(row)
            record(self.database, self.merchant_id, by_table)
            yield
        for name, row in changed:
            change(self.database, self.merchant_id, name, [row], now=moment)
        yield


@pytest.mark.parametrize(
    ("seed", "shops_n", "steps"),
    [
        (2, 1, STEPS[::3]),
        *(pytest.param(seed * 100, 4, STEPS, marks=pytest.mark.long) for seed in range(20)),
    ],
)
def test_looks_at_what_moved_leave_what_an_audit_of_everything_finds(
    seed: int, shops_n: int, steps: tuple[timedelta, ...], database: Database
) -> None:
    history = whole_shops(seed, shops_n=shops_n, size=25)
    dice = Random(seed)  # noqa: S311 — an order of rows, no secret
    shops = [_Shop(database, merchant_id, books, dice) for merchant_id, books in of_merchants(history.books).items()]
    for shop in shops:
        merchant(database, shop.merchant_id, policy=POLICY, zone="America/New_York", now=history.as_of - STEPS[0])
    policy = policy_from(tomllib.loads(POLICY))
    assert policy == history.policy
    with Watcher.over(database.address) as watcher:
        watcher.bite_max = 40
        for before in steps:
            now = history.as_of - before
            for shop in shops:
                for _piece in shop.catch_up(now):
                    watcher.look_until_done(shop.merchant_id, now=now)
            expected = audited(known_at(history.books, now), policy, now)
            for shop in shops:
                stands, found = on_the_desk(database, shop.merchant_id), expected.get(shop.merchant_id, set())
                assert (stands - found, found - stands) == (set(), set()), (shop.merchant_id, before)
                assert broken(database, shop.merchant_id, now=now) == {}, (shop.merchant_id, before)
