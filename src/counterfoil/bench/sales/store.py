"""Fills the measured shop, as a superuser and set by set; reads what was measured. Nothing of the product writes so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg

from counterfoil.db.queries import queries_of

_QUERIES = queries_of(__package__)

#: Sales that are made at once.
SLICE = 50_000


def is_made(connection: psycopg.Connection, merchant_id: str) -> bool:
    """Say whether the shop was made before."""
    return connection.execute("SELECT 1 FROM merchants WHERE merchant_id = %s", (merchant_id,)).fetchone() is not None


def merchant(connection: psycopg.Connection, merchant_id: str, secret_digest: bytes) -> None:
    """Make one merchant: a store, 64 terminals, a cashier, 2,000 items with stock, a token."""
    cursor = psycopg.RawCursor(connection)
    for name in ("merchant", "store", "terminals", "staff", "grants", "items", "stock"):
        cursor.execute(_QUERIES[name], (merchant_id,))
    cursor.execute(_QUERIES["token"], (merchant_id, secret_digest))


def history(connection: psycopg.Connection, merchant_id: str, sales: int, told: Callable[[int, int], None]) -> None:
    """Make a past of so many sales, one every two seconds, the last one an hour ago."""
    for first in range(0, sales, SLICE):
        last = min(first + SLICE, sales)
        with connection.transaction():
            for name in ("past_orders", "past_lines", "past_payments", "past_slips", "past_facts"):
                psycopg.RawCursor(connection).execute(_QUERIES[name], (merchant_id, first + 1, last))
        told(last, sales)


def watched(connection: psycopg.Connection, merchant_id: str, policy_digest: str) -> None:
    """Note that the watch has looked at everything: a shop of a year does not begin its books today."""
    psycopg.RawCursor(connection).execute(_QUERIES["nothing_is_due"], (merchant_id,))
    psycopg.RawCursor(connection).execute(_QUERIES["past_is_watched"], (merchant_id, policy_digest))


def watched_through(connection: psycopg.Connection) -> datetime:
    """Return up to when the watch has looked at every merchant."""
    row = connection.execute("SELECT min(read_through) FROM watch_stands").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]  # what the driver returns has no type


def settle(connection: psycopg.Connection) -> None:
    """Bring statistics up to date, and write out what an earlier run left to be written."""
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT")


def sales_of(connection: psycopg.Connection, merchant_id: str) -> int:
    """Count a merchant's orders."""
    row = connection.execute("SELECT count(*) FROM orders WHERE merchant_id = %s", (merchant_id,)).fetchone()
    assert row is not None
    return int(row[0])
