"""How a sale is taken back at the till: a void by hand, with reason and a second person, or an automatic reversal."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import MINUTE, SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, sheet
from counterfoil.world.words import ORDER_STATE, PAYMENT_KIND, REASON, SLIP_FORM, SLIP_KIND, SLIP_STATE

#: Why cashiers void, by how often.
_WHY = ("wrong tender", "wrong item", "customer changed mind", "balance too low", "slip of the finger")
_WHY_WEIGHTS = (25, 30, 25, 8, 12)


def void(scene: Scene, payments: Sheet, *, nth: int = 1, after: Ints | None = None) -> Sheet:
    """Void each payment some minutes later, on the same business day, as the shop's rules want it."""
    why = np.array([REASON[word] for word in _WHY], dtype=np.int64)
    return _undo(scene, payments, nth, after).set(
        kind=PAYMENT_KIND["void"],
        authoriser=scene.town.manager(payments["terminal"], payments["pid"]),
        reason=why[scene.chance.pick("why void", payments["pid"], _WHY_WEIGHTS)],
    )


def reverse(scene: Scene, payments: Sheet, *, nth: int = 1) -> Sheet:
    """Reverse each payment automatically, for the acquirer did not answer; the reversal has the sale's trace number."""
    soon = scene.spell("to reverse", payments["pid"], 20 * SECOND, 90 * SECOND)
    return _undo(scene, payments, nth, soon).set(
        kind=PAYMENT_KIND["reversal"], reason=REASON["no answer from acquirer"], stan=payments["stan"]
    )


def _undo(scene: Scene, payments: Sheet, nth: int, after: Ints | None) -> Sheet:
    pid = payments["pid"] + nth
    if after is None:
        after = scene.spell("to void", payments["pid"], MINUTE, 12 * MINUTE)
    occurred = payments["decided"] + after
    cashless = payments["request"] != NULL
    numbered = np.where(payments["stan"] != NULL, numbers.record(pid), NULL)
    return payments.set(
        pid=pid,
        original=payments["pid"],
        request=np.where(cashless, pid, NULL),
        occurred=occurred,
        decided=occurred + scene.spell("to decide void", pid, 300, 4 * SECOND),
        stan=numbered,
        rrn=numbered,
        approval=numbered,
    )


def voided(orders: Sheet, undo: Sheet) -> Sheet:
    """Close each order by its void."""
    return orders.set(state=ORDER_STATE["voided"], closed=undo["decided"])


def void_slips(undo: Sheet) -> Sheet:
    """Print the slip of each void."""
    return sheet(
        "slips",
        undo["slot"],
        sid=numbers.slip(undo["oid"], 6),
        oid=undo["oid"],
        pid=undo["pid"],
        kind=SLIP_KIND["void"],
        form=SLIP_FORM["paper"],
        state=SLIP_STATE["printed"],
        copy_no=0,
        amount=undo["amount"],
        occurred=undo["decided"] + 5 * SECOND,
        terminal=undo["terminal"],
    )
