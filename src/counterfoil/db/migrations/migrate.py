"""Brings a database forward: one step after the other, each committed by itself, never two processes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import DBAPIError

from counterfoil.db.migrations.history import (
    REVISION_SCHEMA,
    REVISION_TABLE,
    Phase,
    Step,
    alembic_config,
    steps_after,
)
from counterfoil.db.roles import Role
from counterfoil.errors import BadOption, first_line

#: A step that waits for a lock makes everybody behind it wait, so it gives up instead, and is run again later.
LOCK_SECONDS_MAX = 5

_APPLICATION = "counterfoil db migrate"

_REVISION = sa.table(REVISION_TABLE, sa.column("version_num"), schema=REVISION_SCHEMA).c.version_num

#: Taken by whoever migrates; the number only has to be our own.
_ADVISORY_LOCK = 7_209_113_001


#: With row security off, a step that forgets whose rows it changes fails, instead of changing none.
_OPTIONS = f"-c lock_timeout={LOCK_SECONDS_MAX}s -c TimeZone=UTC -c search_path=public -c row_security=off"


def revision_of(connection: sa.Connection) -> str | None:
    """Return how far a database is; None where nothing was ever migrated."""
    if connection.scalar(sa.func.to_regclass(f"{REVISION_SCHEMA}.{REVISION_TABLE}")) is None:
        return None
    found = connection.scalar(sa.select(_REVISION))
    return None if found is None else str(found)


def migrate(address: str, *, name: str, only: Phase | None = None, heard: Callable[[int, int], None]) -> Sequence[Step]:
    """Run the steps that are pending and return them; with `only=Phase.PRE`, those before the first `post`.

    `address` is that of the owner's role, `name` what messages call the database. `heard` is told of steps done and
    steps in all.
    """
    with _owner(address, name) as connection:
        at = revision_of(connection)
        pending = steps_after(at)
        if pending is None:
            raise BadOption(f"{name}: it is at revision {at}, which this version does not know; use the newer one")
        chosen = list(_before_post(pending) if only is Phase.PRE else pending)
        connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {REVISION_SCHEMA}"))
        connection.execute(sa.text(f"GRANT USAGE ON SCHEMA {REVISION_SCHEMA} TO {Role.APPLICATION}, {Role.SEALER}"))
        connection.commit()
        config = alembic_config()
        config.attributes["connection"] = connection
        for done, step in enumerate(chosen):
            heard(done, len(chosen))
            command.upgrade(config, step.revision)
        connection.commit()
        heard(len(chosen), len(chosen))
    return chosen


def unheard(done: int, total: int) -> None:
    """Hear of progress, and say nothing."""


def _before_post(pending: Sequence[Step]) -> Iterator[Step]:
    for step in pending:
        if step.phase is Phase.POST:
            return
        yield step


@contextmanager
def _owner(address: str, name: str) -> Iterator[sa.Connection]:
    """Lend a connection of the owner's role that gives up on locks, and on rows that it would not see."""
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(address, application_name=_APPLICATION, options=_OPTIONS),
        poolclass=sa.NullPool,
    )
    try:
        with engine.connect() as connection:
            if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_ADVISORY_LOCK))):
                raise BadOption(f"{name}: somebody else is migrating it")
            connection.commit()
            yield connection
    except DBAPIError as error:
        raise BadOption(f"{name}: {first_line(error.orig or error)}; what was done before stays done") from error
    finally:
        engine.dispose()
