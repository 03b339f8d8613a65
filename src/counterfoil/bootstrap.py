"""The one place that picks adapters: it puts the house together from the settings. Nobody else imports `links`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil import clock
from counterfoil.books.payments.model import Tender
from counterfoil.books.payments.ports import Acquirer
from counterfoil.counter.acquiring import Acquirers, Lane
from counterfoil.counter.authorising import Authorising
from counterfoil.counter.charging import Charging
from counterfoil.counter.closing.day import Closing
from counterfoil.counter.house import House
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.parking import Parking
from counterfoil.counter.resolving import Resolver
from counterfoil.counter.selling import Selling, recording
from counterfoil.counter.tendering import Tendering
from counterfoil.counter.undoing import Undoing
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, TerminalId
from counterfoil.shop.secret_keys import SecretKey, secret_key
from counterfoil.shop.staff.pins import Pins


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredAcquirers:
    """The acquirers that the settings name, by merchant and tender."""

    lanes: Mapping[tuple[MerchantId, Tender], Lane]

    def lane(self, merchant_id: MerchantId, terminal_id: TerminalId, tender: Tender) -> Lane | None:
        """Return the lane of a tender; every terminal of a merchant has the same."""
        return self.lanes.get((merchant_id, tender))

    def named(self, merchant_id: MerchantId, acquirer: str) -> Acquirer:
        """Return an acquirer of a merchant by its name."""
        for (owner, _tender), lane in self.lanes.items():
            if owner == merchant_id and lane.acquirer.name == acquirer:
                return lane.acquirer
        raise KeyError(acquirer)


def house_over(
    database: Database,
    *,
    acquirers: Acquirers,
    secret: SecretKey,
    now: Callable[[], datetime] = clock.now,
) -> House:
    """Put the verbs of the counter together over a database and its acquirers."""
    knowledge = ShopKnowledge(database=database, clock=now)
    resolver = Resolver(database=database, acquirers=acquirers, clock=now)
    charging = Charging(database=database, acquirers=acquirers, resolver=resolver, clock=now)
    authorising = Authorising(
        database=database, pins=lambda merchant_id: Pins(secret.for_merchant(merchant_id).pins), clock=now
    )
    return House(
        database=database,
        acquirers=acquirers,
        knowledge=knowledge,
        charging=charging,
        resolver=resolver,
        undoing=Undoing(database=database, acquirers=acquirers, charging=charging, clock=now),
        tendering=Tendering(database=database, acquirers=acquirers, charging=charging, clock=now),
        authorising=authorising,
        parking=Parking(database=database, clock=now),
        closing=Closing(database=database, acquirers=acquirers, clock=now),
        selling=Selling(
            knowledge=knowledge,
            acquirers=acquirers,
            charging=charging,
            authorising=authorising,
            group=recording(database.address),
            instrument_key=lambda merchant_id: secret.for_merchant(merchant_id).matching,
            clock=now,
        ),
    )


def secret_of(environ: Mapping[str, str] = os.environ, *, home: Path) -> SecretKey:
    """Return the installation's secret."""
    return secret_key(environ, home)
