"""The roles of the database. Each may do what its part of the product needs, and the one that serves owns nothing."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

import psycopg
from psycopg import sql

#: What the product's database is called on a server of ours.
DATABASE = "counterfoil"


class Role(StrEnum):
    """A role of the database, by its name there. None of them is a superuser, and none passes row-level security."""

    OWNER = "counterfoil_owner"  #: owns the tables; migrations run as it, and nothing else does
    APPLICATION = "counterfoil_app"  #: what till, desk, office and jobs connect as; owns nothing
    SEALER = "counterfoil_sealer"  #: the only one that may insert seals


_MEANINGS = MappingProxyType(
    {
        Role.OWNER: "Counterfoil: owns the tables, migrates them",
        Role.APPLICATION: "Counterfoil: what the product serves with",
        Role.SEALER: "Counterfoil: chains the journal",
    }
)
_POWERLESS = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN"


def make_roles(connection: psycopg.Connection) -> None:
    """Make the roles that are not there yet, as a superuser; of one that is there, take away what it must not have."""
    for role, meaning in _MEANINGS.items():
        name = sql.Identifier(role)
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role.value,)).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(sql.SQL("{} ROLE {} {}").format(verb, name, sql.SQL(_POWERLESS)))
        connection.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(name, sql.Literal(meaning)))


def make_database(connection: psycopg.Connection, name: str) -> None:
    """Make an empty database that the owner's role owns and nobody else may connect to, as a superuser.

    The connection commits each statement by itself: a database cannot be made inside a transaction.
    """
    assert connection.autocommit
    database = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(
            database, sql.Identifier(Role.OWNER)
        )
    )
    close_database(connection, name)


def close_database(connection: psycopg.Connection, name: str) -> None:
    """Let our roles, and only them, connect to a database."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for role in (Role.APPLICATION, Role.SEALER):
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(role)))
    # The watch lays what moved out in temporary tables, and runs the rules over those.
    connection.execute(
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(Role.APPLICATION))
    )
