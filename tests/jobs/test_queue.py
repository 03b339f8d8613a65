"""The queue on the same database: jobs come with their transaction, stalled ones are retried, and none pile up."""

from __future__ import annotations

import hashlib
import importlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from counterfoil.bootstrap import ConfiguredAcquirers, house_over
from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.jobs import store, tasks
from counterfoil.jobs.background import Background
from counterfoil.jobs.schedule import AT_ONCE, SCHEDULE, Queue
from counterfoil.jobs.tasks import TASKS
from counterfoil.shop.secret_keys import SecretKey
from tests.serving.counters import until
from tests.serving.shop import MERCHANT, opened

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class BrokenOff(Exception):
    """The caller's transaction comes to nothing."""


def jobs(addresses: Addresses) -> list[tuple[object, ...]]:
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        return connection.execute(
            "SELECT task_name, args, status::text, attempts FROM jobs.procrastinate_jobs ORDER BY id"
        ).fetchall()


def take_up(addresses: Addresses, *, silent_for: timedelta) -> None:
    """Take a job up as a worker that has been silent for so long."""
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        connection.execute("SET search_path = jobs")
        row = connection.execute("SELECT worker_id FROM procrastinate_register_worker_v1()").fetchone()
        assert row is not None
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - %s", (silent_for,))
        connection.execute("SELECT procrastinate_fetch_job_v2(NULL, %s)", row)


@pytest.fixture
def work(database: Database) -> Background:
    house = house_over(database, acquirers=ConfiguredAcquirers(lanes={}), secret=SecretKey(secret=bytes(32)))
    return Background(house=house)


def queue(database: Database, *, once: str | None = None) -> bool:
    with database.transaction(MERCHANT) as connection:
        return store.enqueue(
            connection, "resolve_payments", queue=Queue.PAYMENTS, once=once, arguments={"merchant_id": MERCHANT}
        )


def break_off(database: Database) -> None:
    with database.transaction(MERCHANT) as connection:
        assert store.enqueue(connection, "resolve_payments", queue=Queue.PAYMENTS, arguments={})
        raise BrokenOff


def test_a_transaction_that_is_rolled_back_queues_nothing(database: Database, addresses: Addresses) -> None:
    with pytest.raises(BrokenOff):
        break_off(database)
    assert jobs(addresses) == []


def test_a_transaction_that_is_committed_queues_its_job(database: Database, addresses: Addresses) -> None:
    assert queue(database)
    assert jobs(addresses) == [("resolve_payments", {"merchant_id": MERCHANT}, "todo", 0)]


def test_while_a_job_of_a_name_waits_no_second_one_is_queued(database: Database, addresses: Addresses) -> None:
    assert queue(database, once="x")
    assert not queue(database, once="x")
    assert len(jobs(addresses)) == 1


def test_two_who_queue_the_same_name_at_once_queue_it_once(database: Database, addresses: Addresses) -> None:
    """The second one does not see the first one's row yet; the index stops it, and its own transaction lives on."""
    with ThreadPoolExecutor(1) as second:
        with database.transaction(MERCHANT) as connection:
            assert store.enqueue(connection, "resolve_payments", queue=Queue.PAYMENTS, once="x", arguments={})
            waiting = second.submit(queue, database, once="x")
            until(lambda: waits_for_a_lock(addresses))
        assert waiting.result() is False
    assert len(jobs(addresses)) == 1


def waits_for_a_lock(addresses: Addresses) -> bool:
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    assert row is not None
    return bool(row[0])


def test_a_stalled_job_is_retried_so_often_and_then_left_for_people(
    database: Database, addresses: Addresses, work: Background
) -> None:
    queue(database)
    states = []
    for _ in range(store.TRIES_MAX):
        take_up(addresses, silent_for=timedelta(minutes=1))
        tasks.retry_stalled_jobs(work)
        states.append(jobs(addresses)[0][2:])
    assert states == [("todo", 1), ("todo", 2), ("failed", 3)]


def test_a_job_whose_worker_is_there_is_left_alone(database: Database, addresses: Addresses, work: Background) -> None:
    queue(database)
    take_up(addresses, silent_for=timedelta())
    tasks.retry_stalled_jobs(work)
    assert jobs(addresses)[0][2:] == ("doing", 0)


def test_a_stalled_job_whose_successor_waits_is_forgotten(
    database: Database, addresses: Addresses, work: Background
) -> None:
    queue(database, once="x")
    take_up(addresses, silent_for=timedelta(minutes=1))
    queue(database, once="x")
    tasks.retry_stalled_jobs(work)
    assert [job[2:] for job in jobs(addresses)] == [("todo", 0)]


def test_a_merchant_with_something_due_gets_one_job_and_others_get_none(
    database: Database, addresses: Addresses, work: Background
) -> None:
    opened(database)
    other = MerchantId("M2")
    insert = (
        "INSERT INTO payments (merchant_id, payment_id, kind, tender, amount_minor, currency, state, occurred_at, "
        "acquirer, resolve_at, leased_until) VALUES (%s, %s, 'sale', 'card', 1, 'CNY', 'unknown', %s, 'bank', %s, %s)"
    )
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        connection.execute(
            "INSERT INTO merchants (merchant_id, name, currency, time_zone, created_at) "
            "VALUES ('M2', 'x', 'CNY', 'UTC', now())"
        )
        long_ago, later = NOW - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
        connection.execute(insert, (MERCHANT, "due", NOW, NOW, None))
        connection.execute(insert, (MERCHANT, "due before", NOW, long_ago, None))
        connection.execute(insert, (MERCHANT, "leased", NOW, long_ago - timedelta(hours=1), later))
        connection.execute(insert, (other, "later", NOW, later, None))
    with database.engine.begin() as connection:
        assert store.merchants(connection) == [MERCHANT, other]
        assert store.due_payments(connection, now=NOW) == {MERCHANT: long_ago}
    tasks.find_due_payments(work)
    tasks.find_due_payments(work)
    assert jobs(addresses) == [("resolve_payments", {"merchant_id": MERCHANT}, "todo", 0)]


def test_what_is_planned_is_a_task_and_every_queue_is_worked_on() -> None:
    assert {planned.task for planned in SCHEDULE} <= set(TASKS)
    assert set(AT_ONCE) == set(Queue)


def test_the_queue_has_the_tables_that_its_migration_was_written_for() -> None:
    """An upgrade of procrastinate that changes them needs a migration of ours."""
    step = importlib.import_module("counterfoil.db.migrations.versions.0002_jobs")
    assert hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest() == step.SCHEMA_DIGEST


def test_the_application_may_use_the_queue_and_change_nothing_about_it(addresses: Addresses) -> None:
    with psycopg.connect(addresses.application, autocommit=True) as connection:
        for forbidden in (
            "CREATE TABLE jobs.mine ()",
            "ALTER TABLE jobs.procrastinate_jobs ADD COLUMN mine text",
            "DROP FUNCTION jobs.due_payments(timestamptz)",
            "DELETE FROM jobs.procrastinate_events",
            "TRUNCATE jobs.procrastinate_jobs",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    assert addresses.sealer is not None
    with (
        psycopg.connect(addresses.sealer) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM jobs.procrastinate_jobs")
