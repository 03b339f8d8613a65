"""Lays small histories, as dict rows, before the real rules: DuckDB, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from counterfoil.audit.engines.duckdb import DuckDBEngine
from counterfoil.books.format import TABLES, Kind
from counterfoil.books.schema import duckdb_type
from counterfoil.detectors.catalogue import diagnosis_of
from counterfoil.detectors.finishing.outliers import confirmed
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.policy import Policy

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_ARROW = {
    Kind.MONEY: pa.int64(),
    Kind.INT: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.TIME: pa.timestamp("us"),
    Kind.DATE: pa.date32(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}


@dataclass(frozen=True, order=True)
class Told:
    """A finding, as far as tapes and the oracle speak of it."""

    exception: str
    diagnosis: str
    severity: str
    merchant_id: str
    subject: str
    other_subject: str
    amount_minor: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subject and, where there is one, the other, in order."""
        return tuple(sorted(filter(None, (self.subject, self.other_subject))))


def lay_books(
    connection: duckdb.DuckDBPyConnection,
    books: Mapping[str, Sequence[Mapping[str, Any]]],
    carried: Mapping[str, Iterable[str]],
) -> DuckDBEngine:
    """Load the rows as the intake would: typed, naive UTC, with a file and a line."""
    names = {}
    for name, rows in books.items():
        columns = {column.name: _array(column.kind, [row.get(column.name) for row in rows]) for column in TABLES[name]}
        columns["source_file"] = pa.array([f"{name}.csv"] * len(rows), pa.string())
        columns["source_line"] = pa.array(range(2, len(rows) + 2), pa.int64())
        arrow = pa.table(columns)
        shape = ", ".join(f'"{column.name}" {duckdb_type(column.kind)}' for column in TABLES[name])
        connection.execute(f'CREATE TABLE "{name}" ({shape}, source_file VARCHAR, source_line BIGINT)')
        connection.register("arriving", arrow)
        connection.execute(f'INSERT INTO "{name}" SELECT * FROM arriving')
        connection.unregister("arriving")
        names[name] = name
    return DuckDBEngine(connection, names, {name: frozenset(carried[name]) for name in books})


def _array(kind: Kind, values: list[Any]) -> pa.Array:
    if kind is Kind.TIME:
        values = [value.astimezone(UTC).replace(tzinfo=None) if value is not None else None for value in values]
    return pa.array(values, _ARROW.get(kind, pa.string()))


def rules_say(
    books: Mapping[str, Sequence[Mapping[str, Any]]],
    carried: Mapping[str, Iterable[str]],
    policy: Policy,
    as_of: datetime,
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    narrow: bool | None = None,
) -> list[Told]:
    """Return what the five rules find, outliers that pass their test included.

    `narrow` says whether quiet sales are set aside first; None: as the audit decides for so few.
    """
    connection = connection or duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    engine = lay_books(connection, books, carried)
    calendar = Calendar.over(as_of=as_of, policy=policy, earliest=as_of.replace(year=as_of.year - 1))
    verdict = detect(engine, engine.books(), calendar, narrow=narrow)
    found = engine.fetch(verdict.findings).to_pylist()
    if verdict.suspects is not None:
        found += confirmed(engine.fetch(verdict.suspects), policy.outliers).to_pylist()
    return sorted(_told(row) for row in found)


def _told(row: Mapping[str, Any]) -> Told:
    severity = "info" if row["is_info"] else str(diagnosis_of(row["exception"], row["diagnosis"]).severity)
    return Told(
        row["exception"],
        row["diagnosis"],
        severity,
        row["merchant_id"],
        row["subject"],
        row["other_subject"] or "",
        row["amount_at_risk_minor"],
    )
