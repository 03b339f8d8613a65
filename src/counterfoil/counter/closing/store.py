"""SQL of the day's end: what a store took on a date, what of it nobody knows yet, and that the date is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.books.orders.tables import DAY_CLOSINGS, ORDERS, STORE_DAYS
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Settled
from counterfoil.books.payments.states import OPEN, State
from counterfoil.books.payments.tables import ACQUIRER_BATCHES, PAYMENTS
from counterfoil.ids import MerchantId, PaymentId, StaffId, StoreId, TerminalId

#: Until a day closes, sales of its store hold the same lock in common (`enter`, in the counter's queries).
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:merchant_id || '/' || :store_id, 0))")
_SHARE = sa.text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:merchant_id || '/' || :store_id, 0))")

#: After the beginning of a date in UTC, so long it may still be that business date somewhere.
_ANY_ZONE = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderTotal:
    """What one tender came to on one day, in minor units."""

    tender: str
    kind: str
    count: int
    amount_minor: int


def lock_day(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId) -> None:
    """Wait for the sales that are being recorded in a store, and keep new ones waiting until the day is closed."""
    connection.execute(_LOCK, {"merchant_id": merchant_id, "store_id": store_id})


def open_date(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, wanted: date) -> date:
    """Return the date that something falls on, `wanted` or the first that is not closed, and keep it from being closed.

    Taken before any row is locked: a closing holds the day while it waits for rows.
    """
    connection.execute(_SHARE, {"merchant_id": merchant_id, "store_id": store_id})
    return first_open_date(connection, merchant_id, store_id, wanted)


def first_open_date(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, wanted: date) -> date:
    """Return `wanted`, or the first date behind it that is not closed; it may be closed at any moment."""
    closed = closed_through(connection, merchant_id, store_id)
    return wanted if closed is None else max(wanted, closed + timedelta(days=1))


def closed_through(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId) -> date | None:
    """Return up to which date a store has closed; None: it never has."""
    query = sa.select(STORE_DAYS.c.closed_through).where(
        STORE_DAYS.c.merchant_id == merchant_id, STORE_DAYS.c.store_id == store_id
    )
    return connection.execute(query).scalar_one_or_none()


def closing(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, business_date: date
) -> sa.RowMapping | None:
    """Return how a day was closed; None where it was not."""
    query = sa.select(DAY_CLOSINGS).where(
        DAY_CLOSINGS.c.merchant_id == merchant_id,
        DAY_CLOSINGS.c.store_id == store_id,
        DAY_CLOSINGS.c.business_date == business_date,
    )
    return connection.execute(query).mappings().one_or_none()


def totals(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, business_date: date
) -> list[TenderTotal]:
    """Add up a store's approved payments of a date, per tender and kind; practice sales are left out.

    A void or a reversal counts where it gave money back: one that proved that nothing had been taken moved none.
    """
    original = PAYMENTS.alias("original")
    gave_back = (
        sa.select(sa.true())
        .where(
            original.c.merchant_id == PAYMENTS.c.merchant_id,
            original.c.payment_id == PAYMENTS.c.original_payment_id,
            original.c.state == State.APPROVED,
        )
        .exists()
    )
    query = (
        sa.select(
            PAYMENTS.c.tender,
            PAYMENTS.c.kind,
            sa.func.count(),
            sa.func.sum(PAYMENTS.c.amount_minor).cast(sa.BigInteger),
        )
        .select_from(PAYMENTS.outerjoin(ORDERS, _of_its_order()))
        .where(*_of_day(merchant_id, store_id, business_date), PAYMENTS.c.state == State.APPROVED)
        .where(sa.func.coalesce(ORDERS.c.training, sa.false()).is_(sa.false()))
        .where(sa.or_(PAYMENTS.c.kind.not_in([Kind.VOID, Kind.REVERSAL]), gave_back))
        .group_by(PAYMENTS.c.tender, PAYMENTS.c.kind)
        .order_by(PAYMENTS.c.tender, PAYMENTS.c.kind)
    )
    return [
        TenderTotal(tender=tender, kind=kind, count=count, amount_minor=amount)
        for tender, kind, count, amount in connection.execute(query)
    ]


def carried_over(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, business_date: date
) -> Sequence[PaymentId]:
    """Return the payments up to a date of which nobody knows yet what became of them."""
    query = (
        sa.select(PAYMENTS.c.payment_id)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.store_id == store_id,
            PAYMENTS.c.business_date <= business_date,
            PAYMENTS.c.state.in_(OPEN),
            PAYMENTS.c.entered_by == "counter",
        )
        .order_by(PAYMENTS.c.payment_id)
    )
    return [PaymentId(found) for found in connection.execute(query).scalars()]


def lanes(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, business_date: date
) -> Sequence[tuple[TerminalId, str]]:
    """Return the lanes that moved money at an acquirer on a date: terminal and acquirer."""
    query = (
        sa.select(PAYMENTS.c.terminal_id, PAYMENTS.c.acquirer)
        .where(*_of_day(merchant_id, store_id, business_date), PAYMENTS.c.acquirer.is_not(None))
        .distinct()
        .order_by(PAYMENTS.c.terminal_id, PAYMENTS.c.acquirer)
    )
    return [(terminal, acquirer) for terminal, acquirer in connection.execute(query)]


def settled(
    connection: sa.Connection, merchant_id: MerchantId, business_date: date
) -> Mapping[tuple[TerminalId, str], Settled]:
    """Return how the acquirer has closed each lane's batch of a date; one that did not answer is not among them."""
    query = (
        sa.select(ACQUIRER_BATCHES.c.terminal_id, ACQUIRER_BATCHES.c.acquirer, ACQUIRER_BATCHES.c.outcome)
        .where(
            ACQUIRER_BATCHES.c.merchant_id == merchant_id,
            ACQUIRER_BATCHES.c.business_date == business_date,
            ACQUIRER_BATCHES.c.outcome != Settled.UNKNOWN,
        )
        .order_by(ACQUIRER_BATCHES.c.closed_at, ACQUIRER_BATCHES.c.batch_id)
    )
    return {(terminal, acquirer): Settled(outcome) for terminal, acquirer, outcome in connection.execute(query)}


def has_sold_by(connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, business_date: date) -> bool:
    """Say whether a store has sold anything on a date or before it."""
    # No order counts for a date before the one that it was placed on, in whatever zone: the index by time is enough.
    until = datetime.combine(business_date, time.min, UTC) + _ANY_ZONE
    query = (
        sa.select(sa.true())
        .where(
            ORDERS.c.merchant_id == merchant_id,
            ORDERS.c.store_id == store_id,
            ORDERS.c.business_date <= business_date,
            ORDERS.c.placed_at < until,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def batch_payments(
    connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId, acquirer: str, business_date: date
) -> Sequence[PaymentId]:
    """Return a lane's approved payments of a date, oldest first: what the acquirer's batch should hold."""
    query = (
        sa.select(PAYMENTS.c.payment_id)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.terminal_id == terminal_id,
            PAYMENTS.c.acquirer == acquirer,
            PAYMENTS.c.business_date == business_date,
            PAYMENTS.c.state == State.APPROVED,
            PAYMENTS.c.entered_by == "counter",
        )
        .order_by(PAYMENTS.c.occurred_at, PAYMENTS.c.payment_id)
    )
    return [PaymentId(found) for found in connection.execute(query).scalars()]


def write_closing(
    connection: sa.Connection,
    merchant_id: MerchantId,
    store_id: StoreId,
    business_date: date,
    *,
    closed_by: StaffId,
    totals: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write that a day is closed; whatever is sold from now on falls on the next."""
    connection.execute(
        DAY_CLOSINGS.insert().values(
            merchant_id=merchant_id,
            store_id=store_id,
            business_date=business_date,
            closed_at=now,
            closed_by=closed_by,
            totals=totals,
        )
    )
    # A day that is closed late, after a later one, opens none of those between again.
    through = sa.func.greatest(STORE_DAYS.c.closed_through, business_date)
    statement = insert(STORE_DAYS).values(merchant_id=merchant_id, store_id=store_id, closed_through=business_date)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "store_id"],
            set_={"closed_through": through},
        )
    )


def write_batch(connection: sa.Connection, merchant_id: MerchantId, batch_id: str, values: Mapping[str, Any]) -> None:
    """Write how one lane's batch was closed at its acquirer."""
    connection.execute(insert(ACQUIRER_BATCHES).values(merchant_id=merchant_id, batch_id=batch_id, **values))


def _of_day(merchant_id: MerchantId, store_id: StoreId, business_date: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.store_id == store_id,
        PAYMENTS.c.business_date == business_date,
        PAYMENTS.c.entered_by == "counter",
    )


def _of_its_order() -> sa.ColumnElement[bool]:
    return sa.and_(ORDERS.c.merchant_id == PAYMENTS.c.merchant_id, ORDERS.c.order_id == PAYMENTS.c.order_id)
