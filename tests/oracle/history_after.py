"""What comes after the sale in a random history: parcels, tracking, returns with their refunds, telemetry."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from .history_records import lay_records
from .history_town import INSTRUMENTS, KEYS, OPERATORS, SKUS, Row, Town

DAY = timedelta(days=1)
STATUSES = (
    *("picked_up", "in_transit") * 3,
    *("ready_for_pickup", "delivered", "delivery_failed", "on_hold", "returned", "lost"),
)
REASONS = (None, None, "consignee_address_wrong", "carrier_delay")


def lay_deliveries(town: Town) -> None:
    """Lay parcels and their tracking events for most orders that are not carried out."""
    for order in town.rows["orders"]:
        share = 0.05 if order["fulfilment"] == "carry_out" else 0.75
        for _ in range(town.pick(1, 1, 2)):
            if town.often(share):
                _parcel(town, order)


def _parcel(town: Town, order: Row) -> None:
    placed = order["placed_at"]
    shipped = placed + town.pick(timedelta(hours=1), DAY) if town.often(0.8) else None
    delivered = placed + town.pick(DAY, 2 * DAY) if town.often(0.15) else None
    confirmed = placed + 2 * DAY if town.often(0.15) else None
    disputed = placed + town.pick(2, 3) * DAY if town.often(0.15) else None
    states = ("created", *("shipped",) * 8, "delivered", "confirmed", "returned", "lost")
    parcel = town.lay(
        "parcels",
        parcel_id=town.name("B"),
        order_id=order["order_id"],
        tracking_number=town.pick(None, "TN1", "TN2"),
        shipped_at=shipped,
        uploaded_at=town.pick(None, shipped),
        promised_at=town.pick(None, None, placed + 2 * DAY),
        state=town.dice.choice(states),
        delivered_at=delivered,
        disputed_at=disputed,
        dispute=town.pick("not_received", "wrong_goods", "damaged", None) if disputed or town.often(0.03) else None,
        confirmed_at=confirmed,
    )
    start = shipped or placed
    for _ in range(town.pick(0, 0, 1, 2, 3)):
        town.lay(
            "tracking_events",
            parcel_id=parcel["parcel_id"],
            occurred_at=start + timedelta(hours=town.pick(1, 12, 24, 48)),
            status=town.dice.choice(STATUSES),
            reason=town.pick(*REASONS),
        )


def lay_returns(town: Town) -> None:
    """Lay returns of orders, blind returns, and their refunds; some twice, some too much."""
    for order in list(town.rows["orders"]):
        for _ in range(town.mostly(0, 1, 1, 2, share=0.6)):
            _return(town, order)
    for _ in range(town.mostly(0, 3, share=0.3)):
        _return(town, None)


def _return(town: Town, order: Row | None) -> None:
    asked = (order["placed_at"] if order else town.dice.choice(town.moments)) + town.pick(0, 1, 1, 2, 30, 31) * DAY
    state = town.pick("requested", "rejected", "approved", "received", "refunded", "refunded", "refunded", "exchanged")
    return_id = town.name("B")
    lines = _lines(town, order, return_id)
    total = order["total_minor"] if order and town.often(0.6) else lines
    back = town.lay(
        "returns",
        return_id=return_id,
        order_id=order["order_id"] if order and town.often(0.9) else town.pick(None, "O0"),
        state=state,
        requested_at=asked,
        decided_at=town.pick(None, town.soon(asked)),
        received_at=town.pick(None, asked),
        operator_id=town.pick(*OPERATORS),
        authoriser_id=town.pick("mgr1", "op1", None),
        amount_minor=total,
        currency=order["currency"] if order else "CNY",
        customer_key=order["customer_key"] if order and town.often(0.8) else town.pick(*KEYS),
        instrument_key=town.pick(*INSTRUMENTS),
        restocked_at=town.pick(None, town.soon(asked)),
    )
    for _ in range(town.mostly(1, 0, 2, share=0.5)):
        _refund(town, back, order)


def _lines(town: Town, order: Row | None, return_id: str) -> int:
    """Lay the lines of a return and give back their sum."""
    sold = [line for line in town.rows["order_lines"] if order and line["order_id"] == order["order_id"]]
    total = 0
    for number in range(1, town.pick(1, 1, 2) + 1):
        origin = town.dice.choice(sold) if sold and town.often(0.9) else None
        line = town.lay(
            "return_lines",
            return_id=return_id,
            line_no=number,
            sku=origin["sku"] if origin else town.pick(*SKUS),
            quantity=origin["quantity"] if origin else Decimal(1),
            amount_minor=origin["amount_minor"] if origin else town.pick(500, 800),
            line_kind=town.pick(None, None, "goods", "fee"),
            order_line_no=town.pick(None, origin["line_no"] if origin else 7),
            condition=town.pick("good", "good", "opened", None),
        )
        total += line["amount_minor"]
    return total


def _refund(town: Town, back: Row, order: Row | None) -> None:
    """Lay a refund of a return; it may forget its return, its order or its original."""
    sales = [p for p in town.rows["payments"] if order and p["kind"] == "sale" and p["order_id"] == order["order_id"]]
    sale = town.dice.choice(sales) if sales and town.often(0.85) else None
    moment = back["decided_at"] or back["requested_at"]
    refund = town.lay(
        "payments",
        payment_id=town.name("P"),
        order_id=town.pick(None, back["order_id"]),
        return_id=back["return_id"] if town.often(0.75) else None,
        kind="refund",
        original_payment_id=sale["payment_id"] if sale else None,
        tender=sale["tender"] if sale else "wechat",
        amount_minor=back["amount_minor"] if town.often(0.8) else town.pick(500, 800),
        currency=back["currency"],
        state=town.mostly("approved", "intended", "unknown", "declined"),
        occurred_at=moment,
        decided_at=town.pick(None, town.soon(moment)),
        operator_id=town.pick(*OPERATORS),
        authoriser_id=town.mostly("mgr1", "op1", None),
        acquirer=sale["acquirer"] if sale else town.pick("wechat", None),
        request_id=town.pick(None, "Q8"),
    )
    lay_records(town, refund, share=0.65)
    if town.often(0.4):
        town.lay(
            "slips",
            slip_id=town.name("S"),
            order_id=town.pick(None, back["order_id"]),
            return_id=town.pick(None, back["return_id"]),
            payment_id=town.pick(None, refund["payment_id"]),
            kind=town.pick("refund", "return"),
            form="paper",
            state=town.pick("printed", "printed", "sent", "failed"),
            copy_no=town.pick(0, 0, 1),
            amount_minor=refund["amount_minor"] if town.often(0.8) else town.pick(None, 500),
            currency=town.pick(back["currency"], None),
            occurred_at=town.soon(moment),
        )


def lay_telemetry(town: Town) -> None:
    """Lay network events of the terminals, mostly just before something happened."""
    for terminal in ("T1", "T2", "T3"):
        for moment in town.moments:
            if town.often(0.4):
                town.lay(
                    "terminal_events",
                    terminal_id=terminal,
                    occurred_at=moment + town.pick(timedelta(0), timedelta(minutes=-1), timedelta(minutes=10)),
                    kind=town.pick("network", "network", "network", "printer"),
                    value=town.pick("online", "offline", "offline", "slow"),
                )
