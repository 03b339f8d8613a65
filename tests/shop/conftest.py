"""One merchant for each test of the shop, in a migrated database as the application's role sees it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest

from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.db.roles import Role
from counterfoil.ids import MerchantId
from tests.databases import ServerOfTests

from .importing import take as take

if TYPE_CHECKING:
    import sqlalchemy as sa

_numbers = count(1)


@pytest.fixture(scope="session")
def addresses(postgres: ServerOfTests) -> Iterator[Addresses]:
    """How each role reaches one migrated database for all tests of the shop: each test has a merchant of its own."""
    made = postgres.copy()
    yield made
    postgres.drop(made)


@pytest.fixture(scope="session")
def database(addresses: Addresses) -> Iterator[Database]:
    """That database as the application's role sees it."""
    with Database(addresses.of(Role.APPLICATION), application="tests") as opened:
        yield opened


@pytest.fixture
def merchant_id() -> MerchantId:
    """A merchant that no other test has."""
    return MerchantId(f"M{next(_numbers)}")


@pytest.fixture
def connection(database: Database, merchant_id: MerchantId) -> Iterator[sa.Connection]:
    """A transaction of this test's merchant, open for the whole test."""
    with database.transaction(merchant_id) as connection:
        yield connection
