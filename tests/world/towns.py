"""Towns for the tests, made in memory and laid out as DuckDB tables or as plain rows for the oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from counterfoil.books.format import TABLES
from counterfoil.policy import Policy
from counterfoil.world.history import CHUNK_ORDERS, History
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.writing.schema import SCHEMAS, TRUTH
from tests.oracle.finding import Finding
from tests.oracle.law import find

Key = tuple[str, str, frozenset[str | None]]

FAULTY = WorldParameters(seed=11, orders=4_000, faults=0.1, merchants=2, habits=0.3)
CLEAN = WorldParameters(seed=12, orders=4_000)


@cache
def town(parameters: WorldParameters, chunk_orders: int = CHUNK_ORDERS) -> dict[str, pa.Table]:
    """Make a town's tables, in the format's plain types."""
    portions: dict[str, list[pa.Table]] = {name: [] for name in SCHEMAS}
    for merchant in range(parameters.merchants):
        history = History(parameters, merchant)
        for first_day, last_day in history.chunks(chunk_orders):
            for name, table in history.write(first_day, last_day).items():
                portions[name].append(table.cast(SCHEMAS[name]))
    return {name: pa.concat_tables(tables) for name, tables in portions.items()}


def end_of(parameters: WorldParameters) -> datetime:
    """Return the as-of of a town."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=History(parameters, 0).scene.end)


def laid_out(parameters: WorldParameters) -> duckdb.DuckDBPyConnection:
    """Lay a town's tables out for questions in SQL; `world.tales` is called `tales`."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, table in town(parameters).items():
        connection.register(name.rpartition(".")[2], table)
    return connection


def found_by_the_oracle(parameters: WorldParameters, time_zone: str) -> list[Finding]:
    """Hold the whole law against a town's books, as the oracle reads it."""
    tables = town(parameters)
    books: dict[str, list[dict[str, Any]]] = {name: tables[name].to_pylist() for name in TABLES}
    carried = {name: frozenset(table.optional) for name, table in TABLES.items()}
    return find(books, carried, Policy(time_zone=time_zone), end_of(parameters))


def truth_of(parameters: WorldParameters) -> dict[Key, str]:
    """Return the diagnosis of each planted fault, by exception, merchant and subjects."""
    rows = town(parameters)[TRUTH].to_pylist()
    planted = {
        (row["exception"], row["merchant_id"], frozenset((row["subject"], row["other_subject"]))): row["diagnosis"]
        for row in rows
    }
    assert len(planted) == len(rows)
    return planted


def scored(findings: list[Finding]) -> dict[Key, str]:
    """Return the findings above `info`, as the truth is keyed."""
    return {
        (each.exception, each.merchant_id, frozenset((each.subject, each.other_subject))): each.diagnosis
        for each in findings
        if each.severity != "info"
    }
