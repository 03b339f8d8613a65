"""Voids as they should be: same day, with a reason and a second person, and known to the acquirer."""

from __future__ import annotations

from counterfoil.world.acquiring import OURS_FOREIGN, echo
from counterfoil.world.calendar import MINUTE
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join
from counterfoil.world.tales.paying import without_acquirer
from counterfoil.world.twins import twin
from counterfoil.world.voiding import void, void_slips, voided
from counterfoil.world.words import RECORD_KIND, TENDER


def voided_in_time(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided some minutes later, and the acquirer's book shows it."""
    undo = void(scene, rows.payments)
    shown = echo(scene, undo.take(undo["acquirer"] != NULL))
    return _voided(rows, undo).but(records=join([rows.records, shown]))


def voided_before_the_bill(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided so soon that the acquirer's bill shows neither of the two."""
    undo = void(scene, rows.payments)
    return _voided(rows, undo).without("records")


def voided_as_refund(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided, and the acquirer's book calls that a refund under a number of its own."""
    undo = void(scene, rows.payments)
    shown = echo(scene, undo).set(
        kind=RECORD_KIND["refund"], ours_as=OURS_FOREIGN, ours=undo["pid"], stan=NULL, rrn=NULL, approval=NULL
    )
    return _voided(rows, undo).but(records=join([rows.records, shown]))


def voided_and_sold_again(scene: Scene, rows: Rows) -> Rows:
    """The sale was voided, rung up again and paid by the same card."""
    later = scene.spell("sold again", rows.orders["slot"], 14 * MINUTE, 25 * MINUTE)
    return voided_in_time(scene, rows).plus(twin(rows, later))


def voided_then_cash(scene: Scene, rows: Rows) -> Rows:
    """The card sale was voided and rung up again in cash at once: mostly harmless, and worth a look."""
    later = scene.spell("cash again", rows.orders["slot"], 13 * MINUTE, 14 * MINUTE)
    again = twin(rows, later)
    cash = without_acquirer(again.payments).set(tender=TENDER["cash"])
    return voided_in_time(scene, rows).plus(again.but(payments=cash).without("records", "notices"))


def _voided(rows: Rows, undo: Sheet) -> Rows:
    return rows.but(
        orders=voided(rows.orders, undo),
        payments=join([rows.payments, undo]),
        slips=join([rows.slips, void_slips(undo)]),
    )
