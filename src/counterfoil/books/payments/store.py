"""SQL of the payments book: in go values, out come values. It never commits, and it never decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.books.payments.ladders import Foothold
from counterfoil.books.payments.model import Kind, Payment, Standing, Tender
from counterfoil.books.payments.ports import Answer
from counterfoil.books.payments.states import ENDS, OPEN, State
from counterfoil.books.payments.tables import ACQUIRER_BATCHES, PAYMENTS, STAN_COUNTERS
from counterfoil.ids import MerchantId, OrderId, PaymentId, TerminalId

#: What a payment is read from.
COLUMNS = [PAYMENTS.c[field.name] for field in fields(Payment)]
_STAN_MAX = 999_999
_CODES_KEPT = ("rrn", "approval_code", "response_code", "acquirer_reference", "instrument_key", "instrument_tail")


class LostRace(Exception):
    """Somebody else moved the row between our look and our write; nothing was changed."""


def payment(connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId) -> Payment | None:
    """Return one payment; None where there is none."""
    return _one(connection, _by_id(merchant_id, payment_id))


def locked(connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId) -> Payment | None:
    """Return one payment and keep everybody else from changing it until the transaction ends."""
    return _one(connection, _by_id(merchant_id, payment_id).with_for_update())


def of_order(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> Sequence[Payment]:
    """Return every payment of an order, by id, and lock them in that order."""
    query = (
        sa.select(*COLUMNS)
        .where(PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.order_id == order_id)
        .order_by(PAYMENTS.c.payment_id)
        .with_for_update()
    )
    return [payment_of(row) for row in connection.execute(query).mappings()]


def open_undo(connection: sa.Connection, merchant_id: MerchantId, original: PaymentId) -> Payment | None:
    """Return the void or reversal of a payment that is not refused; there is at most one."""
    query = sa.select(*COLUMNS).where(
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.original_payment_id == original,
        PAYMENTS.c.kind.in_([Kind.VOID, Kind.REVERSAL]),
        PAYMENTS.c.state.not_in([State.DECLINED, State.CANCELLED]),
    )
    return _one(connection, query)


def intend(
    connection: sa.Connection, intended: Payment, *, resolve_at: datetime | None, tendered_minor: int | None = None
) -> bool:
    """Write a payment that is about to be sent, with what was handed over where it is cash; False: its id is taken."""
    values = {field.name: getattr(intended, field.name) for field in fields(Payment)}
    statement = insert(PAYMENTS).values(**values, resolve_at=resolve_at, tendered_minor=tendered_minor)
    written = statement.on_conflict_do_nothing(index_elements=["merchant_id", "payment_id"])
    return connection.execute(written.returning(PAYMENTS.c.payment_id)).first() is not None


def next_stan(connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId) -> str:
    """Take the next trace number of a lane: six digits that wrap from 999999 to 000001."""
    statement = insert(STAN_COUNTERS).values(merchant_id=merchant_id, terminal_id=terminal_id, last_stan=1)
    taken = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "terminal_id"],
            set_={"last_stan": STAN_COUNTERS.c.last_stan % _STAN_MAX + 1},
        ).returning(STAN_COUNTERS.c.last_stan)
    )
    return f"{taken.scalar_one():06d}"


def move(
    connection: sa.Connection,
    moved: Payment,
    to: State,
    answer: Answer | None,
    *,
    now: datetime,
    resolve_at: datetime | None,
) -> None:
    """Write a payment's new state, guarded by the one that it had; LostRace where that is gone.

    A payment that stays unknown keeps the time of its next step.
    """
    told = {} if answer is None else {name: getattr(answer, name) for name in _CODES_KEPT}
    changes: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    changes["state"] = to
    if moved.state not in OPEN or to not in OPEN:
        changes |= {"resolve_at": resolve_at, "leased_until": None}
    elif moved.state is not to:
        # What somebody else's ladder drives, such as a reversal by that of its sale, gets none of its own.
        changes["resolve_at"] = sa.case((PAYMENTS.c.resolve_at.is_not(None), resolve_at))
    if to in ENDS:
        changes["decided_at"] = now
    elif moved.state in ENDS:
        # An end was contradicted: the ladder is climbed from its foot.
        changes |= {"rung": 0, "tries": 0, "last_tried_at": None}
    if moved.kind is Kind.SALE and to is State.APPROVED:
        changes["standing"] = Standing.HELD
    change(connection, moved, PAYMENTS.c.state == moved.state, changes)


def stand(connection: sa.Connection, original: Payment, standing: Standing | None) -> None:
    """Write how an approved sale stands now."""
    change(connection, original, sa.true(), {"standing": standing})


def lease_due(
    connection: sa.Connection, merchant_id: MerchantId, *, now: datetime, lease: timedelta, limit: int
) -> Sequence[tuple[Payment, Foothold, datetime | None]]:
    """Take the payments whose next step is due, and keep other resolvers away from them for the time of the lease."""
    due = (
        sa.select(PAYMENTS.c.payment_id)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.resolve_at <= now,
            sa.or_(PAYMENTS.c.leased_until.is_(None), PAYMENTS.c.leased_until < now),
        )
        .order_by(PAYMENTS.c.resolve_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A subquery may be run once for each row that it is compared with, and then its limit is none.
        .cte("due")
    )
    taken = (
        sa.update(PAYMENTS)
        .where(PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.payment_id.in_(sa.select(due.c.payment_id)))
        .values(leased_until=now + lease)
        .returning(*COLUMNS, PAYMENTS.c.rung, PAYMENTS.c.tries, PAYMENTS.c.last_tried_at)
    )
    return [
        (payment_of(row), Foothold(rung=row["rung"], tries=row["tries"]), row["last_tried_at"])
        for row in connection.execute(taken).mappings()
    ]


def lease(
    connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId, *, now: datetime, lease: timedelta
) -> tuple[Payment, Foothold, datetime | None] | None:
    """Take one payment for a step, due or not; None where somebody is at it, or nothing is left to do."""
    taken = (
        sa.update(PAYMENTS)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.payment_id == payment_id,
            PAYMENTS.c.acquirer.is_not(None),
            sa.or_(PAYMENTS.c.resolve_at.is_not(None), PAYMENTS.c.state == State.UNKNOWN),
            # Until its patience ends, whoever sent it is still waiting for the answer.
            sa.or_(PAYMENTS.c.state != State.INTENDED, PAYMENTS.c.resolve_at <= now),
            sa.or_(PAYMENTS.c.leased_until.is_(None), PAYMENTS.c.leased_until < now),
        )
        .values(leased_until=now + lease)
        .returning(*COLUMNS, PAYMENTS.c.rung, PAYMENTS.c.tries, PAYMENTS.c.last_tried_at)
    )
    row = connection.execute(taken).mappings().one_or_none()
    if row is None:
        return None
    return payment_of(row), Foothold(rung=row["rung"], tries=row["tries"]), row["last_tried_at"]


def undos_n(connection: sa.Connection, merchant_id: MerchantId, original: PaymentId) -> int:
    """Return how many voids and reversals of a payment there are, refused ones too."""
    query = sa.select(sa.func.count()).where(
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.original_payment_id == original,
        PAYMENTS.c.kind.in_([Kind.VOID, Kind.REVERSAL]),
    )
    return connection.execute(query).scalar_one()


def claim(
    connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId, *, now: datetime, until: datetime
) -> bool:
    """Keep the resolver from a payment that is about to be sent; False where it moved on, or somebody is at it."""
    claimed = (
        sa.update(PAYMENTS)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.payment_id == payment_id,
            PAYMENTS.c.state == State.INTENDED,
            sa.or_(PAYMENTS.c.leased_until.is_(None), PAYMENTS.c.leased_until < now),
        )
        .values(resolve_at=until)
    )
    return connection.execute(claimed).rowcount == 1


def is_driven(connection: sa.Connection, payment: Payment) -> bool:
    """Say whether a ladder still has steps for a payment; else the bill decides, or a person."""
    query = sa.select(PAYMENTS.c.resolve_at.is_not(None)).where(
        PAYMENTS.c.merchant_id == payment.merchant_id, PAYMENTS.c.payment_id == payment.payment_id
    )
    return bool(connection.execute(query).scalar_one())


def due_on_lane(connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId) -> Sequence[PaymentId]:
    """Return what is open on a lane, oldest first: it goes before the lane's next message."""
    query = (
        sa.select(PAYMENTS.c.payment_id)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            PAYMENTS.c.terminal_id == terminal_id,
            PAYMENTS.c.resolve_at.is_not(None),
            PAYMENTS.c.state == State.UNKNOWN,
        )
        .order_by(PAYMENTS.c.occurred_at)
    )
    return [PaymentId(found) for found in connection.execute(query).scalars()]


def step_on(
    connection: sa.Connection, stepping: Payment, foothold: Foothold, *, now: datetime, resolve_at: datetime | None
) -> None:
    """Write that a rung is being tried, before it is."""
    changes = {"rung": foothold.rung, "tries": foothold.tries, "last_tried_at": now, "resolve_at": resolve_at}
    change(connection, stepping, PAYMENTS.c.state.in_(OPEN), changes)


def batch_is_open(connection: sa.Connection, original: Payment) -> bool:
    """Say whether the acquirer's batch that a sale went into is still open, so that the sale can be voided."""
    query = sa.select(sa.func.count()).where(
        ACQUIRER_BATCHES.c.merchant_id == original.merchant_id,
        ACQUIRER_BATCHES.c.acquirer == original.acquirer,
        ACQUIRER_BATCHES.c.terminal_id == original.terminal_id,
        ACQUIRER_BATCHES.c.closed_at > original.occurred_at,
    )
    return connection.execute(query).scalar_one() == 0


def let_go(
    connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId, *, resolve_at: datetime | None = None
) -> None:
    """End a lease; with `resolve_at`, the step that was looked at is due only then."""
    changes: dict[str, Any] = {"leased_until": None}
    if resolve_at is not None:
        changes["resolve_at"] = resolve_at
    connection.execute(
        sa.update(PAYMENTS)
        .where(PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.payment_id == payment_id)
        .values(changes)
    )


def look_no_more(connection: sa.Connection, looked: Payment) -> None:
    """Write that a payment that has ended need not be looked for again."""
    change(connection, looked, PAYMENTS.c.state == looked.state, {"resolve_at": None, "leased_until": None})


def change(connection: sa.Connection, row: Payment, guard: sa.ColumnElement[bool], changes: Mapping[str, Any]) -> None:
    """Write changes to one payment; LostRace where the guard does not hold any more."""
    done = connection.execute(
        sa.update(PAYMENTS)
        .where(PAYMENTS.c.merchant_id == row.merchant_id, PAYMENTS.c.payment_id == row.payment_id, guard)
        .values(changes)
    )
    if done.rowcount != 1:
        raise LostRace(row.payment_id)


def _by_id(merchant_id: MerchantId, payment_id: PaymentId) -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.payment_id == payment_id)


def _one(connection: sa.Connection, query: sa.Select[Any]) -> Payment | None:
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else payment_of(row)


def payment_of(row: Mapping[Any, Any]) -> Payment:
    """Return a row of `COLUMNS` as a payment."""
    values = {field.name: row[field.name] for field in fields(Payment)}
    values["kind"] = Kind(values["kind"])
    values["tender"] = Tender(values["tender"])
    values["state"] = State(values["state"])
    values["standing"] = None if values["standing"] is None else Standing(values["standing"])
    return Payment(**values)


def amounts(payments: Iterable[Payment]) -> int:
    """Return what some payments come to, in minor units."""
    return sum(paid.amount_minor for paid in payments)
