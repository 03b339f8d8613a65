"""Small and nasty random histories for differential tests: everything is drawn from tiny pools, so that it collides.

`random_books(seed, size)` gives the same history for the same arguments, on every machine. The rows obey book
format 1 (words, required values, unique keys); they obey nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from counterfoil.books.format import TABLES
from counterfoil.policy import Policy, policy_from

from .history_after import lay_deliveries, lay_returns, lay_telemetry
from .history_records import lay_leftovers
from .history_sales import lay_sales
from .history_slips import lay_slips_and_notices
from .history_town import BEGIN, Town
from .history_twist import twist
from .law import Books

#: How often a table has no file; orders and their lines are read by nearly everything, so they stay more often.
ABSENT = {
    "orders": 0.03,
    "order_lines": 0.05,
    "payments": 0.07,
    "acquirer_records": 0.06,
    "slips": 0.07,
    "notices": 0.06,
    "parcels": 0.06,
    "tracking_events": 0.08,
    "returns": 0.07,
    "return_lines": 0.07,
    "terminal_events": 0.08,
}
#: How many columns are dropped where a history drops columns at all.
COLUMNS_DROPPED_MAX = 6
#: How often the rows of a merchant contradict each other.
TWISTED = 0.3
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Pacific/Chatham")


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomHistory:
    """One random history, ready for any judge."""

    seed: int
    #: Table name to rows; a table that is not there is absent.
    books: Books
    #: Table name to the optional columns that its files carry.
    carried: dict[str, frozenset[str]]
    policy: Policy
    as_of: datetime


def random_books(seed: int, size: int = 40) -> RandomHistory:
    """Make a history of about `size` orders; the same seed and size give the same history."""
    dice = Random(seed)  # noqa: S311  # a test history, not a secret
    policy = _policy(dice)
    as_of = BEGIN + timedelta(days=dice.choice([3, 6, 8, 12, 45]), hours=dice.choice([0, 2, 12]))
    towns = [_town(dice, policy, "M1", size)]
    if dice.random() < 0.3:
        # The second merchant uses the same ids for its own rows.
        towns.append(_town(dice, policy, "M2", size // 3))
    whole = dice.random() < 0.5
    present = [table for table in TABLES if whole or dice.random() >= ABSENT[table]]
    carried = {table: frozenset(TABLES[table].optional) for table in present}
    if dice.random() < 0.35:
        for _ in range(dice.randint(1, COLUMNS_DROPPED_MAX)):
            table = dice.choice(present)
            carried[table] -= {dice.choice(TABLES[table].optional)}
    books = {table: [_narrow(row, table, carried) for town in towns for row in town.rows[table]] for table in present}
    for rows in books.values():
        dice.shuffle(rows)
    return RandomHistory(seed=seed, books=books, carried=carried, policy=policy, as_of=as_of)


def _town(dice: Random, policy: Policy, merchant: str, size: int) -> Town:
    town = Town(dice, policy, merchant)
    lay_sales(town, size)
    lay_leftovers(town, size)
    lay_slips_and_notices(town)
    lay_deliveries(town)
    lay_returns(town)
    lay_telemetry(town)
    if dice.random() < TWISTED:
        for table, rows in town.rows.items():
            twist(dice, table, rows, share=0.1)
    return town


def _narrow(row: dict[str, object], table: str, carried: dict[str, frozenset[str]]) -> dict[str, object]:
    """A column that is not carried is null in every row."""
    dropped = set(TABLES[table].optional) - carried[table]
    return {name: None if name in dropped else value for name, value in row.items()}


def _policy(dice: Random) -> Policy:
    """Mostly the defaults in some zone; sometimes other windows and limits."""
    given: dict[str, object] = {"time_zone": dice.choice(ZONES)}
    if dice.random() < 0.5:
        given |= {
            "duplicate_window": dice.choice(["5min", "30min", "2h"]),
            "match_window": dice.choice(["5min", "10min", "1h"]),
            "ref_match_window": dice.choice(["10min", "24h", "48h"]),
            "unknown_settle": dice.choice(["15min", "2d"]),
            "acquirer_ready": dice.choice(["T+1 10:00", "T+0 23:59", "T+2 00:00"]),
            "acquirer_latest": dice.choice(["T+3 10:00", "T+1 10:00", "T+5 06:30"]),
            "return_window": dice.choice(["1d", "30d"]),
            "refund_authoriser_from_minor": dice.choice([0, 800, 5000]),
            "blind_return_limit_minor": dice.choice([0, 800, 5000]),
        }
    if dice.random() < 0.2:
        given["goods_sku_pattern"] = dice.choice(["^t", "^[a-z]+$", "cup"])
    if dice.random() < 0.5:
        given["outliers"] = {"q": dice.choice([0.2, 0.9]), "ratio": 1, "voids_min": 1, "peers_min": 1}
        given["serial_returner"] = {"count": dice.choice([1, 2]), "days": dice.choice([3, 90]), "share": 0.3}
    return policy_from(given)
