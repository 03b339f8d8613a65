"""The shop that is measured: one million sales in its books, current statistics, and a token for the tills.

It lies in a data folder of its own, made once and kept; a run adds to it what it sells.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from counterfoil import clock
from counterfoil.bench.sales.store import history, is_made, merchant, sales_of, settle, watched, watched_through
from counterfoil.bootstrap import open_house
from counterfoil.counter.house import House
from counterfoil.db.address import Addresses
from counterfoil.db.embedded.home import HOME_VARIABLE, Home
from counterfoil.db.embedded.server import down
from counterfoil.db.embedded.settings import SHOP
from counterfoil.db.opening import embedded_database
from counterfoil.desk.watching import digest_of
from counterfoil.ids import MerchantId
from counterfoil.shop.policies.store import decide, policy_at

#: Merchants of the variant with several, by their place; the first one has the history.
MERCHANTS_MAX = 8
STORE = "s1"
OPERATOR = "o1"
TERMINALS_N = 64
ITEMS_N = 2_000
PRICE_MINOR = 333
CURRENCY = "CNY"
#: Runs add to the history; at so many times its size it is no longer the shop that is promised about.
GROWN_MAX = 1.5
_POLICY = 'slip_within = "30d"\n'
_STEP_SECONDS = 0.5
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
    addresses = _roomy(home, sales)
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper, autocommit=True) as connection:
        if not is_made(connection, merchant_name(0)):
            digest = hashlib.sha256(_SECRET.encode()).digest()
            for place in range(MERCHANTS_MAX):
                merchant(connection, merchant_name(place), digest)
            _wait_for_no_slips(home)
            history(connection, merchant_name(0), sales, told)
        _catch_up(connection, home, addresses)
        settle(connection)
    return Shop(home=home, addresses=addresses)


def _roomy(home: Home, sales: int) -> Addresses:
    """Start the database; a shop that earlier runs have filled far beyond its history is made anew."""
    addresses = embedded_database(home, _SETTINGS)
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper, autocommit=True) as connection:
        is_full = sales_of(connection, merchant_name(0)) > sales * GROWN_MAX
    if not is_full:
        return addresses
    down(home)
    shutil.rmtree(home.path)
    return embedded_database(home, _SETTINGS)


def _wait_for_no_slips(home: Home) -> None:
    """Decide that a slip may come late: this shop has no printer, and a shop with one has no finding for each sale."""
    with house_in(home) as house:
        for place in range(MERCHANTS_MAX):
            merchant_id = MerchantId(merchant_name(place))
            with house.database.transaction(merchant_id) as transaction:
                decide(
                    transaction, merchant_id, _POLICY, reason="no printer is measured", decided_by=None, now=clock.now()
                )


def await_watch(shop: Shop, seconds_max: int) -> None:
    """Wait until the worker has looked at every merchant; TimeoutError where it does not.

    A worker that has just started reads the rules and all of the journal once; a counter that has been open for a
    minute does neither, and that one is measured.
    """
    assert shop.addresses.keeper is not None
    until = time.monotonic() + seconds_max
    with psycopg.connect(shop.addresses.keeper, autocommit=True) as connection:
        begun = watched_through(connection)
        while watched_through(connection) == begun:
            if time.monotonic() > until:
                raise TimeoutError(f"the watch has not looked at every merchant in {seconds_max} s")
            time.sleep(_STEP_SECONDS)


def _catch_up(connection: psycopg.Connection, home: Home, addresses: Addresses) -> None:
    """Seal what is left, and let the watch begin now; else the worker would do both while we measure."""
    with house_in(home) as house:
        assert house.sealer is not None
        for place in range(MERCHANTS_MAX):
            merchant_id = MerchantId(merchant_name(place))
            while house.sealer.seal(merchant_id).facts_n:
                pass
            with house.database.transaction(merchant_id) as transaction:
                policy = policy_at(transaction, merchant_id, clock.now()).audit
            watched(connection, merchant_id, digest_of(policy))


@contextmanager
def house_in(home: Home) -> Iterator[House]:
    """Open the house of the measured shop, and let go of its database afterwards."""
    house = open_house({**os.environ, HOME_VARIABLE: str(home.path)}, application="counterfoil bench")
    try:
        yield house
    finally:
        house.database.close()
