"""Open orders that wait: parked while the customer fetches something, taken up again, or given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.states import Event, State
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.ending_orders import end_if_due, money_of, move_order
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, OrderId, StaffId
from counterfoil.journal import store as journal
from counterfoil.refusals import Refused
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX, said_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Parking:
    """Parks, recalls and cancels open orders; one for a process."""

    database: Database
    clock: Callable[[], datetime]

    def park(self, merchant_id: MerchantId, order_id: OrderId, operator_id: StaffId) -> orders.Order | Refused:
        """Let an open order wait; a parked one stays parked."""
        return self._set(merchant_id, order_id, operator_id, parked=True)

    def recall(self, merchant_id: MerchantId, order_id: OrderId, operator_id: StaffId) -> orders.Order | Refused:
        """Take a parked order up again; one that is not parked stays as it is."""
        return self._set(merchant_id, order_id, operator_id, parked=False)

    def cancel(
        self, merchant_id: MerchantId, order_id: OrderId, operator_id: StaffId, reason: str
    ) -> orders.Order | Refused:
        """Give up an open order on which nothing is paid, and nothing may have been."""
        with self.database.transaction(merchant_id) as connection:
            order = orders.locked(connection, merchant_id, order_id)
            if order is None:
                return refused(PaymentRefusal.NO_SUCH_ORDER, order_id=order_id)
            if order.state is State.CANCELLED:
                return order
            if order.state is not State.OPEN:
                return refused(PaymentRefusal.ORDER_IS_CLOSED, order_id=order_id, state=order.state)
            said = said_reason(reason)
            if said is None or len(said) > REASON_LENGTH_MAX:
                return refused(PaymentRefusal.REASON_MISSING)
            money = money_of(payments.of_order(connection, merchant_id, order_id))
            if money.open:
                return refused(PaymentRefusal.ANOTHER_IS_UNKNOWN, payment_id=money.open[0].payment_id)
            if money.held_minor:
                return refused(PaymentRefusal.PAID_IN_PART, order_id=order_id, held=money.held_minor)
            now = self.clock()
            return move_order(connection, order, Event.CANCELLED, now=now, actor_id=operator_id, reason=said)

    def _set(
        self, merchant_id: MerchantId, order_id: OrderId, operator_id: StaffId, *, parked: bool
    ) -> orders.Order | Refused:
        with self.database.transaction(merchant_id) as connection:
            order = orders.locked(connection, merchant_id, order_id)
            if order is None:
                return refused(PaymentRefusal.NO_SUCH_ORDER, order_id=order_id)
            if order.state is not State.OPEN:
                return refused(PaymentRefusal.ORDER_IS_CLOSED, order_id=order_id, state=order.state)
            if parked == (order.parked_at is not None):
                return order
            now = self.clock()
            orders.park(connection, order, now if parked else None)
            journal.note(
                connection,
                merchant_id,
                f"order:sale:{'parked' if parked else 'recalled'}",
                f"order:{order_id}",
                occurred_at=now,
                body={},
                actor_id=operator_id,
                terminal_id=order.terminal_id,
            )
            after = orders.locked(connection, merchant_id, order_id)
            assert after is not None
            # What was unknown when it was parked may have been approved meanwhile.
            return end_if_due(connection, after, now=now)
