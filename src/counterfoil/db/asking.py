"""Asks a query of a `queries.sql` on the connection of a transaction that is open: its parameters are `$1` and on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    import sqlalchemy as sa


def ask(
    connection: sa.Connection, query: str, parameters: Sequence[object], *, binary: bool = False
) -> list[tuple[Any, ...]]:
    """Run a query and return its rows; none where it returns none. `binary`: as the server keeps them, where it can."""
    with psycopg.RawCursor(driver_of(connection)) as cursor:
        cursor.execute(query.encode(), parameters, binary=binary or None)
        return cursor.fetchall() if cursor.description is not None else []


def driver_of(connection: sa.Connection) -> psycopg.Connection:
    """Return the driver's own connection, for what only the driver can do."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
