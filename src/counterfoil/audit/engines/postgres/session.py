"""One connection to PostgreSQL, set up so that it answers as every other engine does, and its errors as one line.

The session thinks in UTC and UTF-8. It must never make anything but temporary tables: the server may be somebody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import errors

from counterfoil.errors import BadOption, Bug, first_line

#: The server that is used instead of the embedded one.
URL_VARIABLE = "COUNTERFOIL_DATABASE_URL"

#: Older ones take differences of times in floating point.
VERSION_MIN = 15

_CONNECT_SECONDS_MAX = 30
_APPLICATION = "counterfoil audit"

#: `pg_temp` alone: no name of ours can mean a table of somebody else.
_SETTINGS: Mapping[str, str] = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "search_path": "pg_temp",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "default_transaction_read_only": "off",
    "jit": "off",
    "work_mem": "128MB",
    "hash_mem_multiplier": "2",
    "temp_buffers": "256MB",
}

#: Settings that not every supported version knows.
_SINCE: Mapping[str, int] = {"transaction_timeout": 17}

#: What a server may say without anything being wrong with our SQL.
_THEIRS = (errors.OperationalError, errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)


@contextmanager
def session(address: str, *, name: str) -> Iterator[psycopg.Connection]:
    """Lend a connection; BadOption where the server cannot be used. `name` is what messages call the server."""
    connection = _connected(address, name)
    try:
        _check(connection, name)
        with told(name):
            for setting, value in _SETTINGS.items():
                if connection.info.server_version >= _SINCE.get(setting, 0) * 10_000:
                    connection.execute("SELECT set_config(%s, %s, false)", (setting, value))
        yield connection
    finally:
        connection.close()


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what the server refuses into one line; what is wrong with our own SQL is a bug."""
    try:
        yield
    except _THEIRS as error:
        raise BadOption(f"{name}: {first_line(error)}") from error
    except psycopg.Error as error:
        raise Bug(f"PostgreSQL did not understand a rule: {first_line(error)}") from error


def _connected(address: str, name: str) -> psycopg.Connection:
    try:
        return psycopg.connect(
            _plain(address),
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS_MAX,
            application_name=_APPLICATION,
            prepare_threshold=None,
        )
    except psycopg.OperationalError as error:
        raise BadOption(f"{name}: cannot connect: {first_line(error)}") from error
    except psycopg.Error:
        # The message would repeat the address, and the address holds the password.
        raise BadOption(f"{name}: expected postgresql://user:password@host:port/database") from None


def _plain(address: str) -> str:
    """Accept the address as SQLAlchemy writes it, too."""
    scheme, mark, rest = address.partition("://")
    return f"postgresql://{rest}" if mark and scheme.startswith("postgresql+") else address


def _check(connection: psycopg.Connection, name: str) -> None:
    version = connection.info.server_version // 10_000
    if version < VERSION_MIN:
        raise BadOption(f"{name}: expected PostgreSQL {VERSION_MIN} or later, found {version}")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise BadOption(f"{name}: expected a database in UTF8, found {encoding}")
