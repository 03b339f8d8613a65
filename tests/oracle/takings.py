"""Convention 10: what was taken, what was given back, and what an order holds net.

Amounts are this book's own; a record only says whether the money moved.
"""

from __future__ import annotations

from datetime import datetime

from .claim import CLASS, Claims
from .coverage import Coverage
from .shelf import Fact, Shelf


class Takings:
    """What every payment of one merchant took or gave back."""

    def __init__(self, shelf: Shelf, claims: Claims, coverage: Coverage) -> None:
        self._shelf = shelf
        self._claims = claims
        self._coverage = coverage
        self.payments = shelf.rows("payments")
        self._by_id = {p.payment_id: p for p in self.payments}
        self._returns = {r.return_id: r for r in shelf.rows("returns")}
        #: The undo and refund payments of each P, and the payments of each order.
        self._of: dict[Fact, list[Fact]] = {}
        self._of_order: dict[str | None, list[Fact]] = {}
        for payment in self.payments:
            original = self.original(payment)
            if original is not None:
                self._of.setdefault(original, []).append(payment)
            self._of_order.setdefault(self.order_id_of(payment), []).append(payment)
        self.took = {p: self._took(p) for p in self.payments if p.kind == "sale"}
        self.gave = {p: p.amount_minor if self._went_back(p) else 0 for p in self.payments if p.kind != "sale"}
        #: What gives nothing back, because it undoes what gave back, or was undone itself.
        self.still: set[Fact] = set()
        for payment in self.payments:
            self._undo_of_a_back(payment)
        for sale in self.took:
            self._cap_undos(sale)

    def original(self, payment: Fact) -> Fact | None:
        """Return P, the original sale payment of an undo or a refund; None where it is unknown."""
        found = self._by_id.get(payment.original_payment_id)
        return found if found is not None and found.kind == "sale" and payment.kind != "sale" else None

    def undos_of(self, sale: Fact) -> list[Fact]:
        """Return the voids and reversals of a sale payment."""
        return [p for p in self._of.get(sale, []) if CLASS[p.kind] == "undo"]

    def order_id_of(self, payment: Fact) -> str | None:
        """A payment belongs to its own order, else its original's, else its return's."""
        found: str | None = payment.order_id
        if found is None and payment.kind != "sale":
            original = self.original(payment)
            found = original.order_id if original is not None else None
            back = self._returns.get(payment.return_id)
            if found is None and back is not None:
                found = back.order_id
        return found

    def of_order(self, order_id: str, currency: str | None = None) -> list[Fact]:
        """Return the payments of an order, in one currency where it is named."""
        return [p for p in self._of_order.get(order_id, []) if currency in {None, p.currency}]

    def is_missing_there(self, payment: Fact) -> bool:
        """Say whether the acquirer's book proves that it never saw the payment."""
        return (
            self._shelf.has("acquirer_records")
            and payment.acquirer is not None
            and payment not in self._claims.record_of
            and self._coverage.decides(payment)
        )

    def is_refused_there(self, payment: Fact, *states: str) -> bool:
        """Say whether only a record of these states claims the payment, on a day that is decided."""
        record = self._claims.record_of.get(payment)
        return record is not None and record.state in states and self._coverage.decides_claimed(payment)

    def is_undecided(self, payment: Fact) -> bool:
        """Say whether nobody can know yet if the acquirer moved the money."""
        if payment.acquirer is None or self._claims.succeeded(payment):
            return False
        refused = ("failed",) if payment.kind == "sale" else ("failed", "pending")
        return not self.is_missing_there(payment) and not self.is_refused_there(payment, *refused)

    def stands(self, sale: Fact) -> bool:
        """Taken, and not given back in full by undo or refund payments of its own."""
        return self.is_taken(sale) and self.given_back(sale) < sale.amount_minor

    def is_taken(self, sale: Fact) -> bool:
        """Say whether a sale payment took money."""
        return self._moved(sale)

    def given_back(self, sale: Fact) -> int:
        """Return what the undo and refund payments of a sale payment gave back, in its currency.

        As long as P cannot be decided, its approved undos count in full, whether it took anything or not.
        """
        own = [p for p in self._of.get(sale, []) if p.currency == sale.currency and p not in self.still]
        if self.is_undecided(sale):
            return sum(p.amount_minor if self._went_back(p) else 0 for p in own)
        return sum(self.gave[p] for p in own)

    def net(self, order: Fact) -> int:
        """Return what the shop holds for an order, in the order's currency."""
        mine = self.of_order(order.order_id, order.currency)
        return sum(self.took[p] if p.kind == "sale" else -self.gave[p] for p in mine)

    def captured(self, order_id: str, currency: str) -> int:
        """Return what was taken for an order less what undos gave back."""
        mine = self.of_order(order_id, currency)
        taken = sum(self.took[p] for p in mine if p.kind == "sale")
        return taken - sum(self.gave[p] for p in mine if CLASS[p.kind] == "undo")

    def paid_at(self, order: Fact) -> datetime | None:
        """Return the earliest decision on an approved sale payment of the order, in the order's currency."""
        mine = [p for p in self.of_order(order.order_id, order.currency) if p.kind == "sale"]
        moments = [p.decided_at or p.occurred_at for p in mine if p.state == "approved"]
        return min(moments, default=None)

    def _moved(self, payment: Fact) -> bool:
        if self._claims.succeeded(payment):
            return True
        return payment.state == "approved" and (payment.acquirer is None or self.is_undecided(payment))

    def _took(self, sale: Fact) -> int:
        return sale.amount_minor if self._moved(sale) else 0

    def _went_back(self, payment: Fact) -> bool:
        """An approved undo also counts as given back as long as its P cannot be decided."""
        original = self.original(payment)
        waits = CLASS[payment.kind] == "undo" and original is not None and self.is_undecided(original)
        return self._moved(payment) or (payment.state == "approved" and waits)

    def _undo_of_a_back(self, payment: Fact) -> None:
        """What undoes a refund or an undo gives nothing back, and what it undid neither."""
        back = self._by_id.get(payment.original_payment_id)
        if CLASS[payment.kind] == "undo" and back is not None and back.kind != "sale":
            self.still.add(payment)
            self.gave[payment] = 0
            if self._moved(payment):
                self.still.add(back)
                self.gave[back] = 0

    def _cap_undos(self, sale: Fact) -> None:
        """All undos of one P together give back no more than P took."""
        left = self.took[sale]
        for undo in sorted(self.undos_of(sale), key=in_order):
            if undo.currency == sale.currency:
                self.gave[undo] = min(self.gave[undo], left)
                left -= self.gave[undo]


def in_order(payment: Fact) -> tuple[datetime, str]:
    """Running sums go by `decided_at`, else `occurred_at`, then id (convention 11)."""
    return payment.decided_at or payment.occurred_at, payment.payment_id
