"""Missing slip: the customer was charged or told so, and there is no slip, no order, or not the same amount."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .duplicate_order import silenced_by_record
from .finding import Draft, all_of
from .ground import Ground
from .shelf import Fact

MEANT = {"approved", "intended", "unknown"}
SHOWN = {"printed", "sent"}
NO_SLIP = ("paid_no_slip", "slip_failed")


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield every row that holds for every record, payment, notice, order and slip."""
    if ground.has("acquirer_records") and ground.has("payments", "acquirer"):
        yield from _charged_without_order(ground)
    for payment in ground.takings.payments:
        # A stand-in is never the subject of an undo: its order is still paid.
        knows_undos = ground.has("payments", "original_payment_id") or ground.shelf.payments_absent
        if payment.kind == "sale" and knows_undos:
            yield from _undecided_charges(ground, payment)
        if payment.kind == "sale":
            yield from _other_amount_charged(ground, payment)
    yield from _notices_without_payment(ground)
    if ground.has("slips"):
        yield from _orders_without_slip(ground)
        yield from _slips_of_other_amount(ground)


def _charged_without_order(ground: Ground) -> Iterator[Draft]:
    for record in ground.claims.records:
        if record.kind != "sale" or record.state != "succeeded" or not _is_in_span(ground, record):
            continue
        if not ground.past(record.occurred_at, ground.policy.unknown_settle) or ground.is_given_back_there(record):
            continue
        claimant = ground.claims.payment_of.get(record)
        if claimant is None and _was_offline(ground, record):
            yield _of_record(ground, record, "offline_not_synced", "high")
        if claimant is None or _has_no_order(ground, claimant):
            yield _of_record(ground, record, "charged_no_order", "critical")


def _is_in_span(ground: Ground, record: Fact) -> bool:
    """The span of a book is this merchant's and this acquirer's."""
    moments = [p.occurred_at for p in ground.takings.payments if p.acquirer == record.acquirer]
    return bool(moments) and min(moments) <= record.occurred_at <= max(moments)


def _was_offline(ground: Ground, record: Fact) -> bool:
    before = [
        event
        for event in ground.shelf.rows("terminal_events")
        if event.kind == "network"
        and event.terminal_id == record.terminal_id
        and event.occurred_at < record.occurred_at
    ]
    return bool(before) and max(before, key=lambda event: event.occurred_at).value == "offline"


def _has_no_order(ground: Ground, payment: Fact) -> bool:
    if payment.state in {"declined", "cancelled"}:
        return True
    readable = ground.has("payments", "order_id") and ground.has("orders")
    return readable and payment.order_id not in ground.orders


def _of_record(ground: Ground, record: Fact, diagnosis: str, severity: str) -> Draft:
    return Draft(
        diagnosis=diagnosis,
        severity=severity,
        subject=f"acquirer_record:{record.record_id}",
        at_risk=record.amount_minor,
        currency=record.currency,
        silences=silenced_by_record(ground, record),
    )


def _undecided_charges(ground: Ground, sale: Fact) -> Iterator[Draft]:
    takings = ground.takings
    undos = takings.undos_of(sale)
    honoured = takings.is_missing_there(sale) and any(undo.state == "approved" for undo in undos)
    given_back = sale.amount_minor <= takings.given_back(sale)
    open_end = sale.state in {"intended", "unknown"} and ground.past(sale.occurred_at, ground.policy.unknown_settle)
    if open_end and not given_back and not honoured:
        yield _of_payment(ground, sale, "payment_unknown", sale.amount_minor, "notified_not_paid", *NO_SLIP)
    not_there = takings.is_missing_there(sale) or takings.is_refused_there(sale, "failed")
    if sale.state == "approved" and not_there and not any(undo.state in MEANT for undo in undos):
        yield _of_payment(ground, sale, "paid_not_charged", sale.amount_minor, *NO_SLIP)


def _other_amount_charged(ground: Ground, sale: Fact) -> Iterator[Draft]:
    record = ground.claims.record_of.get(sale)
    if record is not None and record in ground.claims.by_reference and record.amount_minor != sale.amount_minor:
        difference = abs(record.amount_minor - sale.amount_minor)
        yield _of_payment(ground, sale, "charged_amount_differs", difference, "slip_amount_differs")


def _of_payment(ground: Ground, sale: Fact, diagnosis: str, at_risk: int, *silenced: str) -> Draft:
    """What it silences is silenced on the payment, its order, its slips and its notices."""
    subjects = {f"payment:{sale.payment_id}"} | ({f"order:{sale.order_id}"} if sale.order_id else set())
    for slip in ground.shelf.rows("slips"):
        of_order = slip.payment_id is None and slip.order_id is not None and slip.order_id == sale.order_id
        if slip.payment_id == sale.payment_id or of_order:
            subjects.add(f"slip:{slip.slip_id}")
    for notice in ground.shelf.rows("notices"):
        if notice.payment_id == sale.payment_id:
            subjects.add(f"notice:{notice.notice_id}")
    return Draft(
        diagnosis=diagnosis,
        severity="high",
        subject=f"payment:{sale.payment_id}",
        at_risk=at_risk,
        currency=sale.currency,
        silences=all_of(silenced, subjects),
    )


def _notices_without_payment(ground: Ground) -> Iterator[Draft]:
    readable = ground.has("notices") and ground.has("acquirer_records", "our_reference")
    if not readable or not ground.has("payments", "order_id", "original_payment_id"):
        return
    for notice in sorted(ground.shelf.rows("notices"), key=lambda n: (n.occurred_at, n.notice_id)):
        charged = notice.says == "charged" and notice.state in {"accepted", "delivered"}
        if not charged or not ground.past(notice.occurred_at, ground.policy.unknown_settle):
            continue
        if {notice.payment_id, notice.order_id, notice.our_reference} == {None}:
            continue
        if not _is_backed(ground, notice):
            yield Draft(
                diagnosis="notified_not_paid",
                severity="high",
                subject=_subject_of_notice(ground, notice),
                at_risk=notice.amount_minor or 0,
                currency=notice.currency,
            )


def _is_backed(ground: Ground, notice: Fact) -> bool:
    """The notice resolves to a payment that moved or may move, or to a succeeded record."""
    for sale in (p for p in ground.takings.payments if p.kind == "sale"):
        named = notice.payment_id == sale.payment_id or (
            sale.order_id is not None and sale.order_id in {notice.order_id, notice.our_reference}
        )
        read = notice.our_reference is not None and notice.our_reference in {sale.payment_id, sale.request_id}
        undone = any(undo.state == "approved" for undo in ground.takings.undos_of(sale))
        alive = ground.takings.is_taken(sale) or sale.state in {"intended", "unknown"} or undone
        if (named or read) and alive:
            return True
    return any(
        record.state == "succeeded" and record.our_reference == notice.our_reference
        for record in ground.claims.records
        if notice.our_reference is not None
    )


def _subject_of_notice(ground: Ground, notice: Fact) -> str:
    """The payment, where it is in our book, else the order, where it is, else the notice."""
    for name in (notice.payment_id, notice.our_reference):
        if name in ground.payments:
            return f"payment:{name}"
    asked = [p for p in ground.takings.payments if p.kind == "sale" and p.request_id is not None]
    answers = [p for p in asked if p.request_id == notice.our_reference]
    if answers:
        return f"payment:{min(answers, key=lambda p: (p.occurred_at, p.payment_id)).payment_id}"
    for name in (notice.order_id, notice.our_reference):
        if name in ground.orders:
            return f"order:{name}"
    return f"notice:{notice.notice_id}"


def _orders_without_slip(ground: Ground) -> Iterator[Draft]:
    if not (ground.has("slips", "order_id") or ground.has("slips", "payment_id")):
        return
    if not ground.has("orders"):
        yield from _payments_without_slip(ground)
        return
    if not ground.has("payments", "order_id"):
        return
    for order in ground.orders.values():
        net = ground.takings.net(order)
        due = ground.past(ground.takings.paid_at(order), ground.policy.slip_within)
        if order.state != "paid" or net <= 0 or not due:
            continue
        states = {slip.state for slip in ground.sale_slips_of(order.order_id)}
        if not states & SHOWN:
            diagnosis = "slip_failed" if "failed" in states else "paid_no_slip"
            yield Draft(
                diagnosis=diagnosis,
                severity="high",
                subject=f"order:{order.order_id}",
                at_risk=net,
                currency=order.currency,
            )


def _payments_without_slip(ground: Ground) -> Iterator[Draft]:
    """Without an orders book, each approved sale payment that stands answers for itself."""
    for sale in ground.takings.payments:
        if sale.kind != "sale" or sale.state != "approved" or not ground.takings.stands(sale):
            continue
        slips = [
            slip
            for slip in ground.shelf.rows("slips")
            if slip.payment_id == sale.payment_id or (slip.order_id is not None and slip.order_id == sale.order_id)
        ]
        states = {slip.state for slip in slips if slip.kind == "sale"}
        paid_at: datetime = sale.decided_at or sale.occurred_at
        if not states & {*SHOWN, "failed"} and ground.past(paid_at, ground.policy.slip_within):
            yield Draft(
                diagnosis="paid_no_slip",
                severity="high",
                subject=f"payment:{sale.payment_id}",
                at_risk=sale.amount_minor - ground.takings.given_back(sale),
                currency=sale.currency,
            )


def _slips_of_other_amount(ground: Ground) -> Iterator[Draft]:
    for slip in ground.shelf.rows("slips"):
        if slip.state not in SHOWN or slip.copy_no != 0 or slip.amount_minor is None:
            continue
        known = [found for found in _amounts(ground, slip) if slip.currency in {None, found[1]}]
        if known and slip.amount_minor not in {amount for amount, _ in known}:
            yield Draft(
                diagnosis="slip_amount_differs",
                severity="high",
                subject=f"slip:{slip.slip_id}",
                at_risk=abs(slip.amount_minor - known[0][0]),
                currency=known[0][1],
            )


def _amounts(ground: Ground, slip: Fact) -> Iterator[tuple[int, str]]:
    """What the slip might rightly say: its payment's amount, then its order's or its return's."""
    if slip.kind not in {"sale", "refund", "return"}:
        return
    payment = ground.payments.get(slip.payment_id)
    if payment is not None:
        yield payment.amount_minor, payment.currency
    if slip.kind == "sale":
        order = ground.orders.get(slip.order_id or (payment and payment.order_id))
        if order is not None:
            yield order.total_minor, order.currency
    else:
        back = ground.returns.get(slip.return_id or (payment and payment.return_id))
        if back is not None:
            yield back.amount_minor, back.currency
