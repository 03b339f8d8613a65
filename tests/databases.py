"""PostgreSQL for tests: one server for each test process, one migrated database for each test that asks.

* `addresses` — how each role reaches a migrated, empty database that nobody else uses (about 30 ms)
* `database` — the same, opened as the application's role: what verbs and stores take
* `sealing` — the same, opened as the sealer's role
* `postgres` — the server itself, for tests that make databases of their own

The server is the one from the wheel, throws its data away, and ends with the process however that ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import psycopg
import pytest
from psycopg import sql

from counterfoil.db.address import Addresses
from counterfoil.db.embedded.transient import THROW_AWAY, transient_server
from counterfoil.db.engine import Database
from counterfoil.db.migrations.migrate import migrate, unheard
from counterfoil.db.roles import Role, close_database, make_database, make_roles

_MIGRATED = "migrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOfTests:
    """A server whose roles are made and whose database `migrated` is what every other one is copied from."""

    superuser: str
    _numbers: Iterator[int] = field(default_factory=count)

    def addresses(self, database: str) -> Addresses:
        """Return how each role reaches a database."""
        reached = {
            role: psycopg.conninfo.make_conninfo(self.superuser, user=role.value, dbname=database) for role in Role
        }
        return Addresses(
            name=database,
            application=reached[Role.APPLICATION],
            owner=reached[Role.OWNER],
            sealer=reached[Role.SEALER],
            keeper=psycopg.conninfo.make_conninfo(self.superuser, dbname=database),
        )

    def empty(self) -> Addresses:
        """Make a database without any table."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            make_database(connection, name)
        return self.addresses(name)

    def copy(self) -> Addresses:
        """Make a migrated database without any row."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(Role.OWNER), sql.Identifier(_MIGRATED)
                )
            )
            close_database(connection, name)
        return self.addresses(name)

    def drop(self, addresses: Addresses) -> None:
        """Drop a database, whoever is still connected."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(addresses.name))
            )


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerOfTests]:
    """A server of this test process."""
    settings = {**THROW_AWAY, "max_connections": "200"}
    with transient_server(tmp_path_factory.mktemp("postgres"), name="the tests", settings=settings) as superuser:
        server = ServerOfTests(superuser=superuser)
        with psycopg.connect(superuser, autocommit=True) as connection:
            make_roles(connection)
            make_database(connection, _MIGRATED)
        migrate(server.addresses(_MIGRATED).of(Role.OWNER), name="the tests", heard=unheard)
        yield server


@pytest.fixture
def addresses(postgres: ServerOfTests) -> Iterator[Addresses]:
    """How each role reaches a migrated, empty database of this test."""
    made = postgres.copy()
    yield made
    postgres.drop(made)


@pytest.fixture
def database(addresses: Addresses) -> Iterator[Database]:
    """A migrated, empty database of this test, as the application sees it."""
    with Database(addresses.of(Role.APPLICATION), application="test") as opened:
        yield opened


@pytest.fixture
def sealing(addresses: Addresses) -> Iterator[Database]:
    """The database of this test, as the sealer sees it."""
    with Database(addresses.of(Role.SEALER), application="test") as opened:
        yield opened
