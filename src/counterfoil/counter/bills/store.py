"""SQL of bills: their rows into the acquirers' book, and what was taken in when. It never commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.books.format import ACQUIRER_RECORDS
from counterfoil.books.payments.tables import BILL_DOWNLOADS, BILLS, PAYMENTS
from counterfoil.db.asking import ask, driver_of
from counterfoil.db.queries import queries_of

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.ids import MerchantId

#: A bill of a large day takes its time; no till waits for it.
SECONDS_MAX = 300

_QUERIES = queries_of(__package__)
_TYPES = {"id": 'text COLLATE "C"', "key": 'text COLLATE "C"', "money": "bigint", "ts": "timestamptz", "date": "date"}
#: What a row says, beside whose it is and which.
_SAID = [column.name for column in ACQUIRER_RECORDS if column.name not in ACQUIRER_RECORDS.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the rows of a bill."""

    new_n: int
    corrected_n: int
    same_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisive:
    """A row that decides or denies a payment of ours."""

    record_id: str
    payment_id: str
    state: str
    amount_minor: int
    acquirer_reference: str | None
    rrn: str | None
    approval_code: str | None
    settled_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledDay:
    """What the bills of one acquirer said of one of the shop's days."""

    acquirer: str
    day: date
    #: Rows that move money.
    rows_n: int
    #: Of these, such as name a payment of ours: with its amount, and with another one.
    matched_n: int
    other_amount_n: int

    @property
    def unmatched_n(self) -> int:
        """How many name no payment of ours."""
        return self.rows_n - self.matched_n - self.other_amount_n


def lock_bills(connection: sa.Connection, merchant_id: MerchantId) -> None:
    """Let nobody else take a bill of this merchant until the transaction ends."""
    lock = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:whose, 0))")
    connection.execute(lock, {"whose": f"bills/{merchant_id}"})
    connection.execute(sa.text(f"SET LOCAL statement_timeout = '{SECONDS_MAX}s'"))


def bill(connection: sa.Connection, merchant_id: MerchantId, digest: str) -> sa.RowMapping | None:
    """Return a bill that was taken in; None where there is none of that digest."""
    query = sa.select(BILLS).where(BILLS.c.merchant_id == merchant_id, BILLS.c.file_digest == digest)
    return connection.execute(query).mappings().one_or_none()


def bills(connection: sa.Connection, merchant_id: MerchantId, *, limit: int) -> list[sa.RowMapping]:
    """Return the bills that were taken in last, the latest first."""
    query = sa.select(BILLS).where(BILLS.c.merchant_id == merchant_id).order_by(BILLS.c.taken_at.desc()).limit(limit)
    return list(connection.execute(query).mappings())


def has_payments_of(connection: sa.Connection, merchant_id: MerchantId, acquirer: str) -> bool:
    """Say whether a payment of a merchant went to an acquirer of this name."""
    of_it = sa.select(PAYMENTS.c.payment_id).where(
        PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.acquirer == acquirer
    )
    return bool(connection.scalar(sa.select(sa.exists(of_it))))


def record_bill(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    """Write that a bill was taken in."""
    connection.execute(sa.insert(BILLS).values(values))


def record_rows(connection: sa.Connection, merchant_id: MerchantId, records: pa.Table, *, came_with: str) -> Counts:
    """Write the rows of a bill: new ones, and corrections of what is known."""
    from counterfoil.audit.engines.postgres import columns  # noqa: PLC0415 — few processes ever write a bill

    driver = driver_of(connection)
    names = ["record_id", *_SAID]
    shape = ", ".join(f"{name} {_TYPES.get(ACQUIRER_RECORDS.column(name).kind, 'text')}" for name in names)
    cursor = psycopg.RawCursor(driver)
    cursor.execute(_QUERIES["given"].format(shape=shape))
    columns.load(driver, "given_records", iter(records.select(names).to_batches(columns.BATCH_ROWS)))
    cursor.execute("ANALYZE given_records")
    cursor.execute(_QUERIES["current"])
    query = _QUERIES["record"].format(
        columns=", ".join(_SAID),
        known_values=", ".join(f"known.{name}" for name in _SAID),
        said_values=", ".join(f"said.{name}" for name in _SAID),
    )
    found = cursor.execute(query, (merchant_id, came_with)).fetchone()
    assert found is not None
    new_n, corrected_n, given_n = found
    return Counts(new_n=new_n, corrected_n=corrected_n, same_n=given_n - new_n - corrected_n)


def decisive(connection: sa.Connection, *, came_with: str) -> list[Decisive]:
    """Return the rows of one file that decide or deny a payment of ours."""
    rows = ask(connection, _QUERIES["decisive"], (came_with,))
    names = [each.name for each in fields(Decisive)]
    return [Decisive(**dict(zip(names, row, strict=True))) for row in rows]


def billed_days(connection: sa.Connection, *, zone: str, since: datetime) -> list[BilledDay]:
    """Return what bills said of each day since a moment, the latest day first; `zone` is that of the shop's days."""
    rows = ask(connection, _QUERIES["days"], (zone, since))
    names = [each.name for each in fields(BilledDay)]
    return [BilledDay(**dict(zip(names, row, strict=True))) for row in rows]


def download(connection: sa.Connection, merchant_id: MerchantId, acquirer: str, day: date) -> sa.RowMapping | None:
    """Return how it stands with fetching a day's bill."""
    query = sa.select(BILL_DOWNLOADS).where(
        BILL_DOWNLOADS.c.merchant_id == merchant_id,
        BILL_DOWNLOADS.c.acquirer == acquirer,
        BILL_DOWNLOADS.c.day == day,
    )
    return connection.execute(query).mappings().one_or_none()


def note_download(
    connection: sa.Connection, merchant_id: MerchantId, acquirer: str, day: date, *, digest: str | None, now: datetime
) -> None:
    """Write that a day's bill was asked for, and what came of it."""
    statement = insert(BILL_DOWNLOADS).values(
        merchant_id=merchant_id, acquirer=acquirer, day=day, tries=1, last_tried_at=now, file_digest=digest
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "acquirer", "day"],
            set_={"tries": BILL_DOWNLOADS.c.tries + 1, "last_tried_at": now, "file_digest": digest},
        )
    )
