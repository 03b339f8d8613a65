"""The shop whose policy is tried: the history of a made town, taken in by the product's own import; it is kept.

Each size lies in a data folder of its own, so that nothing is ever thrown away. Its clock stands at the end of its
history.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from counterfoil.bench.sales.store import settle
from counterfoil.db.address import Addresses
from counterfoil.db.embedded.home import HOME_VARIABLE, Home
from counterfoil.db.engine import Database
from counterfoil.db.opening import embedded_database, open_database
from counterfoil.exchange.importing import ImportWish, import_books
from counterfoil.ids import MerchantId
from counterfoil.shop.merchants.model import Merchant
from counterfoil.shop.merchants.store import add_merchant
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import DESCRIPTION, run_world

if TYPE_CHECKING:
    from counterfoil.audit.intake.options import Progress

#: What `counterfoil world` calls the first merchant of a town.
MERCHANT = MerchantId("M01")
SEED = 11
#: A month is looked at, and what it leads to lies before it.
DAYS = 60
FAULTS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Where the measured shop is, and what its clock says."""

    home: Home
    addresses: Addresses
    time_zone: str
    now: datetime

    def database(self) -> Database:
        """Open its database as the counter does."""
        return _opened(self.home)


def open_shop(folder: Path, *, orders: int, progress: Progress) -> Shop:
    """Start the shop of so many orders, and make it where it is not there yet."""
    parameters = WorldParameters(seed=SEED, orders=orders, faults=FAULTS, days=DAYS)
    home = Home((folder / f"shop-{orders}").absolute())
    addresses = embedded_database(home)
    # It comes last: without it, nobody knows that everything is there.
    description = home.path / DESCRIPTION
    if not description.exists():
        _make(home, addresses, parameters, description, progress)
    now = datetime.fromisoformat(json.loads(description.read_text(encoding="utf-8"))["as_of"])
    return Shop(home=home, addresses=addresses, time_zone=parameters.time_zone, now=now)


def _make(home: Home, addresses: Addresses, parameters: WorldParameters, description: Path, progress: Progress) -> None:
    """Make the town, take its books in, and leave its description; what was begun before is gone on with."""
    with tempfile.TemporaryDirectory(prefix="town-", dir=home.path) as scratch:
        town = run_world(
            parameters,
            Path(scratch) / "town",
            truth=False,
            progress=lambda done, total: progress.advance("sell", done, total),
        )
        with _opened(home) as database:
            _set_up(database, parameters, now=town.as_of)
            wish = ImportWish(paths=[town.folder])
            imported = import_books(database, wish, [MERCHANT], now=town.as_of, progress=progress)
        other_n = sum(entered.other_n for entered in imported.merchants)
        if other_n or imported.aside_n:
            raise RuntimeError(f"of the town's rows {other_n} stand otherwise and {imported.aside_n} were set aside")
        assert addresses.keeper is not None
        with psycopg.connect(addresses.keeper, autocommit=True) as connection:
            settle(connection)
        unfinished = description.with_suffix(".unfinished")
        shutil.copyfile(town.folder / DESCRIPTION, unfinished)
        unfinished.replace(description)


def _set_up(database: Database, parameters: WorldParameters, *, now: datetime) -> None:
    """Set the merchant up, unless it is; it decides no policy, so that the defaults hold."""
    made = Merchant(
        merchant_id=MERCHANT,
        name=MERCHANT,
        currency=parameters.currency,
        time_zone=parameters.time_zone,
        created_at=now,
    )
    with database.transaction(MERCHANT) as connection:
        add_merchant(connection, made)


def _opened(home: Home) -> Database:
    # Whatever database the settings name is somebody's own, and no bench writes into it.
    return open_database(application="counterfoil bench", environ={HOME_VARIABLE: str(home.path)})
