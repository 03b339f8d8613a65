"""Money that went back twice, seen without any cap: on one return, or at the acquirer."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.second_refunds import second_refunds
from counterfoil.detectors.orphan_return.subjects import refund_findings

_DIAGNOSIS = "double_refund"


def doubled_in_return(ground: Ground) -> ir.Table:
    """The refunds of one return exceed its amount: the one at which their sum passes, from the second on."""
    backs = ground.backs
    refunds = backs.filter((backs.side == "refund") & (backs.given_minor > 0) & backs.return_id.notnull())
    amounts = ground.books["returns"].select("merchant_id", "return_id", "currency", return_minor="amount_minor")
    order = {"group_by": ["merchant_id", "return_id", "currency"], "order_by": ["ran_at", "payment_id"]}
    running = refunds.mutate(
        through_minor=refunds.given_minor.sum().over(**order, rows=(None, 0)), place=ibis.row_number().over(**order)
    ).filter(ibis._.place > 0)
    passing = running.inner_join(amounts, ["merchant_id", "return_id", "currency"]).filter(
        ibis._.through_minor > ibis._.return_minor
    )
    first = passing.mutate(
        passing_place=ibis.row_number().over(group_by=["merchant_id", "return_id"], order_by=["place", "currency"])
    ).filter(ibis._.passing_place == 0)
    return refund_findings(first, _DIAGNOSIS, branch="b", other_minor="return_minor")


def doubled_at_acquirer(ground: Ground) -> ir.Table:
    """A leftover refund of the acquirer's that equals a claimed one in original and amount."""
    second = second_refunds(ground).select(
        "merchant_id", "payment_id", second_minor="amount_minor", second_record_id="record_id"
    )
    found = ground.backs.inner_join(second, ["merchant_id", "payment_id"])
    return refund_findings(found, _DIAGNOSIS, branch="c", amount="second_minor", other_record_id="second_record_id")
