"""Prometheus asks a counter with two web processes: whichever of them answers, it answers for both."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx

from counterfoil import clock
from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.measures.exposition import MEDIA_TYPE
from counterfoil.shop.tokens.model import Scope
from counterfoil.shop.tokens.store import add_token
from tests.measures.reading import number, summed
from tests.serving.counters import Counter, counter, environment, until
from tests.serving.shop import MERCHANT, Shop

SALES = 12


def scraped(running: Counter, token: str) -> str:
    """Ask over a connection of its own, so that either process may take it."""
    answer = httpx.get(f"{running.address}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{MEDIA_TYPE}; charset=utf-8"), answer.text
    return answer.text


def test_two_processes_tell_the_same_and_a_dead_one_s_counts_stay(
    addresses: Addresses, database: Database, shop: Shop, tmp_path: Path
) -> None:
    with database.transaction(MERCHANT) as connection:
        token = add_token(connection, MERCHANT, scopes=[Scope.METRICS], now=clock.now()).text()
    environ = environment(tmp_path / "home", database=addresses.application)
    with counter(environ, shop, processes=2) as running:
        assert httpx.get(f"{running.address}/metrics", timeout=60).status_code == 401
        for number_of_sale in range(SALES):
            assert running.offer(shop.sale(terminal=number_of_sale % 8)).status_code == 201
        for _ in range(8):
            text = scraped(running, token)
            assert number(text, "counterfoil_sales_total", answer="created") == SALES
            assert summed(text, "counterfoil_group_size_sum") == SALES
            assert summed(text, "counterfoil_group_commit_seconds_count") >= 1
            assert MERCHANT not in text
        until(lambda: number(scraped(running, token), "counterfoil_worker_beat_seconds") is not None)

        running.child("web-1").send_signal(signal.SIGKILL)
        until(lambda: len(running.events("process_died")) == 1)
        until(lambda: running.health()["status"] == "ready")
        assert running.offer(shop.sale()).status_code == 201
        assert number(scraped(running, token), "counterfoil_sales_total", answer="created") == SALES + 1
    with counter(environ, shop) as again:
        assert summed(scraped(again, token), "counterfoil_sales_total") == 0, "a new start counts from nothing"
