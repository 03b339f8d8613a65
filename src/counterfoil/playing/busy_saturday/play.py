"""The play as a whole: the days go by, and at the end the shop stands as a shop stands that one walks into."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.desk.cross_checking import cross_check
from counterfoil.desk.watching import Watcher
from counterfoil.playing.acts import Act, Doing, played
from counterfoil.playing.bank import Bank
from counterfoil.playing.busy_saturday.calendar import BILL_AT, CLOSED_AT, Days, at, days_until
from counterfoil.playing.busy_saturday.cast import CURRENCY, LEADS, MERCHANT, PINS
from counterfoil.playing.busy_saturday.desk import desk, looked
from counterfoil.playing.busy_saturday.mishaps import mishaps
from counterfoil.playing.busy_saturday.mishaps.buying import then
from counterfoil.playing.busy_saturday.shopping import shopping
from counterfoil.playing.moving_clock import MovingClock
from counterfoil.playing.papers import Papers
from counterfoil.playing.stage import Stage
from counterfoil.shop.catalogue.model import Sellable
from counterfoil.shop.catalogue.store import sellables
from counterfoil.shop.catalogue.tables import ITEMS

SEED = 20
#: Told of how many acts are over, and of how many there are.
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it."""

    days: Days
    acts_n: int


async def play(house: House, bank: Bank, clock: MovingClock, *, until: datetime, told: Told) -> Played:
    """Play until a moment, which is now for everybody who looks at it afterwards."""
    days = days_until(until)
    goods = _goods(house.database, now=clock.now)
    acts = [*shopping(days, goods, SEED), *mishaps(days), *_routine(days), *desk(days)]
    acts = [act for act in acts if act.at <= until]
    # One for all looks: to write and plan the rules' statements takes seconds, to run them over a week does not.
    with Watcher.over(house.database.address) as watcher:
        stage = Stage(
            house=house,
            merchant_id=MERCHANT,
            currency=CURRENCY,
            clock=clock,
            bank=bank,
            watcher=watcher,
            papers=Papers(merchant_id=MERCHANT),
            sellables=goods,
            pins=PINS,
        )
        await _played(acts, stage, until, told)
    return Played(days=days, acts_n=len(acts))


async def _played(acts: list[Act], stage: Stage, until: datetime, told: Told) -> None:
    await played(acts, stage, told)
    stage.move_to(until)
    await looked(stage)
    await asyncio.to_thread(_checked, stage)
    stage.bank.stand_at(None)


def _checked(stage: Stage) -> None:
    """Hold the desk against all books, as every night does: habits of people are seen there only."""
    cross_check(stage.watcher, stage.merchant_id, now=stage.clock.now)


def _routine(days: Days) -> Iterator[Act]:
    """Yield what happens every day: both shops close, and the bank's bill comes on the morning after."""
    for day in days.all():
        for store, lead in LEADS.items():
            yield then(at(day, CLOSED_AT.isoformat()), _closed(store, day, lead))
        yield then(at(day + timedelta(days=1), BILL_AT.isoformat()), _billed(day))


def _closed(store: str, day: date, lead: str) -> Doing:
    async def close(stage: Stage) -> None:
        await stage.close_day(store, day, lead)

    return close


def _billed(day: date) -> Doing:
    async def bill(stage: Stage) -> None:
        await stage.take_bill(day)

    return bill


def _goods(database: Database, *, now: datetime) -> dict[str, Sellable]:
    with database.transaction(MERCHANT) as connection:
        skus = connection.execute(sa.select(ITEMS.c.sku).where(ITEMS.c.merchant_id == MERCHANT)).scalars()
        return dict(sellables(connection, MERCHANT, list(skus), price_list=None, now=now))
