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


def not_given_back_there(ground: Ground, name: str, records: ir.Table) -> ir.Table:
    """Keep of some sale records (merchant_id, record_id, currency, amount_minor, …) those not given back in full."""
    asked = ground.bench.keep(name, records)
    if ground.bench.is_empty(asked):
        return asked
    sales = asked.select("merchant_id", "currency", "amount_minor", sale_id="record_id")
    back = ground.bench.keep(f"{name}_given_back", _moves(ground, sales))
    sums = back.group_by(["merchant_id", "sale_id", "currency"]).agg(moved_minor=ibis._.moved_minor.sum())
    reached = sums.inner_join(sales, ["merchant_id", "sale_id", "currency"])
    full = reached.filter(reached.moved_minor >= reached.amount_minor)
    return asked.anti_join(full.select("merchant_id", record_id="sale_id"), ["merchant_id", "record_id"])


def _moves(ground: Ground, sales: ir.Table) -> ir.Table:
    """Return the undo and refund records that give some sale records back, each once, as `_SALE`."""
    events, claims = ground.events, ground.claims
    moved = events.filter((events.kind != "sale") & (events.state == "succeeded")).select(
        "merchant_id", "record_id", "currency", moved_minor="amount_minor"
    )
    owners = claims.select("merchant_id", original_payment_id="payment_id", sale_id="record_id").semi_join(
        sales, ["merchant_id", "sale_id"]
    )
    named = moved.inner_join(ground.originals, ["merchant_id", "record_id"])
    by_record = named.filter(named.original_record_id.notnull()).mutate(sale_id=ibis._.original_record_id)
    by_name = named.filter(named.original_record_id.isnull()).inner_join(owners, ["merchant_id", "original_payment_id"])
    own = ground.backs.filter(ground.backs.record_id.notnull()).select(
        "merchant_id", "record_id", "original_payment_id"
    )
    by_claim = moved.inner_join(own, ["merchant_id", "record_id"]).inner_join(
        owners, ["merchant_id", "original_payment_id"]
    )
    return ibis.union(
        by_record.semi_join(sales, ["merchant_id", "sale_id"]).select(*_SALE),
        by_name.select(*_SALE),
        by_claim.select(*_SALE),
        distinct=True,
    )
