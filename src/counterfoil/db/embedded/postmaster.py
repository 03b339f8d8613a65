"""What PostgreSQL's own file says about the server of a data folder: its process, its socket, whether it is ready.

The file outlives a server that was killed, and its number may since belong to somebody else; whether the server is
there is told by a lock (`lock.py`) and never by this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from counterfoil.db.embedded.cluster import SOCKET_NAME

_FILE = "postmaster.pid"
_LINES = 8
_READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """The server of a data folder, as its file tells of it."""

    pid: int
    sockets: Path
    #: Whether it said that it takes connections.
    ready: bool


def postmaster_of(data: Path) -> Postmaster | None:
    """Return what the file says; None where there is none, or one that is being written."""
    try:
        lines = (data / _FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < _LINES or not lines[0].isdigit():
        return None
    return Postmaster(pid=int(lines[0]), sockets=Path(lines[4].strip()), ready=lines[7].strip() == _READY)


def forget(data: Path, sockets: Path) -> None:
    """Remove the files of a server that is not there any more: in its data folder, and where its socket was.

    PostgreSQL itself would take any process of that number for the server: one that ended and that nobody has buried
    yet, or a stranger's, for a machine that was started anew gives the same numbers again. Two servers on one folder
    stay impossible: its shared memory has to be free too.
    """
    (data / _FILE).unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (sockets / name).unlink(missing_ok=True)
