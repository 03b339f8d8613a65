"""Which slips there are of what: the paper side of an order, a payment or a return."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

#: A slip that the customer can hold or read.
HANDED_OUT = ("printed", "sent")


def slip_orders(slips: ir.Table, sales: ir.Table) -> ir.Table:
    """Return (merchant_id, order_id) of the slips' orders: named by the slip, or by the payment that it names."""
    direct = slips.filter(slips.order_id.notnull()).select("merchant_id", "order_id")
    indirect = slips.filter(slips.order_id.isnull() & slips.payment_id.notnull()).select("merchant_id", "payment_id")
    through = sales.semi_join(indirect, ["merchant_id", "payment_id"]).select("merchant_id", "order_id")
    return ibis.union(direct, through.filter(through.order_id.notnull()))


def handed_out(slips: ir.Table, kinds: list[str]) -> ir.Table:
    """Return the slips of some kinds that reached paper or a screen."""
    return slips.filter(slips.kind.isin(kinds) & slips.state.isin(list(HANDED_OUT)))
