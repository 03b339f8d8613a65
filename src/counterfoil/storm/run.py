"""One storm from its first process to the auditor's word: acquirer, shop, counter, crowd, killer, settling, audit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterfoil import clock
from counterfoil.bootstrap import secret_of
from counterfoil.db.address import Addresses
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import down
from counterfoil.db.engine import Database
from counterfoil.db.opening import embedded_database
from counterfoil.errors import BadOption
from counterfoil.storm.acquirer.started import Started, started
from counterfoil.storm.auditing import audited
from counterfoil.storm.counter_process import Counterprocess, counter_over
from counterfoil.storm.killer import Killer
from counterfoil.storm.outcome import Asked, Outcome
from counterfoil.storm.plan.drawing import closings, story
from counterfoil.storm.plan.kills import crash_points, kills, outages
from counterfoil.storm.settling.bills import hand_in
from counterfoil.storm.settling.looking import look
from counterfoil.storm.settling.waiting import settled
from counterfoil.storm.shop import ANSWER_S, PATIENCE_S, Opened, configure, set_up
from counterfoil.storm.shop_map import MERCHANT
from counterfoil.storm.shoppers.crowd import Crowd
from counterfoil.storm.shoppers.line import Lines
from counterfoil.storm.shoppers.memory import Memory
from counterfoil.storm.shoppers.offering import Offering
from counterfoil.storm.shoppers.till import Till
from counterfoil.storm.shoppers.visits import Visits
from counterfoil.storm.weather import LATE_MS, faults_at

#: Told of a stage by its name, of how much of it is done, and of how much it is.
Told = Callable[[str, int, int], None]

_CONFIGURATION = "counterfoil.toml"
#: What the acquirer calls a message that met no fault.
_STRAIGHT = "straight"
_BANK = "bank"
_SHOP = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stormed:
    """What the shopping left behind, beside the books."""

    memory: Memory
    figures: Mapping[str, object]


def storm(asked: Asked, folder: Path, told: Told) -> Outcome:
    """Run one storm in a folder of its own, which must be empty; whatever it started has ended when this returns."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BadOption(f"{folder}: expected an empty folder, found files; name another one, or a new one")
    bank = folder / _BANK
    (bank / "bills").mkdir(parents=True)
    home = Home((folder / _SHOP).absolute())
    with _told_to_end(), started(bank, seed=asked.seed, faults=faults_at(asked.faults, seed=asked.seed)) as acquirer:
        try:
            addresses, opened = _opened(home, acquirer)
            crash_at = crash_points(asked.seed, asked.sales) if asked.kill else None
            with counter_over(home, crash_at=crash_at) as counter:
                stormed = asyncio.run(_stormed(asked, counter, acquirer, opened, addresses, told))
                exit_code = counter.end()
            looks = _looked(addresses, told)
            figures = {**stormed.figures, "counter_exit_code": exit_code, "looks": looks}
            return audited(asked, bank, addresses, stormed.memory, figures, told)
        finally:
            down(home)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Let a polite signal end the storm as Ctrl-C does, so that nothing of it is left running."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _opened(home: Home, acquirer: Started) -> tuple[Addresses, Opened]:
    """Make the shop and the configuration of its counter."""
    addresses = embedded_database(home)
    configure(home.path / _CONFIGURATION, port=acquirer.port)
    with Database(addresses.application, application="counterfoil storm") as database:
        opened = set_up(database, secret_of({}, home=home.path), now=clock.now())
    return addresses, opened


async def _stormed(
    asked: Asked, counter: Counterprocess, acquirer: Started, opened: Opened, addresses: Addresses, told: Told
) -> _Stormed:
    memory, began_at = Memory(), clock.now()
    lines = Lines(host=counter.host, port=counter.port, token=opened.token)
    visits = Visits(offering=Offering(till=Till(lines=lines, memory=memory), clock=clock.now))
    killer = Killer(
        counter=counter,
        acquirer=acquirer,
        kills=kills(asked.seed, asked.sales) if asked.kill else (),
        outages=outages(asked.seed, asked.sales) if asked.faults else (),
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    shopping_s = 0.0

    def ended(count: int) -> None:
        nonlocal shopping_s
        shopping_s = loop.time() - began
        told("shopping", count, asked.sales)

    crowd = Crowd(visits=visits, began=killer.began, ended=ended)
    killing = asyncio.create_task(killer.follow())
    try:
        await crowd.happen(story(asked.seed, asked.sales, asked.faults))
    finally:
        killing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await killing
    gone_s = loop.time() - began
    for closing in closings():
        await visits.close(closing)
    _, settle_s = await _settle(addresses, told)
    # What a bill contradicts is under way again, and comes to its end before anybody judges.
    bills = await hand_in(acquirer, lines, began=began_at, now=clock.now())
    left, after_s = await _settle(addresses, told)
    await lines.close()
    crashes, faults = counter.crashes(), _faults(acquirer)
    return _Stormed(
        memory=memory,
        figures={
            "sales_per_second": round(asked.sales / max(shopping_s, 0.001), 1),
            "shopping_s": round(shopping_s, 1),
            "customers_gone_s": round(gone_s, 1),
            "settling_s": round(settle_s + after_s, 1),
            "bills": bills,
            "left_under_way": left,
            "requests": memory.requests,
            "repeats": memory.repeats,
            "never_answered": dict(memory.given_up),
            "refusals": dict(sorted(memory.refusals.items())),
            "kills": dict(sorted(killer.done.items())),
            "crashes": dict(sorted(crashes.items())),
            "kills_n": killer.kills_n + crashes.total(),
            "deaths": dict(sorted(counter.deaths().items())),
            "faults": faults,
            "faults_n": sum(faults.values()),
            "processors": os.cpu_count(),
        },
    )


async def _settle(addresses: Addresses, told: Told) -> tuple[int, float]:
    assert addresses.keeper is not None
    # What is late must have come, and must have been answered for, before nothing counts as under way.
    quiet_s = LATE_MS / 1000 + ANSWER_S + PATIENCE_S
    return await settled(
        addresses.keeper, MERCHANT, quiet_s=quiet_s, told=lambda done, total: told("settling", done, total)
    )


def _looked(addresses: Addresses, told: Told) -> int:
    assert addresses.keeper is not None
    return look(
        addresses.application,
        addresses.keeper,
        MERCHANT,
        now=clock.now(),
        told=lambda done, total: told("looking", done, total),
    )


def _faults(acquirer: Started) -> dict[str, int]:
    counts: Counter[str] = Counter(acquirer.order("counts")["paths"])
    return {name: n for name, n in sorted(counts.items()) if name != _STRAIGHT}
