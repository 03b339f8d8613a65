"""Closes a store's business day: the date is fixed first, and then the acquirers' batches are closed, lane by lane.

An unknown payment never keeps a day open and never vanishes with it: it is carried over, and a finding says so. An
acquirer that does not answer does not keep the day open either; its batch is noted as unknown and asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from counterfoil.books.orders.days import business_date_of
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Settled, Settlement, Totals
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.books.payments.states import OPEN
from counterfoil.counter.acquiring import Acquirers, request_for
from counterfoil.counter.closing import store
from counterfoil.counter.closing.store import TenderTotal
from counterfoil.counter.expiring import raise_expired
from counterfoil.counter.resolving import original_payment
from counterfoil.counter.taking_answers import lock_payment
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, PaymentId, StaffId, StoreId, TerminalId, new_id
from counterfoil.journal import store as journal
from counterfoil.refusals import Refused
from counterfoil.shop.merchants.store import merchant

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How one lane's batch was closed."""

    terminal_id: TerminalId
    acquirer: str
    outcome: Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed day."""

    store_id: StoreId
    business_date: date
    closed_at: datetime
    totals: tuple[TenderTotal, ...]
    carried_over: tuple[PaymentId, ...]
    batches: tuple[Batch, ...]
    #: False: it was closed before, and this is how.
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Closes days; one for a process."""

    database: Database
    acquirers: Acquirers
    clock: Callable[[], datetime]

    def close_day(
        self, merchant_id: MerchantId, store_id: StoreId, business_date: date, closed_by: StaffId
    ) -> Closed | Refused:
        """Close a date, or tell how it was closed; days before it that nobody closed are closed with it.

        A repeat tells what the first one did, and asks again for each batch whose acquirer did not answer, or was never
        asked because of a crash.
        """
        now = self.clock()
        with self.database.transaction(merchant_id) as connection:
            store.lock_day(connection, merchant_id, store_id)
            before = store.closing(connection, merchant_id, store_id, business_date)
            no = None if before is not None else _why_not(connection, merchant_id, store_id, business_date, now=now)
            if no is not None:
                return no
            lanes = store.lanes(connection, merchant_id, store_id, business_date)
            settled = store.settled(connection, merchant_id, business_date)
            if before is None:
                closed = self._write(connection, merchant_id, store_id, business_date, closed_by, now=now)
            else:
                closed = _as_before(before)
        batches = [
            Batch(terminal_id=terminal, acquirer=acquirer, outcome=settled[terminal, acquirer])
            if (terminal, acquirer) in settled
            else self._settle(merchant_id, terminal, acquirer, business_date)
            for terminal, acquirer in lanes
        ]
        return replace(closed, batches=tuple(batches))

    def _write(
        self,
        connection: sa.Connection,
        merchant_id: MerchantId,
        store_id: StoreId,
        business_date: date,
        closed_by: StaffId,
        *,
        now: datetime,
    ) -> Closed:
        """Fix what a day came to; the day is locked."""
        totals = store.totals(connection, merchant_id, store_id, business_date)
        unknown = self._carry_over(connection, merchant_id, store_id, business_date, now=now)
        told = {"tenders": [asdict(total) for total in totals], "carried_over": list(unknown)}
        store.write_closing(connection, merchant_id, store_id, business_date, closed_by=closed_by, totals=told, now=now)
        journal.note(
            connection,
            merchant_id,
            "store:day:closed",
            f"store:{store_id}",
            occurred_at=now,
            body={"business_date": business_date.isoformat(), **told},
            actor_id=closed_by,
        )
        return Closed(
            store_id=store_id,
            business_date=business_date,
            closed_at=now,
            totals=tuple(totals),
            carried_over=tuple(unknown),
            batches=(),
            is_new=True,
        )

    def _carry_over(
        self,
        connection: sa.Connection,
        merchant_id: MerchantId,
        store_id: StoreId,
        business_date: date,
        *,
        now: datetime,
    ) -> list[PaymentId]:
        """Say of each payment that nobody knows yet that it is so; one that ends just now is known."""
        carried: list[PaymentId] = []
        for payment_id in store.carried_over(connection, merchant_id, store_id, business_date):
            payment = lock_payment(connection, merchant_id, payment_id)
            assert payment is not None
            if payment.state in OPEN:
                raise_expired(connection, payment, original_payment(connection, payment), now=now)
                carried.append(payment_id)
        return carried

    def _settle(self, merchant_id: MerchantId, terminal_id: TerminalId, acquirer: str, business_date: date) -> Batch:
        """Close one lane's batch, and write how that ended, also where nobody answered."""
        opened_at = self.clock()
        with self.database.transaction(merchant_id) as connection:
            ids = store.batch_payments(connection, merchant_id, terminal_id, acquirer, business_date)
            moved = [paid for paid in (payments.payment(connection, merchant_id, one) for one in ids) if paid]
            requests = [request_for(paid, original_payment(connection, paid)) for paid in moved]
        try:
            settlement = self.acquirers.named(merchant_id, acquirer).settle(
                terminal_id, totals_of(moved), requests, now=opened_at
            )
        except KeyError:
            settlement = Settlement(outcome=Settled.UNKNOWN, note="this acquirer is not configured any more")
        with self.database.transaction(merchant_id) as connection:
            store.write_batch(
                connection,
                merchant_id,
                new_id(opened_at),
                {
                    "acquirer": acquirer,
                    "terminal_id": terminal_id,
                    "business_date": business_date,
                    "opened_at": opened_at,
                    "closed_at": self.clock(),
                    "outcome": settlement.outcome,
                    "response_code": settlement.response_code,
                },
            )
        return Batch(terminal_id=terminal_id, acquirer=acquirer, outcome=settlement.outcome)


def _why_not(
    connection: sa.Connection, merchant_id: MerchantId, store_id: StoreId, business_date: date, *, now: datetime
) -> Refused | None:
    """Return why a date cannot be closed; today's can, whatever was sold on it."""
    whose = merchant(connection, merchant_id)
    if whose is None:
        return refused(PaymentRefusal.NO_SUCH_STORE, store_id=store_id)
    today = business_date_of(now, whose.zone, whose.business_day_starts_at)
    wanted, known = business_date.isoformat(), today.isoformat()
    if business_date > today:
        return refused(PaymentRefusal.DAY_NOT_BEGUN, business_date=wanted, today=known)
    if business_date < today and not store.has_sold_by(connection, merchant_id, store_id, business_date):
        return refused(PaymentRefusal.DAY_BEFORE_FIRST_SALE, business_date=wanted, store_id=store_id, today=known)
    return None


def totals_of(moved: Sequence[Payment]) -> Totals:
    """Add up what a lane moved, as a settlement message tells it."""
    sales = [paid for paid in moved if paid.kind is Kind.SALE]
    undone = [paid for paid in moved if paid.kind.is_undo]
    refunds = [paid for paid in moved if paid.kind is Kind.REFUND]
    return Totals(
        currency=moved[0].currency if moved else "XXX",
        sales_n=len(sales),
        sales_minor=sum(paid.amount_minor for paid in sales),
        undone_n=len(undone),
        undone_minor=sum(paid.amount_minor for paid in undone),
        refunds_n=len(refunds),
        refunds_minor=sum(paid.amount_minor for paid in refunds),
    )


def _as_before(row: object) -> Closed:
    kept = dict(row)  # type: ignore[call-overload]  # a row of the database is a mapping
    return Closed(
        store_id=kept["store_id"],
        business_date=kept["business_date"],
        closed_at=kept["closed_at"],
        totals=tuple(TenderTotal(**total) for total in kept["totals"]["tenders"]),
        carried_over=tuple(kept["totals"]["carried_over"]),
        batches=(),
        is_new=False,
    )
