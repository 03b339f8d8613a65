"""The worker seals every journal, and one that disagrees with its checkpoints keeps no other one waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.bootstrap import ConfiguredAcquirers, house_over
from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.jobs.background import Background
from counterfoil.jobs.schedule import SCHEDULE
from counterfoil.jobs.tasks import TASKS
from counterfoil.shop.secret_keys import SecretKey
from tests.journal.shop import Shop


@pytest.fixture
def house(shop: Shop, database: Database) -> Iterator[House]:
    made = house_over(database, acquirers=ConfiguredAcquirers(lanes={}), secret=SecretKey(secret=bytes(32)))
    sealer = replace(shop.sealer(), clock=lambda: datetime.now(UTC))
    with sealer.database:
        yield replace(made, sealer=sealer)
    asyncio.run(made.selling.group.close())


@pytest.fixture
def other(shop: Shop) -> Shop:
    opened = Shop(addresses=shop.addresses, folder=shop.folder, merchant=type(shop.merchant)("m2"))
    opened.open()
    return opened


def test_every_journal_is_sealed_again_and_again(house: House, shop: Shop, other: Shop) -> None:
    assert "seal_journals" in {planned.task for planned in SCHEDULE}
    for _ in range(2):
        shop.sell(2)
        other.sell(1)
        TASKS["seal_journals"](Background(house=house))
    assert shop.asked("SELECT merchant_id, count(*) FROM seals GROUP BY 1 ORDER BY 1") == [("m1", 4), ("m2", 2)]


def test_a_chain_that_was_cut_back_keeps_no_other_one_waiting(house: House, shop: Shop, other: Shop) -> None:
    shop.sell(2)
    shop.seal()
    shop.tamper("DELETE FROM seals")
    other.sell(1)
    TASKS["seal_journals"](Background(house=house))
    assert shop.asked("SELECT merchant_id, count(*) FROM seals GROUP BY 1 ORDER BY 1") == [("m1", 2), ("m2", 1)]
    assert len(list(shop.checkpoints.lines())) == 2


def test_without_a_sealers_address_nothing_is_sealed(house: House, shop: Shop) -> None:
    shop.sell(1)
    TASKS["seal_journals"](Background(house=replace(house, sealer=None)))
    assert shop.asked("SELECT count(*) FROM seals") == [(0,)]
