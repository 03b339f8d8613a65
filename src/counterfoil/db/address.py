"""Where the database is: the server that somebody named, else the one of our own, in its data folder.

Settings are read here and nowhere else. An address holds a password, so it must never be shown, logged or put into a
message: messages call a database by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg

from counterfoil.db.embedded.home import Home, home_of
from counterfoil.db.embedded.server import SUPERUSER, Running
from counterfoil.db.roles import DATABASE, Role
from counterfoil.errors import BadOption

URL_VARIABLE = "COUNTERFOIL_DATABASE_URL"
OWNER_VARIABLE = "COUNTERFOIL_DATABASE_OWNER_URL"
SEALER_VARIABLE = "COUNTERFOIL_DATABASE_SEALER_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """How libpq reaches one database, as each role; None: nobody said how."""

    #: What messages call the database.
    name: str
    application: str = field(repr=False)
    owner: str | None = field(repr=False)
    sealer: str | None = field(repr=False)
    #: Whoever may read the rows of all merchants and make databases: for backups.
    keeper: str | None = field(repr=False)

    def of(self, role: Role) -> str:
        """Return the address of a role; BadOption where nobody said it."""
        known = {Role.APPLICATION: self.application, Role.OWNER: self.owner, Role.SEALER: self.sealer}[role]
        if known is None:
            variable = OWNER_VARIABLE if role is Role.OWNER else SEALER_VARIABLE
            raise BadOption(f"{self.name}: set {variable} to the address at which {role} connects")
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the settings say that the database is: exactly one of the two."""

    #: Somebody's own server.
    theirs: Addresses | None = None
    #: The data folder of the embedded one.
    ours: Home | None = None


def place_of(environ: Mapping[str, str]) -> Place:
    """Read the settings; connects nowhere and starts nothing."""
    url = environ.get(URL_VARIABLE)
    if not url:
        for variable in (OWNER_VARIABLE, SEALER_VARIABLE):
            if environ.get(variable):
                raise BadOption(f"{variable} is set and {URL_VARIABLE} is not: set both, or neither")
        return Place(ours=home_of(environ))
    owner = _plain(environ, OWNER_VARIABLE)
    return Place(
        theirs=Addresses(
            name=URL_VARIABLE,
            application=_plain(environ, URL_VARIABLE) or "",
            owner=owner,
            sealer=_plain(environ, SEALER_VARIABLE),
            keeper=owner,
        )
    )


def addresses_of(running: Running) -> Addresses:
    """Return how the database of an embedded server is reached."""
    return Addresses(
        name=running.home.name,
        application=running.address(user=Role.APPLICATION, database=DATABASE),
        owner=running.address(user=Role.OWNER, database=DATABASE),
        sealer=running.address(user=Role.SEALER, database=DATABASE),
        keeper=running.address(user=SUPERUSER, database=DATABASE),
    )


def _plain(environ: Mapping[str, str], variable: str) -> str | None:
    """Return an address as libpq takes it; written as SQLAlchemy writes it, it is accepted, too."""
    said = environ.get(variable)
    if not said:
        return None
    scheme, mark, rest = said.partition("://")
    address = f"postgresql://{rest}" if mark and scheme.startswith("postgresql+") else said
    try:
        psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # The message would repeat the address, and the address holds the password.
        raise BadOption(f"{variable}: expected postgresql://user:password@host:port/database") from None
    return address
