"""A look that is told to end breaks off, leaves everything as it was, and the next one does it all."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from counterfoil.desk.watch.session import WatchSession, WatchStopped
from counterfoil.jobs.background import Background

if TYPE_CHECKING:
    from counterfoil.counter.house import House
    from counterfoil.db.engine import Database

#: Far longer than a machine under load needs to hear of it, far shorter than the statement.
_SOON_SECONDS = 20
_STATEMENT = "SELECT pg_sleep(100)"


def test_a_statement_under_way_is_broken_off_and_no_other_begins(database: Database) -> None:
    with WatchSession(database.address) as session:
        stopping = threading.Timer(0.3, session.stop)
        stopping.start()
        began = time.monotonic()
        with pytest.raises(WatchStopped):
            session.rows(_STATEMENT)
        assert time.monotonic() - began < _SOON_SECONDS
        stopping.join()
        session.connection.rollback()
        with pytest.raises(WatchStopped):
            session.execute("SELECT 1")


def test_a_background_that_is_told_to_end_breaks_off_its_look_without_an_error(database: Database) -> None:
    house = SimpleNamespace(database=database)
    background = Background(house=cast("House", house))
    began = time.monotonic()
    with background._alone() as is_alone:
        assert is_alone
        session = background._opened_watcher().session
        ending = threading.Timer(0.3, background.end)
        ending.start()
        session.rows(_STATEMENT)
    ending.join()
    assert time.monotonic() - began < _SOON_SECONDS
    with background._alone() as is_alone:
        assert not is_alone
    background.close()
