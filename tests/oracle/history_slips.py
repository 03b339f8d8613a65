"""The slips and notices of a random history; some fail, some differ, some name nothing."""

from __future__ import annotations

from .history_town import Row, Town


def lay_slips_and_notices(town: Town) -> None:
    """Lay slips and notices of payments and orders; some fail, some differ, some name nothing."""
    orders = {order["order_id"]: order for order in town.rows["orders"]}
    for payment in list(town.rows["payments"]):
        if town.mostly(True, False):
            _slip(town, payment, orders.get(payment["order_id"]))
        if town.often(0.3):
            _notice(town, payment)
    for _ in range(3):
        moment = town.dice.choice(town.moments)
        stray: Row = {"payment_id": town.pick(None, "P0"), "order_id": town.any_of("orders", "order_id")}
        stray |= {"occurred_at": moment, "amount_minor": 500, "currency": "CNY"}
        _notice(town, stray)


def _slip(town: Town, payment: Row, order: Row | None) -> None:
    kinds = {"sale": "sale", "refund": town.pick("refund", "return"), "void": "void", "reversal": "void"}
    amount = payment["amount_minor"] if order is None or town.often(0.5) else order["total_minor"]
    for copy in range(town.pick(1, 1, 1, 2)):
        town.lay(
            "slips",
            slip_id=town.name("S"),
            order_id=town.pick(None, payment["order_id"], payment["order_id"]),
            payment_id=town.pick(None, payment["payment_id"]),
            return_id=town.pick(None, payment["return_id"]),
            kind=kinds[payment["kind"]],
            form=town.pick("paper", "electronic", "manual"),
            state=town.mostly("printed", "sent", "failed", "failed", "due", share=0.6),
            copy_no=copy,
            amount_minor=town.mostly(amount, None, 500),
            currency=town.pick(payment["currency"], payment["currency"], None),
            occurred_at=town.soon(payment["occurred_at"]),
        )


def _notice(town: Town, payment: Row) -> None:
    asked = payment.get("request_id")
    town.lay(
        "notices",
        notice_id=town.name("N"),
        origin="acquirer",
        channel="sms",
        says=town.pick("charged", "charged", "charged", "refunded"),
        state=town.pick("accepted", "delivered", "delivered", "queued", "failed"),
        order_id=town.pick(None, payment["order_id"], "O0"),
        payment_id=town.pick(None, payment["payment_id"], "P0"),
        our_reference=town.pick(None, None, payment["payment_id"], payment["order_id"], asked, "X1", "X3"),
        amount_minor=town.pick(None, payment["amount_minor"], payment["amount_minor"]),
        currency=town.pick(None, payment["currency"]),
        occurred_at=town.soon(payment["occurred_at"]),
    )
