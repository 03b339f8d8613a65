"""Every fault that the town knows: each scored diagnosis of the law, in the ways that it comes about."""

from __future__ import annotations

from counterfoil.world.faults import (
    duplicate_order,
    missing_slip,
    orphan_return,
    unconfirmed_delivery,
    void_mismatch,
)

FAULTS = (
    *unconfirmed_delivery.FAULTS,
    *duplicate_order.FAULTS,
    *void_mismatch.FAULTS,
    *missing_slip.FAULTS,
    *orphan_return.FAULTS,
)
