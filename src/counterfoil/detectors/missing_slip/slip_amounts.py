"""Slips whose amount is neither that of their payment nor that of their order or return."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.ground.slips import handed_out


def slip_amount_differs(ground: Ground, exception: str) -> ir.Table:
    """Return the sale, refund and return slips that say another amount than what they stand for."""
    found = [_sale_slips(ground), _return_slips(ground)]
    slips = ibis.union(*found)
    return core(
        slips,
        exception,
        "slip_amount_differs",
        subject=subject("slip", slips.slip_id),
        occurred_at="occurred_at",
        amount_at_risk_minor="difference_minor",
        other_minor="expected_minor",
        currency="known_currency",
        order_id="order_id",
        payment_id="payment_id",
        return_id="return_id",
        slip_id="slip_id",
        terminal_id="terminal_id",
    )


_SLIP = "merchant_id slip_id order_id payment_id return_id amount_minor currency occurred_at terminal_id".split()


def _originals(ground: Ground, kinds: list[str]) -> ir.Table:
    slips = handed_out(ground.books["slips"], kinds)
    return slips.filter((slips.copy_no == 0) & slips.amount_minor.notnull()).select(*_SLIP)


def _sale_slips(ground: Ground) -> ir.Table:
    """Sale slips against their order's total first, for most agree with it; the rest against their payment too."""
    totals = ground.books["orders"].select(
        "merchant_id", "order_id", other_minor="total_minor", other_currency="currency"
    )
    beside = _originals(ground, ["sale"]).left_join(totals, ["merchant_id", "order_id"])
    same_money = (beside.currency == beside.other_currency).fill_null(True)
    agrees = (beside.amount_minor == beside.other_minor).fill_null(False) & same_money
    odd = ground.bench.keep("odd_sale_slips", beside.filter(~agrees).select(*_SLIP))
    return _compared(_with_payment(odd, ground), totals, "order_id")


def _return_slips(ground: Ground) -> ir.Table:
    returns = ground.books["returns"].select(
        "merchant_id", "return_id", other_minor="amount_minor", other_currency="currency"
    )
    slips = _originals(ground, ["refund", "return"])
    return _compared(_with_payment(slips, ground), returns, "return_id")


def _with_payment(slips: ir.Table, ground: Ground) -> ir.Table:
    """Add the amount of the slip's payment, and the order and return that the payment names where the slip does not."""
    payments = ground.books["payments"].select(
        "merchant_id",
        "payment_id",
        paid_order_id="order_id",
        paid_return_id="return_id",
        paid_minor="amount_minor",
        paid_currency="currency",
    )
    joined = slips.left_join(payments, ["merchant_id", "payment_id"]).drop("merchant_id_right", "payment_id_right")
    return joined.mutate(
        order_id=joined.order_id.coalesce(joined.paid_order_id),
        return_id=joined.return_id.coalesce(joined.paid_return_id),
    ).drop("paid_order_id", "paid_return_id")


def _compared(slips: ir.Table, others: ir.Table, key: str) -> ir.Table:
    """Keep the slips that agree with nothing they can be compared with; in one currency only.

    The difference is to the payment, where that is known.
    """
    joined = slips.left_join(others, ["merchant_id", key]).drop("merchant_id_right", f"{key}_right")

    def expected(minor: str, currency: str) -> ir.IntegerValue:
        comparable = (joined.currency == joined[currency]).fill_null(True)
        return comparable.ifelse(joined[minor], ibis.null("int64"))

    paid, other = expected("paid_minor", "paid_currency"), expected("other_minor", "other_currency")
    expected_minor = paid.coalesce(other)
    differing = joined.filter((joined.amount_minor != expected_minor) & (joined.amount_minor != other).fill_null(True))
    return differing.select(
        *_SLIP,
        expected_minor=expected_minor,
        difference_minor=(joined.amount_minor - expected_minor).abs(),
        known_currency=joined.currency.coalesce(joined.paid_currency, joined.other_currency),
    )
