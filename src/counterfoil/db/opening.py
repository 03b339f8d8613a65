"""From the settings to a database that may be served: found or started, with our roles in it, and checked.

A server of somebody's own is used as it is: nothing is made on it here. It must never serve as a role that could see
another merchant's rows, nor over tables that the code does not fit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from counterfoil.db.address import Addresses, addresses_of, place_of
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import MAINTENANCE_DATABASE, SUPERUSER, up
from counterfoil.db.embedded.settings import SHOP
from counterfoil.db.engine import POOL_SIZE, Database
from counterfoil.db.migrations.history import Phase, steps_after
from counterfoil.db.migrations.migrate import migrate, revision_of, unheard
from counterfoil.db.roles import DATABASE, Role, make_database, make_roles
from counterfoil.errors import BadOption, first_line

#: Older ones lack what the tables and the roles need.
VERSION_MIN = 15

CONNECT_SECONDS_MAX = 30

#: Two processes that prepare one server at once do so one after the other; the number only has to be our own.
_ADVISORY_LOCK = 7_209_113_002


def open_database(
    *,
    application: str,
    environ: Mapping[str, str] = os.environ,
    role: Role = Role.APPLICATION,
    pool_size: int = POOL_SIZE,
) -> Database:
    """Return the database of the settings, ready to serve; the embedded one is started where it is not running.

    `application` is what the server shows of this process. BadOption where it cannot be served, with what to do.
    """
    addresses = reached(environ)
    address = addresses.of(role)
    with connected(address, name=addresses.name, application=application) as connection:
        refuse_powers(connection, name=addresses.name, role=role)
        refuse_other_tables(connection, name=addresses.name)
    return Database(address, application=application, pool_size=pool_size)


def reached(environ: Mapping[str, str]) -> Addresses:
    """Return how the database is reached; an embedded one is started, and made where there was none."""
    place = place_of(environ)
    if place.theirs is not None:
        return place.theirs
    assert place.ours is not None
    return embedded_database(place.ours)


def embedded_database(home: Home, settings: Mapping[str, str] = SHOP) -> Addresses:
    """Start the embedded server of a data folder, unless it runs, and make our roles and our database where need be.

    A database that never had a table gets today's; one that has some is left as it is.
    """
    running = up(home, settings)
    addresses = addresses_of(running)
    if running.started or not _is_prepared(addresses):
        prepare(running.address(user=SUPERUSER, database=MAINTENANCE_DATABASE), addresses)
    return addresses


def prepare(superuser: str, addresses: Addresses) -> None:
    """Make the roles and, where it is not there yet, the database with its tables; the server must be ours."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_ADVISORY_LOCK,))
        make_roles(connection)
        connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if there is None:
            make_database(connection, DATABASE)
        if not _is_prepared(addresses):
            migrate(addresses.of(Role.OWNER), name=addresses.name, heard=unheard)


def _is_prepared(addresses: Addresses) -> bool:
    """Say whether the database is there and was migrated at least once."""
    try:
        with connected(addresses.of(Role.OWNER), name=addresses.name, application="counterfoil") as connection:
            return revision_of(connection) is not None
    except BadOption:
        return False


@contextmanager
def connected(address: str, *, name: str, application: str) -> Iterator[sa.Connection]:
    """Lend a single connection; BadOption, without the address, where there is none to be had."""
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(address, application_name=application, connect_timeout=CONNECT_SECONDS_MAX),
        poolclass=sa.NullPool,
    )
    try:
        connection = engine.connect()
    except sa.exc.DBAPIError as error:
        raise BadOption(f"{name}: cannot connect: {first_line(error.orig or error)}") from error
    with connection:
        yield connection


def refuse_powers(connection: sa.Connection, *, name: str, role: Role) -> None:
    """Refuse a server that is too old, and a role that could see or change more than it should."""
    version = connection.scalar(sa.text("SELECT current_setting('server_version_num')::int / 10000"))
    if version is None or version < VERSION_MIN:
        raise BadOption(f"{name}: expected PostgreSQL {VERSION_MIN} or later, found {version}")
    encoding = connection.scalar(sa.text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise BadOption(f"{name}: expected a database in UTF8, found {encoding}")
    found = connection.execute(_POWERS, {"owner": Role.OWNER.value}).one()
    too_much = (
        "is a superuser" if found.superuser else "",
        "has BYPASSRLS" if found.bypasses else "",
        f"is a member of {Role.OWNER}" if found.member else "",
        f"owns the table {found.owned}" if found.owned else "",
    )
    power = next(filter(None, too_much), None)
    if power is not None:
        raise BadOption(
            f"{name}: its user {found.name!r} {power}, so merchants would not be kept apart; "
            f"connect as {role}, as docs/how-to/run-on-your-own-postgresql.md says"
        )


#: What the role may do beyond its part: itself, or by any role that it could become.
_POWERS = sa.text("""
    SELECT
        current_user AS name,
        bool_or(mine.rolsuper) AS superuser,
        bool_or(mine.rolbypassrls) AS bypasses,
        bool_or(mine.rolname = :owner) AS member,
        (
            SELECT min(owned.relname::text)
            FROM pg_class AS owned
            JOIN pg_namespace AS home ON home.oid = owned.relnamespace
            WHERE owned.relkind IN ('r', 'p') AND pg_has_role(current_user, owned.relowner, 'MEMBER')
                AND home.nspname NOT LIKE 'pg\\_%' AND home.nspname <> 'information_schema'
        ) AS owned
    FROM pg_roles AS mine
    WHERE pg_has_role(current_user, mine.oid, 'MEMBER')
""")


def refuse_other_tables(connection: sa.Connection, *, name: str) -> None:
    """Refuse tables that this code does not fit: steps that it needs are pending, or it does not know the last one."""
    revision = revision_of(connection)
    pending = steps_after(revision)
    if pending is None:
        raise BadOption(f"{name}: its tables are at revision {revision}, of a newer Counterfoil; use that one")
    needed = [step for step in pending if step.phase is Phase.PRE]
    if needed:
        raise BadOption(f"{name}: pending migrations: {len(needed)}; run `counterfoil db migrate`")
