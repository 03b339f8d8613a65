"""A PostgreSQL that lives as long as a block: the program from the wheel, data in scratch, a private Unix socket.

Nothing of it outlives the block, not even where this process is killed. It must never listen on a network, and never
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
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

import psycopg

from counterfoil.db.embedded.account import Account, account_for_server
from counterfoil.db.embedded.cluster import (
    PUBLIC_FOLDERS,
    START_SECONDS_MAX,
    Cluster,
    has_room_for_socket,
    last_line,
    make_cluster,
    server_environment,
)
from counterfoil.db.embedded.program import newest_program
from counterfoil.errors import BadOption

STOP_SECONDS_MAX = 30
_START_STEP_SECONDS = 0.05

_SUPERUSER = "counterfoil"

#: Nothing in here is kept, so nothing has to survive a power cut.
THROW_AWAY: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
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
)

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


@contextmanager
def transient_server(scratch: Path, *, name: str, settings: Mapping[str, str]) -> Iterator[str]:
    """Run a server for as long as the block lasts; yields how libpq reaches it as its superuser.

    `name` is what messages call it.
    """
    with ExitStack() as stack:
        account = account_for_server(name)
        home = stack.enter_context(_home(scratch.resolve(), account, name))
        data = home / "postgres"
        data.mkdir(mode=0o700)
        account.own(data)
        cluster = Cluster(
            name=name,
            program=account.reachable_program(newest_program(name), home / "postgres-program"),
            data=data,
            sockets=stack.enter_context(_socket_folder(data, account)),
            account=account,
            superuser=_SUPERUSER,
        )
        # The data may be large, and the scratch folder may live on.
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        make_cluster(cluster, "--no-sync")
        process = stack.enter_context(_running(cluster, settings))
        address = cluster.address(user=_SUPERUSER, database="postgres")
        _await(address, process, cluster)
        yield address


@contextmanager
def _home(scratch: Path, account: Account, name: str) -> Iterator[Path]:
    """Lend a folder that the server's account can reach: scratch, unless that lies in a folder of root's alone."""
    if account.let_into(scratch):
        yield scratch
        return
    for base in PUBLIC_FOLDERS:
        with tempfile.TemporaryDirectory(prefix="counterfoil-", dir=base) as made:
            if account.let_into(Path(made)):
                yield Path(made)
                return
    raise BadOption(
        f"{name}: root starts it as {account.name!r}, who cannot reach {scratch}. "
        "Set TMPDIR to a folder that everybody may enter, or run as another user"
    )


@contextmanager
def _socket_folder(data: Path, account: Account) -> Iterator[Path]:
    """Lend a folder that only the server's account may enter and whose path is short enough for a socket."""
    if has_room_for_socket(data):
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-", dir=PUBLIC_FOLDERS[0]) as made:
        account.own(Path(made))
        yield Path(made)


@contextmanager
def _running(cluster: Cluster, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    settings = {**settings, "unix_socket_directories": str(cluster.sockets)}
    options = [part for setting, value in settings.items() for part in ("-c", f"{setting}={value}")]
    command = ["/bin/sh", "-c", _GUARD, "counterfoil", *cluster.command("postgres", "-D", str(cluster.data), *options)]
    with (cluster.data.parent / "postgres.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            command,
            cwd=cluster.data,
            env=server_environment(),
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


def _await(address: str, process: subprocess.Popen[bytes], cluster: Cluster) -> None:
    """Wait until the server answers; BadOption where it ends before, or is too slow."""
    for _ in range(round(START_SECONDS_MAX / _START_STEP_SECONDS)):
        if process.poll() is not None:
            log = (cluster.data.parent / "postgres.log").read_text(encoding="utf-8", errors="replace")
            raise BadOption(f"{cluster.name}: the embedded server ended at once: {last_line(log)}")
        try:
            psycopg.connect(address, connect_timeout=START_SECONDS_MAX).close()
        except psycopg.OperationalError:
            time.sleep(_START_STEP_SECONDS)
        else:
            return
    raise BadOption(f"{cluster.name}: the embedded server did not answer within {START_SECONDS_MAX} s")
