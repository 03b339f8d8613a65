"""The acquirer's side of a random history: rows of our payments, rows that nobody asked for, days with a bill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from .history_town import BEGIN, DAYS, INSTRUMENTS, TERMINALS, Row, Town


def lay_records(town: Town, payment: Row, *, share: float) -> None:
    """Lay what the acquirer's book says of a payment: none, one or several rows of several sources."""
    if payment["acquirer"] is None or not town.mostly(True, False, share=share):
        return
    number = town.mostly(f"N-{payment['payment_id']}", None, "N1")
    ours = town.mostly(payment["payment_id"], payment["request_id"], payment["order_id"], None, None, share=0.6)
    kind = payment["kind"]
    if kind in {"void", "reversal"}:
        kind = town.pick(kind, kind, "void", "reversal", "refund")
    amount = payment["amount_minor"] if town.often(0.9) else town.pick(500, 800, 1230)
    sources = town.mostly(
        ["bill"], ["webhook", "bill"], ["webhook", "webhook", "bill"], ["settlement", "bill"],
        ["webhook"], ["inquiry", "webhook"], ["settlement", "settlement"], [None, "inquiry"], ["bill", "bill"],
        share=0.35,
    )  # fmt: skip
    for source in sources:
        town.lay(
            "acquirer_records",
            record_id=town.name("R"),
            acquirer=payment["acquirer"],
            source=source,
            kind=kind,
            state=town.mostly("succeeded", "pending", "failed", share=0.85),
            amount_minor=amount if town.often(0.95) else town.pick(500, 800),
            currency=payment["currency"],
            occurred_at=town.mostly(payment["occurred_at"], town.near(payment["occurred_at"]), share=0.6),
            our_reference=ours if town.often(0.85) else None,
            original_reference=_original_name(town, payment),
            acquirer_reference=number,
            stan=town.pick(None, payment["stan"]),
            rrn=town.pick(None, payment["rrn"]),
            approval_code=town.pick(None, payment["approval_code"]),
            terminal_id=town.pick(None, payment["terminal_id"], payment["terminal_id"], "T2"),
            instrument_key=town.pick(None, payment["instrument_key"]),
            instrument_tail=town.pick(None, payment["instrument_tail"]),
        )


def _original_name(town: Town, payment: Row) -> str | None:
    """What an undo or a refund row calls its original: our id, the platform's number, a stranger, nothing."""
    original = payment["original_payment_id"]
    if payment["kind"] == "sale" or town.often(0.15):
        return None
    names: Sequence[str | None] = (original, original, original, f"N-{original}", "N1", "Q8", "X0")
    return town.dice.choice(names)


def lay_leftovers(town: Town, size: int) -> None:
    """Lay records that nobody asked for, second charges, and the days that have a bill."""
    for _ in range(size // 4):
        like = town.dice.choice(town.rows["acquirer_records"]) if town.rows["acquirer_records"] else None
        twin = like is not None and town.often(0.6)
        base: Row = dict(like) if like is not None and twin else {}
        base |= {
            "record_id": town.name("R"),
            "source": town.pick("bill", "bill", "webhook", None),
            "kind": town.pick("sale", "sale", "refund", "void", "chargeback") if not twin else base["kind"],
            "state": town.pick("succeeded", "succeeded", "succeeded", "pending", "failed"),
            "occurred_at": town.near(base["occurred_at"] if twin else town.dice.choice(town.moments)),
            "acquirer_reference": town.pick(None, "N2", town.name("N")),
        }
        if not twin:
            base |= {
                "acquirer": town.pick("wechat", "wechat", "alipay"),
                "amount_minor": town.pick(500, 800, 1230),
                "currency": "CNY",
                "our_reference": town.pick(None, "X1", "X2", town.any_of("orders", "order_id")),
                "original_reference": town.pick(None, "X0", town.any_of("payments", "payment_id")),
                "terminal_id": town.pick(*TERMINALS),
                "instrument_key": town.pick(*INSTRUMENTS),
            }
        town.lay("acquirer_records", **base)
    for acquirer in ("wechat", "alipay"):
        for day in range(-1, DAYS + 2):
            if town.often(0.6):
                _lay_fee(town, acquirer, BEGIN + timedelta(days=day, hours=12))


def _lay_fee(town: Town, acquirer: str, moment: datetime) -> None:
    town.lay(
        "acquirer_records",
        record_id=town.name("R"),
        acquirer=acquirer,
        source=town.pick("bill", "bill", "settlement", None, "webhook"),
        kind=town.pick("fee", "fee", "chargeback"),
        state="succeeded",
        amount_minor=7,
        currency="CNY",
        occurred_at=moment,
    )
