"""`counterfoil serve`: it opens, sells, is the only one, and ends without losing anything that it took."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg

from counterfoil.db.address import Addresses
from counterfoil.storm.acquirer.started import Started
from tests.serving.counters import COMMAND, ISO_TABLE, PATIENCE_SECONDS, Counter, counter, environment, until
from tests.serving.shop import MERCHANT, Shop

TILLS = 64


def orders_of(addresses: Addresses) -> set[str]:
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        return {order for (order,) in connection.execute("SELECT order_id FROM orders")}


def payments_n(addresses: Addresses) -> int:
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        row = connection.execute("SELECT count(*) FROM payments").fetchone()
        assert row is not None
        return int(row[0])


def test_books_that_came_without_their_secret_key_are_told_of_and_those_that_have_it_are_not(
    addresses: Addresses, shop: Shop, tmp_path: Path
) -> None:
    environ = environment(tmp_path / "home", database=addresses.application)
    told = [run_until_ready(environ), run_until_ready(environ)]
    assert f"a fresh secret key was made in {tmp_path / 'home' / 'secret.key'}" in told[0]
    assert "fresh secret key" not in told[1]


def run_until_ready(environ: dict[str, str]) -> str:
    """Open a counter, end it once it is ready, and return what it said until then."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Ready: "):
                break
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0, said
    return "".join(said)


def test_it_sells_is_the_only_one_and_ends(addresses: Addresses, shop: Shop, tmp_path: Path) -> None:
    environ = environment(tmp_path / "home", database=addresses.application)
    with counter(environ, shop, processes=2) as open_counter:
        body = shop.sale()
        first, again = open_counter.offer(body), open_counter.offer(body)
        assert (first.status_code, first.json()["recorded"], first.json()["state"]) == (201, "created", "paid")
        assert (again.status_code, again.json()["recorded"]) == (200, "exists")

        assert open_counter.health()["status"] == "ready"
        nowhere = httpx.get(f"{open_counter.address}/", headers={"Host": "a:b"}, timeout=PATIENCE_SECONDS)
        assert (nowhere.status_code, nowhere.headers["x-content-type-options"]) == (400, "nosniff")
        assert open_counter.events("fault") == []
        until(lambda: open_counter.health()["worker_beat_at"] is not None)

        second = subprocess.run(
            [*COMMAND, "serve", "--port", "0"], env=environ, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert second.stderr.strip().endswith("another `counterfoil serve` is serving it; end that one first")
        port = open_counter.address.rpartition(":")[2]
        elsewhere = environment(tmp_path / "other", database=addresses.application)
        taken = subprocess.run(
            [*COMMAND, "serve", "--port", port], env=elsewhere, capture_output=True, text=True, check=False
        )
        assert taken.returncode == 2
        assert taken.stderr.strip().endswith("Address already in use; choose another")

        assert open_counter.end() == 0
        assert open_counter.events("ended")
        log = open_counter.log.read_text(encoding="utf-8")
        assert shop.token not in log
        assert addresses.application not in log


def test_a_shop_that_cannot_be_opened_is_told_in_one_line(addresses: Addresses, tmp_path: Path) -> None:
    environ = environment(tmp_path / "home", database=addresses.application, config="[[acquirer]]\nmerchant = 1\n")
    ended = subprocess.run([*COMMAND, "serve", "--port", "0"], env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.endswith("counterfoil.toml: [[acquirer]] 1: merchant: expected a text, found something else\n")
    assert len(ended.stderr.splitlines()) == 1


def test_everything_that_was_taken_is_answered_at_the_end(
    addresses: Addresses, shop: Shop, tmp_path: Path, bank: Started
) -> None:
    """Sixty-four sales are at a slow host when the counter is told to end; each of them gets its own answer."""
    config = ISO_TABLE.format(port=bank.port)
    environ = environment(tmp_path / "home", database=addresses.application, config=config)
    with counter(environ, shop, processes=2) as open_counter, ThreadPoolExecutor(TILLS) as tills:
        bank.plan("slow", classes="2", n=TILLS)
        bodies = [shop.sale(tender="card", terminal=number % 8) for number in range(TILLS)]
        waiting = [tills.submit(open_counter.offer, body) for body in bodies]
        until(lambda: payments_n(addresses) == TILLS)
        assert open_counter.end() == 0
        answers = [one.result() for one in waiting]
    assert [(answer.status_code, answer.text) for answer in answers if answer.status_code != 201] == []
    assert {answer.json()["state"] for answer in answers} == {"paid"}
    for body in bodies:
        truth = bank.truth(MERCHANT, body["sale"]["tenders"][0]["payment_id"])
        assert truth.taken_n == 1


def test_what_is_durable_was_answered_and_what_was_not_answered_is_not_there(
    addresses: Addresses, shop: Shop, tmp_path: Path
) -> None:
    """Tills sell on and on while the counter ends: a sale is recorded and answered, or neither."""
    environ = environment(tmp_path / "home", database=addresses.application)
    with counter(environ, shop, processes=2) as open_counter, ThreadPoolExecutor(TILLS) as tills:
        selling = [tills.submit(_sell_on, open_counter, number % 8) for number in range(TILLS)]
        until(lambda: len(orders_of(addresses)) > 2 * TILLS)
        assert open_counter.end() == 0
        sold = [one.result() for one in selling]
    answered = {body["sale"]["order_id"] for bodies, _ in sold for body in bodies}
    assert orders_of(addresses) == answered

    with counter(environ, shop) as open_again:
        bodies, unanswered = sold[0]
        assert open_again.offer(bodies[-1]).json()["recorded"] == "exists"
        assert open_again.offer(unanswered).json()["recorded"] == "created"


def _sell_on(open_counter: Counter, terminal: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Sell until nobody answers; return what was answered, and the first sale that was not."""
    sold: list[dict[str, Any]] = []
    with httpx.Client() as client:
        while True:
            body = open_counter.shop.sale(terminal=terminal)
            try:
                answer = open_counter.offer(body, client=client)
            except httpx.TransportError:
                return sold, body
            assert answer.status_code == 201
            sold.append(body)
