"""Under which name a return or a refund is reported (convention 12)."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.core import core, subject

EXCEPTION = "orphan_return"

#: A return whose goods or money came back, one way or another (convention 11).
DONE = ("received", "refunded", "exchanged", "reshipped", "closed")


def refund_subject(refunds: ir.Table) -> ir.StringValue:
    """`return:` where the refund names a return, else `payment:`."""
    return refunds.return_id.notnull().ifelse(
        ibis.literal("return:") + refunds.return_id, ibis.literal("payment:") + refunds.payment_id
    )


def refund_findings(
    refunds: ir.Table,
    diagnosis: str,
    *,
    branch: str | None = None,
    amount: str = "amount_minor",
    **columns: str | ir.Value,
) -> ir.Table:
    """Report refund payments; `refunds` has the columns of `Ground.backs`."""
    given = {name: name for name in ("operator_id", "terminal_id") if name in refunds.columns}
    return core(
        refunds,
        EXCEPTION,
        diagnosis,
        branch=branch,
        **{
            "subject": refund_subject(refunds),
            "occurred_at": "occurred_at",
            "amount_at_risk_minor": amount,
            "currency": "currency",
            "order_id": "home_order_id",
            "payment_id": "payment_id",
            "other_payment_id": "original_payment_id",
            "record_id": "record_id",
            "return_id": "return_id",
            **given,
            **columns,
        },
    )


def return_findings(
    returns: ir.Table,
    diagnosis: str,
    *,
    branch: str | None = None,
    amount: str = "amount_minor",
    **columns: str | ir.Value,
) -> ir.Table:
    """Report returns; `returns` has the columns of the returns book."""
    return core(
        returns,
        EXCEPTION,
        diagnosis,
        branch=branch,
        **{
            "subject": subject("return", returns.return_id),
            "occurred_at": "requested_at",
            "amount_at_risk_minor": amount,
            "currency": "currency",
            "order_id": "order_id",
            "return_id": "return_id",
            "operator_id": "operator_id",
            **columns,
        },
    )
