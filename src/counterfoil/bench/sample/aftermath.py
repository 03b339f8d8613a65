"""Sales that went wrong after the counter: parcels and returns. In each, one book disagrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from counterfoil.bench.sample.story import GOODS, Story

_CITIES = ("Hangzhou", "Jiaxing", "Suzhou", "Shanghai", "Nanjing")


def _delivery(story: Story) -> str:
    order, _ = story.sale(fulfilment="delivery", channel="online", promised_at=story.after(days=3))
    story.slip(order, form="electronic", state="sent")
    return order


def _unshipped(story: Story) -> None:
    _delivery(story)


def _parcel(story: Story, *scans: str, **changes: object) -> None:
    order = _delivery(story)
    parcel = story.id("K")
    row = {
        "parcel_id": parcel,
        "order_id": order,
        "carrier": "SF Express",
        "tracking_number": f"SF10{story.number:09d}",
        "shipped_at": story.after(hours=20),
        "uploaded_at": story.after(hours=20, minutes=4),
        "state": "shipped",
    }
    story.add("parcels", parcel, **{**row, **changes})
    for place, status in enumerate(scans):
        at = story.after(hours=22 + 9 * place, minutes=story.number % 50)
        city = _CITIES[place % len(_CITIES)]
        reason = "consignee_address_incomplete" if status == "delivery_failed" else None
        scan = {"parcel_id": parcel, "occurred_at": at, "status": status, "reason": reason, "place": city}
        story.add("tracking_events", f"{parcel}/{place + 1}", **scan)


def _parcel_returned(story: Story) -> None:
    _parcel(story, "picked_up", "in_transit", "delivery_failed", "on_hold", "returned", state="returned")


def _parcel_lost(story: Story) -> None:
    _parcel(story, "picked_up", "in_transit", "lost", state="lost")


def _parcel_disputed(story: Story) -> None:
    _parcel(
        story,
        *("picked_up", "in_transit", "out_for_delivery", "delivered"),
        state="delivered",
        delivered_at=story.after(hours=50),
        disputed_at=story.after(hours=76),
        dispute="not_received",
    )


def _parcel_failed(story: Story) -> None:
    _parcel(story, "picked_up", "in_transit", "out_for_delivery", "delivery_failed")


def _parcel_unsynced(story: Story) -> None:
    _parcel(story, "picked_up", "in_transit", "out_for_delivery", "delivered")


def _parcel_unconfirmed(story: Story) -> None:
    scans = ("picked_up", "in_transit", "out_for_delivery", "delivered")
    _parcel(story, *scans, state="delivered", delivered_at=story.after(hours=50))


def _parcel_untracked(story: Story) -> None:
    _parcel(story, tracking_number=None, uploaded_at=None)


def _parcel_stalled(story: Story) -> None:
    _parcel(story, "picked_up", "in_transit")


def _returned(story: Story, *, known: bool = True, lines: int = 1, **changes: object) -> str:
    order: str | None = None
    if known:
        order, _ = story.sale()
        story.slip(order)
    story.total = story.total or 12900
    ret = story.id("T")
    row = {
        "return_id": ret,
        "order_id": order,
        "state": "refunded",
        "requested_at": story.after(days=4),
        "decided_at": story.after(days=4, minutes=6),
        "received_at": story.after(days=4, minutes=9),
        "operator_id": story.operator,
        "reason": "changed_mind",
        "amount_minor": story.total,
        "currency": "CNY",
    }
    story.add("returns", ret, **{**row, **changes})
    for line in range(1, lines + 1):
        value = {"sku": GOODS[1][0], "quantity": "1", "amount_minor": story.total, "condition": "good"}
        story.add("return_lines", f"{ret}/{line}", return_id=ret, line_no=line, **value)
    story.subject = f"return:{ret}"
    return ret


def _give_back(story: Story, ret: str, suffix: str, *, days: float = 4, recorded: int | None = 0) -> None:
    """Refund a return; `recorded` is what the acquirer's amount differs by, None: it has no such refund."""
    change = {"kind": "refund", "return_id": ret, "authoriser_id": "staff-02"}
    refund = story.pay(None, suffix, later=days * 86400 + 700, **change)
    if recorded is not None:
        amount = story.total + recorded
        story.record(refund, suffix, later=days * 86400 + 702, kind="refund", amount_minor=amount)


def _refund(story: Story) -> None:
    ret = _returned(story)
    _give_back(story, ret, "-F")
    story.slip(None, "-F", later=4 * 86400 + 760, kind="refund", return_id=ret)


def _refund_no_slip(story: Story) -> None:
    _give_back(story, _returned(story), "-F")


def _refund_twice(story: Story) -> None:
    ret = _returned(story)
    _give_back(story, ret, "-F")
    _give_back(story, ret, "-G", days=5)
    story.slip(None, "-F", later=4 * 86400 + 760, kind="refund", return_id=ret)


def _refund_differs(story: Story) -> None:
    _give_back(story, _returned(story), "-F", recorded=-700)


def _refund_missing(story: Story) -> None:
    _give_back(story, _returned(story), "-F", recorded=None)


def _return_without_order(story: Story) -> None:
    ret = _returned(story, known=False)
    story.slip(None, "-F", later=4 * 86400 + 760, kind="return", return_id=ret)


#: How each diagnosis of deliveries and returns looks in the books.
AFTERMATH: Mapping[str, Callable[[Story], None]] = MappingProxyType(
    {
        "returned_to_sender": _parcel_returned,
        "lost": _parcel_lost,
        "wrong_goods": _parcel_disputed,
        "receipt_disputed": _parcel_disputed,
        "bad_address": _parcel_failed,
        "delivery_failed": _parcel_failed,
        "status_not_synced": _parcel_unsynced,
        "delivered_unconfirmed": _parcel_unconfirmed,
        "tracking_missing": _parcel_untracked,
        "stalled": _parcel_stalled,
        "late": _parcel_stalled,
        "not_shipped": _unshipped,
        "double_refund": _refund_twice,
        "refund_exceeds_order": _refund_twice,
        "refund_without_order": _return_without_order,
        "refund_amount_differs": _refund_differs,
        "refund_not_received": _refund_missing,
        "unauthorised_refund": _refund,
        "return_without_slip": _refund_no_slip,
        "outside_window": _refund,
        "not_restocked": _refund,
    }
)
