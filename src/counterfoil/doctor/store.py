"""SQL of the doctor: asks, and returns which rows break a check. It never commits, writes or locks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import ARRAY

from counterfoil.db.asking import ask, driver_of
from counterfoil.db.queries import queries_of
from counterfoil.db.rights import Grant, grants_of
from counterfoil.db.roles import Role
from counterfoil.db.tables import METADATA

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

#: So many rows of a check are named; all are counted.
SHOWN_MAX = 20
STATEMENT_SECONDS_MAX = 600
#: Without `full`, so many rows of a table are looked through for numbers.
SAMPLE_ROWS = 10_000
#: Rows that the driver fetches at once.
_PAGE = 2_000

#: Nine digits or more that stand for themselves, or the word PIN; what it is exactly, is told in Python.
_MAY_BE_SOMEBODYS = "(^|[^0-9A-Za-z_.])[0-9]([ -]?[0-9]){8,}([^0-9A-Za-z_]|$)|[Pp][Ii][Nn]"

_QUERIES = queries_of(__package__)


def enter(connection: sa.Connection) -> None:
    """Give a transaction the time that a look at whole tables takes."""
    ask(connection, "SELECT set_config('statement_timeout', $1, true)", (f"{STATEMENT_SECONDS_MAX}s",))


def broken_rows(
    connection: sa.Connection, name: str, merchant_id: MerchantId, *, now: datetime
) -> tuple[int, tuple[str, ...]]:
    """Return how many rows of a merchant break a check, and the first of them by name."""
    return _counted(connection, _QUERIES[name], (merchant_id, now), guard="$1::text || $2::timestamptz::text")


def broken_structure(connection: sa.Connection, name: str) -> tuple[int, tuple[str, ...]]:
    """Return how many things of the catalogue break a check, and the first of them by name."""
    return _counted(connection, _QUERIES[name], (), guard="''")


def unwanted_grants(connection: sa.Connection) -> tuple[str, ...]:
    """Return who may change more than a table's own list says, as `role: PRIVILEGE table.column`."""
    wanted = {grant for table in METADATA.sorted_tables for grant in grants_of(table)}
    return tuple(
        sorted(
            f"{role}: {privilege} {table}{f'.{column}' if column else ''}"
            for table, role, privilege, column in ask(connection, _QUERIES["grants"], ())
            if role not in set(Role)
            or Grant(table=table, role=Role(role), privilege=privilege, column=column) not in wanted
        )
    )


def texts(connection: sa.Connection, merchant_id: MerchantId, *, full: bool) -> Iterator[tuple[str, str]]:
    """Yield texts of a merchant with the column that each stands in, of rows with a long number in any text.

    Only rows are returned in which digits stand in a row long enough to be somebody's; most are not.
    """
    for table in METADATA.sorted_tables:
        columns = [column.name for column in table.columns if _may_hold_text(column)]
        if not columns:
            continue
        joined = ", ".join(f'"{column}"::text' for column in columns)
        limit = "" if full else f"ORDER BY ctid DESC LIMIT {SAMPLE_ROWS}"
        query = f"""
            SELECT {joined} FROM (SELECT * FROM "{table.name}" WHERE merchant_id = $1 {limit}) AS looked_at
            WHERE concat_ws(' ', {joined}) ~ '{_MAY_BE_SOMEBODYS}'
        """
        driver = driver_of(connection)
        with psycopg.RawServerCursor(driver, "texts") as cursor:
            cursor.itersize = _PAGE
            cursor.execute(query.encode(), (merchant_id,))
            for row in cursor:
                for column, text in zip(columns, row, strict=True):
                    if text is not None:
                        yield f"{table.name}.{column}", text


def _may_hold_text(column: sa.Column[Any]) -> bool:
    return column.name != "merchant_id" and isinstance(column.type, String | JSONB | ARRAY)


def _counted(
    connection: sa.Connection, query: str, parameters: Sequence[Any], *, guard: str
) -> tuple[int, tuple[str, ...]]:
    # Every query is handed all parameters, whichever of them it needs; the guard mentions them.
    counted = f"""
        SELECT subject, count(*) OVER () FROM ({query}) AS broken
        WHERE {guard} IS NOT NULL ORDER BY subject LIMIT {SHOWN_MAX}
    """
    rows = ask(connection, counted, parameters)
    return (rows[0][1] if rows else 0), tuple(subject for subject, _n in rows)
