"""A sale was voided or reversed, and the two books do not agree that it was."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.acquiring import ORIG_PAYMENT, ORIG_RECORD, echo, stray
from counterfoil.world.calendar import MINUTE
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join
from counterfoil.world.tale import Fault, Needs, Tell, Tenders
from counterfoil.world.truth import PAYMENT, guilty
from counterfoil.world.voiding import void, void_slips, voided
from counterfoil.world.words import ORDER_STATE, PAYMENT_STATE, REASON, RECORD_KIND, RECORD_STATE


def void_never_arrived(scene: Scene, rows: Rows) -> Rows:
    """The till said voided; the acquirer never heard of it and keeps the customer's money."""
    undo = void(scene, rows.payments)
    return _blamed(_voided(rows, undo))


def void_refused(scene: Scene, rows: Rows) -> Rows:
    """The till said voided; the acquirer's book shows that the void failed."""
    undo = void(scene, rows.payments)
    refused = echo(scene, undo).set(state=RECORD_STATE["failed"])
    told = _voided(rows, undo)
    return _blamed(told.but(records=join([told.records, refused])))


def void_stuck(scene: Scene, rows: Rows) -> Rows:
    """Days later the acquirer's book still shows the void as pending."""
    undo = void(scene, rows.payments)
    stuck = echo(scene, undo).set(state=RECORD_STATE["pending"])
    told = _voided(rows, undo)
    return _blamed(told.but(records=join([told.records, stuck])))


def cancelled_but_kept(scene: Scene, rows: Rows) -> Rows:
    """The order was cancelled on the screen, and nobody thought of the money that had been taken for it."""
    cancelled = scene.chance.happens("cancelled, not voided", rows.orders["slot"], 500_000)
    state = np.where(cancelled, ORDER_STATE["cancelled"], ORDER_STATE["voided"])
    closed = rows.orders["closed"] + scene.spell("to cancel", rows.orders["slot"], MINUTE, 20 * MINUTE)
    return _blamed(rows.but(orders=rows.orders.set(state=state, closed=closed)))


def balance_void_unknown(scene: Scene, rows: Rows) -> Rows:
    """The member system did not answer when the sale was voided; nobody knows whether the points went back."""
    return _blamed(_undecided(scene, rows))


def void_just_unknown(scene: Scene, rows: Rows) -> Rows:
    """The acquirer did not answer when the sale was voided yesterday; its bill can say nothing of it yet."""
    return _blamed(_undecided(scene, rows))


def reversed_by_the_bank(scene: Scene, rows: Rows) -> Rows:
    """The network reversed the sale minutes after it, while our book thinks it paid, and the goods are gone."""
    later = scene.spell("reversed after", rows.orders["slot"], MINUTE, 40 * MINUTE)
    reversal = stray(rows.records, nth=1).set(
        kind=RECORD_KIND["reversal"],
        occurred=rows.records["occurred"] + later,
        orig_as=ORIG_PAYMENT,
        orig=rows.payments["pid"],
    )
    return _blamed(rows.but(records=join([rows.records, reversal])))


def refunded_by_the_acquirer(scene: Scene, rows: Rows) -> Rows:
    """Somebody refunded the sale in the acquirer's portal, and our book knows nothing of it."""
    later = scene.on_a_later_day("portal", rows.orders["slot"], rows.records["occurred"], 1, 3)
    back = stray(rows.records, nth=1).set(
        kind=RECORD_KIND["refund"], occurred=later, orig_as=ORIG_RECORD, orig=rows.records["eid"], terminal=NULL
    )
    return _blamed(rows.but(records=join([rows.records, back])))


def voided_next_day(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided the next day, when it had been settled: it should have been a refund."""
    next_day = scene.on_a_later_day("next day", rows.orders["slot"], rows.payments["decided"], 1, 1)
    undo = void(scene, rows.payments, after=next_day - rows.payments["decided"])
    undo = undo.set(bday=scene.calendar.first_epoch_day + scene.calendar.local_day(undo["occurred"]))
    return _blamed(_honoured(scene, rows, undo))


def nobody_authorised(scene: Scene, rows: Rows) -> Rows:
    """The cashier voided the sale without asking for a second person."""
    return _blamed(_honoured(scene, rows, void(scene, rows.payments).set(authoriser=NULL)))


def authorised_by_oneself(scene: Scene, rows: Rows) -> Rows:
    """The cashier voided the sale and typed in their own PIN as the second person's."""
    undo = void(scene, rows.payments)
    return _blamed(_honoured(scene, rows, undo.set(authoriser=undo["operator"])))


def no_reason(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided and no reason given."""
    return _blamed(_honoured(scene, rows, void(scene, rows.payments).set(reason=NULL)))


def blank_reason(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided, and the reason is a blank."""
    return _blamed(_honoured(scene, rows, void(scene, rows.payments).set(reason=REASON[" "])))


def _undecided(scene: Scene, rows: Rows) -> Rows:
    undo = void(scene, rows.payments)
    begun = scene.chance.happens("void only begun", undo["slot"], 400_000)
    state = np.where(begun, PAYMENT_STATE["intended"], PAYMENT_STATE["unknown"])
    undo = undo.set(state=state, decided=NULL, rrn=NULL, approval=NULL, response=NULL)
    return rows.but(payments=join([rows.payments, undo]))


def _honoured(scene: Scene, rows: Rows, undo: Sheet) -> Rows:
    told = _voided(rows, undo)
    return told.but(records=join([told.records, echo(scene, undo.take(undo["acquirer"] != NULL))]))


def _voided(rows: Rows, undo: Sheet) -> Rows:
    return rows.but(
        orders=voided(rows.orders, undo),
        payments=join([rows.payments, undo]),
        slips=join([rows.slips, void_slips(undo)]),
    )


def _blamed(rows: Rows) -> Rows:
    slot = rows.orders["slot"]
    return guilty(rows, slot, PAYMENT, numbers.payment(rows.orders["oid"]))


_CARD = Needs(tenders=Tenders.ACQUIRED)
#: Where the acquirer's bill is part of the story, it must be there, and nothing may come any more.
_BILLED = 6


def _fault(diagnosis: str, tell: Tell, needs: Needs, *, age_min: int = 1, age_max: int | None = None) -> Fault:
    return Fault(
        exception="void_mismatch",
        diagnosis=diagnosis,
        way=tell.__name__,
        tell=tell,
        needs=needs,
        age_min=age_min,
        age_max=age_max,
    )


FAULTS = (
    _fault("void_not_honoured", void_never_arrived, _CARD, age_min=_BILLED),
    _fault("void_not_honoured", void_refused, _CARD, age_min=_BILLED),
    _fault("void_not_honoured", void_stuck, _CARD, age_min=_BILLED),
    _fault("void_not_honoured", cancelled_but_kept, _CARD),
    _fault("void_unknown", balance_void_unknown, Needs(tenders=Tenders.BALANCE)),
    _fault("void_unknown", void_just_unknown, _CARD, age_min=1, age_max=2),
    _fault("phantom_reversal", reversed_by_the_bank, _CARD, age_min=_BILLED),
    _fault("phantom_reversal", refunded_by_the_acquirer, _CARD, age_min=9),
    _fault("void_after_settlement", voided_next_day, Needs(), age_min=2),
    _fault("void_without_authoriser", nobody_authorised, Needs()),
    _fault("void_without_authoriser", authorised_by_oneself, Needs()),
    _fault("void_without_reason", no_reason, Needs()),
    _fault("void_without_reason", blank_reason, Needs()),
)
