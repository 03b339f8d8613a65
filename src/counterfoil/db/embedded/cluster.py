"""A cluster: one data folder of PostgreSQL, the program that runs it, its socket and its account."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from counterfoil.db.embedded.account import Account
from counterfoil.errors import BadOption

#: A new cluster takes one second on an idle machine.
INITDB_SECONDS_MAX = 180
#: After a crash it has to read what was written last, first.
START_SECONDS_MAX = 120

#: The path of a Unix socket is cut off at about this length, and then cannot be opened.
SOCKET_PATH_LENGTH_MAX = 100
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"

#: Folders with short paths that everybody may enter; what we make there is readable for us alone.
PUBLIC_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108  # made by `tempfile`, with a name that nobody can guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the parts of an embedded server lie, and who it runs as."""

    #: What messages call the server.
    name: str
    program: Path
    data: Path
    sockets: Path
    account: Account
    superuser: str

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command line of one of PostgreSQL's programs."""
        return [str(self.program / "bin" / program), *arguments]

    def address(self, *, user: str, database: str) -> str:
        """Return how libpq reaches the server."""
        return address_at(self.sockets, user=user, database=database)


def address_at(sockets: Path, *, user: str, database: str) -> str:
    """Return how libpq reaches the server whose socket lies in a folder."""
    # `options` is named so that PGOPTIONS of the caller's surroundings says nothing here.
    return psycopg.conninfo.make_conninfo(host=str(sockets), port=PORT, user=user, dbname=database, options="")


def has_room_for_socket(folder: Path) -> bool:
    """Say whether the path of a socket in this folder is short enough."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LENGTH_MAX


def server_environment() -> dict[str, str]:
    """Leave out everything that could turn the server's head: PG… variables, locales, zones."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def make_cluster(cluster: Cluster, *more: str) -> None:
    """Fill the empty data folder; BadOption where that fails. `more` is handed to initdb."""
    command = cluster.command(
        "initdb",
        *("--pgdata", str(cluster.data)),
        *("--username", cluster.superuser),
        "--auth=trust",  # nobody but us can enter the folder of the socket
        "--encoding=UTF8",
        "--locale=C",
        "--no-instructions",
        *more,
    )
    try:
        made = subprocess.run(  # noqa: S603  # our own program with our own arguments
            command,
            capture_output=True,
            check=False,
            cwd=cluster.data,
            env=server_environment(),
            errors="replace",
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=INITDB_SECONDS_MAX,
            **cluster.account.for_subprocess(),
        )
    except subprocess.TimeoutExpired as error:
        raise BadOption(f"{cluster.name}: no database within {INITDB_SECONDS_MAX} s on this machine") from error
    except OSError as error:
        raise BadOption(f"{cluster.name}: cannot run the embedded PostgreSQL: {error.strerror}") from error
    if made.returncode != 0:
        raise BadOption(f"{cluster.name}: cannot make a database: {last_line(made.stderr)}")


def last_line(text: str) -> str:
    """Return the last line of what a program said, for a message of ours that is one line."""
    lines: Sequence[str] = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
