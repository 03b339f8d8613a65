"""Orphan return: money or goods come back without their sale, twice, too much, or past the rules of the house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from . import caps
from .finding import Draft
from .ground import Ground
from .originals import without_original
from .serial import serial_returners
from .shelf import Fact

MEANT = {"intended", "unknown"}
SHOWN = {"printed", "sent"}


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield every row that holds for every return, refund and record."""
    for record, claimant in second_refund_records(ground).items():
        yield draft_of(claimant, "double_refund", "critical", at_risk=record.amount_minor)
    yield from caps.drafts(ground)
    yield from without_original(ground)
    for back in ground.returns.values():
        yield from _of_return(ground, back)
    for payment in ground.takings.payments:
        if payment.kind == "refund":
            yield from _of_refund(ground, payment)
    yield from serial_returners(ground)


def draft_of(row: Fact, diagnosis: str, severity: str, *, at_risk: int | None = None) -> Draft:
    """Make a draft about a return or a refund payment; the subject follows convention 12."""
    return Draft(
        diagnosis=diagnosis,
        severity=severity,
        subject=f"return:{row.return_id}" if row.return_id is not None else f"payment:{row.payment_id}",
        at_risk=row.amount_minor if at_risk is None else at_risk,
        currency=row.currency,
    )


def second_refund_records(ground: Ground) -> dict[Fact, Fact]:
    """Leftover refund records that equal a claimed one in original and amount, with the claimant."""
    found: dict[Fact, Fact] = {}
    refunds = [r for r in ground.claims.records if r.kind == "refund" and r.state == "succeeded"]
    claimed = [r for r in refunds if not ground.claims.is_leftover(r)]
    for record in refunds:
        sale = ground.claims.original_of(record)[1]
        if sale is None or not ground.claims.is_leftover(record):
            continue
        twins = [
            twin
            for twin in claimed
            if _original_of_claimed(ground, twin) is sale
            and (twin.amount_minor, twin.currency) == (record.amount_minor, record.currency)
        ]
        if twins:
            twin = min(twins, key=lambda t: (abs(t.occurred_at - record.occurred_at), t.occurred_at, t.record_id))
            found[record] = ground.claims.payment_of[twin]
    return found


def _original_of_claimed(ground: Ground, record: Fact) -> Fact | None:
    """Our own refund knows its original; where it does not, its record does."""
    return ground.takings.original(ground.claims.payment_of[record]) or ground.claims.original_of(record)[1]


def _of_return(ground: Ground, back: Fact) -> Iterator[Draft]:
    if _lacks_slip(ground, back, back.return_id) and back.state in {"refunded", "exchanged"}:
        yield draft_of(back, "return_without_slip", "low")
    if _is_too_late(ground, back):
        yield draft_of(back, "outside_window", "low")
    if _is_not_restocked(ground, back):
        yield draft_of(back, "not_restocked", "low")


def _of_refund(ground: Ground, refund: Fact) -> Iterator[Draft]:
    record = ground.claims.record_of.get(refund)
    if record is not None and record in ground.claims.by_reference and record.amount_minor != refund.amount_minor:
        difference = abs(record.amount_minor - refund.amount_minor)
        yield draft_of(refund, "refund_amount_differs", "high", at_risk=difference)
    if ground.has("acquirer_records") and ground.has("payments", "acquirer") and _is_not_received(ground, refund):
        yield draft_of(refund, "refund_not_received", "high")
    if refund.state != "approved":
        return
    alone = refund.authoriser_id is None or refund.authoriser_id == refund.operator_id
    enough = refund.amount_minor >= ground.policy.refund_authoriser_from_minor
    if ground.has("payments", "authoriser_id") and alone and enough:
        yield draft_of(refund, "unauthorised_refund", "high")
    if _lacks_slip(ground, refund, refund.return_id):
        yield draft_of(refund, "return_without_slip", "low")


def _is_not_received(ground: Ground, refund: Fact) -> bool:
    takings = ground.takings
    if refund.state == "approved":
        return takings.is_missing_there(refund) or takings.is_refused_there(refund, "failed", "pending")
    waited = ground.past(refund.occurred_at, ground.policy.unknown_settle)
    return refund.state in MEANT and waited and not ground.claims.succeeded(refund)


def _lacks_slip(ground: Ground, row: Fact, return_id: str | None) -> bool:
    """No refund or return slip came out for the return, for any of its refunds, or for the refund."""
    if not ground.has("slips") or not any(
        ground.has("slips", column) for column in ("return_id", "payment_id", "order_id")
    ):
        return False
    refunds = [p for p in ground.takings.payments if return_id is not None and p.return_id == return_id]
    payments = {p.payment_id for p in refunds} | {getattr(row, "payment_id", None)} - {None}
    order_id = _order_id(ground, row)
    for slip in ground.shelf.rows("slips"):
        named = (return_id is not None and slip.return_id == return_id) or slip.payment_id in payments
        by_order = slip.return_id is None and slip.payment_id is None and slip.order_id is not None
        if (
            slip.kind in {"refund", "return"}
            and slip.state in SHOWN
            and (named or (by_order and slip.order_id == order_id))
        ):
            return False
    done_at = row.decided_at or getattr(row, "requested_at", None) or row.occurred_at
    return ground.past(done_at, ground.policy.slip_within)


def _order_id(ground: Ground, row: Fact) -> str | None:
    if hasattr(row, "requested_at"):
        found: str | None = row.order_id
        return found
    return ground.takings.order_id_of(row)


def _is_too_late(ground: Ground, back: Fact) -> bool:
    """Later than the window after delivery, else after closing, else after placing."""
    order = ground.orders.get(back.order_id)
    if order is None or back.state in {"requested", "rejected"}:
        return False
    delivered = [
        moment
        for parcel in ground.shelf.rows("parcels")
        if parcel.order_id == order.order_id
        for moment in [_delivered_at(ground, parcel)]
        if moment is not None
    ]
    start = max(delivered, default=None) or order.closed_at or order.placed_at
    return bool(back.requested_at > start + ground.policy.return_window)


def _delivered_at(ground: Ground, parcel: Fact) -> datetime | None:
    events = [
        e.occurred_at
        for e in ground.shelf.rows("tracking_events")
        if e.parcel_id == parcel.parcel_id and e.status == "delivered"
    ]
    moment: datetime | None = parcel.delivered_at or max(events, default=None)
    return moment


def _is_not_restocked(ground: Ground, back: Fact) -> bool:
    readable = ground.has("returns", "received_at", "restocked_at") and ground.has("return_lines", "condition")
    waits = ground.past(back.received_at, ground.policy.restock_within) and back.restocked_at is None
    return readable and waits and any(line.condition == "good" for line in ground.baskets.back(back.return_id))
