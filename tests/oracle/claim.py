"""Convention 8: which of our payments an event of the acquirer's book belongs to, one to one, in steps.

It also answers what a record's `original_reference` means, which needs the claims of sales.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from .shelf import Fact, Shelf

CLASS = {"sale": "sale", "void": "undo", "reversal": "undo", "refund": "refund"}
STATES = ("succeeded", "pending", "failed")
Fits = Callable[[Fact, Fact], bool]


@dataclass(slots=True)
class Claims:
    """Who claims what, and what is left over."""

    #: All events that take part, without those that training payments claim.
    records: list[Fact]
    payments: list[Fact]
    payment_of: dict[Fact, Fact] = field(default_factory=dict)
    record_of: dict[Fact, Fact] = field(default_factory=dict)
    #: Records that were claimed in step (i).
    by_reference: set[Fact] = field(default_factory=set)
    _originals: dict[Fact, tuple[Fact | None, Fact | None]] = field(default_factory=dict)

    def is_leftover(self, record: Fact) -> bool:
        """Say whether no payment claims the record."""
        return record not in self.payment_of

    def succeeded(self, payment: Fact) -> bool:
        """Say whether a succeeded record claims the payment."""
        record = self.record_of.get(payment)
        return record is not None and record.state == "succeeded"

    def original_of(self, record: Fact) -> tuple[Fact | None, Fact | None]:
        """Return the sale record and the sale payment that the record's `original_reference` means."""
        if record not in self._originals:
            self._originals[record] = self._look_up(record, record.original_reference)
        return self._originals[record]

    def _look_up(self, record: Fact, name: str | None) -> tuple[Fact | None, Fact | None]:
        if name is None:
            return None, None
        sales = [r for r in self.records if r.kind == "sale" and r.acquirer == record.acquirer]
        for column in ("our_reference", "acquirer_reference"):
            answers = [sale for sale in sales if getattr(sale, column) == name]
            if answers:
                meant = min(answers, key=lambda r: (not self.is_leftover(r), r.occurred_at, r.record_id))
                return meant, self.payment_of.get(meant)
        for column in ("payment_id", "request_id"):
            ours = [p for p in self.payments if p.kind == "sale" and getattr(p, column) == name]
            if ours:
                payment = min(ours, key=lambda p: (p.occurred_at, p.payment_id))
                return self.record_of.get(payment), payment
        return None, None


def claim(shelf: Shelf, events: list[Fact], training: set[Fact]) -> Claims:
    """Claim in steps; records that training payments claim are left out of what comes back."""
    payments = shelf.rows("payments")
    claims = Claims(records=events, payments=payments)
    for name, fits in _steps(shelf, payments):
        some = [p for p in payments if name != "(iv)" or p not in training]
        _take_the_best(claims, some, events, fits, by_reference=name == "(i)")
    _leave_out_training(claims, training)
    _undos_claim_refund_records(claims)
    return claims


def _steps(shelf: Shelf, payments: list[Fact]) -> Iterator[tuple[str, Fits]]:
    """Yield the steps in order; class, acquirer and currency agree in all of them."""
    policy = shelf.policy
    sole = _sole_payments(payments)
    yield "(i)", lambda p, r: _known_equal(r.our_reference, p.payment_id)
    yield "(i)", lambda p, r: _known_equal(r.our_reference, p.request_id)
    yield "(i)", lambda p, r: p in sole and _known_equal(r.our_reference, p.order_id)
    yield (
        "(ii)",
        lambda p, r: _known_equal(p.rrn, r.rrn) and _same_amount(p, r) and _apart(p, r) <= policy.ref_match_window,
    )
    yield (
        "(ii)",
        lambda p, r: (
            (p.rrn is None or r.rrn is None)
            and _known_equal(p.approval_code, r.approval_code)
            and _same_amount(p, r)
            and _apart(p, r) <= policy.ref_match_window
        ),
    )
    yield (
        "(iii)",
        lambda p, r: (
            _known_equal(p.stan, r.stan)
            and _known_equal(p.terminal_id, r.terminal_id)
            and shelf.local_date(p.occurred_at) == shelf.local_date(r.occurred_at)
            and _same_amount(p, r)
        ),
    )
    yield (
        "(iv)",
        lambda p, r: (
            _same_amount(p, r)
            and _apart(p, r) <= policy.match_window
            and not _contradict(p.terminal_id, r.terminal_id)
            and not _contradict(p.instrument_tail, r.instrument_tail)
            and not _contradict(p.instrument_key, r.instrument_key)
        ),
    )


def _sole_payments(payments: list[Fact]) -> set[Fact]:
    """Payments that are the only one of their order, class and acquirer that is neither declined nor cancelled."""
    alive = [p for p in payments if p.state not in {"declined", "cancelled"} and p.order_id is not None]
    count = Counter((p.order_id, CLASS[p.kind], p.acquirer) for p in alive)
    return {p for p in alive if count[p.order_id, CLASS[p.kind], p.acquirer] == 1}


def _take_the_best(
    claims: Claims, payments: list[Fact], records: list[Fact], fits: Fits, *, by_reference: bool
) -> None:
    """Claim the best pair, then the best of the rest: the same as mutual bests until nothing changes."""
    pairs = [
        (payment, record)
        for payment in payments
        if payment.acquirer is not None and payment not in claims.record_of
        for record in records
        if record not in claims.payment_of
        and record.acquirer == payment.acquirer
        and record.currency == payment.currency
        and CLASS[record.kind] == CLASS[payment.kind]
        and fits(payment, record)
    ]
    for payment, record in sorted(pairs, key=_preference):
        if payment not in claims.record_of and record not in claims.payment_of:
            claims.record_of[payment] = record
            claims.payment_of[record] = payment
            if by_reference:
                claims.by_reference.add(record)


def _preference(pair: tuple[Fact, Fact]) -> tuple[object, ...]:
    payment, record = pair
    apart = abs(payment.occurred_at - record.occurred_at)
    return STATES.index(record.state), apart, record.occurred_at, record.record_id, payment.payment_id


def _leave_out_training(claims: Claims, training: set[Fact]) -> None:
    """Training payments go, and the records that they claim go with them (convention 6)."""
    claims.records = [r for r in claims.records if claims.payment_of.get(r) not in training]
    claims.payments = [p for p in claims.payments if p not in training]
    for payment in training & set(claims.record_of):
        del claims.payment_of[claims.record_of.pop(payment)]


def _undos_claim_refund_records(claims: Claims) -> None:
    """Last: an undo may claim a refund record that names the same original and the full amount."""
    sales = {p.payment_id: p for p in claims.payments if p.kind == "sale"}
    meant = {r: claims.original_of(r)[1] for r in claims.records if r.kind == "refund" and claims.is_leftover(r)}
    undos = [p for p in claims.payments if CLASS[p.kind] == "undo" and p not in claims.record_of and p.acquirer]
    pairs = []
    for undo in undos:
        sale = sales.get(undo.original_payment_id)
        for record, original in meant.items():
            same_place = record.acquirer == undo.acquirer and record.currency == undo.currency
            if sale is not None and original is sale and same_place and record.amount_minor == sale.amount_minor:
                pairs.append((undo, record))
    for undo, record in sorted(pairs, key=_preference):
        if undo not in claims.record_of and record not in claims.payment_of:
            claims.record_of[undo] = record
            claims.payment_of[record] = undo


def _known_equal(one: object, other: object) -> bool:
    return one is not None and one == other


def _contradict(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _same_amount(payment: Fact, record: Fact) -> bool:
    return bool(payment.amount_minor == record.amount_minor)


def _apart(payment: Fact, record: Fact) -> timedelta:
    apart: timedelta = abs(payment.occurred_at - record.occurred_at)
    return apart
