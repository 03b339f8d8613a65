"""A throw-away PostgreSQL with every table of the shop, and one merchant for each test."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest

import counterfoil.shop
from counterfoil.audit.engines.postgres.server import private_server
from counterfoil.db.engine import Database
from counterfoil.db.metadata import METADATA
from counterfoil.ids import MerchantId

from .importing import take as take

if TYPE_CHECKING:
    import sqlalchemy as sa

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

_numbers = count(1)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with every table of the shop."""
    for module in pkgutil.walk_packages(counterfoil.shop.__path__, "counterfoil.shop."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    with (
        private_server(tmp_path_factory.mktemp("shop")) as address,
        Database(address, application="tests", pool_size=6) as database,
    ):
        METADATA.create_all(database.engine)
        yield database


@pytest.fixture
def merchant_id() -> MerchantId:
    """A merchant that no other test has."""
    return MerchantId(f"M{next(_numbers)}")


@pytest.fixture
def transaction(database: Database, merchant_id: MerchantId) -> Callable[[], object]:
    """Open a transaction of this test's merchant."""
    return lambda: database.transaction(merchant_id)


@pytest.fixture
def connection(database: Database, merchant_id: MerchantId) -> Iterator[sa.Connection]:
    """A transaction of this test's merchant, open for the whole test."""
    with database.transaction(merchant_id) as connection:
        yield connection
