"""What the acquirer's own book says was given back: *given back there* (convention 10).

Of a record: succeeded undo or refund records that name it, or that the undo and refund payments of its claimant
claim, reach its amount. Of a payment: the same, by the payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    from counterfoil.detectors.ground.lay import Ground


def _moves(ground: Ground) -> ir.Table:
    """Return (merchant_id, record_id, currency, moved_minor, original_record_id?, original_payment_id?), each once.

    Each succeeded undo or refund record, with the sale it means: by the payment of ours that claims it, else by
    the original that it names.
    """
    events = ground.events.filter((ground.events.kind != "sale") & (ground.events.state == "succeeded"))
    moved = events.select("merchant_id", "record_id", "currency", moved_minor="amount_minor")
    named = ground.originals.rename(named_record_id="original_record_id", named_payment_id="original_payment_id")
    with_named = moved.left_join(named, ["merchant_id", "record_id"]).drop("merchant_id_right", "record_id_right")
    own = ground.backs.filter(ground.backs.record_id.notnull() & ground.backs.original_payment_id.notnull()).select(
        "merchant_id", "record_id", own_payment_id="original_payment_id"
    )
    joined = with_named.left_join(own, ["merchant_id", "record_id"]).drop("merchant_id_right", "record_id_right")
    return joined.mutate(meant_payment_id=joined.own_payment_id.coalesce(joined.named_payment_id))


def given_back_records(ground: Ground) -> ir.Table:
    """Return (merchant_id, record_id) of the sale records that were given back there in full."""
    moves = _moves(ground)
    by_payment = moves.filter(moves.meant_payment_id.notnull())
    owners = ground.claims.filter(ground.claims.side == "sale").select(
        "merchant_id", meant_payment_id="payment_id", sale_id="record_id"
    )
    through = by_payment.inner_join(owners, ["merchant_id", "meant_payment_id"]).select(
        "merchant_id", "sale_id", "currency", "moved_minor"
    )
    leftover = moves.filter(moves.meant_payment_id.isnull() & moves.named_record_id.notnull()).select(
        "merchant_id", "currency", "moved_minor", sale_id="named_record_id"
    )
    sums = (
        ibis.union(through, leftover.select("merchant_id", "sale_id", "currency", "moved_minor"))
        .group_by(["merchant_id", "sale_id", "currency"])
        .agg(moved_minor=ibis._.moved_minor.sum())
    )
    sales = ground.events.filter(ground.events.kind == "sale").select(
        "merchant_id", "currency", "amount_minor", sale_id="record_id"
    )
    reached = sums.inner_join(sales, ["merchant_id", "sale_id", "currency"])
    return reached.filter(reached.moved_minor >= reached.amount_minor).select("merchant_id", record_id="sale_id")
