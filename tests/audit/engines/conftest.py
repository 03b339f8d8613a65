"""What the tests of every engine share."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from .on_engine import FAR


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine, and a PostgreSQL client, that think in the time of Shanghai."""
    monkeypatch.setenv("TZ", FAR)
    monkeypatch.setenv("PGTZ", FAR)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
