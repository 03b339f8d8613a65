"""Refunds that the acquirer paid twice: a leftover refund record that equals a claimed one in original and amount.

To name the same original is to resolve to the same payment of ours. What our own refund says of its original
counts before what its record says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.calendar import apart

if TYPE_CHECKING:
    from counterfoil.detectors.ground.lay import Ground

_SAME = ("merchant_id", "original_payment_id", "amount_minor", "currency")


def second_refunds(ground: Ground) -> ir.Table:
    """Return (merchant_id, record_id, payment_id, amount_minor): each second refund with the claimant of the first."""
    return ground.once("second_refunds", lambda: _second_refunds(ground))


def _second_refunds(ground: Ground) -> ir.Table:
    left = ground.leftovers.filter((ground.leftovers.kind == "refund") & (ground.leftovers.state == "succeeded"))
    second = left.inner_join(ground.originals, ["merchant_id", "record_id"]).select(
        *_SAME, "record_id", second_at="occurred_at"
    )
    pairs = second.inner_join(_first_refunds(ground), list(_SAME))
    ranked = pairs.mutate(gap=apart(pairs.second_at, pairs.first_at))
    ranked = ranked.mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "record_id"], order_by=["gap", "first_at", "first_record_id"]
        )
    )
    return ranked.filter(ranked.place == 0).select("merchant_id", "record_id", "payment_id", "amount_minor")


def _first_refunds(ground: Ground) -> ir.Table:
    """Claimed refund records with the sale that they gave back; a void may have claimed one as well."""
    events, backs = ground.events, ground.backs
    paid = backs.filter((backs.record_state == "succeeded").fill_null(False)).select(
        "merchant_id",
        "payment_id",
        "record_id",
        own_id=backs.original_known.ifelse(backs.original_payment_id, ibis.null("string")),
    )
    refunds = events.filter(events.kind == "refund").select(
        "merchant_id", "record_id", "amount_minor", "currency", first_at="occurred_at"
    )
    named = ground.originals.select("merchant_id", "record_id", named_id="original_payment_id")
    joined = refunds.inner_join(paid, ["merchant_id", "record_id"]).left_join(named, ["merchant_id", "record_id"])
    return joined.select(
        "merchant_id",
        "payment_id",
        "amount_minor",
        "currency",
        "first_at",
        first_record_id="record_id",
        original_payment_id=joined.own_id.coalesce(joined.named_id),
    )
