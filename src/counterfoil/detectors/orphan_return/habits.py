"""Customers who bring back most of what they buy."""

from __future__ import annotations

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.calendar import moment
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.orphan_return.subjects import DONE, EXCEPTION


def serial_returners(ground: Ground) -> ir.Table:
    """Return customers with many done returns in the last days, and a large share of the bought value returned."""
    limits, as_of = ground.calendar.policy.serial_returner, ground.calendar.as_of
    since, until = moment(as_of - timedelta(days=limits.days)), moment(as_of)
    returns, orders = ground.books["returns"], ground.whole["orders"]
    own = ["merchant_id", "customer_key", "currency"]
    back = (
        returns.filter(
            returns.customer_key.notnull() & returns.state.isin(list(DONE)) & returns.requested_at.between(since, until)
        )
        .group_by(own)
        .agg(returns_n=ibis._.count(), returned_minor=ibis._.amount_minor.sum(), last_at=ibis._.requested_at.max())
    )
    often = back.filter(back.returns_n >= limits.count)
    bought = (
        orders.filter(orders.state.isin(["open", "paid"]) & orders.placed_at.between(since, until))
        .semi_join(often, own)
        .group_by(own)
        .agg(bought_minor=ibis._.total_minor.sum(), orders_n=ibis._.count())
    )
    joined = often.left_join(bought, own)
    both = joined.select(
        *often.columns, bought_minor=joined.bought_minor.fill_null(0), orders_n=joined.orders_n.fill_null(0)
    )
    # The share is compared in thousandths, so that no float comes near the money.
    share = round(limits.share * 1000)
    serial = both.filter(both.returned_minor * 1000 >= both.bought_minor * share)
    return core(
        serial,
        EXCEPTION,
        "serial_returner",
        subject=subject("customer", serial.customer_key),
        occurred_at="last_at",
        amount_at_risk_minor="returned_minor",
        currency="currency",
        other_minor="bought_minor",
        k="returns_n",
        n="orders_n",
    )
