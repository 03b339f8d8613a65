"""SQL of the overview: sales that were never finished and hold somebody's money. It reads, and never commits.

There is no index of open orders, for each sale would pay for it: the last days are found by their time, and what lies
further back is looked for when somebody asks for it, through all that there is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.orders.tables import ORDERS
from counterfoil.books.payments.model import Kind, Standing
from counterfoil.books.payments.states import OPEN, State
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.counter.paper.numbers import number_of
from counterfoil.ids import MerchantId, OrderId, StaffId, StoreId, TerminalId

#: A younger one is being paid now.
LEFT_AFTER = timedelta(minutes=15)
#: So far back they are looked for unless somebody asks for older ones.
LOOKED_BACK = timedelta(days=7)
#: So many stand on one page; how many there are in all is told beside it.
LEFT_OPEN_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpen:
    """An open order that is paid in part; amounts in minor units of its currency."""

    order_id: OrderId
    #: What stands on its slip, and finds it at a till.
    number: str
    store_id: StoreId
    terminal_id: TerminalId | None
    operator_id: StaffId | None
    placed_at: datetime
    held_minor: int
    total_minor: int
    currency: str
    #: Whether of some payment, void or refund of it nobody knows yet what became: then nothing may be taken or given.
    is_undecided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpenPage:
    """Some of the open orders that hold money, the oldest first, and what all of them together come to."""

    sales: Sequence[LeftOpen]
    #: How many stand on the pages before this one.
    skipped_n: int
    #: How many there are on all pages.
    total_n: int
    #: What all of them hold, in minor units by currency.
    held_minor: Mapping[str, int]
    #: Whether they are those of longer ago than `LOOKED_BACK`, or of the time since.
    is_older: bool
    #: Whether there are sales of longer ago at all, among which older ones may be.
    goes_further_back: bool


def left_open(
    connection: sa.Connection,
    merchant_id: MerchantId,
    store_ids: Collection[StoreId],
    *,
    now: datetime,
    older: bool = False,
    skipped_n: int = 0,
) -> LeftOpenPage:
    """Return a page of the open orders of some stores that hold money and that nobody is paying now.

    Nobody else tells of them: a sale that is not finished owes no slip, so the rules ask for none.
    """
    found = _left_open(merchant_id, store_ids, now=now, older=older).subquery()
    sums = sa.select(found.c.currency, sa.func.count(), sa.func.sum(found.c.held_minor).cast(sa.BigInteger))
    totals = connection.execute(sums.group_by(found.c.currency).order_by(found.c.currency)).all()
    ordered = sa.select(found).order_by(found.c.placed_at, found.c.order_id)
    # Mostly there are none, and nothing is asked twice.
    page = connection.execute(ordered.offset(skipped_n).limit(LEFT_OPEN_MAX)).mappings() if totals else ()
    before = sa.select(ORDERS.c.order_id).where(
        ORDERS.c.merchant_id == merchant_id, ORDERS.c.placed_at < now - LOOKED_BACK
    )
    return LeftOpenPage(
        sales=[LeftOpen(number=number_of(row["order_id"], row["placed_at"]), **row) for row in page],
        skipped_n=skipped_n,
        total_n=sum(total_n for _, total_n, _ in totals),
        held_minor={currency: held_minor for currency, _, held_minor in totals},
        is_older=older,
        goes_further_back=bool(connection.scalar(sa.select(before.exists()))),
    )


def _left_open(
    merchant_id: MerchantId, store_ids: Collection[StoreId], *, now: datetime, older: bool
) -> sa.Select[tuple[object, ...]]:
    is_held = sa.and_(
        PAYMENTS.c.kind == Kind.SALE, PAYMENTS.c.state == State.APPROVED, PAYMENTS.c.standing != Standing.VOIDED
    )
    held = sa.func.sum(PAYMENTS.c.amount_minor - PAYMENTS.c.refunded_minor).filter(is_held).cast(sa.BigInteger)
    since = now - LOOKED_BACK
    when = (
        (ORDERS.c.placed_at < since,) if older else (ORDERS.c.placed_at >= since, ORDERS.c.placed_at < now - LEFT_AFTER)
    )
    return (
        sa.select(
            ORDERS.c.order_id,
            ORDERS.c.store_id,
            ORDERS.c.terminal_id,
            ORDERS.c.operator_id,
            ORDERS.c.placed_at,
            held.label("held_minor"),
            ORDERS.c.total_minor,
            ORDERS.c.currency,
            sa.func.bool_or(PAYMENTS.c.state.in_(sorted(OPEN))).label("is_undecided"),
        )
        .join(
            PAYMENTS,
            sa.and_(PAYMENTS.c.merchant_id == ORDERS.c.merchant_id, PAYMENTS.c.order_id == ORDERS.c.order_id),
        )
        .where(
            ORDERS.c.merchant_id == merchant_id,
            ORDERS.c.store_id.in_(sorted(store_ids)),
            ORDERS.c.state == OrderState.OPEN,
            ORDERS.c.entered_by == "counter",
            ORDERS.c.training.is_(sa.false()),
            *when,
        )
        .group_by(ORDERS.c.merchant_id, ORDERS.c.order_id)
        .having(held > 0)
    )
