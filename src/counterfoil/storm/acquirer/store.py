"""The simulated host's own book, in SQLite: what it has answered survives a `kill -9`. It decides nothing.

Write-ahead log and synchronous=FULL: a commit is on the disk before anybody is answered. Postings are only ever added.
A reader of its own may open the file at any time; docs/reference/fault-model.md tells the tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

from counterfoil.storm.acquirer.movements import Balance, Kind, Movement, Standing, Truth

_SCHEMA = """
CREATE TABLE IF NOT EXISTS movements (
    seq INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL, payment_id TEXT NOT NULL, kind TEXT NOT NULL, terminal TEXT NOT NULL, stan TEXT NOT NULL,
    sent TEXT NOT NULL, processing_code TEXT NOT NULL, amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL, original_id TEXT, received_at TEXT NOT NULL, day TEXT NOT NULL, code TEXT NOT NULL,
    rrn TEXT NOT NULL UNIQUE, approval_code TEXT, standing TEXT NOT NULL, undone_by TEXT, settlement INTEGER,
    UNIQUE (merchant, payment_id)
) STRICT;
CREATE INDEX IF NOT EXISTS movements_by_original ON movements (merchant, original_id) WHERE original_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS movements_by_batch ON movements (merchant, terminal) WHERE settlement IS NULL;
CREATE INDEX IF NOT EXISTS movements_by_day ON movements (day);
CREATE TABLE IF NOT EXISTS postings (
    seq INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL, sale_id TEXT NOT NULL, movement_id TEXT NOT NULL, by_id TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, posted_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS postings_by_sale ON postings (merchant, sale_id);
CREATE TABLE IF NOT EXISTS reversed_unseen (
    merchant TEXT NOT NULL, original_id TEXT NOT NULL, reversal_id TEXT NOT NULL,
    PRIMARY KEY (merchant, original_id)
) STRICT;
CREATE TABLE IF NOT EXISTS arrivals (
    merchant TEXT NOT NULL, payment_id TEXT NOT NULL, message_class TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (merchant, payment_id, message_class)
) STRICT;
CREATE TABLE IF NOT EXISTS settlements (
    seq INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL, terminal TEXT NOT NULL, day TEXT NOT NULL, outcome TEXT NOT NULL,
    stated TEXT NOT NULL, found TEXT NOT NULL, settled_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS uploads (
    seq INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL, terminal TEXT NOT NULL, payment_id TEXT NOT NULL, amount_minor INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS bills (day TEXT PRIMARY KEY, asked_n INTEGER NOT NULL) STRICT;
"""
_COLUMNS = ", ".join(field.name for field in fields(Movement))
_MARKS = ", ".join("?" for _ in fields(Movement))
_VALUES = attrgetter(*(field.name for field in fields(Movement)))
_INSERT = f"INSERT INTO movements ({_COLUMNS}) VALUES ({_MARKS})"
_BY_ID = f"SELECT {_COLUMNS} FROM movements WHERE merchant = ? AND payment_id = ?"


class Book:
    """One file; used from one thread at a time."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)
        self._seq = int(self._one("SELECT coalesce(max(seq), 0) FROM movements")[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def committed(self) -> Iterator[None]:
        """Write everything inside at once, or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def next_number(self) -> int:
        """Return a number that no reference of this host has had."""
        self._seq += 1
        return self._seq

    def arrived(self, merchant: str, payment_id: str, message_class: str) -> int:
        """Count an arrival of a message and return the how-manieth it is."""
        return int(
            self._one(
                """
                INSERT INTO arrivals VALUES (?, ?, ?, 1)
                ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n
                """,
                merchant, payment_id, message_class,
            )[0]
        )  # fmt: skip

    def movement(self, merchant: str, payment_id: str) -> Movement | None:
        """Return what was ruled on a payment."""
        row = self._connection.execute(_BY_ID, (merchant, payment_id)).fetchone()
        return _movement(row) if row is not None else None

    def add(self, movement: Movement) -> None:
        """Write down a ruling."""
        self._connection.execute(_INSERT, _VALUES(movement))

    def stand(self, movement: Movement, standing: Standing, undone_by: str | None) -> None:
        """Say what has become of a movement."""
        self._connection.execute(
            "UPDATE movements SET standing = ?, undone_by = ? WHERE merchant = ? AND payment_id = ?",
            (standing, undone_by, movement.merchant, movement.payment_id),
        )

    def post(self, movement: Movement, *, sale_id: str, by_id: str, amount_minor: int, at: str) -> None:
        """Move money: above nothing from the customer to the shop, below it back."""
        self._connection.execute(
            """
            INSERT INTO postings (merchant, sale_id, movement_id, by_id, amount_minor, posted_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            (movement.merchant, sale_id, movement.payment_id, by_id, amount_minor, at),
        )

    def refunded_minor(self, merchant: str, sale_id: str) -> int:
        """Return what refunds that stand have given back of a sale."""
        return int(
            self._one(
                """
                SELECT coalesce(sum(amount_minor), 0) FROM movements
                WHERE merchant = ? AND original_id = ? AND kind = ? AND standing = ?
                """,
                merchant, sale_id, Kind.REFUND, Standing.STANDS,
            )[0]
        )  # fmt: skip

    def remember_reversal(self, merchant: str, original_id: str, reversal_id: str) -> None:
        """Remember a reversal of something that was never seen."""
        self._connection.execute(
            "INSERT OR IGNORE INTO reversed_unseen VALUES (?, ?, ?)", (merchant, original_id, reversal_id)
        )

    def was_reversed_unseen(self, merchant: str, payment_id: str) -> bool:
        """Say whether a payment's reversal came before the payment."""
        return bool(
            self._one(
                "SELECT count(*) FROM reversed_unseen WHERE merchant = ? AND original_id = ?", merchant, payment_id
            )[0]
        )

    def truth(self, merchant: str, payment_id: str) -> Truth:
        """Return what really happened to the money of a sale, or of a refund."""
        row = self._one(
            """
            SELECT count(*) FILTER (WHERE by_id = movement_id AND amount_minor > 0),
                   coalesce(sum(amount_minor) FILTER (WHERE by_id = movement_id AND amount_minor > 0), 0),
                   coalesce(sum(amount_minor), 0)
            FROM postings WHERE merchant = ?1 AND (sale_id = ?2 OR movement_id = ?2)
            """,
            merchant, payment_id,
        )  # fmt: skip
        return Truth(taken_n=row[0], taken_minor=row[1], given_back_minor=row[1] - row[2])

    def movements(self, after: int, limit: int) -> list[tuple[int, Movement]]:
        """Return rulings in their order, behind a number that an earlier call gave."""
        rows = self._connection.execute(
            f"SELECT seq, {_COLUMNS} FROM movements WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
        ).fetchall()
        return [(int(row[0]), _movement(row[1:])) for row in rows]

    def of_day(self, day: str) -> list[Movement]:
        """Return what moved money on a day, in order: for the bill."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM movements WHERE day = ? AND standing IN (?, ?) ORDER BY seq",
            (day, Standing.STANDS, Standing.UNDONE),
        ).fetchall()
        return [_movement(row) for row in rows]

    def asked_for_bill(self, day: str) -> int:
        """Count that somebody asked for a day's bill and return how often it was."""
        statement = "INSERT INTO bills VALUES (?, 1) ON CONFLICT DO UPDATE SET asked_n = asked_n + 1 RETURNING asked_n"
        return int(self._one(statement, day)[0])

    def balance(self, merchant: str, terminal: str) -> Balance:
        """Return the totals of what stands in a lane's open batch."""
        row = self._one(
            """
            SELECT count(*) FILTER (WHERE kind = 'sale'),
                   coalesce(sum(amount_minor) FILTER (WHERE kind = 'sale'), 0),
                   count(*) FILTER (WHERE kind = 'refund'),
                   coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0)
            FROM movements WHERE merchant = ? AND terminal = ? AND settlement IS NULL AND standing = ?
            """,
            merchant, terminal, Standing.STANDS,
        )  # fmt: skip
        return Balance(sales_n=row[0], sales_minor=row[1], refunds_n=row[2], refunds_minor=row[3])

    def settle(self, merchant: str, terminal: str, *, day: str, outcome: str, stated: str, found: str, at: str) -> None:
        """Write down a settlement, and close the batch where it ended one."""
        self._connection.execute(
            """
            INSERT INTO settlements (merchant, terminal, day, outcome, stated, found, settled_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            (merchant, terminal, day, outcome, stated, found, at),
        )
        if outcome != "unequal":
            self._connection.execute(
                """
                UPDATE movements SET settlement = (SELECT max(seq) FROM settlements)
                WHERE merchant = ? AND terminal = ? AND settlement IS NULL
                """,
                (merchant, terminal),
            )

    def last_closed(self, merchant: str, terminal: str) -> str | None:
        """Return what the last settlement that closed a batch of this lane had stated."""
        row = self._connection.execute(
            """
            SELECT stated FROM settlements WHERE merchant = ? AND terminal = ? AND outcome <> 'unequal'
            ORDER BY seq DESC LIMIT 1
            """,
            (merchant, terminal),
        ).fetchone()
        return str(row[0]) if row is not None else None

    def upload(self, merchant: str, terminal: str, payment_id: str, amount_minor: int) -> None:
        """Write down a message of an uploaded batch."""
        self._connection.execute(
            "INSERT INTO uploads (merchant, terminal, payment_id, amount_minor) VALUES (?, ?, ?, ?)",
            (merchant, terminal, payment_id, amount_minor),
        )

    def _one(self, statement: str, *values: object) -> tuple[int, ...]:
        row: tuple[int, ...] = self._connection.execute(statement, values).fetchone()
        return row


def _movement(row: tuple[object, ...]) -> Movement:
    values = dict(zip((field.name for field in fields(Movement)), row, strict=True))
    values["kind"], values["standing"] = Kind(str(values["kind"])), Standing(str(values["standing"]))
    return Movement(**values)  # type: ignore[arg-type]  # the columns are the fields
