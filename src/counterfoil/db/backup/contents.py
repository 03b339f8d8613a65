"""What a database contains, counted: asked before a dump, inside its snapshot, and again after a restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import psycopg
from psycopg import sql

from counterfoil.errors import BadOption

_TABLES = """
    SELECT n.nspname, c.relname
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2
"""


def rows_by_table(connection: psycopg.Connection, heard: Callable[[int, int], None]) -> Mapping[str, int]:
    """Count the rows of every table; `heard` is told of tables counted and tables in all."""
    # Whoever would see only some rows gets an error instead of a count that is too low.
    connection.execute("SET LOCAL row_security = off")
    # The application's limits on statements are no limits of a backup.
    connection.execute("SET LOCAL statement_timeout = 0")
    tables = connection.execute(_TABLES).fetchall()
    counted: dict[str, int] = {}
    for done, (schema, table) in enumerate(tables):
        heard(done, len(tables))
        question = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        found = connection.execute(question).fetchone()
        assert found is not None
        counted[f"{schema}.{table}"] = int(found[0])
    heard(len(tables), len(tables))
    return counted


def has_content(connection: psycopg.Connection) -> bool:
    """Say whether a database has a row of anybody in it; what is about the database as a whole does not count."""
    for schema, table in connection.execute(_TABLES).fetchall():
        if schema == "upkeep":
            continue
        question = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(schema, table))
        if connection.execute(question).fetchone() == (True,):
            return True
    return False


def refuse_who_sees_too_little(connection: psycopg.Connection, *, name: str) -> None:
    """Refuse a role to which row-level security would show some merchants' rows only, or none."""
    sees_all = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if sees_all != (True,):
        user = connection.info.user
        raise BadOption(
            f"{name}: its user {user!r} cannot read the rows of all merchants, so a backup would not be whole; "
            f"as a superuser, run ALTER ROLE {user} BYPASSRLS, or use the backups of your server"
        )
