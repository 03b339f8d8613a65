"""Adds a tender to an order that is open: after a decline, for the rest of a split, or when a parked sale is taken up.

While the outcome of another tender is unknown, no new one is taken: the customer may have paid already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.model import Tendered
from counterfoil.books.orders.rules import AMOUNT_MINOR_MAX
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment, Tender
from counterfoil.books.payments.ports import Presented
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.books.payments.states import State
from counterfoil.counter.acquiring import IN_HAND, Acquirers, Lane
from counterfoil.counter.charging import Charging
from counterfoil.counter.closing.store import open_date
from counterfoil.counter.ending_orders import money_of
from counterfoil.counter.sale_rows import Instrument
from counterfoil.counter.taking_answers import Taken, settle_in_hand
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, OrderId, StaffId, is_id
from counterfoil.journal import store as journal
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderOffer:
    """One more tender for an order; the same on every retry."""

    merchant_id: MerchantId
    order_id: OrderId
    tendered: Tendered
    operator_id: StaffId
    presented: Presented | None
    instrument: Instrument | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tendering:
    """Takes tenders for open orders; one for a process, used by many threads."""

    database: Database
    acquirers: Acquirers
    charging: Charging
    clock: Callable[[], datetime]

    def tender(self, offer: TenderOffer) -> Taken | Refused:
        """Take a tender to the end that it comes to now; a repeat returns how the first one stands."""
        if not is_id(offer.tendered.payment_id):
            return refused(PaymentRefusal.BAD_ID, field="tender.payment_id")
        with self.database.transaction(offer.merchant_id) as connection:
            today = _open_date(connection, offer)
            order = orders.locked(connection, offer.merchant_id, offer.order_id)
            there = payments.payment(connection, offer.merchant_id, offer.tendered.payment_id)
            if there is not None:
                return _as_before(there, offer)
            if order is None:
                return refused(PaymentRefusal.NO_SUCH_ORDER, order_id=offer.order_id)
            lane = self._lane(offer, order)
            no = lane if isinstance(lane, Refused) else _why_not(connection, order, offer)
            if no is not None:
                return no
            assert not isinstance(lane, Refused)
            intended = self._intend(connection, order, offer, lane, today)
            if intended is None:
                # Another order took the id in this very moment.
                return refused(PaymentRefusal.ID_TAKEN, payment_id=offer.tendered.payment_id)
            if lane is None:
                return settle_in_hand(connection, intended, now=self.clock())
        return self.charging.send_intended(offer.merchant_id, intended.payment_id, presented=offer.presented)

    def _lane(self, offer: TenderOffer, order: orders.Order) -> Lane | Refused | None:
        kind = Tender(offer.tendered.tender) if offer.tendered.tender in set(Tender) else None
        if kind is not None and (kind in IN_HAND or order.training):
            return None
        lane = None if kind is None else self.acquirers.lane(offer.merchant_id, order.terminal_id, kind)
        if lane is None:
            return refused(PaymentRefusal.TENDER_NOT_TAKEN, found=offer.tendered.tender)
        if offer.presented is None or offer.presented.is_nothing:
            return refused(PaymentRefusal.NOTHING_PRESENTED, found=offer.tendered.tender)
        return lane

    def _intend(
        self, connection: sa.Connection, order: orders.Order, offer: TenderOffer, lane: Lane | None, today: date | None
    ) -> Payment | None:
        """Write the intent; None where its id is taken, and nothing was written."""
        now = self.clock()
        is_traced = lane is not None and lane.is_traced
        intended = Payment(
            merchant_id=offer.merchant_id,
            payment_id=offer.tendered.payment_id,
            kind=Kind.SALE,
            tender=Tender(offer.tendered.tender),
            amount_minor=offer.tendered.amount_minor,
            currency=order.currency,
            state=State.INTENDED,
            occurred_at=now,
            order_id=order.order_id,
            store_id=order.store_id,
            terminal_id=order.terminal_id,
            operator_id=offer.operator_id,
            acquirer=None if lane is None else lane.acquirer.name,
            business_date=today,
            stan=payments.next_stan(connection, offer.merchant_id, order.terminal_id) if is_traced else None,
            instrument_key=None if offer.instrument is None else offer.instrument.key,
            instrument_tail=None if offer.instrument is None else offer.instrument.tail,
        )
        resolve_at = None if lane is None else now + lane.patience
        handed = offer.tendered.handed_minor
        if not payments.intend(connection, intended, resolve_at=resolve_at, tendered_minor=handed):
            return None
        if order.parked_at is not None:
            orders.park(connection, order, None)
        journal.note(
            connection,
            offer.merchant_id,
            "payment:sale:intended",
            f"payment:{intended.payment_id}",
            occurred_at=now,
            body={"order_id": order.order_id, "amount_minor": intended.amount_minor, "tender": intended.tender},
            actor_id=offer.operator_id,
            terminal_id=order.terminal_id,
        )
        return intended


def _open_date(connection: sa.Connection, offer: TenderOffer) -> date | None:
    """Keep the day that a tender falls on from being closed meanwhile: its order's, or the first that is not closed."""
    placed = orders.day_of(connection, offer.merchant_id, offer.order_id)
    if placed is None:
        return None
    return open_date(connection, offer.merchant_id, placed.store_id, placed.business_date)


def _why_not(connection: sa.Connection, order: orders.Order, offer: TenderOffer) -> Refused | None:
    if order.state is not OrderState.OPEN:
        return refused(PaymentRefusal.ORDER_IS_CLOSED, order_id=order.order_id, state=order.state)
    money = money_of(payments.of_order(connection, order.merchant_id, order.order_id))
    if money.open:
        return refused(PaymentRefusal.ANOTHER_IS_UNKNOWN, payment_id=money.open[0].payment_id)
    due = order.total_minor - money.held_minor
    amount, handed = offer.tendered.amount_minor, offer.tendered.handed_minor
    if amount <= 0:
        return refused(PaymentRefusal.NOT_POSITIVE, field="tender.amount_minor", found=amount)
    if amount > due:
        return refused(PaymentRefusal.ABOVE_DUE, found=amount, due=due)
    if handed is not None and not amount <= handed <= AMOUNT_MINOR_MAX:
        return refused(PaymentRefusal.HANDED_TOO_LITTLE, found=handed, expected=amount)
    return None


def _as_before(there: Payment, offer: TenderOffer) -> Taken | Refused:
    told = (offer.order_id, offer.tendered.amount_minor, offer.tendered.tender)
    if there.kind is not Kind.SALE or told != (there.order_id, there.amount_minor, there.tender):
        return refused(PaymentRefusal.ID_TAKEN, payment_id=there.payment_id)
    return Taken(payment=there, event=None, because="it was offered before")
