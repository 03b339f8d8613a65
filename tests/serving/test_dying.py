"""What happens when a process, or the database, dies in the middle: nothing is lost, and nobody has to come."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from counterfoil.db.address import Addresses, addresses_of
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import Running, down
from counterfoil.db.engine import Database
from counterfoil.db.opening import prepare
from counterfoil.db.roles import Role
from counterfoil.storm.acquirer.started import Started
from tests.db.processes import started as started_server
from tests.db.processes import stopped_hard, superuser
from tests.serving.counters import ISO_TABLE, Counter, counter, environment, until
from tests.serving.shop import MERCHANT, Shop, opened


def state_of(addresses: Addresses, payment_id: str) -> str:
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        row = connection.execute("SELECT state FROM payments WHERE payment_id = %s", (payment_id,)).fetchone()
    return "" if row is None else str(row[0])


def jobs_n(addresses: Addresses, status: str) -> int:
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        row = connection.execute(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status::text = %s AND task_name = 'resolve_payments'",
            (status,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def died(open_counter: Counter, name: str) -> list[object]:
    return [line["signal"] for line in open_counter.events("process_died") if line["name"] == name]


def test_a_web_process_that_is_killed_leaves_a_sale_that_exists_and_a_payment_that_ends(
    addresses: Addresses, shop: Shop, tmp_path: Path, bank: Started
) -> None:
    """Its card was approved; nobody recorded the answer, so the worker takes it back, and the till hears so."""
    environ = environment(tmp_path / "home", database=addresses.application, config=ISO_TABLE.format(port=bank.port))
    with counter(environ, shop) as open_counter, ThreadPoolExecutor(1) as till:
        bank.plan("slow", classes="2")
        body = shop.sale(tender="card")
        payment_id = body["sale"]["tenders"][0]["payment_id"]
        waiting = till.submit(open_counter.offer, body)
        until(lambda: bank.truth(MERCHANT, payment_id).taken_n == 1)
        open_counter.child("web-1").send_signal(signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            waiting.result()

        # The socket is the counter's, so a till that calls while the process starts again is not turned away.
        again = open_counter.offer(body)
        assert (again.status_code, again.json()["recorded"]) == (200, "exists")
        assert died(open_counter, "web-1") == ["SIGKILL"]
        until(lambda: state_of(addresses, payment_id) == "cancelled")
        truth = bank.truth(MERCHANT, payment_id)
        assert (truth.taken_minor, truth.given_back_minor) == (500, 500)
        assert open_counter.offer(body).json()["tenders"][0]["state"] == "cancelled"


def killed_in_a_job(open_counter: Counter, addresses: Addresses, bank: Started) -> str:
    """Kill the worker while it waits for a host that is silent, and return the payment that it was at."""
    bank.plan("lost_answer", classes="2")
    bank.plan("lost_request", classes="4", n=1000)
    body = open_counter.shop.sale(tender="card")
    assert open_counter.offer(body).json()["tenders"][0]["state"] == "unknown"
    until(lambda: jobs_n(addresses, "doing") > 0)
    open_counter.child("worker").send_signal(signal.SIGKILL)
    until(lambda: died(open_counter, "worker") == ["SIGKILL"])
    return str(body["sale"]["tenders"][0]["payment_id"])


def test_a_worker_that_is_killed_is_started_again_and_its_job_is_retried(
    addresses: Addresses, shop: Shop, tmp_path: Path, bank: Started
) -> None:
    config = ISO_TABLE.format(port=bank.port)
    with counter(environment(tmp_path / "home", database=addresses.application, config=config), shop) as open_counter:
        killed_in_a_job(open_counter, addresses, bank)
        until(lambda: "resolve_payments" in {line["task"] for line in open_counter.events("job_retried")})
        until(lambda: jobs_n(addresses, "doing") == 0)
        assert open_counter.end() == 0


@pytest.mark.long
def test_what_a_killed_worker_was_at_comes_to_its_end(
    addresses: Addresses, shop: Shop, tmp_path: Path, bank: Started
) -> None:
    """Whoever works on a payment has it to themselves for a minute and a half; after that, somebody else does."""
    config = ISO_TABLE.format(port=bank.port)
    with counter(environment(tmp_path / "home", database=addresses.application, config=config), shop) as open_counter:
        payment_id = killed_in_a_job(open_counter, addresses, bank)
        bank.order("forget_plans")
        until(lambda: state_of(addresses, payment_id) == "cancelled", seconds=180)


@pytest.fixture
def own_server(home: Home) -> tuple[Running, Addresses]:
    """An embedded server of the test's own, with our roles and tables."""
    running = started_server(home)
    addresses = addresses_of(running)
    prepare(running.address(user="counterfoil_superuser", database="postgres"), addresses)
    return running, addresses


def test_a_database_that_is_away_is_told_and_when_it_is_back_sales_go_on(
    home: Home, own_server: tuple[Running, Addresses]
) -> None:
    """Nobody starts the counter again: not after a stop, not after a crash, not after a time of reading only."""
    running, addresses = own_server
    with Database(addresses.of(Role.APPLICATION), application="test") as database:
        shop = opened(database)
    with counter(environment(home.path), shop) as open_counter:
        assert open_counter.offer(shop.sale()).status_code == 201

        down(home)
        body = shop.sale()
        away = open_counter.offer(body)
        assert (away.status_code, away.json()["code"], away.json()["transient"]) == (503, "books_unreachable", True)
        assert open_counter.health()["status"] == "books_unreachable"
        assert httpx.get(f"{open_counter.address}/api/v1/health/alive").status_code == 200
        started_server(home)
        assert open_counter.offer(body).status_code == 201
        assert open_counter.health()["status"] == "ready"

        with superuser(running) as connection:
            connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            connection.execute("SELECT pg_reload_conf()")
        until(lambda: open_counter.health()["status"] == "books_read_only")
        body = shop.sale()
        read_only = open_counter.offer(body)
        assert (read_only.status_code, read_only.json()["code"]) == (503, "books_read_only")
        with superuser(running) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            connection.execute("SELECT pg_reload_conf()")
        until(lambda: open_counter.health()["status"] == "ready")
        assert open_counter.offer(body).json()["recorded"] == "created"

        stopped_hard(home)
        until(lambda: bool(open_counter.events("database_revived")))
        assert open_counter.offer(shop.sale()).status_code == 201
        revived_at = datetime.now(UTC).isoformat()
        until(lambda: (open_counter.health()["worker_beat_at"] or "") > revived_at)
