"""Puts histories into the live tables as an import does, and says what a full audit finds in the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import sqlalchemy as sa

from counterfoil.books.format import TABLES
from counterfoil.db.engine import Database
from counterfoil.db.tables import METADATA
from counterfoil.desk.store import open_findings
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.ids import MerchantId
from counterfoil.journal import store as journal
from counterfoil.policy import Policy
from tests.detectors.laid import lay_books

Row = Mapping[str, Any]
Books = Mapping[str, Sequence[Row]]

#: What is compared of a finding: id, diagnosis, subject, the other subject, money at risk, severity.
Said = tuple[str, str, str, str | None, int, str]

#: Diagnoses of habits: they are looked for over everybody's sales, and not by the watch of what moved.
HABITS = frozenset({"operator_outlier", "terminal_outlier", "serial_returner"})

_NOUNS = {
    "orders": ("order", "order_id"),
    "payments": ("payment", "payment_id"),
    "slips": ("slip", "slip_id"),
    "parcels": ("parcel", "parcel_id"),
    "returns": ("return", "return_id"),
}


def merchant(database: Database, merchant_id: MerchantId, *, policy: str, zone: str, now: datetime) -> None:
    """Write a merchant and its policy."""
    with database.transaction(merchant_id) as connection:
        connection.execute(
            METADATA.tables["merchants"].insert(),
            {
                "merchant_id": merchant_id,
                "name": "x",
                "currency": "CNY",
                "time_zone": zone,
                "created_at": now,
            },
        )
        if policy:
            connection.execute(
                METADATA.tables["policies"].insert(),
                {
                    "merchant_id": merchant_id,
                    "version": 1,
                    "valid_from": now,
                    "decided_at": now,
                    "text": policy,
                    "reason": "as told",
                },
            )


def record(database: Database, merchant_id: MerchantId, books: Books) -> None:
    """Write rows as an import does, in one transaction."""
    with database.transaction(merchant_id) as connection:
        for name, rows in books.items():
            if rows:
                table = METADATA.tables[name]
                more = {"entered_by": "import"} if "entered_by" in table.c else {}
                connection.execute(
                    table.insert(),
                    [{column.name: row.get(column.name) for column in TABLES[name]} | more for row in rows],
                )


def change(database: Database, merchant_id: MerchantId, name: str, rows: Iterable[Row], *, now: datetime) -> None:
    """Change the projections of rows as a verb does: with a fact about each."""
    noun, key = _NOUNS[name]
    table = METADATA.tables[name]
    with database.transaction(merchant_id) as connection:
        for row in rows:
            connection.execute(
                table.update()
                .where(table.c.merchant_id == merchant_id, table.c[key] == row[key])
                .values({column: row[column] for column in table.info["updatable"] if column in row})
            )
            journal.note(connection, merchant_id, f"{noun}:test:moved", f"{noun}:{row[key]}", occurred_at=now, body={})


def on_the_desk(database: Database, merchant_id: MerchantId) -> set[Said]:
    """Return what stands on the desk."""
    with database.transaction(merchant_id) as connection:
        return {_said(row) for row in open_findings(connection, merchant_id)}


def audited(books: Books, policy: Policy, as_of: datetime) -> dict[str, set[Said]]:
    """Return what a full audit of rows finds, by merchant, habits aside."""
    found: dict[str, set[Said]] = {}
    for row in findings_of(books, policy, as_of):
        if row["diagnosis"] not in HABITS:
            json.loads(row["evidence"])
            found.setdefault(row["merchant_id"], set()).add(_said(row))
    return found


def findings_of(books: Books, policy: Policy, as_of: datetime) -> list[Row]:
    """Return every finding of a full audit of rows."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    carried = {name: frozenset(table.optional) for name, table in TABLES.items()}
    engine = lay_books(connection, {name: books.get(name, ()) for name in TABLES}, carried)
    calendar = Calendar.over(as_of=as_of, policy=policy, earliest=as_of.replace(year=as_of.year - 2))
    findings, _ = finish(detect(engine, engine.books(), calendar, narrow=False), frozenset(TABLES))
    rows: list[Row] = findings.to_pylist()
    return rows


def _said(row: Mapping[str, Any] | sa.RowMapping) -> Said:
    return (
        row["finding_id"],
        f"{row['exception']}.{row['diagnosis']}",
        row["subject"],
        row["other_subject"],
        row["amount_at_risk_minor"],
        row["severity"],
    )
