"""The folder of a server that stays: where its data, its socket, its lock and what it said at its start lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import BadOption

HOME_VARIABLE = "COUNTERFOIL_HOME"

#: Where services keep what they own, when root starts them.
_OF_ROOT = Path("/var/lib/counterfoil")


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder of a shop on this machine."""

    path: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.path / "postgres"

    @property
    def half_made(self) -> Path:
        """Where PostgreSQL's folder is while it is being made."""
        return self.path / "postgres.half"

    @property
    def sockets(self) -> Path:
        """Where the socket lies, unless this path is too long for one."""
        return self.path / "socket"

    @property
    def settings(self) -> Path:
        """How the server is set up."""
        return self.path / "postgresql.conf"

    @property
    def access(self) -> Path:
        """Who may connect to it."""
        return self.path / "pg_hba.conf"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the server."""
        return self.path / "server.lock"

    @property
    def running(self) -> Path:
        """Held by the server itself, as long as any of its processes lives."""
        return self.path / "running.lock"

    @property
    def start_log(self) -> Path:
        """What the server said before it had opened its own log."""
        return self.path / "start.log"

    @property
    def name(self) -> str:
        """What messages call the server."""
        return f"the embedded PostgreSQL in {self.path}"

    def program_copy(self, release: str) -> Path:
        """Where a program is copied to that the server's account could not reach otherwise."""
        return self.path / f"postgres-program-{release}"


def home_of(environ: Mapping[str, str]) -> Home:
    """Return the data folder: COUNTERFOIL_HOME, else where this machine keeps such things."""
    said = environ.get(HOME_VARIABLE)
    if said:
        path = Path(said).expanduser()
        if not path.is_absolute():
            raise BadOption(f"{HOME_VARIABLE}: expected an absolute path, found {said}")
        return Home(Path(os.path.normpath(path)))
    if os.geteuid() == 0:
        return Home(_OF_ROOT)
    shared = environ.get("XDG_DATA_HOME", "")
    base = Path(shared) if Path(shared).is_absolute() else Path.home() / ".local" / "share"
    return Home(base / "counterfoil")
