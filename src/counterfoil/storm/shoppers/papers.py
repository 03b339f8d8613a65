"""What a till says of a purchase: the bodies of its requests. Pure; the time is handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from counterfoil.storm.plan.model import Means, Purchase
from counterfoil.storm.shop_map import CURRENCY

#: Of a split purchase the customer pays so much in cash, rounded down.
_CASH_SHARE_PERCENT = 40
#: Sixteen digits of a made-up card; each purchase has one of its own.
_CARD_PREFIX = 4_000_000_000_000_000
_CARDS_OF_A_SEED = 10_000_000
_EXPIRY = "3012"

Paper = dict[str, Any]


def cash(payment_id: str, amount_minor: int) -> Paper:
    """Return a tender in cash."""
    return {"payment_id": payment_id, "tender": "cash", "amount_minor": amount_minor, "handed_minor": amount_minor}


def card(payment_id: str, amount_minor: int) -> Paper:
    """Return a tender by card."""
    return {"payment_id": payment_id, "tender": "card", "amount_minor": amount_minor}


def presented(purchase: Purchase) -> Paper:
    """Return the customer's card."""
    number = _CARD_PREFIX + (purchase.seed % _CARDS_OF_A_SEED) * _CARDS_OF_A_SEED + purchase.number
    return {"entry": "chip", "number": str(number), "expiry": _EXPIRY}


def tenders_of(purchase: Purchase, order_id: str) -> list[Paper]:
    """Return what the customer offers at first."""
    first, total = purchase.payment_id(1, order_id=order_id), purchase.total_minor
    match purchase.means:
        case Means.CASH:
            return [cash(first, total)]
        case Means.CARD:
            return [card(first, total)]
        case Means.SPLIT:
            part = max(total * _CASH_SHARE_PERCENT // 100, 1)
            return [cash(f"{first}c", part), card(first, total - part)]


def sale_of(
    purchase: Purchase,
    *,
    placed_at: datetime,
    order_id: str | None = None,
    terminal_id: str | None = None,
    is_parked: bool = False,
) -> Paper:
    """Return the sale as the till tells it; the same on every retry."""
    name = order_id or purchase.order_id
    return {
        "order_id": name,
        # One press of one button, whatever order ids are made of it.
        "request_id": f"{name}-r",
        "store_id": purchase.store_id,
        "terminal_id": terminal_id or purchase.terminal_id,
        "operator_id": purchase.operator_id,
        "placed_at": placed_at.isoformat(),
        "currency": CURRENCY,
        "total_minor": purchase.total_minor,
        "parked": is_parked,
        "lines": [
            {
                "sku": line.sku,
                "quantity": str(line.quantity),
                "amount_minor": line.amount_minor,
                "unit_price_minor": line.price_minor,
                "list_price_minor": line.price_minor,
                "entry": "scanned",
            }
            for line in purchase.lines
        ],
        "tenders": [] if is_parked else tenders_of(purchase, name),
    }


def offer_of(purchase: Purchase, sale: Paper) -> Paper:
    """Return the body of an offer: the sale, and the card for each tender that needs it."""
    shown = {tender["payment_id"]: presented(purchase) for tender in sale["tenders"] if tender["tender"] == "card"}
    return {"sale": sale, "presented": shown}
