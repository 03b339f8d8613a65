"""How a database is doing, in the few things that an administrator asks first. It looks, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import psycopg
import sqlalchemy as sa

from counterfoil.db.address import Addresses, addresses_of, place_of
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import found
from counterfoil.db.migrations.history import steps_after
from counterfoil.db.migrations.migrate import revision_of
from counterfoil.db.opening import connected


class Kind(StrEnum):
    """Whose server it is."""

    EMBEDDED = "embedded"
    OWN_SERVER = "own_server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a look at the database showed."""

    kind: Kind
    #: A data folder, or a host with port and database; never a password.
    where: str
    running: bool
    server_version: str | None = None
    size_bytes: int | None = None
    revision: str | None = None
    #: Steps that this code has and the database has not; None where it is of a newer Counterfoil.
    pending: Sequence[str] | None = ()
    last_backup_at: datetime | None = None
    last_backup_file: str | None = None
    #: Of all processes, without the one that asks.
    connections: int | None = None
    #: Databases that a restore has put aside and that nobody has discarded yet.
    kept: Sequence[str] = ()


def status_of(environ: Mapping[str, str]) -> Status:
    """Look at the database of the settings. An embedded one that does not run is not started."""
    place = place_of(environ)
    if place.theirs is not None:
        return _look(place.theirs, place.theirs.application, kind=Kind.OWN_SERVER, where=_host(place.theirs))
    assert place.ours is not None
    return _embedded(place.ours)


def _embedded(home: Home) -> Status:
    running = found(home)
    if running is None:
        return Status(kind=Kind.EMBEDDED, where=str(home.path), running=False)
    addresses = addresses_of(running)
    assert addresses.keeper is not None
    return _look(addresses, addresses.keeper, kind=Kind.EMBEDDED, where=str(home.path))


def _look(addresses: Addresses, address: str, *, kind: Kind, where: str) -> Status:
    with connected(address, name=addresses.name, application="counterfoil db status") as connection:
        shown = connection.execute(_QUESTION).one()
        revision = revision_of(connection)
        backup = connection.execute(_LAST_BACKUP).one_or_none() if revision is not None else None
    pending = steps_after(revision)
    return Status(
        kind=kind,
        where=where,
        running=True,
        server_version=shown.version,
        size_bytes=shown.size,
        revision=revision,
        pending=None if pending is None else [step.revision for step in pending],
        last_backup_at=backup.taken_at if backup is not None else None,
        last_backup_file=backup.file if backup is not None else None,
        connections=shown.connections,
        kept=list(shown.kept),
    )


def _host(addresses: Addresses) -> str:
    said = psycopg.conninfo.conninfo_to_dict(addresses.application)
    host = said.get("host") or said.get("hostaddr") or "localhost"
    return f"{host}:{said.get('port') or 5432}/{said.get('dbname') or said.get('user') or ''}"


_QUESTION = sa.text("""
    SELECT
        current_setting('server_version') AS version,
        pg_database_size(current_database()) AS size,
        (
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
        ) AS connections,
        ARRAY(
            SELECT datname::text FROM pg_database
            WHERE starts_with(datname, current_database() || '_before_')
            ORDER BY datname
        ) AS kept
""")
_LAST_BACKUP = sa.text("SELECT taken_at, file FROM upkeep.backups ORDER BY taken_at DESC LIMIT 1")
