"""Writes a backup: a dump of one moment and what it contains, in one file that appears only once it is whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import zipfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
import psycopg

from counterfoil import __version__
from counterfoil.db.address import Addresses
from counterfoil.db.backup.contents import refuse_who_sees_too_little, rows_by_table
from counterfoil.db.backup.manifest import DUMP, FORMAT, MANIFEST, Manifest
from counterfoil.db.backup.programs import client_programs, environment_for
from counterfoil.db.embedded.cluster import last_line
from counterfoil.db.roles import Role
from counterfoil.errors import BadFile, BadOption, first_line

_CHUNK_BYTES = 1 << 20
_KEPT_LINES = 5
_BEGUN_TABLE = "dumping contents of table"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that is whole."""

    file: Path
    manifest: Manifest
    #: Of the file.
    bytes: int


def back_up(
    addresses: Addresses,
    file: Path,
    *,
    key: str | None = None,
    now: datetime,
    heard: Callable[[str, int, int], None],
) -> BackedUp:
    """Write a backup, read it again, and note in the database that it was made.

    `key` is the fingerprint of the secret key that it needs; the key itself is never handed over. `heard` is told of a
    stage (`count`, `dump`, `check`), of steps done and of steps in all.
    """
    address = addresses.keeper or addresses.of(Role.OWNER)
    if file.exists():
        raise BadFile(file=str(file), expected="a name that is free", found="a file", advice="No backup is overwritten")
    partial = file.with_name(f".{file.name}.partial")
    try:
        with _snapshot(address, addresses.name) as connection:
            refuse_who_sees_too_little(connection, name=addresses.name)
            manifest = _written(connection, address, partial, addresses.name, key=key, now=now, heard=heard)
        _check(partial, manifest, heard)
        partial.rename(file)
        _sync_folder(file.parent)
    except zipfile.BadZipFile as error:
        raise BadFile(file=str(file), expected="what was just written", found="something else") from error
    finally:
        partial.unlink(missing_ok=True)
    with psycopg.connect(address, application_name="counterfoil db backup") as connection:
        note(connection, file, manifest)
    return BackedUp(file=file, manifest=manifest, bytes=file.stat().st_size)


def _snapshot(address: str, name: str) -> psycopg.Connection:
    """Open a transaction that sees one moment, for us to count in and for pg_dump to read."""
    try:
        connection = psycopg.connect(address, application_name="counterfoil db backup")
    except psycopg.OperationalError as error:
        raise BadOption(f"{name}: cannot connect: {first_line(error)}") from error
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _written(
    connection: psycopg.Connection,
    address: str,
    partial: Path,
    name: str,
    *,
    key: str | None,
    now: datetime,
    heard: Callable[[str, int, int], None],
) -> Manifest:
    """Write dump and manifest of the connection's moment into a file."""
    server = connection.info.server_version // 10_000
    programs = client_programs(server, name=name)
    snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
    revision = connection.execute("SELECT version_num FROM upkeep.revision").fetchone()
    assert snapshot is not None
    if revision is None:
        raise BadOption(f"{name}: it was never migrated, so there is nothing to back up")
    rows = rows_by_table(connection, lambda done, total: heard("count", done, total))
    command = programs.command(
        *("pg_dump", "--format=custom", f"--snapshot={snapshot[0]}", "--verbose", "--lock-wait-timeout=60s")
    )
    with (
        os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive,
    ):
        tables = len(rows)
        with archive.open(zipfile.ZipInfo(DUMP, date_time=now.timetuple()[:6]), "w", force_zip64=True) as member:
            sha256, size = _dump(command, address, member, name, lambda done: heard("dump", done, tables))
        manifest = Manifest(
            format=FORMAT,
            counterfoil=__version__,
            taken_at=now,
            revision=str(revision[0]),
            server=server,
            dumped_by=programs.major,
            sha256=sha256,
            bytes=size,
            rows=rows,
            secret_key=key,
        )
        told = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        archive.writestr(zipfile.ZipInfo(MANIFEST, date_time=now.timetuple()[:6]), told)
        archive.close()
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _dump(
    command: list[str], address: str, into: IO[bytes], name: str, heard: Callable[[int], None]
) -> tuple[str, int]:
    """Run pg_dump; return the digest and the length of what it wrote."""
    digest, size = hashlib.sha256(), 0
    said: deque[str] = deque(maxlen=_KEPT_LINES)
    with subprocess.Popen(  # noqa: S603  # PostgreSQL's own program with our own arguments
        command,
        env=environment_for(address),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        listener = threading.Thread(target=_listen, args=(process.stderr, said, heard), daemon=True)
        listener.start()
        try:
            while chunk := process.stdout.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                into.write(chunk)
        except BaseException:
            process.kill()
            raise
        listener.join()
    if process.returncode != 0:
        raise BadOption(f"{name}: pg_dump could not read it: {last_line(chr(10).join(said))}")
    return digest.hexdigest(), size


def _listen(lines: IO[bytes], said: deque[str], heard: Callable[[int], None]) -> None:
    """Count the tables that pg_dump has begun, and keep its last words."""
    tables = 0
    for line in lines:
        text = line.decode(errors="replace").strip()
        said.append(text)
        if _BEGUN_TABLE in text:
            heard(tables)
            tables += 1


def _check(file: Path, manifest: Manifest, heard: Callable[[str, int, int], None]) -> None:
    """Read the dump again, from the file; BadFile where it is not what pg_dump wrote."""
    if digest_of_dump(file, lambda done: heard("check", done, manifest.bytes)) != manifest.sha256:
        raise BadFile(file=str(file), expected="what was just written", found="something else")


def digest_of_dump(file: Path, heard: Callable[[int], None]) -> str:
    """Return the SHA-256 of the dump in a backup, as hexadecimal digits; `heard` is told of bytes read."""
    digest, done = hashlib.sha256(), 0
    with zipfile.ZipFile(file) as archive, archive.open(DUMP) as member:
        while chunk := member.read(_CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            heard(done)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def note(connection: psycopg.Connection, file: Path, manifest: Manifest) -> None:
    """Write down in the database that this backup of it is good."""
    row = (manifest.taken_at, str(file.resolve()), manifest.revision, file.stat().st_size, manifest.sha256)
    connection.execute(
        "INSERT INTO upkeep.backups (taken_at, file, revision, bytes, sha256) VALUES (%s, %s, %s, %s, %s)", row
    )
