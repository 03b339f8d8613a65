"""One way to a transaction: of one merchant, committed in one place. Stores take its connection and never commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import psycopg
import sqlalchemy as sa

from counterfoil.db.metadata import MERCHANT_SETTING
from counterfoil.ids import MerchantId

#: Connections of one process; a till waits for one at most this long before it is told so.
POOL_SIZE = 16
POOL_WAIT_SECONDS_MAX = 10

#: A transaction that forgets to end must not hold rows, nor keep the sealer from being sure of its order.
STATEMENT_SECONDS_MAX = 30
IDLE_SECONDS_MAX = 30
LOCK_SECONDS_MAX = 10

_NAME_MERCHANT = sa.text(f"SELECT set_config('{MERCHANT_SETTING}', :merchant_id, true)")


class Database:
    """The database as the application's role sees it: one merchant at a time."""

    def __init__(self, address: str, *, application: str, pool_size: int = POOL_SIZE) -> None:
        """Take the address as libpq writes it (`postgresql://…` or `host=… dbname=…`); connects when first needed."""
        self.address = address
        self.engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(address, application_name=application, options=_options()),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS_MAX,
            # A database that went away and came back must not cost anybody an answer.
            pool_pre_ping=True,
            # An error is logged; what was written is nobody's business there.
            hide_parameters=True,
        )

    def __enter__(self) -> Self:
        """Lend the database for a block."""
        return self

    def __exit__(self, *_ending: object) -> None:
        """Let go of every connection."""
        self.close()

    @contextmanager
    def transaction(self, merchant_id: MerchantId) -> Iterator[sa.Connection]:
        """Open a transaction in which this merchant's rows are all there is; committed at the end of the block."""
        with self.engine.begin() as connection:
            connection.execute(_NAME_MERCHANT, {"merchant_id": merchant_id})
            yield connection

    @contextmanager
    def snapshot(self, merchant_id: MerchantId) -> Iterator[sa.Connection]:
        """Open a transaction that sees this merchant's rows as of one moment, whatever is committed meanwhile."""
        isolated = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with isolated.begin() as connection:
            connection.execute(_NAME_MERCHANT, {"merchant_id": merchant_id})
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _options() -> str:
    settings = {
        "TimeZone": "UTC",
        "statement_timeout": f"{STATEMENT_SECONDS_MAX}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS_MAX}s",
        "lock_timeout": f"{LOCK_SECONDS_MAX}s",
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
