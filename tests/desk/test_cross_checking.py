"""The nightly cross-check: it agrees with the watch, puts right what was lost, and finds the habits."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from psycopg.pq import TransactionStatus

from counterfoil.db.engine import Database
from counterfoil.desk import store
from counterfoil.desk.copies import judging
from counterfoil.desk.cross_checking import HABITS, CrossCheck, cross_check
from counterfoil.desk.watching import Watcher
from counterfoil.detectors.run import detect
from counterfoil.ids import MerchantId
from counterfoil.policy import policy_from
from tests.audit.engines.histories import whole_shops
from tests.desk.cases.invariants import broken

from .live_books import audited, merchant, on_the_desk, record
from .test_watch_against_audit import POLICY, of_merchants


def test_the_whole_agrees_with_the_watch_and_puts_right_what_was_lost(database: Database) -> None:
    history = whole_shops(6, shops_n=1, size=25)
    shop, books = next(iter(of_merchants(history.books).items()))
    merchant(database, shop, policy=POLICY, zone="America/New_York", now=history.as_of)
    record(database, shop, books)
    expected = audited(books, policy_from(tomllib.loads(POLICY)), history.as_of)[shop]
    with Watcher.over(database.address) as watcher:
        checked = cross_check(watcher, shop, now=history.as_of)
        assert checked is not None
        assert (checked.found_n, checked.looked_again_n, checked.disagreed_n) == (len(expected), 0, 0)
        assert checked.habits_n > 0
        assert _standing(database, shop) == (len(expected), checked.habits_n)
        lost = sorted(said[0] for said in expected)[:3]
        with database.transaction(shop) as connection:
            store.lose(connection, shop, lost, now=history.as_of)
        again = cross_check(watcher, shop, now=history.as_of)
    assert again == CrossCheck(
        found_n=len(expected), habits_n=checked.habits_n, looked_again_n=len(lost), disagreed_n=0
    )
    assert _standing(database, shop) == (len(expected), checked.habits_n)
    assert broken(database, shop, now=history.as_of) == {}


def _standing(database: Database, shop: MerchantId) -> tuple[int, int]:
    diagnoses = [said[1].partition(".")[2] for said in on_the_desk(database, shop)]
    habits_n = sum(diagnosis in HABITS for diagnosis in diagnoses)
    return len(diagnoses) - habits_n, habits_n


def test_no_transaction_waits_while_the_whole_is_judged(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends a transaction that is idle for a minute; judging a large shop takes longer."""
    history = whole_shops(6, shops_n=1, size=5)
    shop, books = next(iter(of_merchants(history.books).items()))
    merchant(database, shop, policy=POLICY, zone="America/New_York", now=history.as_of)
    record(database, shop, books)
    seen: list[TransactionStatus] = []
    with Watcher.over(database.address) as watcher:

        def watched(*given: Any) -> Any:  # noqa: ANN401 — whatever the rules are given
            seen.append(watcher.session.driver.info.transaction_status)
            return detect(*given)

        monkeypatch.setattr(judging, "detect", watched)
        assert cross_check(watcher, shop, now=history.as_of) is not None
    assert seen == [TransactionStatus.IDLE]
