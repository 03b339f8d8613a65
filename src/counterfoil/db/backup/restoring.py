"""The way back from a backup: into a new database, held to what the backup says, and only then in place of the old.

Whatever fails on the way leaves the old database as it was.
"""

from __future__ import annotations

import subprocess
import threading
import time
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from counterfoil.db.address import Addresses
from counterfoil.db.backup.contents import has_content, refuse_who_sees_too_little, rows_by_table
from counterfoil.db.backup.keys import KeyAtHand, refuse_another_key
from counterfoil.db.backup.manifest import DUMP, Manifest, read_manifest
from counterfoil.db.backup.programs import client_programs, environment_for
from counterfoil.db.backup.writing import digest_of_dump, note
from counterfoil.db.embedded.cluster import last_line
from counterfoil.db.embedded.server import MAINTENANCE_DATABASE
from counterfoil.db.migrations.history import steps_after
from counterfoil.db.roles import Role, close_database
from counterfoil.errors import BadFile, BadOption, first_line

_CHUNK_BYTES = 1 << 20
_KEPT_LINES = 5
_LEAVING_STEPS_MAX, _LEAVING_STEP_SECONDS = 20, 0.1
_RESTORING, _EMPTIED = "_restoring", "_emptied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A database that came back."""

    manifest: Manifest
    #: What the database that was replaced is called now; None where that was empty and is gone.
    kept: str | None


def restore(
    addresses: Addresses,
    file: Path,
    *,
    replace: bool,
    key: KeyAtHand | None = None,
    now: datetime,
    heard: Callable[[str, int, int], None],
) -> Restored:
    """Bring back a backup; with `replace`, in place of a database with rows in it, which is kept under another name.

    `key` is the secret key that will open what is brought back, and a backup that needs another one is refused; None:
    nobody asks. `heard` is told of a stage (`check`, `load`, `count`), of steps done and of steps in all.
    """
    address, name = addresses.keeper or addresses.of(Role.OWNER), addresses.name
    if key is not None:
        refuse_another_key(file, read_manifest(file).secret_key, key)
    manifest = _checked(file, lambda done, total: heard("check", done, total))
    database = str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])
    maintenance = psycopg.conninfo.make_conninfo(address, dbname=MAINTENANCE_DATABASE)
    with _told(name), psycopg.connect(maintenance, autocommit=True, application_name="counterfoil db") as server:
        refuse_who_sees_too_little(server, name=name)
        if server.info.server_version // 10_000 < manifest.server:
            raise BadOption(f"{name}: the backup is of PostgreSQL {manifest.server}, and this server is older")
        with psycopg.connect(address) as target:
            empty = not has_content(target)
        if not (empty or replace):
            raise BadOption(f"{name}: there are rows in it; --replace puts them aside, under another name")
        _refuse_company(server, database, name)
        new = f"{database}{_RESTORING}"
        _make(server, new)
        try:
            _load(psycopg.conninfo.make_conninfo(address, dbname=new), file, manifest, name, heard)
            _refuse_company(server, database, name)
            kept = f"{kept_prefix(database)}{now:%Y%m%d_%H%M%S}"
            _swap(server, database, aside=f"{database}{_EMPTIED}" if empty else kept)
            if empty:
                _drop(server, f"{database}{_EMPTIED}")
        except BaseException:
            _drop(server, new)
            raise
    return Restored(manifest=manifest, kept=None if empty else kept)


def kept_prefix(database: str) -> str:
    """Return how the names begin under which a database is kept that was replaced."""
    return f"{database}_before_"


def discard(addresses: Addresses, kept: str) -> None:
    """Drop a database that a restore has put aside, and no other one."""
    address, name = addresses.keeper or addresses.of(Role.OWNER), addresses.name
    database = str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])
    if not kept.startswith(kept_prefix(database)):
        raise BadOption(
            f"{name}: {kept} is no database that a restore has put aside; `counterfoil db status` lists them"
        )
    maintenance = psycopg.conninfo.make_conninfo(address, dbname=MAINTENANCE_DATABASE)
    with _told(name), psycopg.connect(maintenance, autocommit=True, application_name="counterfoil db") as server:
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(kept)))


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise BadOption(f"{name}: {first_line(error)}; the database is as it was") from error


def _checked(file: Path, heard: Callable[[int, int], None]) -> Manifest:
    """Read the whole backup once, before anything is touched."""
    manifest = read_manifest(file)
    if steps_after(manifest.revision) is None:
        found = f"one of revision {manifest.revision}, by Counterfoil {manifest.counterfoil}"
        raise BadFile(file=str(file), expected="a backup by this version or an older one", found=found)
    try:
        digest = digest_of_dump(file, lambda done: heard(done, manifest.bytes))
    except zipfile.BadZipFile:
        digest = ""
    if digest != manifest.sha256:
        raise BadFile(file=str(file), expected="the dump that was written", found="a dump that was damaged since")
    return manifest


def _refuse_company(server: psycopg.Connection, database: str, name: str) -> None:
    """Refuse while anybody works with the database: what they wrote now would be lost."""
    others = 0
    for _ in range(_LEAVING_STEPS_MAX):
        found = server.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (database,)).fetchone()
        others = found[0] if found is not None else 0
        if not others:
            return
        # Whoever has just left is still being seen off.
        time.sleep(_LEAVING_STEP_SECONDS)
    raise BadOption(f"{name}: connections to it: {others}; stop Counterfoil everywhere, then restore")


def _make(server: psycopg.Connection, new: str) -> None:
    _drop(server, new)
    server.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(
            sql.Identifier(new), sql.Identifier(Role.OWNER)
        )
    )
    close_database(server, new)


def _drop(server: psycopg.Connection, database: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _load(address: str, file: Path, manifest: Manifest, name: str, heard: Callable[[str, int, int], None]) -> None:
    """Fill the new database and hold it to the manifest."""
    with psycopg.connect(address) as connection:
        major = connection.info.server_version // 10_000
    programs = client_programs(max(major, manifest.dumped_by), name=name)
    command = programs.command(
        *("pg_restore", "--exit-on-error", "--no-owner", f"--role={Role.OWNER}", "--single-transaction"),
        *("--dbname", ""),  # said by the environment, as everything else about the place
    )
    with zipfile.ZipFile(file) as archive, archive.open(DUMP) as dump:
        _pour(command, address, dump, name, lambda done: heard("load", done, manifest.bytes))
    with psycopg.connect(address) as connection:
        found = rows_by_table(connection, lambda done, total: heard("count", done, total))
        differing = [table for table in {*found, *manifest.rows} if found.get(table) != manifest.rows.get(table)]
        if differing:
            raise BadOption(
                f"{name}: {min(differing)} came back with {found.get(min(differing), 'no')} rows "
                f"instead of {manifest.rows.get(min(differing), 'none')}; the database is as it was"
            )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ANALYZE")
        # A backup cannot know of itself; from here on this is the last one that is known to be good.
        note(connection, file, manifest)


def _pour(command: list[str], address: str, dump: IO[bytes], name: str, heard: Callable[[int], None]) -> None:
    """Run pg_restore over the dump; BadOption with its last words where it fails."""
    said: deque[str] = deque(maxlen=_KEPT_LINES)
    with subprocess.Popen(  # noqa: S603  # PostgreSQL's own program with our own arguments
        command, env=environment_for(address), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        listener = threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)
        listener.start()
        done = 0
        try:
            while chunk := dump.read(_CHUNK_BYTES):
                process.stdin.write(chunk)
                done += len(chunk)
                heard(done)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended before its input did, and says why
        except BaseException:
            process.kill()
            raise
        listener.join()
    if process.returncode != 0:
        raise BadOption(
            f"{name}: pg_restore could not load the backup: {last_line(chr(10).join(said))}; the database is as it was"
        )


def _listen(lines: IO[bytes], said: deque[str]) -> None:
    said.extend(line.decode(errors="replace").strip() for line in lines)


def _swap(server: psycopg.Connection, database: str, *, aside: str) -> None:
    """Put the new database in place of the old, both names at once."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    if aside == f"{database}{_EMPTIED}":
        _drop(server, aside)  # left where somebody was killed here
    with server.transaction():
        server.execute(rename.format(sql.Identifier(database), sql.Identifier(aside)))
        server.execute(rename.format(sql.Identifier(f"{database}{_RESTORING}"), sql.Identifier(database)))
