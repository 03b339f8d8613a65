"""The customer was charged or told so, and has no slip for it, or there is no order at all."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.acquiring import echo, stray
from counterfoil.world.calendar import SECOND
from counterfoil.world.notices import charge_notices
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, sheet
from counterfoil.world.taking_back import first_lines, on_time, take_back
from counterfoil.world.tale import Fault, Needs, Tell, Tenders
from counterfoil.world.tales.documents import failed_slips, printer_trouble
from counterfoil.world.truth import NOTICE, PAYMENT, RECORD, SLIP, guilty, guilty_orders
from counterfoil.world.words import (
    EVENT_KIND,
    EVENT_VALUE,
    ORDER_STATE,
    PAYMENT_STATE,
    RECORD_STATE,
    RESPONSE,
    SLIP_STATE,
)


def offline_and_lost(scene: Scene, rows: Rows) -> Rows:
    """The till sold while its line was down, and the sale was gone when it came back; the acquirer has the money."""
    told = _lost_but_charged(rows)
    records = told.records
    down = records["occurred"] - scene.spell("line down", records["slot"], SECOND, 3 * 60 * SECOND)
    up = records["occurred"] + scene.spell("line up", records["slot"], 60 * SECOND, 9 * 60 * SECOND)
    offline = sheet(
        "events",
        records["slot"],
        terminal=records["terminal"],
        occurred=down,
        until=up,
        kind=EVENT_KIND["network"],
        value=EVENT_VALUE["offline"],
    )
    return guilty(told.but(events=offline), records["slot"], RECORD, records["eid"])


def order_lost(scene: Scene, rows: Rows) -> Rows:
    """The acquirer has the money; the till crashed before the order reached any book of ours."""
    told = _lost_but_charged(rows)
    records = told.records.set(calm=1)
    return guilty(told.but(records=records), records["slot"], RECORD, records["eid"])


def declined_but_charged(scene: Scene, rows: Rows) -> Rows:
    """The device said declined and the customer left without the goods; the acquirer took the money."""
    paid = rows.payments.set(state=PAYMENT_STATE["declined"], response=RESPONSE["96"], rrn=NULL, approval=NULL)
    told = _open(rows).but(payments=paid, records=echo(scene, paid))
    return guilty(told, paid["slot"], RECORD, told.records["eid"])


def payment_without_order(scene: Scene, rows: Rows) -> Rows:
    """The slip was printed and the payment kept, but the order was lost when the till was switched off (case 26)."""
    told = _order_gone(rows)
    payments = told.payments.set(oid=NULL)
    slips = told.slips.set(oid=NULL, pid=payments["pid"])
    told = told.but(payments=payments, slips=slips)
    return guilty(told, payments["slot"], RECORD, told.records["eid"])


def payment_of_lost_order(scene: Scene, rows: Rows) -> Rows:
    """The payment names an order that never reached the server."""
    told = _order_gone(rows)
    told = told.but(slips=told.slips.set(pid=told.payments["pid"]))
    return guilty(told, told.payments["slot"], RECORD, told.records["eid"])


def no_answer(scene: Scene, rows: Rows) -> Rows:
    """The acquirer never answered, and its bill does not have the payment either."""
    return _hanging(rows, "unknown").without("records")


def no_answer_but_charged(scene: Scene, rows: Rows) -> Rows:
    """The acquirer never answered, but it did take the money."""
    told = _hanging(rows, "unknown")
    return told.but(records=echo(scene, told.payments))


def never_sent(scene: Scene, rows: Rows) -> Rows:
    """The payment was intended, and the till died before anything was decided."""
    return _hanging(rows, "intended").without("records")


def approved_but_missing(scene: Scene, rows: Rows) -> Rows:
    """The till printed approved; the acquirer's bill does not have it, and the goods are gone."""
    told = rows.without("records", "notices")
    return guilty(told, rows.payments["slot"], PAYMENT, rows.payments["pid"])


def approved_but_failed(scene: Scene, rows: Rows) -> Rows:
    """The till printed approved; the acquirer's bill says failed."""
    told = rows.but(records=rows.records.set(state=RECORD_STATE["failed"])).without("notices")
    return guilty(told, rows.payments["slot"], PAYMENT, rows.payments["pid"])


def charged_another_amount(scene: Scene, rows: Rows) -> Rows:
    """The amount was typed into the terminal by hand, and it is not the till's amount."""
    slot, amount = rows.payments["slot"], rows.records["amount"]
    more = scene.chance.happens("charged more", slot, 500_000)
    by = 1 + scene.chance.below("mistyped by", slot, 200)
    charged = np.where(more, amount + 100 * by, np.maximum(amount - by, 1))
    told = rows.but(records=rows.records.set(amount=charged))
    return guilty(told, slot, PAYMENT, rows.payments["pid"])


def told_but_declined(scene: Scene, rows: Rows) -> Rows:
    """The payment was declined, and the customer's phone says that they were charged."""
    declined = rows.payments.set(state=PAYMENT_STATE["declined"], response=RESPONSE["91"], rrn=NULL, approval=NULL)
    told = _open(rows).without("records").but(payments=declined, notices=charge_notices(scene, declined))
    return guilty(told, declined["slot"], PAYMENT, declined["pid"])


def told_without_payment(scene: Scene, rows: Rows) -> Rows:
    """The order was cancelled before any payment, and the customer was told that they were charged for it."""
    notices = charge_notices(scene, rows.payments)
    notices = notices.set(pid=NULL, oid=rows.orders["oid"])
    orders = rows.orders.set(state=ORDER_STATE["cancelled"])
    return guilty_orders(rows.without("payments", "records", "slips").but(orders=orders, notices=notices))


def told_of_nothing(scene: Scene, rows: Rows) -> Rows:
    """A message says that the customer was charged under a number that neither book knows."""
    notices = charge_notices(scene, rows.payments)
    notices = notices.set(nid=numbers.notice(rows.orders["oid"], 5), pid=NULL, oid=NULL, foreign=notices["nid"])
    return guilty(rows.plus(Rows.of(notices=notices)), rows.orders["slot"], NOTICE, notices["nid"])


def printer_failed(scene: Scene, rows: Rows) -> Rows:
    """The paper ran out, the cover was open or the cutter jammed, and nobody printed the slip again."""
    failed = failed_slips(scene, rows.slips)
    return guilty_orders(rows.but(slips=failed, events=printer_trouble(scene, failed)))


def never_printed(scene: Scene, rows: Rows) -> Rows:
    """Paid, and no slip was ever made."""
    return guilty_orders(rows.without("slips"))


def still_in_the_queue(scene: Scene, rows: Rows) -> Rows:
    """Paid, and the slip has been waiting in the printer's queue ever since."""
    due = scene.chance.happens("due", rows.slips["slot"], 500_000)
    state = np.where(due, SLIP_STATE["due"], SLIP_STATE["printing"])
    return guilty_orders(rows.but(slips=rows.slips.set(state=state)))


def slip_of_another_amount(scene: Scene, rows: Rows) -> Rows:
    """A price was corrected after the slip had been made up, and the slip shows the old total."""
    amount = rows.slips["amount"] + 10 * (1 + scene.chance.below("old total", rows.slips["slot"], 90))
    told = rows.but(slips=rows.slips.set(amount=amount))
    return guilty(told, rows.slips["slot"], SLIP, rows.slips["sid"])


def refund_slip_of_another_amount(scene: Scene, rows: Rows) -> Rows:
    """The refund's slip shows another amount than was given back."""
    back = take_back(scene, rows, first_lines(rows), on_time(scene, rows, "brought back"))
    slips = back.slips.set(amount=back.slips["amount"] + 100)
    told = rows.plus(back.but(slips=slips))
    return guilty(told, slips["slot"], SLIP, slips["sid"])


def _lost_but_charged(rows: Rows) -> Rows:
    """Keep only what the acquirer knows, under a reference that means nothing to us."""
    orders = rows.orders
    lost = sheet("lost", orders["slot"], oid=orders["oid"], placed=orders["placed"], bday=orders["bday"])
    return Rows.of(lost=lost, records=stray(rows.records, nth=0))


def _order_gone(rows: Rows) -> Rows:
    orders = rows.orders
    lost = sheet("lost", orders["slot"], oid=orders["oid"], placed=orders["placed"], bday=orders["bday"])
    return rows.but(lost=lost).without("orders", "lines", "notices")


def _open(rows: Rows) -> Rows:
    orders = rows.orders.set(state=ORDER_STATE["open"], closed=NULL)
    return rows.but(orders=orders).without("slips", "notices")


def _hanging(rows: Rows, state: str) -> Rows:
    payments: Sheet = rows.payments.set(
        state=PAYMENT_STATE[state], decided=NULL, rrn=NULL, approval=NULL, response=NULL
    )
    told = _open(rows).but(payments=payments)
    return guilty(told, payments["slot"], PAYMENT, payments["pid"])


_CARD = Needs(tenders=Tenders.ACQUIRED)
#: Where the acquirer's bill is part of the story, it must be there, and nothing may come any more.
_BILLED = 5
#: The law asks only within the span of this acquirer's payments; a small shop may have none for some days.
_LOST = 10
_REFUNDED = 15


def _fault(
    diagnosis: str, tell: Tell, needs: Needs, *, age_min: int = 1, since_start: int = 3, loses_order: bool = False
) -> Fault:
    return Fault(
        exception="missing_slip",
        diagnosis=diagnosis,
        way=tell.__name__,
        tell=tell,
        needs=needs,
        age_min=age_min,
        since_start=since_start,
        loses_order=loses_order,
    )


FAULTS = (
    _fault("offline_not_synced", offline_and_lost, _CARD, age_min=_LOST, since_start=_LOST, loses_order=True),
    _fault("charged_no_order", order_lost, _CARD, age_min=_LOST, since_start=_LOST, loses_order=True),
    _fault("charged_no_order", declined_but_charged, _CARD, age_min=_BILLED),
    _fault("charged_no_order", payment_without_order, _CARD, age_min=_BILLED, loses_order=True),
    _fault("charged_no_order", payment_of_lost_order, _CARD, age_min=_BILLED, loses_order=True),
    _fault("payment_unknown", no_answer, _CARD, age_min=_BILLED),
    _fault("payment_unknown", no_answer_but_charged, _CARD),
    _fault("payment_unknown", never_sent, _CARD),
    _fault("paid_not_charged", approved_but_missing, _CARD, age_min=_BILLED),
    _fault("paid_not_charged", approved_but_failed, _CARD, age_min=_BILLED),
    _fault("charged_amount_differs", charged_another_amount, _CARD, age_min=_BILLED),
    _fault("notified_not_paid", told_but_declined, _CARD),
    _fault("notified_not_paid", told_without_payment, _CARD),
    _fault("notified_not_paid", told_of_nothing, _CARD),
    _fault("slip_failed", printer_failed, Needs()),
    _fault("paid_no_slip", never_printed, Needs()),
    _fault("paid_no_slip", still_in_the_queue, Needs()),
    _fault("slip_amount_differs", slip_of_another_amount, Needs()),
    _fault("slip_amount_differs", refund_slip_of_another_amount, Needs(), age_min=_REFUNDED),
)
