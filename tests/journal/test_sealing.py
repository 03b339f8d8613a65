"""The sealer gives every fact exactly one place, whoever else writes, seals or dies meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from counterfoil.db.roles import Role
from counterfoil.journal import sealing
from counterfoil.journal.breaks import Broken
from tests.journal.shop import MERCHANT, Shop


def places(shop: Shop) -> list[int]:
    return [int(str(position)) for (position,) in shop.asked("SELECT position FROM seals ORDER BY position")]


def test_places_are_given_from_one_without_a_gap(shop: Shop) -> None:
    for n in (3, 1, 4):
        shop.sell(n)
        assert shop.seal() == n
    assert places(shop) == list(range(1, 9))
    assert shop.seal() == 0


def test_a_pass_of_many_chunks_seals_everything(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 3)
    shop.sell(10)
    assert shop.seal() == 10
    assert shop.verified().holds


def test_a_fact_that_commits_after_later_ones_gets_its_place(shop: Shop) -> None:
    """Its id and its time are earlier than those that were sealed meanwhile: nothing may ask for "later than"."""
    address = shop.addresses.of(Role.APPLICATION)
    sealer = shop.sealer()
    with sealer.database, psycopg.connect(address) as slow:
        slow.execute("SELECT set_config('counterfoil.merchant_id', %s, true)", (MERCHANT,))
        slow.execute(
            "INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, body) "
            "VALUES (%s, '0', 'order:sale:parked', 'order:x', now(), '{}')",
            (MERCHANT,),
        )
        shop.sell(2)
        assert sealer.seal(MERCHANT).facts_n == 2
        slow.commit()
        assert sealer.seal(MERCHANT).facts_n == 1
    assert places(shop) == [1, 2, 3]
    assert shop.verified().holds


def test_a_fact_that_is_older_than_the_look_back_is_found_by_the_next_full_pass(shop: Shop) -> None:
    sealer = shop.sealer()
    with sealer.database:
        shop.sell(1)
        assert sealer.seal(MERCHANT).facts_n == 1
        shop.tamper(
            "INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, recorded_at, body) "
            "VALUES (%s, 'late', 'order:sale:parked', 'order:x', now(), now() - interval '1 day', '{}')",
            MERCHANT,
        )
        assert sealer.seal(MERCHANT).facts_n == 0
        assert [found.broken for found in shop.verified().breaks] == [Broken.FACT_UNSEALED]
        shop.now += sealing.FULL_EVERY
        assert sealer.seal(MERCHANT).facts_n == 1
    assert shop.verified().holds


def test_a_fact_that_commits_later_than_nearly_all_waits_a_minute_and_not_an_hour(shop: Shop) -> None:
    sealer = shop.sealer()
    with sealer.database:
        shop.sell(1)
        assert sealer.seal(MERCHANT).facts_n == 1
        shop.tamper(
            "INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, recorded_at, body) "
            "VALUES (%s, 'slow', 'order:sale:parked', 'order:x', now(), now() - interval '1 minute', '{}')",
            MERCHANT,
        )
        assert sealer.seal(MERCHANT).facts_n == 0
        shop.now += sealing.FAR_EVERY
        assert sealer.seal(MERCHANT).facts_n == 1
    assert shop.verified().holds


def test_a_sealer_that_is_told_to_end_stops_between_two_chunks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 2)
    sealer = shop.sealer()
    with sealer.database:
        shop.sell(5)
        assert sealer.seal(MERCHANT, is_ending=lambda: True).facts_n == 2
        assert sealer.seal(MERCHANT).facts_n == 3
    assert shop.verified().holds


def test_a_fact_of_the_future_keeps_none_of_the_present_from_being_seen(shop: Shop) -> None:
    sealer = shop.sealer()
    with sealer.database:
        shop.sell(1)
        sealer.seal(MERCHANT)
        shop.tamper(
            "INSERT INTO journal (merchant_id, fact_id, tag, subject, occurred_at, recorded_at, body) "
            "VALUES (%s, 'future', 'order:sale:parked', 'order:x', now(), now() + interval '1 year', '{}')",
            MERCHANT,
        )
        assert sealer.seal(MERCHANT).facts_n == 1
        shop.sell(1)
        assert sealer.seal(MERCHANT).facts_n == 1


def test_two_sealers_at_once_give_each_fact_one_place(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 7)
    begin = threading.Barrier(3)
    sealers = [shop.sealer() for _ in range(2)]
    sealed = [0, 0]

    def run(number: int) -> None:
        with sealers[number].database:
            begin.wait()
            for _ in range(40):
                sealed[number] += sealers[number].seal(MERCHANT).facts_n

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    begin.wait()
    for _ in range(10):
        shop.sell(9)
    for thread in threads:
        thread.join()
    shop.seal()
    assert places(shop) == list(range(1, 91))
    assert shop.verified().holds


def test_merchants_have_chains_of_their_own(shop: Shop) -> None:
    other = Shop(addresses=shop.addresses, folder=shop.folder, merchant=type(MERCHANT)("m2"))
    shop.sell(2)
    other.sell(3)
    assert (shop.seal(), other.seal()) == (2, 3)
    assert shop.verified().holds
    assert other.verified().holds
    assert [read.split('"')[3] for read in shop.checkpoints.lines()] == ["m1", "m2"]


def test_only_the_sealer_may_write_seals_and_it_may_change_nothing(shop: Shop) -> None:
    shop.sell()
    shop.seal()
    attempts = [
        (Role.APPLICATION, "INSERT INTO seals SELECT * FROM seals"),
        (Role.SEALER, "UPDATE journal SET tag = 'x'"),
        (Role.SEALER, "UPDATE seals SET position = 9"),
        (Role.SEALER, "DELETE FROM seals"),
    ]
    for role, statement in attempts:
        with psycopg.connect(shop.addresses.of(role)) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(statement.encode())


_DIES = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from counterfoil.db.engine import Database
from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.sealing import Sealer

address, file, key = sys.argv[1:]
with Database(address, application="test") as database:
    checkpoints = Checkpoints(file=Path(file), key_file=Path(key))
    Sealer(database=database, checkpoints=checkpoints, clock=lambda: datetime.now(UTC)).seal("m1", sign_now=True)
"""


def test_a_sealer_that_dies_before_it_signs_leaves_a_chain_that_the_next_one_signs(shop: Shop) -> None:
    shop.sell(2)
    asked = [shop.addresses.of(Role.SEALER), str(shop.checkpoints.file), str(shop.checkpoints.key_file)]
    died = subprocess.run(
        [sys.executable, "-c", _DIES, *asked],
        env={**os.environ, "COUNTERFOIL_CRASH_AT": "seal:written=1"},
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL
    assert places(shop) == [1, 2]
    assert list(shop.checkpoints.lines()) == []
    assert shop.seal() == 0
    assert len(list(shop.checkpoints.lines())) == 1
    assert shop.verified(later=timedelta(hours=2)).holds


def test_what_waits_for_its_seal_is_counted(shop: Shop) -> None:
    shop.sell(3)
    sealer = shop.sealer()
    with sealer.database:
        assert sealer.waiting(MERCHANT) == 3
        sealer.seal(MERCHANT)
        assert sealer.waiting(MERCHANT) == 0


def test_a_sealer_that_gives_way_leaves_young_facts_to_the_next_pass_and_old_ones_to_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "CHUNK_GIVING_WAY", 2)
    sealer = shop.sealer()
    with sealer.database:
        shop.sell(5)
        assert sealer.seal(MERCHANT, gives_way=True).facts_n == 2
        assert sealer.seal(MERCHANT, gives_way=True).facts_n == 2
        shop.sell(4)
        shop.now += sealing.YOUNG + timedelta(minutes=1)
        assert sealer.seal(MERCHANT, gives_way=True).facts_n == 5
    assert places(shop) == list(range(1, 10))
    assert shop.verified().holds
