"""Counts the statements that a connection is given, whoever gives them: SQLAlchemy, or the driver underneath."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa


@dataclass(slots=True)
class Count:
    """How many statements there were; of one that is given with many rows at once, one."""

    n: int = 0


@contextmanager
def counted(connection: sa.Connection) -> Iterator[Count]:
    """Count the statements of a block."""
    count = Count()
    executes = {cls: cls.execute for cls in (psycopg.Cursor, psycopg.RawCursor)}
    many = psycopg.Cursor.executemany

    def execute(cursor: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 — as the driver has it
        count.n += 1
        return executes[type(cursor)](cursor, *given, **more)

    def executemany(cursor: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 — as the driver has it
        count.n += 1
        return many(cursor, *given, **more)

    try:
        for cls in executes:
            cls.execute = execute  # type: ignore[method-assign]  # counted for one block, and put back
        psycopg.Cursor.executemany = executemany  # type: ignore[method-assign]  # counted for one block, and put back
        yield count
    finally:
        for cls, before in executes.items():
            cls.execute = before  # type: ignore[method-assign]  # counted for one block, and put back
        psycopg.Cursor.executemany = many  # type: ignore[method-assign]  # counted for one block, and put back
