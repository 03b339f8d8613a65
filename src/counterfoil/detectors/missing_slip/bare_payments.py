"""Payments without a slip, where there is no orders book: then each approved payment answers for itself."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.ground.takings import standing_sales


def payments_without_slip(ground: Ground, exception: str, diagnosis: str) -> ir.Table:
    """Return approved sale payments that stand and of which no slip came out or even failed."""
    payments, calendar = ground.books["payments"], ground.calendar
    slips = ground.books["slips"].filter((ibis._.kind == "sale") & ibis._.state.isin(["printed", "sent", "failed"]))
    decided = payments.decided_at.coalesce(payments.occurred_at)
    due = payments.filter(
        (payments.kind == "sale") & (payments.state == "approved") & calendar.past(decided, calendar.policy.slip_within)
    )
    bare = due.anti_join(slips, ["merchant_id", "payment_id"]).anti_join(slips, ["merchant_id", "order_id"])
    names = ground.bench.keep("payments_without_slip", bare.select("merchant_id", "payment_id"))
    standing = standing_sales(ground.sales_of(names, "payment_id"), ground.backs)
    return core(
        standing.mutate(left_minor=standing.amount_minor - standing.own_given_minor),
        exception,
        diagnosis,
        subject=subject("payment", standing.payment_id),
        occurred_at="occurred_at",
        since="occurred_at",
        amount_at_risk_minor="left_minor",
        currency="currency",
        order_id="order_id",
        payment_id="payment_id",
        record_id="record_id",
    )
