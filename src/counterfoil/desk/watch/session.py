"""The watch's own session: one connection, whose temporary tables are made once and emptied by every commit.

A catalogue that had to take three hundred new tables a minute would swell; these stay as long as the session does. The
statements are prepared and planned once as well. The plans are made over empty tables, so nothing is left to guesses:
what reads the shop's tables goes by their indexes, and the rules' own joins, over some hundreds of rows, by hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import psycopg
import sqlalchemy as sa

from counterfoil.db.asking import driver_of
from counterfoil.db.metadata import MERCHANT_SETTING
from counterfoil.db.queries import queries_of
from counterfoil.desk.watch.script import Rounds, Script, Statement
from counterfoil.errors import Bug

if TYPE_CHECKING:
    from datetime import datetime

    from counterfoil.ids import MerchantId

#: Of one statement; a run as a whole has a few hundred.
STATEMENT_SECONDS_MAX = 120
ROUNDS_MAX = 10_000
#: How long the server may take to hear that a statement is to end.
STOP_SECONDS_MAX = 5

_SETTINGS: Mapping[str, str] = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    # A book of ours before the shop's of the same name; what means the shop's says `public`.
    "search_path": "pg_temp,public",
    "statement_timeout": f"{STATEMENT_SECONDS_MAX}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "work_mem": "64MB",
    "temp_buffers": "64MB",
}

#: How a plan may be made: over the shop's tables row by row through an index, over ours by hashes.
BY_INDEX = ("enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off", "enable_nestloop = on")
BY_HASH = ("enable_seqscan = on", "enable_hashjoin = on", "enable_mergejoin = off", "enable_nestloop = off")

#: Sessions of other roles are seen without their times; none of them records anything.
_HORIZON = sa.text(queries_of(__package__)["horizon"])

#: Two processes never watch one merchant at once; the lock only has to be our own.
_WATCHED = "watched"


class WatchStopped(Exception):
    """The watch was told to end while it looked; it has left everything as it was."""


class WatchSession:
    """A connection with the tables of a script and of neighbourhoods; used by one thread at a time."""

    def __init__(self, address: str) -> None:
        self._engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: _connected(address), poolclass=sa.NullPool
        )
        self.connection = self._engine.connect().execution_options(isolation_level="REPEATABLE READ")
        self._made: dict[str, str] = {}
        self._is_stopped = False

    def __enter__(self) -> Self:
        """Lend the session for a block."""
        return self

    def __exit__(self, *_ending: object) -> None:
        """Let go of the connection."""
        self.close()

    def close(self) -> None:
        """Let go of the connection, and of everything that was laid out in it."""
        self.connection.close()
        self._engine.dispose()

    def stop(self) -> None:
        """End the statement that runs, and let no other begin; WatchStopped for whoever is at it. From any thread.

        What a look has not committed is undone, and the next look finds it due again.
        """
        self._is_stopped = True
        if not self.driver.closed:
            self.driver.cancel_safe(timeout=STOP_SECONDS_MAX)

    @contextmanager
    def run(self, merchant_id: MerchantId) -> Iterator[bool]:
        """Open a transaction of one merchant; yields whether nobody else watches it just now."""
        with self.connection.begin():
            self.connection.execute(
                sa.text(f"SELECT set_config('{MERCHANT_SETTING}', :merchant_id, true)"), {"merchant_id": merchant_id}
            )
            alone = self.connection.execute(
                sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:whose, 0))"),
                {"whose": f"{_WATCHED}/{merchant_id}"},
            )
            yield bool(alone.scalar_one())

    def horizon(self) -> datetime:
        """Return the moment, by the database's clock, before which nobody may commit any more what they record.

        Whoever records now is still at work, and began no later than their rows say. To be read before a transaction
        whose reading is to be complete up to it.
        """
        found: datetime = self.connection.execute(_HORIZON).scalar_one()
        return found

    def make(self, shapes: Mapping[str, str]) -> None:
        """Make the temporary tables that are not there yet; a table of another shape is made anew."""
        for name, shape in shapes.items():
            if self._made.get(name) == shape:
                continue
            self.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
            self.execute(f'CREATE TEMP TABLE "{name}" ({shape}) ON COMMIT DELETE ROWS')
            self._made[name] = shape
        self.connection.commit()

    def execute(self, query: str, *parameters: object) -> int:
        """Run a statement and return how many rows it made or found."""
        return self._ran(query, parameters).rowcount

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        return self._ran(query, parameters).fetchall()

    def plan(self, how: Sequence[str]) -> None:
        """Say how the plans of the statements that follow may be made, until the transaction ends."""
        for setting in how:
            self._cursor().execute(f"SET LOCAL {setting}")

    def play(self, script: Script, values: Mapping[str, object]) -> None:
        """Run a script over the books that lie in its tables."""
        for step in script.steps:
            if isinstance(step, Statement):
                self._fill(step, values)
            else:
                self._repeat(step, values)

    def _fill(self, step: Statement, values: Mapping[str, object]) -> int:
        return self.execute(f'INSERT INTO "{step.into}" {step.query}', *(values[name] for name in step.uses))

    def _repeat(self, step: Rounds, values: Mapping[str, object]) -> None:
        for _ in range(ROUNDS_MAX):
            if not self.rows(f'SELECT 1 FROM "{step.pile}" LIMIT 1'):
                return
            self._fill(step.best, values)
            left_n = self._fill(step.rest, values)
            for query in (
                f'INSERT INTO "{step.taken}" SELECT * FROM "{step.best.into}"',
                f'DELETE FROM "{step.pile}"',
                f'INSERT INTO "{step.pile}" SELECT * FROM "{step.rest.into}"',
                f'DELETE FROM "{step.best.into}"',
                f'DELETE FROM "{step.rest.into}"',
            ):
                self.execute(query)
            if left_n == 0:
                return
        raise Bug(f"matching in {step.pile} did not end in {ROUNDS_MAX} rounds")

    @property
    def driver(self) -> psycopg.Connection:
        """The driver's connection, for COPY."""
        return driver_of(self.connection)

    def _ran(self, query: str, parameters: Sequence[object]) -> psycopg.RawCursor[tuple[Any, ...]]:
        if self._is_stopped:
            raise WatchStopped
        try:
            return self._cursor().execute(query, parameters or None, prepare=True)
        except psycopg.errors.QueryCanceled:
            if self._is_stopped:
                raise WatchStopped from None
            raise

    def _cursor(self) -> psycopg.RawCursor[tuple[Any, ...]]:
        return psycopg.RawCursor(self.driver)


def _connected(address: str) -> psycopg.Connection:
    options = " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in _SETTINGS.items())
    connection = psycopg.connect(address, application_name="counterfoil watch", options=options)
    # Every statement of the script is prepared once and kept.
    connection.prepared_max = None
    return connection
