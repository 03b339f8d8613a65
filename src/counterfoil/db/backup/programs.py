"""pg_dump and pg_restore: which ones fit a server, and how they are told where it is.

An address holds a password, and everybody on a machine can read the arguments of a program, so it is handed over in
the environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

from counterfoil.db.embedded.program import programs
from counterfoil.errors import BadOption

_VERSION = re.compile(r"\(PostgreSQL\) (?P<major>\d+)")
_ASK_SECONDS_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPrograms:
    """The client programs of one version of PostgreSQL."""

    major: int
    #: The folder in which they lie.
    folder: Path

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return a command line; it holds no address."""
        return [str(self.folder / program), *arguments]


def client_programs(major: int, *, name: str) -> ClientPrograms:
    """Return the oldest programs that are at least of this version: those of the wheel, else those on PATH.

    Older ones refuse to talk to a newer server, and what newer ones write an older server may not understand. `name`
    is what messages call the database.
    """
    known = {version: program / "bin" for version, program in programs(name).items()}
    on_path = shutil.which("pg_dump")
    if on_path is not None and (version := _version(on_path)) is not None:
        known.setdefault(version, Path(on_path).parent)
    fitting = [version for version in known if version >= major]
    if not fitting:
        raise BadOption(f"{name}: pg_dump of PostgreSQL {major} or later is needed; install it so that it is on PATH")
    return ClientPrograms(major=min(fitting), folder=known[min(fitting)])


def environment_for(address: str) -> dict[str, str]:
    """Return the environment in which libpq finds a database by itself."""
    said = {
        option.envvar.decode(): option.val.decode()
        for option in pq.Conninfo.parse(address.encode())
        if option.envvar and option.val
    }
    # A password file or a service file of the user's may still have its say, so HOME stays.
    kept = {key: os.environ[key] for key in ("HOME", "PATH", "SYSTEMROOT") if key in os.environ}
    return {**kept, **said, "LC_ALL": "C", "TZ": "UTC", "PGAPPNAME": "counterfoil db"}


def _version(pg_dump: str) -> int | None:
    told = subprocess.run(  # noqa: S603  # a program that the user has installed
        [pg_dump, "--version"], capture_output=True, check=False, text=True, timeout=_ASK_SECONDS_MAX
    ).stdout
    match = _VERSION.search(told)
    return int(match["major"]) if match else None
