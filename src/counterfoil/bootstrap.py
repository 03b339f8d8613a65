"""The one place that picks adapters: it puts the house together from the settings. Nobody else imports `links`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from counterfoil import clock
from counterfoil.books.payments.model import Tender
from counterfoil.books.payments.ports import Acquirer, HasBill
from counterfoil.books.payments.webhooks import WebhookVerifier
from counterfoil.counter.acquiring import Acquirers, Lane
from counterfoil.counter.authorising import Authorising
from counterfoil.counter.bills.fetching import BillFetching
from counterfoil.counter.bills.taking import BillTaking
from counterfoil.counter.bills.webhooks import Webhooks
from counterfoil.counter.charging import Charging
from counterfoil.counter.closing.day import Closing
from counterfoil.counter.house import House
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.late_answers import LateAnswers
from counterfoil.counter.measures import NOT_MEASURED, Measures
from counterfoil.counter.parking import Parking
from counterfoil.counter.resolving import Resolver
from counterfoil.counter.selling import Selling, recording
from counterfoil.counter.setting_passwords import SettingPasswords
from counterfoil.counter.signing_in import SigningIn
from counterfoil.counter.stored_value import StoredValueAcquirer, WithStoredValue
from counterfoil.counter.telling_slips import SlipTelling
from counterfoil.counter.tendering import Tendering
from counterfoil.counter.undoing import Undoing
from counterfoil.db.address import place_of
from counterfoil.db.embedded.home import home_of
from counterfoil.db.engine import POOL_SIZE, Database
from counterfoil.db.opening import open_database
from counterfoil.db.roles import Role
from counterfoil.desk.audits.folders import NAME as AUDITS
from counterfoil.desk.copies.kept import NAME as JUDGED
from counterfoil.ids import MerchantId, TerminalId
from counterfoil.journal.checkpoints import checkpoints_of
from counterfoil.journal.sealing import Sealer
from counterfoil.links.acquirers.channels import CHANNELS, Built, build
from counterfoil.settings import Settings, read_settings
from counterfoil.shop.secret_keys import SecretKey, secret_key
from counterfoil.shop.staff.passwords import Passwords
from counterfoil.shop.staff.pins import Pins

#: One pass at a time for each merchant; a second one looks, and goes home.
SEALER_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredAcquirers:
    """The acquirers that the settings name, by merchant and tender."""

    lanes: Mapping[tuple[MerchantId, Tender], Lane]
    #: What the channels of each merchant can do beside payments, by their name.
    channels: Mapping[tuple[MerchantId, str], Built] = field(default_factory=dict)

    def lane(self, merchant_id: MerchantId, terminal_id: TerminalId, tender: Tender) -> Lane | None:
        """Return the lane of a tender; every terminal of a merchant has the same."""
        return self.lanes.get((merchant_id, tender))

    def named(self, merchant_id: MerchantId, acquirer: str) -> Acquirer:
        """Return an acquirer of a merchant by its name."""
        for (owner, _tender), lane in self.lanes.items():
            if owner == merchant_id and lane.acquirer.name == acquirer:
                return lane.acquirer
        raise KeyError(acquirer)

    @property
    def webhooks(self) -> Sequence[tuple[MerchantId, WebhookVerifier]]:
        """Who may call us, and how that is proven."""
        built = ((owner, each.webhook) for (owner, _name), each in self.channels.items())
        return [(owner, webhook) for owner, webhook in built if webhook is not None]

    @property
    def with_bills(self) -> Sequence[tuple[MerchantId, str, HasBill]]:
        """The channels whose bills can be fetched."""
        return [
            (owner, name, each.acquirer)
            for (owner, name), each in self.channels.items()
            if isinstance(each.acquirer, HasBill)
        ]

    def names(self, merchant_id: MerchantId) -> Sequence[str]:
        """Return what the settings call the acquirers of a merchant."""
        return [name for owner, name in self.channels if owner == merchant_id]

    def read_back(self, merchant_id: MerchantId, acquirer: str, kind: str, number: str) -> str | None:
        """Return our id that a channel's number was made from; None where it is none."""
        built = self.channels.get((merchant_id, acquirer))
        return None if built is None or built.read_back is None else built.read_back(kind, number)

    def close(self) -> None:
        """Let go of every connection to an acquirer."""
        for acquirer in {id(lane.acquirer): lane.acquirer for lane in self.lanes.values()}.values():
            acquirer.close()


def open_house(
    environ: Mapping[str, str] = os.environ,
    *,
    application: str,
    pool_size: int = POOL_SIZE,
    measures: Measures = NOT_MEASURED,
    now: Callable[[], datetime] = clock.now,
    aged_by: Callable[[], datetime] | None = None,
) -> House:
    """Open everything that the settings name: the database, the acquirers, the installation's secret.

    `measures` counts what is sold; `aged_by` as in `house_over`. An embedded database is started where it is not
    running; no acquirer is connected to before it is needed. BadOption, in one line, where something cannot be opened.
    """
    home = home_of(environ).path
    settings = settings_of(environ)
    database = open_database(application=application, environ=environ, pool_size=pool_size)
    late = LateAnswers(database, clock=now)
    acquirers = configured(settings, late)
    sealer = sealer_of(environ, home=home)
    closes = (acquirers.close, late.close, *((sealer.database.close,) if sealer is not None else ()))
    secret = secret_of(environ, home=home)
    house = house_over(
        database,
        acquirers=acquirers,
        channels=acquirers,
        secret=secret,
        bills_folder=home / "bills",
        closes=closes,
        demo_logins=settings.web.demo_logins,
        measures=measures,
        now=now,
        aged_by=aged_by,
    )
    return replace(house, sealer=sealer, audits_home=home / AUDITS, judged_home=home / JUDGED)


def sealer_of(environ: Mapping[str, str] = os.environ, *, home: Path) -> Sealer | None:
    """Return who chains the journal; None where nobody said how the sealer's role connects to a server of theirs."""
    theirs = place_of(environ).theirs
    if theirs is not None and theirs.sealer is None:
        return None
    database = open_database(
        application="counterfoil sealer", environ=environ, role=Role.SEALER, pool_size=SEALER_CONNECTIONS
    )
    return Sealer(database=database, checkpoints=checkpoints_of(environ, home), clock=clock.now)


def settings_of(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration file; connects nowhere."""
    return read_settings(environ, home_of(environ).path, channels=tuple(CHANNELS))


def configured(settings: Settings, late: LateAnswers) -> ConfiguredAcquirers:
    """Build the acquirers that the settings name; BadOption where one of them does not say what it needs."""
    lanes: dict[tuple[MerchantId, Tender], Lane] = {}
    channels: dict[tuple[MerchantId, str], Built] = {}
    for each in settings.acquirers:
        built = build(each, partial(late.hear, each.merchant_id))
        channels[each.merchant_id, each.name] = built
        lane = Lane(acquirer=built.acquirer, is_traced=built.is_traced, patience=each.patience)
        lanes.update({(each.merchant_id, tender): lane for tender in each.tenders})
    return ConfiguredAcquirers(lanes=lanes, channels=channels)


def house_over(
    database: Database,
    *,
    acquirers: Acquirers,
    secret: SecretKey,
    channels: ConfiguredAcquirers | None = None,
    bills_folder: Path | None = None,
    now: Callable[[], datetime] = clock.now,
    closes: Sequence[Callable[[], None]] = (),
    demo_logins: bool = False,
    measures: Measures = NOT_MEASURED,
    aged_by: Callable[[], datetime] | None = None,
) -> House:
    """Put the verbs of the counter together over a database and its acquirers.

    `channels` says who may call us and whose bills can be fetched; None: nobody. In `bills_folder` lie bills that
    somebody put there. `closes` let go of what was opened for this house, in order, before its database. With
    `demo_logins`, passwords that everybody has read let people in. `aged_by` tells how old is what is kept for some
    seconds; None: `now`.
    """
    channels = channels or ConfiguredAcquirers(lanes={})
    matching = partial(_matching, secret)
    bills = _bill_taking(database, channels, matching, now=now)
    acquirers = WithStoredValue(
        others=acquirers, stored=StoredValueAcquirer(database=database, keys=secret.for_merchant, clock=now)
    )
    knowledge = ShopKnowledge(database=database, clock=now, aged_by=aged_by or now)
    resolver = Resolver(database=database, acquirers=acquirers, clock=now)
    charging = Charging(database=database, acquirers=acquirers, resolver=resolver, clock=now)

    def pins(merchant_id: MerchantId) -> Pins:
        return Pins(secret.for_merchant(merchant_id).pins)

    def passwords(merchant_id: MerchantId) -> Passwords:
        return Passwords(secret.for_merchant(merchant_id).passwords)

    authorising = Authorising(database=database, pins=pins, clock=now)
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
        slips=SlipTelling(database=database, clock=now),
        closes=tuple(closes),
        closing=Closing(database=database, acquirers=acquirers, clock=now),
        selling=Selling(
            knowledge=knowledge,
            acquirers=acquirers,
            charging=charging,
            authorising=authorising,
            group=recording(database.address, measures),
            measures=measures,
            instrument_key=matching,
            clock=now,
        ),
        bills=bills,
        fetching=BillFetching(
            database=database, taking=bills, channels=channels.with_bills, clock=now, folder=bills_folder
        ),
        webhooks=Webhooks(database=database, verifiers=channels.webhooks, clock=now),
        signing_in=SigningIn(database=database, passwords=passwords, pins=pins, clock=now, demo_logins=demo_logins),
        setting_passwords=SettingPasswords(database=database, passwords=passwords, clock=now),
        forms_key=secret.for_forms(),
        opened_at=now(),
    )


def _matching(secret: SecretKey, merchant_id: MerchantId) -> bytes:
    return secret.for_merchant(merchant_id).matching


def _bill_taking(
    database: Database,
    channels: ConfiguredAcquirers,
    instrument_key: Callable[[MerchantId], bytes],
    *,
    now: Callable[[], datetime],
) -> BillTaking:
    return BillTaking(
        database=database,
        instrument_key=instrument_key,
        read_back=channels.read_back,
        acquirers=channels.names,
        clock=now,
    )


def secret_of(environ: Mapping[str, str] = os.environ, *, home: Path) -> SecretKey:
    """Return the installation's secret."""
    return secret_key(environ, home)
