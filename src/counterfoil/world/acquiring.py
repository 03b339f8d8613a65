"""What the acquirer's book says of a payment, as long as nothing went wrong between the two books."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, sheet
from counterfoil.world.words import RECORD_STATE, SOURCE

#: How a reference of theirs is made: from our payment, its request, its order, or by a system that we do not know.
OURS_PAYMENT, OURS_REQUEST, OURS_ORDER, OURS_FOREIGN = range(4)
#: How they name an original: by our payment's id, by their own number, or by something nobody knows.
ORIG_PAYMENT, ORIG_RECORD, ORIG_FOREIGN = range(3)


def echo(scene: Scene, payments: Sheet, *, nth: int = 0) -> Sheet:
    """Make the record that an acquirer has of each payment: its clock is right, ours is off by the till's skew."""
    pid, terminal = payments["pid"], payments["terminal"]
    eid = numbers.record(pid, nth)
    known_terminal = np.where(terminal == NULL, 0, terminal)
    true_time = payments["occurred"] - np.where(terminal == NULL, 0, scene.town.skew[known_terminal])
    return sheet(
        "records",
        payments["slot"],
        eid=eid,
        again=0,
        source=SOURCE["bill"],
        acquirer=payments["acquirer"],
        kind=payments["kind"],
        state=RECORD_STATE["succeeded"],
        amount=payments["amount"],
        occurred=true_time + scene.spell("to record", eid, 200, 4 * SECOND),
        ours_as=OURS_PAYMENT,
        ours=pid,
        orig_as=_where_known(payments["original"], ORIG_PAYMENT),
        orig=payments["original"],
        aref=eid,
        stan=payments["stan"],
        rrn=payments["rrn"],
        approval=payments["approval"],
        terminal=terminal,
        operator=payments["operator"],
        inst=payments["inst"],
        free=0,
        calm=0,
    )


def stray(records: Sheet, *, nth: int) -> Sheet:
    """Make records that answer to no payment of ours: another event, with numbers of its own and no echo of our id."""
    eid = records["eid"] + nth
    return records.set(
        eid=eid,
        aref=eid,
        ours_as=NULL,
        ours=NULL,
        stan=NULL,
        rrn=_where_known(records["rrn"], eid),
        approval=_where_known(records["approval"], eid),
        free=0,
    )


def _where_known(known: Ints, given: Ints | int) -> Ints:
    return np.where(known != NULL, given, NULL)
