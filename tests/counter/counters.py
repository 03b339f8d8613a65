"""Fixtures: the counter of a test: a shop of its own, in a database that the tests of one process share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from counterfoil.db.engine import Database
from counterfoil.db.roles import Role
from counterfoil.ids import MerchantId
from tests.counter.till import Counter, counter_over
from tests.databases import ServerOfTests

_numbers = count(1)


@pytest.fixture(scope="session")
def town(postgres: ServerOfTests) -> Iterator[Database]:
    """A migrated database in which each test founds a shop of its own; row-level security keeps them apart."""
    made = postgres.copy()
    with Database(made.of(Role.APPLICATION), application="test") as opened:
        yield opened
    postgres.drop(made)


@pytest.fixture
def counter(town: Database) -> Iterator[Counter]:
    """An open shop."""
    opened = counter_over(town, MerchantId(f"m{next(_numbers)}"))
    yield opened
    opened.close()
