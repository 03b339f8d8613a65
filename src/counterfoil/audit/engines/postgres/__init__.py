"""The rules on PostgreSQL: on an embedded server that lives as long as the run, or on the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from counterfoil.audit.engines.postgres.engine import PostgresEngine
from counterfoil.audit.engines.postgres.server import private_server
from counterfoil.audit.engines.postgres.session import URL_VARIABLE, session
from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.shelf import Shelf


@contextmanager
def postgres_engine(shelf: Shelf, scratch: Path, progress: Progress | None) -> Iterator[PostgresEngine]:
    """Lay the shelf before PostgreSQL: the server of `COUNTERFOIL_DATABASE_URL`, else one of our own in scratch.

    On somebody's server there are temporary tables only, and they are gone with the session, however it ends.
    """
    url = os.environ.get(URL_VARIABLE)
    with ExitStack() as stack:
        name = URL_VARIABLE if url else "--engine postgres"
        address = url or stack.enter_context(private_server(scratch))
        connection = stack.enter_context(session(address, name=name))
        engine = PostgresEngine(connection, shelf, progress, name=name)
        engine.load()
        yield engine
