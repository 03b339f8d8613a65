"""A PostgreSQL of our own for one run, set up for a few large queries; nothing of it outlives the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from counterfoil.db.embedded.transient import THROW_AWAY, transient_server

#: The rules are a few large queries, one at a time.
_SETTINGS: Mapping[str, str] = {**THROW_AWAY, "max_connections": "8"}


@contextmanager
def private_server(scratch: Path) -> Iterator[str]:
    """Run a server for as long as the block lasts; yields how psycopg reaches it."""
    with transient_server(scratch, name="--engine postgres", settings=_SETTINGS) as address:
        yield address
