"""The counter of a test: a founded shop in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterfoil.db.engine import Database
from tests.counter.shop import Counter, counter_over


@pytest.fixture
def counter(database: Database) -> Iterator[Counter]:
    """An open shop."""
    opened = counter_over(database)
    yield opened
    opened.house.selling.group._thread.shutdown()
