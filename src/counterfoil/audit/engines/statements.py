"""Statements that were written before: the rules ask some 270, and Ibis takes a fiftieth of a second to write one.

They are kept in a file of the user's cache, by what they say (see `fingerprints`), by who writes them, and by every
version that has a say in it; so nothing stale can be found. Where there is no such file, or it cannot be used, or holds
something else than was put there, all are written anew: it saves time and decides nothing.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Mapping
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.audit.engines.fingerprints import fingerprint

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Writer = Callable[[ir.Table], str]

#: Where they are kept; else in the user's cache. The tests say it.
FOLDER_VARIABLE = "COUNTERFOIL_STATEMENTS"
#: Of one file; more were written for policies and moments that nobody asks for any more. Then it begins anew.
STATEMENTS_MAX = 20_000
#: A file that nobody has opened for so long belongs to a version that is gone.
FORGOTTEN_AFTER_S = 30 * 86_400

#: Others write at the same time; rather than wait for them a statement is written twice.
_PATIENCE_S = 0.1
_LIBRARIES = ("ibis-framework", "sqlglot")
_COLUMNS = "fingerprint BLOB PRIMARY KEY, digest BLOB NOT NULL, query TEXT NOT NULL"
_SHAPE = f"CREATE TABLE IF NOT EXISTS statements ({_COLUMNS}) STRICT"
#: What SQLite keeps beside a file goes with it: never without it, and never by an age of its own.
_PARTS = ("", "-wal", "-shm")


def remembered(dialect: str) -> Callable[[Writer], Writer]:
    """Let a function that writes an expression in a dialect look first whether it did so before."""

    def of(write: Writer) -> Writer:
        @wraps(write)
        def written(table: ir.Table) -> str:
            unbound = table.unbind()
            name = fingerprint(unbound)
            statements = _statements()
            if name is None or statements is None:
                return write(unbound)
            known = statements.known(key := dialect.encode() + name)
            if known is None:
                known = write(unbound)
                statements.learn(key, known)
            return known

        return written

    return of


class Statements:
    """A file of statements, shared by every process of a user; one that turns out to be spoilt is not asked again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._alone = threading.Lock()

    @classmethod
    def in_file(cls, path: Path) -> Statements | None:
        """Open a file, which may be empty; None where the machine does not allow it."""
        connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_SHAPE)
            (newest,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM statements").fetchone()
            if newest > STATEMENTS_MAX:
                connection.execute("DELETE FROM statements")
        except sqlite3.DatabaseError as error:
            connection.close()
            # What is no database is of no use to the next process either; one that is busy is.
            if not isinstance(error, sqlite3.OperationalError):
                _remove(path)
            return None
        return cls(connection)

    def known(self, key: bytes) -> str | None:
        """Return a statement that was written before."""
        row = self._ask("SELECT digest, query FROM statements WHERE fingerprint = ?", key)
        if row is None:
            return None
        digest, query = row
        # Whatever else has come to lie there is not run: it would be as if the rules said it.
        return query if isinstance(query, str) and digest == _digest(key, query) else None

    def learn(self, key: bytes, query: str) -> None:
        """Keep a statement for the next time."""
        kept = self._ask(
            "INSERT OR REPLACE INTO statements VALUES (?, ?, ?) RETURNING rowid", key, _digest(key, query), query
        )
        if kept is not None and isinstance(kept[0], int) and kept[0] > STATEMENTS_MAX:
            self._ask("DELETE FROM statements")

    def _ask(self, statement: str, *values: object) -> tuple[object, ...] | None:
        with self._alone:
            if self._connection is None:
                return None
            try:
                row: tuple[object, ...] | None = self._connection.execute(statement, values).fetchone()
            except sqlite3.OperationalError:
                # Somebody else writes, or the disk is full: the next time it may not be.
                return None
            except sqlite3.Error:
                self._connection.close()
                self._connection = None
                return None
            return row

    def close(self) -> None:
        """Leave the file; nothing is known any more."""
        with self._alone:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


@cache
def _statements() -> Statements | None:
    """Return the file of this user and these versions, where there is one."""
    try:
        file = _folder(os.environ) / f"statements-{_versions()}.sqlite"
        _insist_on_a_plain_file(file)
        _forget_older(file)
        statements = Statements.in_file(file)
    except (OSError, RuntimeError, sqlite3.OperationalError):
        return None
    if statements is not None:
        atexit.register(statements.close)
    return statements


def _folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that is said, or our part of the user's cache; PermissionError where it is somebody else's."""
    said, cache_home = (Path(environ.get(name, "")) for name in (FOLDER_VARIABLE, "XDG_CACHE_HOME"))
    cached = (cache_home if cache_home.is_absolute() else Path.home() / ".cache") / "counterfoil"
    folder = said if said.is_absolute() else cached
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What lies there is run as SQL.
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(folder)
    return folder


def _insist_on_a_plain_file(file: Path) -> None:
    """Make a file, or say that it is in use; OSError where something else lies in its place."""
    if file.is_symlink():
        raise PermissionError(file)
    file.touch(mode=0o600)
    if not stat.S_ISREG(file.lstat().st_mode):
        raise PermissionError(file)


def _forget_older(file: Path) -> None:
    """Remove the files of versions that are gone, which nobody has opened for long before this one."""
    opened_at = file.stat().st_mtime
    for other in file.parent.glob("statements-*.sqlite"):
        if opened_at - other.stat().st_mtime > FORGOTTEN_AFTER_S:
            _remove(other)


def _remove(file: Path) -> None:
    for part in _PARTS:
        file.with_name(file.name + part).unlink(missing_ok=True)


def _digest(key: bytes, query: str) -> bytes:
    return hashlib.sha256(key + b"\0" + query.encode()).digest()


def _versions() -> str:
    """Return a digest of all that decides how an expression is written: our own writers, and the libraries."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for library in _LIBRARIES:
        digest.update(version(library).encode() + b"\0")
    return digest.hexdigest()[:16]
