"""Requests for the tests of the channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from counterfoil import clock
from counterfoil.books.payments.model import Kind, Tender
from counterfoil.books.payments.ports import Original, Presented, Request
from counterfoil.ids import MerchantId, PaymentId, StoreId, TerminalId, new_id


def fresh() -> PaymentId:
    """Return an id as the till makes it."""
    return PaymentId(new_id(clock.now()))


def a_sale(
    presented: Presented | None,
    *,
    payment_id: PaymentId | None = None,
    amount_minor: int = 1230,
    currency: str = "CNY",
    tender: Tender = Tender.WECHAT,
    at: datetime | None = None,
) -> Request:
    """Return a sale."""
    return Request(
        merchant_id=MerchantId("bakery"),
        payment_id=payment_id or fresh(),
        kind=Kind.SALE,
        tender=tender,
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=at or clock.now(),
        store_id=StoreId("main-street"),
        terminal_id=TerminalId("till-1"),
        presented=presented,
        subject="面包 Bread",
    )


def back(sale: Request, kind: Kind, *, amount_minor: int | None = None, reference: str | None = None) -> Request:
    """Return a void, a reversal or a refund of a sale."""
    return replace(
        sale,
        payment_id=fresh(),
        kind=kind,
        amount_minor=sale.amount_minor if amount_minor is None else amount_minor,
        presented=None,
        original=Original(
            payment_id=sale.payment_id,
            kind=sale.kind,
            amount_minor=sale.amount_minor,
            occurred_at=sale.occurred_at,
            acquirer_reference=reference,
        ),
        reason="customer_changed_mind",
    )


def asked_later(request: Request) -> Request:
    """Return a request as it is when it is asked about: what was presented is gone."""
    return replace(request, presented=None)
