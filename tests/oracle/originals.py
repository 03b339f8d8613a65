"""Returns, refunds and records that come back without the sale that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from .finding import Draft
from .ground import DONE_RETURN, LIVE, Ground
from .shelf import Fact

#: In the first days of a book the original may lie before its beginning.
FIRST_DAYS = timedelta(days=30)


def without_original(ground: Ground) -> Iterator[Draft]:
    """Yield `refund_without_order` for goods (a), our refunds (b) and their records (c)."""
    books = ground.has("orders") and ground.has("order_lines") and ground.has("return_lines")
    if books and ground.has("returns", "order_id"):
        for back in ground.returns.values():
            yield from _of_return(ground, back)
    if ground.has("payments", "return_id", "original_payment_id", "order_id"):
        for payment in ground.takings.payments:
            if payment.kind == "refund" and payment.state == "approved" and _is_from_nowhere(ground, payment):
                of_return = payment.return_id is not None
                subject = f"return:{payment.return_id}" if of_return else f"payment:{payment.payment_id}"
                yield _draft(ground, subject, payment.amount_minor, payment)
    if ground.has("acquirer_records", "original_reference"):
        for record in ground.claims.records:
            back_there = record.kind != "sale" and record.state == "succeeded"
            if back_there and ground.claims.is_leftover(record) and ground.claims.original_of(record) == (None, None):
                yield _draft(ground, f"acquirer_record:{record.record_id}", record.amount_minor, record)


def _is_from_nowhere(ground: Ground, refund: Fact) -> bool:
    """None of the three ids leads to a row; an id that leads into an absent book might."""
    if ground.takings.original(refund) is not None:
        return False
    for name, table, rows in (("return_id", "returns", ground.returns), ("order_id", "orders", ground.orders)):
        ident = getattr(refund, name)
        if ident is not None and (ident in rows or not ground.has(table)):
            return False
    return True


def _of_return(ground: Ground, back: Fact) -> Iterator[Draft]:
    """(a) Goods that this customer never bought here."""
    if back.state not in DONE_RETURN or back.order_id in ground.orders:
        return
    blind = back.amount_minor > ground.policy.blind_return_limit_minor
    unauthorised = ground.has("returns", "authoriser_id") and back.authoriser_id is None
    bought = _bought(ground, back)
    lines = [
        line for line in ground.baskets.back(back.return_id) if ground.baskets.is_goods(line) and line.sku not in bought
    ]
    if lines and (blind or unauthorised):
        has_key = back.customer_key is not None or back.instrument_key is not None
        amount = sum(line.amount_minor for line in lines)
        yield _draft(ground, f"return:{back.return_id}", amount, back, has_key=has_key)


def _bought(ground: Ground, back: Fact) -> set[str]:
    """Return the skus of live orders of this customer (else instrument) up to the return."""
    skus: set[str] = set()
    for order in ground.orders.values():
        if order.state not in LIVE or order.placed_at > back.requested_at:
            continue
        if back.customer_key is not None:
            theirs = order.customer_key == back.customer_key
        else:
            mine = [p for p in ground.takings.of_order(order.order_id) if p.kind == "sale"]
            theirs = back.instrument_key is not None and any(p.instrument_key == back.instrument_key for p in mine)
        if theirs:
            skus |= {line.sku for line in ground.baskets.sold(order.order_id)}
    return skus


def _draft(ground: Ground, subject: str, at_risk: int, row: Fact, *, has_key: bool = True) -> Draft:
    moment: datetime = getattr(row, "requested_at", None) or row.occurred_at
    early = _is_in_first_days(ground, moment)
    return Draft(
        diagnosis="refund_without_order",
        severity="info" if early or not has_key else "high",
        subject=subject,
        at_risk=at_risk,
        currency=row.currency,
    )


def _is_in_first_days(ground: Ground, moment: datetime) -> bool:
    """Also true where both books are absent, or empty: then nothing says that the original is missing."""
    moments = [order.placed_at for order in ground.orders.values()]
    moments += [payment.occurred_at for payment in ground.takings.payments]
    return not moments or moment <= min(moments) + FIRST_DAYS
