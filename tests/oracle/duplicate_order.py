"""Duplicate order: one purchase, two orders or two charges. Look-alikes are told apart by key, basket and window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .finding import MISSING_SLIP, Draft, all_of
from .ground import LIVE, Ground
from .shelf import Fact
from .takings import in_order

Meets = Callable[[Fact, Fact], bool]


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield every row that holds for every later twin, order and record."""
    twins = Twins(ground)
    yield from twins.replayed()
    if ground.has("payments", "original_payment_id", "order_id"):
        yield from _too_many_payments(ground)
    yield from _charged_twice(ground)
    yield from twins.same_baskets()


class Twins:
    """Pairs of live orders: B is the later one, A the nearest earlier one that meets the row."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        live = [o for o in ground.orders.values() if o.state in LIVE]
        self.live = sorted(live, key=lambda o: (o.placed_at, o.order_id))
        self.net = {order: ground.takings.net(order) for order in live}
        self.instruments = {o: self._instruments(o) for o in live}
        self.baskets = {o: ground.baskets.of_order(o.order_id) for o in live}

    def replayed(self) -> Iterator[Draft]:
        """`replayed_request`: equal request ids at any distance."""
        if self.ground.has("orders", "request_id") and self.ground.has("payments", "order_id"):
            for a, b in self._pairs(lambda a, b: b.request_id is not None and a.request_id == b.request_id):
                papers = ("slip:", "notice:")
                yield self._draft("replayed_request", "high", a, b, spared=papers)

    def same_baskets(self) -> Iterator[Draft]:
        """The rows that need the same basket and the same customer or instrument."""
        if not (self.ground.has("order_lines") and self.ground.has("payments", "order_id")):
            return
        for a, b in self._pairs(lambda a, b: self._close(a, b) and self._both_paid(a, b) and _tills_differ(a, b)):
            yield self._draft("double_entry", "high", a, b)
        for a, b in self._pairs(lambda a, b: self._close(a, b) and self._one_is_unpaid(a, b)):
            unpaid = a if a.state == "open" and self.net[a] == 0 else b
            yield self._draft("paid_and_unpaid", "low", a, b, at_risk=0, silenced=unpaid)
        for a, b in self._pairs(lambda a, b: self._close(a, b) and self._both_paid(a, b)):
            yield self._draft("double_charge", "critical", a, b)

    def _pairs(self, meets: Meets) -> Iterator[tuple[Fact, Fact]]:
        for place, b in enumerate(self.live):
            earlier = [a for a in self.live[:place] if meets(a, b)]
            if b.repeat_of is None and earlier:
                yield earlier[-1], b

    def _close(self, a: Fact, b: Fact) -> bool:
        return b.placed_at - a.placed_at <= self.ground.policy.duplicate_window and self._same(a, b)

    def _same(self, a: Fact, b: Fact) -> bool:
        customer = a.customer_key is not None and a.customer_key == b.customer_key
        who = customer or bool(self.instruments[a] & self.instruments[b])
        what = a.currency == b.currency and a.total_minor == b.total_minor and self.baskets[a] == self.baskets[b]
        return who and what

    def _both_paid(self, a: Fact, b: Fact) -> bool:
        return self.net[a] > 0 and self.net[b] > 0

    def _one_is_unpaid(self, a: Fact, b: Fact) -> bool:
        paid_first = self.net[a] > 0 and b.state == "open" and self.net[b] == 0
        paid_last = self.net[b] > 0 and a.state == "open" and self.net[a] == 0
        settled = self.ground.past(b.placed_at, self.ground.policy.unknown_settle)
        return settled and (paid_first or paid_last)

    def _instruments(self, order: Fact) -> set[str]:
        mine = self.ground.takings.of_order(order.order_id)
        return {p.instrument_key for p in mine if p.kind == "sale" and p.instrument_key is not None}

    def _draft(
        self,
        name: str,
        severity: str,
        a: Fact,
        b: Fact,
        *,
        at_risk: int | None = None,
        silenced: Fact | None = None,
        spared: tuple[str, ...] = (),
    ) -> Draft:
        on_it = {s for s in self.ground.belongings((silenced or b).order_id) if not (spared and s.startswith(spared))}
        return Draft(
            diagnosis=name,
            severity=severity,
            subject=f"order:{b.order_id}",
            other=f"order:{a.order_id}",
            at_risk=max(self.net[b], 0) if at_risk is None else at_risk,
            currency=b.currency,
            silences=all_of(MISSING_SLIP, on_it),
        )


def _tills_differ(a: Fact, b: Fact) -> bool:
    return a.terminal_id is not None and b.terminal_id is not None and a.terminal_id != b.terminal_id


def _too_many_payments(ground: Ground) -> Iterator[Draft]:
    """(a) Standing sale payments of one live order whose running sum passes its total."""
    for order in ground.orders.values():
        mine = ground.takings.of_order(order.order_id, order.currency)
        standing = sorted((p for p in mine if p.kind == "sale" and ground.takings.stands(p)), key=in_order)
        if order.state not in LIVE:
            continue
        running = 0
        for place, payment in enumerate(standing):
            running += payment.amount_minor
            excess = running - order.total_minor
            if place >= 1 and excess > 0:
                yield Draft(
                    diagnosis="one_order_two_payments",
                    severity="critical",
                    subject=f"payment:{payment.payment_id}",
                    other=f"payment:{standing[place - 1].payment_id}",
                    at_risk=min(payment.amount_minor, excess),
                    currency=order.currency,
                    silences=all_of(MISSING_SLIP, set().union(*(ground.with_record(p) for p in standing))),
                )


def _charged_twice(ground: Ground) -> Iterator[Draft]:
    """(b) A leftover charge that equals a claimed one."""
    sales = [r for r in ground.claims.records if r.kind == "sale" and r.state == "succeeded"]
    claimed = [r for r in sales if not ground.claims.is_leftover(r)]
    for record in sales:
        if not ground.claims.is_leftover(record) or ground.is_given_back_there(record):
            continue
        twins = [twin for twin in claimed if _is_same_charge(ground, record, twin)]
        if not twins:
            continue
        twin = min(twins, key=lambda t: (abs(t.occurred_at - record.occurred_at), t.occurred_at, t.record_id))
        yield Draft(
            diagnosis="one_order_two_payments",
            severity="critical",
            subject=f"acquirer_record:{record.record_id}",
            other=f"payment:{ground.claims.payment_of[twin].payment_id}",
            at_risk=record.amount_minor,
            currency=record.currency,
            silences=silenced_by_record(ground, record, "charged_no_order", "offline_not_synced"),
        )


def _is_same_charge(ground: Ground, record: Fact, twin: Fact) -> bool:
    if (twin.acquirer, twin.currency, twin.amount_minor) != (record.acquirer, record.currency, record.amount_minor):
        return False
    if record.our_reference is not None and record.our_reference == twin.our_reference:
        return True
    place = record.instrument_key is not None and record.terminal_id is not None
    same = (twin.instrument_key, twin.terminal_id) == (record.instrument_key, record.terminal_id)
    return place and same and abs(twin.occurred_at - record.occurred_at) <= ground.policy.duplicate_window


def silenced_by_record(ground: Ground, record: Fact, *diagnoses: str) -> frozenset[tuple[str, str]]:
    """These rows of the record, and `notified_not_paid` of whatever a notice for its reference names."""
    claimant = ground.claims.payment_of.get(record)
    names = {record.our_reference, claimant.payment_id if claimant else None} - {None}
    subjects = set()
    for notice in ground.shelf.rows("notices"):
        if names & {notice.payment_id, notice.order_id, notice.our_reference}:
            subjects.add(f"notice:{notice.notice_id}")
    for name in names:
        subjects |= {f"payment:{name}", f"order:{name}"}
    record_rows = all_of(diagnoses, {f"acquirer_record:{record.record_id}"})
    return record_rows | all_of(("notified_not_paid",), subjects)
