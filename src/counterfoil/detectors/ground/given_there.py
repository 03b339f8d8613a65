"""What the acquirer's own book says was given back: *given back there* (convention 10).

Of a sale record: succeeded undo or refund records that name it, or that the undo and refund payments of its
claimant claim, reach its amount. Each of them counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    from counterfoil.detectors.ground.lay import Ground

_SALE = ("merchant_id", "sale_id", "record_id", "currency", "moved_minor")


def given_back_there(ground: Ground) -> ir.Table:
    """Return (merchant_id, record_id) of the sale records that were given back there in full."""
    return ground.once("given_back_there", lambda: _given_back_there(ground))


def _given_back_there(ground: Ground) -> ir.Table:
    events, claims = ground.events, ground.claims
    moved = events.filter((events.kind != "sale") & (events.state == "succeeded")).select(
        "merchant_id", "record_id", "currency", moved_minor="amount_minor"
    )
    owners = claims.filter(claims.side == "sale").select(
        "merchant_id", original_payment_id="payment_id", sale_id="record_id"
    )
    named = moved.inner_join(ground.originals, ["merchant_id", "record_id"])
    by_record = named.filter(named.original_record_id.notnull()).mutate(sale_id=named.original_record_id)
    by_name = named.filter(named.original_record_id.isnull()).inner_join(owners, ["merchant_id", "original_payment_id"])
    own = ground.backs.filter(ground.backs.record_id.notnull()).select("merchant_id", "record_id", "original_payment_id")
    by_claim = moved.inner_join(own, ["merchant_id", "record_id"]).inner_join(
        owners, ["merchant_id", "original_payment_id"]
    )
    back = ibis.union(by_record.select(*_SALE), by_name.select(*_SALE), by_claim.select(*_SALE), distinct=True)
    sums = back.group_by(["merchant_id", "sale_id", "currency"]).agg(moved_minor=ibis._.moved_minor.sum())
    sales = events.filter(events.kind == "sale").select(
        "merchant_id", "currency", "amount_minor", sale_id="record_id"
    )
    reached = sums.inner_join(sales, ["merchant_id", "sale_id", "currency"])
    return reached.filter(reached.moved_minor >= reached.amount_minor).select("merchant_id", record_id="sale_id")
