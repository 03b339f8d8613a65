"""The sales side of a random history: orders with lines, payments, voids, reversals and loose refunds."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from .history_records import lay_records
from .history_town import INSTRUMENTS, KEYS, OPERATORS, SKUS, TAILS, TENDERS, TERMINALS, Row, Town


def lay_sales(town: Town, size: int) -> None:
    """Lay orders with lines and payments, some of them twins of an earlier one."""
    for _ in range(size):
        earlier = [o for o in town.rows["orders"] if not o["training"]]
        twin = town.dice.choice(earlier) if earlier and town.often(0.35) else None
        order = _order(town, twin)
        for _ in range(town.mostly(1, 0, 2, 2, 3)):
            payment = _sale_payment(town, order)
            for _ in range(town.mostly(0, 1, 1, 2, share=0.5)):
                _give_back(town, payment, order)


def _order(town: Town, twin: Row | None) -> Row:
    placed = town.near(twin["placed_at"]) if twin else town.near(town.dice.choice(town.moments))
    state = town.mostly("paid", "open", "voided", "cancelled")
    order_id = town.name("O")
    if twin and town.often(0.85):
        old = [x for x in town.rows["order_lines"] if x["order_id"] == twin["order_id"]]
        lines = [(x["sku"], x["quantity"], x["amount_minor"], x["line_kind"]) for x in old]
    else:
        count = town.pick(1, 1, 1, 2)
        lines = [
            (town.pick(*SKUS), town.pick(1, 1, 2), town.pick(500, 800, 1230), town.pick(None, None, "goods", "fee"))
            for _ in range(count)
        ]
    for number, (sku, quantity, amount, kind) in enumerate(lines, start=1):
        voided = town.soon(placed) if town.often(0.05) else None
        town.lay(
            "order_lines",
            order_id=order_id,
            line_no=number,
            sku=sku,
            quantity=Decimal(quantity),
            amount_minor=amount,
            line_kind=kind,
            voided_at=voided,
        )
    earlier = town.any_of("orders", "request_id")
    return town.lay(
        "orders",
        order_id=order_id,
        store_id=town.pick("S1", "S1", "S2", None),
        terminal_id=town.pick(*TERMINALS),
        operator_id=town.pick(*OPERATORS),
        placed_at=placed,
        closed_at=None if state == "open" or town.often(0.1) else town.soon(placed),
        state=state,
        total_minor=sum(amount for _, _, amount, _ in lines),
        currency=twin["currency"] if twin else town.pick("CNY", "CNY", "JPY" if town.mixed else "CNY"),
        customer_key=twin["customer_key"] if twin and town.often(0.9) else town.pick(*KEYS),
        request_id=earlier if town.often(0.05) else town.pick(None, town.name("Q")),
        fulfilment=town.pick("carry_out", "carry_out", "pickup", "delivery", "delivery"),
        promised_at=town.near(placed) if town.often(0.3) else None,
        address_ok=town.pick(None, True, True, False),
        training=town.pick(None, False, False, False, town.often(0.5)),
        repeat_of=twin["order_id"] if twin and town.often(0.15) else None,
    )


def _sale_payment(town: Town, order: Row) -> Row:
    tender = town.pick("wechat", "wechat", "wechat", "wechat", "alipay", "card", "cash", "other")
    payment = _payment(
        town,
        order_id=None if town.often(0.05) else town.pick(*(order["order_id"],) * 30, "O0"),
        kind="sale",
        tender=tender,
        amount_minor=order["total_minor"] if town.often(0.85) else town.pick(500, 800, 1230),
        currency=order["currency"],
        state=town.mostly("approved", "intended", "unknown", "declined", "cancelled"),
        occurred_at=town.soon(order["placed_at"]) if town.often(0.85) else town.near(order["placed_at"]),
        terminal_id=order["terminal_id"] if town.often(0.8) else town.pick(*TERMINALS),
        operator_id=order["operator_id"],
        acquirer=TENDERS[tender] if town.often(0.95) else None,
    )
    lay_records(town, payment, share=0.75)
    return payment


def _payment(town: Town, **values: object) -> Row:
    """Lay a payment with numbers from tiny pools."""
    moment = values["occurred_at"]
    assert isinstance(moment, datetime)
    day = moment.date() + timedelta(days=town.pick(0, 0, 1))
    base: Row = {
        "payment_id": town.name("P"),
        "decided_at": town.pick(None, town.soon(moment)),
        "business_date": town.pick(None, None, day),
        "request_id": town.pick(None, town.pick("Q8", "Q9")),
        "instrument_key": town.pick(*INSTRUMENTS),
        "instrument_tail": town.pick(*TAILS),
        "stan": town.pick(None, "000001", "000002"),
        "rrn": town.pick(None, None, "rrn1", "rrn2"),
        "approval_code": town.pick(None, "A1", "A2"),
    }
    return town.lay("payments", **(base | values))


def _give_back(town: Town, sale: Row, order: Row) -> None:
    """Lay a void, a reversal or a refund of a sale payment, and perhaps what the acquirer says."""
    kind = town.pick("void", "void", "reversal", "refund")
    undo = _payment(
        town,
        order_id=town.pick(None, sale["order_id"], sale["order_id"]),
        kind=kind,
        original_payment_id=sale["payment_id"] if town.often(0.9) else town.pick(None, "P0"),
        tender=sale["tender"],
        amount_minor=sale["amount_minor"] if town.often(0.85) else town.pick(500, 800),
        currency=sale["currency"],
        state=town.mostly("approved", "intended", "unknown", "declined", share=0.7),
        occurred_at=town.near(sale["occurred_at"]),
        terminal_id=sale["terminal_id"],
        operator_id=town.pick(*OPERATORS),
        authoriser_id=town.mostly("mgr1", "op1", None),
        reason=town.mostly("wrong tender", " ", None),
        acquirer=sale["acquirer"] if town.often(0.95) else None,
    )
    lay_records(town, undo, share=0.6)
    if kind == "void" and order["state"] != "open" and town.often(0.3):
        order |= {"state": "voided", "closed_at": undo["occurred_at"]}
    if kind == "void" and sale["tender"] != "cash" and town.often(0.2):
        _cash_twin(town, order, undo)
    if len(town.rows["payments"]) % 10 == 0:
        _take_back(town, undo)


def _take_back(town: Town, back: Row) -> None:
    """Lay a reversal of what gave money back: it did not happen after all. Nothing is drawn for it."""
    town.lay(
        "payments",
        **back
        | {
            "payment_id": town.name("P"),
            "kind": "reversal",
            "original_payment_id": back["payment_id"],
            "state": "approved",
            "occurred_at": back["occurred_at"] + timedelta(minutes=1),
            "decided_at": back["occurred_at"] + timedelta(minutes=2),
        },
    )


def _cash_twin(town: Town, order: Row, undo: Row) -> None:
    """Lay the same basket once more, for cash, by the same hands."""
    order_id = town.name("O")
    placed = undo["occurred_at"] + town.pick(*(timedelta(minutes=m) for m in (0, 5, 15, 16)))
    for line in [x for x in town.rows["order_lines"] if x["order_id"] == order["order_id"]]:
        town.lay("order_lines", **(line | {"order_id": order_id}))
    again = {"order_id": order_id, "placed_at": placed, "closed_at": placed, "state": "paid", "request_id": None}
    town.lay("orders", **(order | again))
    _payment(
        town,
        order_id=order_id,
        kind="sale",
        tender="cash",
        amount_minor=order["total_minor"],
        currency=order["currency"],
        state="approved",
        occurred_at=placed,
        terminal_id=order["terminal_id"],
        operator_id=order["operator_id"],
    )
