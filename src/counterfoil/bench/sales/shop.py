"""The shop that is measured: one million sales in its books, current statistics, and a token for the tills.

It lies in a data folder of its own, made once and kept; a run adds to it what it sells.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from counterfoil import clock
from counterfoil.bench.sales.store import history, is_made, merchant, settle, watched
from counterfoil.bootstrap import open_house
from counterfoil.db.address import Addresses
from counterfoil.db.embedded.home import HOME_VARIABLE, Home
from counterfoil.db.embedded.settings import SHOP
from counterfoil.db.opening import embedded_database
from counterfoil.desk.watching import digest_of
from counterfoil.ids import MerchantId
from counterfoil.shop.policies.store import policy_at

#: Merchants of the variant with several, by their place; the first one has the history.
MERCHANTS_MAX = 8
STORE = "s1"
OPERATOR = "o1"
TERMINALS_N = 64
ITEMS_N = 2_000
PRICE_MINOR = 333
CURRENCY = "CNY"
_SECRET = "bench"  # noqa: S105 — the bench's own; it opens nothing but its database

#: As any shop's, with room for a connection of each of pgbench's clients.
_SETTINGS = {**SHOP, "max_connections": "120"}

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Where the measured shop is."""

    home: Home
    addresses: Addresses


def merchant_name(place: int) -> str:
    """Return the id of a merchant by its place, from 0."""
    return f"m{place + 1}"


def token(place: int) -> str:
    """Return the token of a merchant's tills."""
    return f"cft_{merchant_name(place)}.k1.{_SECRET}"


def open_shop(folder: Path, sales: int, told: Told) -> Shop:
    """Start the database and make what is not there yet: merchants, and a history of so many sales."""
    home = Home(folder.absolute())
    addresses = embedded_database(home, _SETTINGS)
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper, autocommit=True) as connection:
        if not is_made(connection, merchant_name(0)):
            digest = hashlib.sha256(_SECRET.encode()).digest()
            for place in range(MERCHANTS_MAX):
                merchant(connection, merchant_name(place), digest)
            history(connection, merchant_name(0), sales, told)
        _catch_up(connection, home, addresses)
        settle(connection)
    return Shop(home=home, addresses=addresses)


def _catch_up(connection: psycopg.Connection, home: Home, addresses: Addresses) -> None:
    """Seal what is left, and let the watch begin now; else the worker would do both while we measure."""
    house = open_house({**os.environ, HOME_VARIABLE: str(home.path)}, application="counterfoil bench")
    assert house.sealer is not None
    try:
        for place in range(MERCHANTS_MAX):
            merchant_id = MerchantId(merchant_name(place))
            while house.sealer.seal(merchant_id).facts_n:
                pass
            with house.database.transaction(merchant_id) as transaction:
                policy = policy_at(transaction, merchant_id, clock.now()).audit
            watched(connection, merchant_id, digest_of(policy))
    finally:
        house.database.close()
