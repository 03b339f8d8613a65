"""Void mismatch: a sale was voided or reversed here, and the acquirer's book tells another story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from .claim import CLASS
from .finding import MISSING_SLIP, UNCONFIRMED_DELIVERY, Draft, all_of
from .ground import LIVE, Ground
from .orphan_return import second_refund_records
from .shelf import Fact

MEANT = {"approved", "intended", "unknown"}
#: How long after a void a cash sale of the same basket looks like the same sale.
CASH_WITHIN = timedelta(minutes=15)
#: Local dates that differ by less are one night's work.
NEXT_DAY_AFTER = timedelta(hours=6)


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield every row that holds for every undo payment, order and record, but outliers."""
    if not ground.has("payments") or ground.shelf.payments_absent:
        undos: list[Fact] = []
    else:
        undos = [p for p in ground.takings.payments if CLASS[p.kind] == "undo"]
    for undo in undos:
        for diagnosis, severity, orders_too in _of_undo(ground, undo):
            yield _draft(ground, undo, diagnosis, severity, silences=orders_too)
    yield from _orders_not_honoured(ground)
    yield from _phantoms(ground)
    yield from _voids_then_cash(ground, undos)


def _of_undo(ground: Ground, undo: Fact) -> Iterator[tuple[str, str, bool]]:
    """Yield diagnosis, severity and whether it silences the order's other exceptions."""
    if _is_not_honoured(ground, undo):
        yield "void_not_honoured", "critical", True
    if _is_unknown(ground, undo):
        yield "void_unknown", "high", True
    if undo.kind != "void" or undo.state not in MEANT:
        return
    if undo.state == "approved" and _is_after_settlement(ground, undo):
        yield "void_after_settlement", "low", False
    alone = undo.authoriser_id is None or undo.authoriser_id == undo.operator_id
    if ground.has("payments", "authoriser_id") and alone:
        yield "void_without_authoriser", "low", False
    if ground.has("payments", "reason") and not (undo.reason or "").strip():
        yield "void_without_reason", "low", False


def _is_not_honoured(ground: Ground, undo: Fact) -> bool:
    """(a) The bank has P and does not have the undo."""
    sale = ground.takings.original(undo)
    if sale is None or undo.state not in MEANT or not ground.claims.succeeded(sale):
        return False
    return ground.takings.is_missing_there(undo) or ground.takings.is_refused_there(undo, "failed", "pending")


def _is_unknown(ground: Ground, undo: Fact) -> bool:
    sale = ground.takings.original(undo)
    return (
        ground.has("acquirer_records")
        and ground.has("payments", "original_payment_id", "acquirer")
        and undo.state in {"intended", "unknown"}
        and ground.past(undo.occurred_at, ground.policy.unknown_settle)
        and not ground.claims.succeeded(undo)
        and not (sale is not None and ground.takings.is_missing_there(sale))
    )


def _is_after_settlement(ground: Ground, undo: Fact) -> bool:
    sale = ground.takings.original(undo)
    if sale is None:
        return False
    if undo.business_date is not None and sale.business_date is not None:
        return bool(undo.business_date > sale.business_date)
    later = ground.shelf.local_date(undo.occurred_at) > ground.shelf.local_date(sale.occurred_at)
    return later and undo.occurred_at - sale.occurred_at > NEXT_DAY_AFTER


def _orders_not_honoured(ground: Ground) -> Iterator[Draft]:
    """(b) The order is off, the money is still here, and nobody even tried to give it back."""
    if not ground.has("orders", "closed_at") or not ground.has("payments", "order_id", "original_payment_id"):
        return
    for order in ground.orders.values():
        mine = ground.takings.of_order(order.order_id)
        tried = any(p.kind != "sale" and p.state in MEANT for p in mine)
        off = order.state in {"voided", "cancelled"} and ground.past(order.closed_at, ground.policy.unknown_settle)
        if not off or tried or ground.takings.net(order) <= 0:
            continue
        for sale in (p for p in mine if p.kind == "sale" and ground.takings.stands(p)):
            yield _draft(ground, sale, "void_not_honoured", "critical", silences=True)


def _phantoms(ground: Ground) -> Iterator[Draft]:
    """The bank gave it back, and we think that it is paid."""
    if not (ground.has("orders") and ground.has("payments", "order_id", "acquirer")):
        return
    second = second_refund_records(ground)
    records = sorted(ground.claims.records, key=lambda r: (r.occurred_at, r.record_id))
    for record in records:
        if record.kind == "sale" or record.state != "succeeded" or not ground.claims.is_leftover(record):
            continue
        sale = ground.claims.original_of(record)[1]
        if sale is None or sale.state != "approved" or record in second:
            continue
        order = ground.orders.get(sale.order_id)
        if order is not None and order.state in LIVE:
            yield Draft(
                diagnosis="phantom_reversal",
                severity="high",
                subject=f"payment:{sale.payment_id}",
                at_risk=record.amount_minor,
                currency=record.currency,
                silences=_on_that_order(ground, order.order_id),
            )


def _voids_then_cash(ground: Ground, undos: list[Fact]) -> Iterator[Draft]:
    if not (ground.has("orders", "terminal_id", "operator_id") and ground.has("order_lines")):
        return
    for undo in undos:
        sale = ground.takings.original(undo)
        voided = ground.orders.get(sale.order_id) if sale is not None else None
        if sale is None or voided is None or undo.kind != "void" or undo.state != "approved" or sale.tender == "cash":
            continue
        if any(_is_cash_twin(ground, undo, voided, other) for other in ground.orders.values()):
            yield Draft(
                diagnosis="void_then_cash",
                severity="info",
                subject=f"payment:{sale.payment_id}",
                at_risk=0,
                currency=sale.currency,
            )


def _is_cash_twin(ground: Ground, undo: Fact, voided: Fact, other: Fact) -> bool:
    """A live order, paid in nothing but cash, soon after the void, by the same hands, of the same basket."""
    waited = other.placed_at - undo.occurred_at
    paid = [p for p in ground.takings.of_order(other.order_id) if p.kind == "sale" and p.state == "approved"]
    hands = (other.terminal_id, other.operator_id)
    return (
        other is not voided
        and other.state in LIVE
        and timedelta(0) <= waited <= CASH_WITHIN
        and bool(paid)
        and all(p.tender == "cash" for p in paid)
        and None not in hands
        and hands == (voided.terminal_id, voided.operator_id)
        and (other.total_minor, other.currency) == (voided.total_minor, voided.currency)
        and ground.baskets.of_order(other.order_id) == ground.baskets.of_order(voided.order_id)
    )


def _draft(ground: Ground, payment: Fact, diagnosis: str, severity: str, *, silences: bool) -> Draft:
    """The subject is P; where P is unknown, the undo payment itself."""
    sale = ground.takings.original(payment) or payment
    order_id = ground.takings.order_id_of(sale) or ground.takings.order_id_of(payment)
    return Draft(
        diagnosis=diagnosis,
        severity=severity,
        subject=f"payment:{sale.payment_id}",
        at_risk=sale.amount_minor,
        currency=sale.currency,
        silences=_on_that_order(ground, order_id) if silences else frozenset(),
    )


def _on_that_order(ground: Ground, order_id: str | None) -> frozenset[tuple[str, str]]:
    return all_of(UNCONFIRMED_DELIVERY + MISSING_SLIP, ground.belongings(order_id))
