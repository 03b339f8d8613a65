"""Unconfirmed delivery: paid, and receipt of the goods was never confirmed. One rule per row of the law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from .finding import UNCONFIRMED_DELIVERY, Draft
from .ground import CURED, Ground
from .shelf import Fact

SEVERITY = {
    **dict.fromkeys(UNCONFIRMED_DELIVERY[:6], "high"),
    **dict.fromkeys(UNCONFIRMED_DELIVERY[6:11], "low"),
    "not_shipped": "high",
}


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield every row that holds for every order."""
    if not (ground.has("orders") and ground.has("payments", "order_id") and ground.has("parcels")):
        return
    for order in ground.orders.values():
        parcels = [p for p in ground.shelf.rows("parcels") if p.order_id == order.order_id]
        examined = order.fulfilment == "delivery" or (order.fulfilment == "pickup" and parcels)
        net = ground.takings.net(order)
        if order.state != "paid" or not examined or net <= 0:
            continue
        for diagnosis in _diagnoses(ground, order, [Box(ground, order, p) for p in parcels]):
            yield Draft(
                diagnosis=diagnosis,
                severity=SEVERITY[diagnosis],
                subject=f"order:{order.order_id}",
                at_risk=net,
                currency=order.currency,
            )


def _diagnoses(ground: Ground, order: Fact, boxes: list[Box]) -> Iterator[str]:
    for diagnosis, holds in ROWS.items():
        if any(box.decides() and holds(box) for box in boxes):
            yield diagnosis
    if _is_not_shipped(ground, order, boxes):
        yield "not_shipped"


class Box:
    """One parcel with its order, its tracking events and what can be read of them."""

    def __init__(self, ground: Ground, order: Fact, parcel: Fact) -> None:
        self.ground, self.order, self.parcel = ground, order, parcel
        events = [e for e in ground.shelf.rows("tracking_events") if e.parcel_id == parcel.parcel_id]
        self.events = sorted(events, key=lambda e: (e.occurred_at, e.status))
        self.last: Fact | None = self.events[-1] if self.events else None
        self.last_status: str | None = self.last.status if self.last else None

    def has(self, *columns: str) -> bool:
        """Say whether these columns of the parcels can be read."""
        return self.ground.has("parcels", *columns)

    def decides(self) -> bool:
        """Unconfirmed, or disputed later than confirmed, and neither cured nor perhaps cured."""
        if not self.has("confirmed_at") or self.may_be_cured():
            return False
        parcel = self.parcel
        if parcel.confirmed_at is None:
            return bool(parcel.state != "confirmed")
        return parcel.disputed_at is not None and bool(parcel.disputed_at > parcel.confirmed_at)

    def may_be_cured(self) -> bool:
        """Went wrong, and its order has a return that put it right, or nobody can know."""
        parcel = self.parcel
        wrong = {parcel.state, self.last_status} & {"returned", "lost"}
        if not wrong and parcel.dispute is None and parcel.disputed_at is None:
            return False
        if not self.ground.has("returns", "order_id"):
            return True
        return any(r.order_id == self.order.order_id and r.state in CURED for r in self.ground.returns.values())

    def delivered_events(self) -> list[datetime]:
        """Return when the carrier said that the parcel was delivered."""
        return [event.occurred_at for event in self.events if event.status == "delivered"]

    def is_undelivered(self) -> bool:
        """No time, no event and no state of delivery; needs both books to say so."""
        readable = self.has("delivered_at") and self.ground.has("tracking_events")
        told = self.parcel.delivered_at is not None or self.delivered_events()
        return readable and not told and self.parcel.state not in {"delivered", "confirmed"}

    def is_under_way(self) -> bool:
        """Shipped and undelivered."""
        return self.parcel.shipped_at is not None and self.is_undelivered()


def _went_back(box: Box) -> bool:
    return "returned" in {box.last_status, box.parcel.state}


def _is_lost(box: Box) -> bool:
    return "lost" in {box.last_status, box.parcel.state}


def _has_wrong_goods(box: Box) -> bool:
    return box.parcel.dispute in {"wrong_goods", "missing_goods", "damaged", "other"}


def _is_disputed(box: Box) -> bool:
    return bool(box.parcel.dispute == "not_received")


def _has_bad_address(box: Box) -> bool:
    stuck = box.last is not None and box.last.status in {"delivery_failed", "on_hold"}
    told = stuck and box.last is not None and "address" in (box.last.reason or "")
    return box.is_undelivered() and (box.order.address_ok is False or told)


def _failed(box: Box) -> bool:
    last = box.last
    return last is not None and last.status == "delivery_failed" and _past(box, last.occurred_at, "failed_retry")


def _is_not_synced(box: Box) -> bool:
    late = any(_past(box, moment, "sync_within") for moment in box.delivered_events())
    return late and box.parcel.state in {"created", "shipped"}


def _is_unconfirmed(box: Box) -> bool:
    delivered = box.parcel.delivered_at or max(box.delivered_events(), default=None)
    return box.parcel.confirmed_at is None and _past(box, delivered, "confirm_after")


def _lacks_tracking(box: Box) -> bool:
    no_number = box.has("tracking_number") and box.parcel.tracking_number is None
    not_uploaded = box.has("uploaded_at") and box.parcel.uploaded_at is None
    due = box.is_under_way() and _past(box, box.parcel.shipped_at, "tracking_within")
    return due and not box.events and (no_number or not_uploaded)


def _is_stalled(box: Box) -> bool:
    if not box.is_under_way() or box.last_status == "ready_for_pickup":
        return False
    moved = box.parcel.shipped_at if box.last is None else max(box.parcel.shipped_at, box.last.occurred_at)
    return _past(box, moved, "stalled_after")


def _is_late(box: Box) -> bool:
    promise = box.parcel.promised_at or box.order.promised_at
    waiting = box.is_under_way() and box.last_status != "ready_for_pickup"
    return waiting and _past(box, promise, "late_after")


def _is_not_shipped(ground: Ground, order: Fact, boxes: list[Box]) -> bool:
    """A parcel that is cured, or may be, still counts as shipped."""
    shipped = any(box.parcel.shipped_at is not None or box.may_be_cured() for box in boxes)
    paid_at = ground.takings.paid_at(order)
    readable = ground.has("parcels", "shipped_at") and order.fulfilment == "delivery"
    return readable and not shipped and ground.past(paid_at, ground.policy.ship_within)


def _past(box: Box, moment: datetime | None, window: str) -> bool:
    return box.ground.past(moment, getattr(box.ground.policy, window))


#: The rows that a parcel decides, in order of precedence.
ROWS: dict[str, Callable[[Box], bool]] = {
    "returned_to_sender": _went_back,
    "lost": _is_lost,
    "wrong_goods": _has_wrong_goods,
    "receipt_disputed": _is_disputed,
    "bad_address": _has_bad_address,
    "delivery_failed": _failed,
    "status_not_synced": _is_not_synced,
    "delivered_unconfirmed": _is_unconfirmed,
    "tracking_missing": _lacks_tracking,
    "stalled": _is_stalled,
    "late": _is_late,
}
