"""Customers who bring back most of what they buy; a habit, so `info`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from .finding import Draft
from .ground import DONE_RETURN, LIVE, Ground
from .shelf import Fact


def serial_returners(ground: Ground) -> Iterator[Draft]:
    """Yield each customer with enough done returns in the last days, and a large share of what was bought in them."""
    readable = ground.has("returns", "customer_key") and ground.has("orders", "customer_key")
    done = [r for r in ground.returns.values() if r.state in DONE_RETURN and r.customer_key is not None]
    for customer, currency in sorted({(r.customer_key, r.currency) for r in done}):
        theirs = [r for r in done if (r.customer_key, r.currency) == (customer, currency)]
        at_risk = _returned(ground, theirs, customer, currency)
        if readable and at_risk is not None:
            yield Draft(
                diagnosis="serial_returner",
                severity="info",
                subject=f"customer:{customer}",
                at_risk=at_risk,
                currency=currency,
            )


def _returned(ground: Ground, theirs: list[Fact], customer: str, currency: str) -> int | None:
    """Return the value returned in the days up to the as-of, where it is often enough and a large enough share."""
    limits, end = ground.policy.serial_returner, ground.shelf.as_of
    start = end - timedelta(days=limits.days)
    span = [r for r in theirs if start <= r.requested_at <= end]
    bought = sum(
        order.total_minor
        for order in ground.orders.values()
        if (order.customer_key, order.currency) == (customer, currency)
        and order.state in LIVE
        and start <= order.placed_at <= end
    )
    returned: int = sum(r.amount_minor for r in span)
    return returned if len(span) >= limits.count and returned >= Fraction(str(limits.share)) * bought else None
