"""Where a play lives: a data folder of its own, played once and kept, with the bank and the configuration beside it.

A folder is only ever emptied if it is a play's: it carries a mark from before the first row is written.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil import clock as machine
from counterfoil.bootstrap import open_house, secret_of
from counterfoil.counter.house import House
from counterfoil.db.embedded.home import HOME_VARIABLE, Home
from counterfoil.db.embedded.server import down, process_of
from counterfoil.db.migrations.migrate import migrate, unheard
from counterfoil.db.opening import embedded_database
from counterfoil.db.roles import Role
from counterfoil.errors import BadOption
from counterfoil.playing.bank import Bank
from counterfoil.playing.busy_saturday.calendar import days_until
from counterfoil.playing.busy_saturday.cast import MERCHANT
from counterfoil.playing.busy_saturday.opening import open_shop
from counterfoil.playing.busy_saturday.play import Told, play
from counterfoil.playing.moving_clock import MovingClock
from counterfoil.settings import FILE_NAME
from counterfoil.storm.acquirer.started import started

#: What the play's shop calls its bank.
BANK = "bank"
#: The bank answers within milliseconds here; a till need not wait as long as in a street.
_CONFIGURATION = """\
# Written by `counterfoil demo`, anew at each start: the simulated acquirer takes whatever port is free.
[[acquirer]]
merchant = "{merchant}"
name = "{bank}"
channel = "iso8583"
tenders = ["card"]
patience_s = 20

[acquirer.settings]
host = "127.0.0.1"
port = {port}
merchant_number = "LANTERN00000001"
profile = "simulated"
answer_s = 5
connect_s = 2
"""
_MARK = "play.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A play that is over, and may be walked into."""

    folder: Path
    #: The moment that it ended with.
    until: datetime
    #: Whether it was played just now.
    is_new: bool

    @property
    def home(self) -> Home:
        """The data folder of the shop."""
        return home_in(self.folder)


def home_in(folder: Path) -> Home:
    """Return the data folder of the shop of a play."""
    return Home(folder / "shop")


@contextmanager
def database_left_as_it_was(home: Home, told: Callable[[bool], None]) -> Iterator[None]:
    """Stop the database behind a block that has started it; one that was there before goes on.

    `told` hears whether it was stopped; nothing where there was none to stop.
    """
    before = process_of(home)
    try:
        yield
    finally:
        now = process_of(home)
        if now is not None:
            told(now != before and down(home))


def prepared(folder: Path, *, fresh: bool, now: datetime, told: Told) -> Kept:
    """Return a played shop, played first where it is not there yet, or anew where somebody wants it `fresh`.

    BadOption where the folder holds anything that is no play's.
    """
    until = _ended(folder)
    if until is not None and not fresh:
        kept = Kept(folder=folder, until=until, is_new=False)
        _bring_forward(kept.home)
        return kept
    _emptied(folder)
    played = Kept(folder=folder, until=now, is_new=True)
    with bank_of(played) as bank:
        _play_in(played.home, bank, now=now, told=told)
    _mark(folder, until=now)
    return played


def _bring_forward(home: Home) -> None:
    """Bring the tables of a play that an older version made to what this one needs: it is nobody's books."""
    addresses = embedded_database(home)
    migrate(addresses.of(Role.OWNER), name=addresses.name, heard=unheard)


@contextmanager
def bank_of(shop: Kept) -> Iterator[Bank]:
    """Run the bank of a played shop for as long as the block lasts, and tell the shop where it is."""
    bank = shop.folder / "bank"
    for folder in (shop.folder, shop.home.path, bank, bank / "bills"):
        folder.mkdir(mode=0o711, exist_ok=True)
    with started(bank) as running:
        said = _CONFIGURATION.format(merchant=MERCHANT, bank=BANK, port=running.port)
        (shop.home.path / FILE_NAME).write_text(said, encoding="utf-8")
        yield Bank(started=running, name=BANK)


def _play_in(home: Home, bank: Bank, *, now: datetime, told: Told) -> None:
    environ, clock = {HOME_VARIABLE: str(home.path)}, MovingClock(days_until(now).begins)
    # The play's days pass in seconds, and what is known of its shop is no older for that.
    house = open_house(environ, application="counterfoil demo", now=clock, aged_by=machine.now)
    secret = secret_of(environ, home=home.path)
    open_shop(house, secret, now=clock.now)
    asyncio.run(_lived_in(house, bank, clock, now=now, told=told))


async def _lived_in(house: House, bank: Bank, clock: MovingClock, *, now: datetime, told: Told) -> None:
    try:
        await play(house, bank, clock, until=now, told=told)
    finally:
        await house.close()


def _ended(folder: Path) -> datetime | None:
    """Return when a kept play ended; None where none did."""
    try:
        said = json.loads((folder / _MARK).read_text(encoding="utf-8"))["until"]
    except FileNotFoundError:
        return None
    return None if said is None else datetime.fromisoformat(said)


def _emptied(folder: Path) -> None:
    """Make room for a play: nothing but an earlier one is ever thrown away."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise BadOption(f"{folder}: holds something that is no play's; name another folder, or a new one")
    down(home_in(folder))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711, parents=True)
    _mark(folder, until=None)


def _mark(folder: Path, *, until: datetime | None) -> None:
    said = {"play": "busy_saturday", "until": None if until is None else until.isoformat()}
    (folder / _MARK).write_text(json.dumps(said) + "\n", encoding="utf-8")
