"""What the five exceptions share for one merchant: claims, coverage, takings, baskets, and who belongs to whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from .baskets import Baskets
from .claim import Claims, claim
from .coverage import Coverage
from .fold import fold
from .shelf import Fact, Shelf
from .takings import Takings

LIVE = {"open", "paid"}
DONE_RETURN = {"received", "refunded", "exchanged", "reshipped", "closed"}
CURED = DONE_RETURN - {"received"}


class Ground:
    """One merchant's books, ready to be judged."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.policy = shelf.policy
        self.coverage = Coverage(shelf)
        events = fold(shelf.rows("acquirer_records"), shelf.policy.ref_match_window)
        training = _training_payments(shelf)
        self.claims: Claims = claim(shelf, events, training)
        _leave_out_training(shelf, training)
        self.takings = Takings(shelf, self.claims, self.coverage)
        self.baskets = Baskets(shelf)
        self.orders = {order.order_id: order for order in shelf.rows("orders")}
        self.payments = {payment.payment_id: payment for payment in shelf.rows("payments")}
        self.returns = {back.return_id: back for back in shelf.rows("returns")}

    def past(self, moment: datetime | None, window: timedelta) -> bool:
        """Say whether a window after a moment is over."""
        return moment is not None and moment + window <= self.shelf.as_of

    def has(self, table: str, *columns: str) -> bool:
        """Say whether a book and these of its columns can be read."""
        return self.shelf.has(table, *columns)

    def order_id_of(self, paper: Fact) -> str | None:
        """A slip or a notice belongs to its own order, else to its payment's, else to its return's."""
        payment = self.payments.get(paper.payment_id)
        back = self.returns.get(getattr(paper, "return_id", None))
        chain = [
            paper.order_id,
            payment and self.takings.order_id_of(payment),
            back and back.order_id,
        ]
        return next((found for found in chain if found is not None), None)

    def sale_slips_of(self, order_id: str) -> list[Fact]:
        """Return the sale slips that name the order, or name no order but one of its sale payments."""
        found = []
        for slip in self.shelf.rows("slips"):
            payment = self.payments.get(slip.payment_id)
            paid = payment.order_id if payment is not None and payment.kind == "sale" else None
            if slip.kind == "sale" and (slip.order_id or paid) == order_id:
                found.append(slip)
        return found

    def belongings(self, order_id: str | None) -> set[str]:
        """Return the subjects "on that order": order, payments, their records, slips and notices."""
        if order_id is None:
            return set()
        mine = self.takings.of_order(order_id)
        slips = self.shelf.rows("slips")
        subjects = {f"order:{order_id}"} | {f"slip:{s.slip_id}" for s in slips if self.order_id_of(s) == order_id}
        notices = self.shelf.rows("notices")
        subjects |= {f"notice:{n.notice_id}" for n in notices if self.order_id_of(n) == order_id}
        return subjects.union(*(self.with_record(p) for p in mine))

    def with_record(self, payment: Fact) -> set[str]:
        """Return the subjects of a payment and of the record that it claims."""
        record = self.claims.record_of.get(payment)
        subjects = {f"payment:{payment.payment_id}"}
        return subjects | ({f"acquirer_record:{record.record_id}"} if record is not None else set())

    def is_given_back_there(self, record: Fact) -> bool:
        """Succeeded undo or refund records that name a sale record, or that its payment's undos claim, reach it."""
        owner = self.claims.payment_of.get(record)
        back = 0
        for other in self.claims.records:
            if other.kind == "sale" or other.state != "succeeded" or other.currency != record.currency:
                continue
            claimant = self.claims.payment_of.get(other)
            named = self.claims.original_of(other)[0] is record
            ours = owner is not None and claimant is not None and self.takings.original(claimant) is owner
            back += other.amount_minor if named or ours else 0
        return back >= int(record.amount_minor)


def _training_payments(shelf: Shelf) -> set[Fact]:
    orders = {order.order_id for order in shelf.rows("orders") if order.training}
    by_id = {p.payment_id: p for p in shelf.rows("payments")}
    returns = {r.return_id: r for r in shelf.rows("returns")}

    def order_id_of(payment: Fact) -> str | None:
        original, back = by_id.get(payment.original_payment_id), returns.get(payment.return_id)
        chain = [payment.order_id, original and original.order_id, back and back.order_id]
        return next((found for found in chain if found is not None), None)

    return {p for p in shelf.rows("payments") if order_id_of(p) in orders}


def _leave_out_training(shelf: Shelf, training: set[Fact]) -> None:
    """Training orders go with all their rows (convention 6)."""
    orders = {order.order_id for order in shelf.rows("orders") if order.training}
    payments = {p.payment_id for p in training}
    returns = {r.return_id for r in shelf.rows("returns") if r.order_id in orders}
    parcels = {p.parcel_id for p in shelf.rows("parcels") if p.order_id in orders}

    def is_practice(row: Fact) -> bool:
        if row.order_id is not None:
            return row.order_id in orders
        if row.payment_id is not None:
            return row.payment_id in payments
        return getattr(row, "return_id", None) in returns

    shelf.keep("payments", [p for p in shelf.rows("payments") if p not in training])
    for table in ("slips", "notices"):
        shelf.keep(table, [row for row in shelf.rows(table) if not is_practice(row)])
    for table in ("orders", "order_lines"):
        shelf.keep(table, [row for row in shelf.rows(table) if row.order_id not in orders])
    for table in ("returns", "return_lines"):
        shelf.keep(table, [row for row in shelf.rows(table) if row.return_id not in returns])
    for table in ("parcels", "tracking_events"):
        shelf.keep(table, [row for row in shelf.rows(table) if row.parcel_id not in parcels])
