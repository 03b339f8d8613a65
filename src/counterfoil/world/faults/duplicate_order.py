"""One purchase, two orders or two charges."""

from __future__ import annotations

import numpy as np

from counterfoil.world.acquiring import echo, stray
from counterfoil.world.calendar import MINUTE, SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, join
from counterfoil.world.tale import Fault, Needs, Tell, Tenders
from counterfoil.world.tales.paying import another, split_tender, without_acquirer
from counterfoil.world.truth import ORDER, PAYMENT, RECORD, guilty
from counterfoil.world.twins import at_terminal, next_terminal, twin
from counterfoil.world.words import ORDER_STATE, PAYMENT_STATE, RESPONSE, TENDER

_WINDOW_MS = 30 * MINUTE
#: Later than any clock skew makes of it, so that it is plain which of two charges is the payment's own.
_CLEARLY_LATER_MS = 3 * MINUTE
#: The same customer buys nothing else within two hours, so a replay stays well below that.
_REPLAY_MAX_MS = 80 * MINUTE


def replayed(scene: Scene, rows: Rows) -> Rows:
    """The till asked again with the same request id, and the server took the sale a second time."""
    later = scene.spell("replayed after", rows.orders["slot"], SECOND, _REPLAY_MAX_MS)
    first = rows.but(orders=rows.orders.set(request=rows.orders["oid"]))
    second = twin(first, later)
    return _double(first, second.but(orders=second.orders.set(request=first.orders["oid"])))


def replayed_without_slip(scene: Scene, rows: Rows) -> Rows:
    """The offline queue was sent twice; the second order was paid, and nobody printed anything for it."""
    later = scene.spell("sent again after", rows.orders["slot"], 2 * SECOND, MINUTE)
    first = rows.but(orders=rows.orders.set(request=rows.orders["oid"]))
    second = twin(first, later).without("slips", "notices")
    return _double(first, second.but(orders=second.orders.set(request=first.orders["oid"])))


def paid_twice(scene: Scene, rows: Rows) -> Rows:
    """The answer came late, the cashier charged the card again, and both charges stand on one order."""
    paid = rows.payments
    again = another(paid, 2, paid["occurred"] + scene.spell("charged again", paid["slot"], 20 * SECOND, 5 * MINUTE))
    records = join([rows.records, echo(scene, again)])
    told = rows.but(payments=join([paid, again]), records=records)
    return guilty(told, paid["slot"], PAYMENT, again["pid"], twin_as=PAYMENT, twin=paid["pid"])


def declined_but_charged_then_paid(scene: Scene, rows: Rows) -> Rows:
    """The device said declined while the acquirer took the money; the customer paid again."""
    paid = rows.payments
    tried = another(paid, 2, paid["occurred"] - 5 * SECOND)
    records = join([rows.records, echo(scene, tried)])
    refused = tried.set(state=PAYMENT_STATE["declined"], response=RESPONSE["91"])
    told = rows.but(payments=join([refused, paid]), records=records)
    return guilty(told, paid["slot"], PAYMENT, paid["pid"], twin_as=PAYMENT, twin=tried["pid"])


def split_and_paid_again(scene: Scene, rows: Rows) -> Rows:
    """Part was paid by voucher and the rest by card, and then the rest a second time."""
    told = split_tender(scene, rows)
    rest = told.payments.take(told.payments["acquirer"] != NULL)
    again = another(rest, 3, rest["occurred"] + 45 * SECOND)
    records = join([told.records, echo(scene, again)])
    told = told.but(payments=join([told.payments, again]), records=records)
    return guilty(told, rest["slot"], PAYMENT, again["pid"], twin_as=PAYMENT, twin=rest["pid"])


def charged_twice_for_one_reference(scene: Scene, rows: Rows) -> Rows:
    """We asked once, the acquirer charged twice under our own reference, and our book shows one payment."""
    record = rows.records
    later = scene.spell("second charge", record["slot"], _CLEARLY_LATER_MS, 8 * MINUTE)
    second = stray(record, nth=1).set(
        occurred=record["occurred"] + later, ours_as=record["ours_as"], ours=record["ours"]
    )
    return _leftover(rows.but(records=join([record, second])), second["eid"])


def charged_twice_on_one_card(scene: Scene, rows: Rows) -> Rows:
    """The terminal charged the same card twice within minutes; only one of the charges carries our reference."""
    record = rows.records
    later = scene.spell("second charge", record["slot"], 30 * SECOND, 28 * MINUTE)
    second = stray(record, nth=1).set(occurred=record["occurred"] + later)
    return _leftover(rows.but(records=join([record, second])), second["eid"])


def entered_at_two_tills(scene: Scene, rows: Rows) -> Rows:
    """Two cashiers served one customer, and each rang the order up at a till of their own."""
    second = twin(rows, _within(scene, rows))
    return _double(rows, at_terminal(second, next_terminal(rows.orders)))


def entered_at_two_tills_without_slip(scene: Scene, rows: Rows) -> Rows:
    """A second tab of the till sent the same sale from another terminal; no slip came of it."""
    second = twin(rows, _within(scene, rows)).without("slips", "notices")
    return _double(rows, at_terminal(second, next_terminal(rows.orders)))


def paid_and_left_open(scene: Scene, rows: Rows) -> Rows:
    """The till froze after the sale; it was rung up once more, and the second order was never paid."""
    second = twin(rows, _within(scene, rows))
    tried = second.payments.set(state=PAYMENT_STATE["declined"], response=RESPONSE["51"], rrn=NULL, approval=NULL)
    tried = tried.take(scene.chance.happens("tried", tried["slot"], 500_000))
    left = _left_open(second).but(payments=tried)
    return _double(rows, left)


def left_open_and_paid(scene: Scene, rows: Rows) -> Rows:
    """The first order hung before the payment; the second one was paid, and the first stayed open."""
    return _double(_left_open(rows), twin(rows, _within(scene, rows)))


def paid_and_hanging(scene: Scene, rows: Rows) -> Rows:
    """The sale was rung up once more, the second payment was begun, and nobody knows what became of it."""
    second = twin(rows, _within(scene, rows))
    begun = without_acquirer(second.payments).set(
        tender=TENDER["member_balance"], state=PAYMENT_STATE["intended"], decided=NULL
    )
    return _double(rows, _left_open(second).but(payments=begun))


def double_click(scene: Scene, rows: Rows) -> Rows:
    """The button was hit twice: two orders, two charges, two slips, seconds apart."""
    return _double(rows, twin(rows, scene.spell("second click", rows.orders["slot"], 700, 5 * SECOND)))


def charged_again(scene: Scene, rows: Rows) -> Rows:
    """After a time-out the whole sale was done again by the same card; no slip came of the second."""
    nameless = rows.but(orders=rows.orders.set(cust=NULL))
    return _double(nameless, twin(nameless, _within(scene, rows)).without("slips", "notices"))


def entered_without_terminal(scene: Scene, rows: Rows) -> Rows:
    """The offline sync brought the sale a second time, and lost which terminal it came from."""
    second = at_terminal(twin(rows, _within(scene, rows)), NULL)
    return _double(rows, second)


def _within(scene: Scene, rows: Rows) -> Ints:
    """How much later within the window; now and then exactly at its end, which still belongs to it."""
    slot = rows.orders["slot"]
    later = scene.spell("double after", slot, SECOND, _WINDOW_MS)
    return np.where(scene.chance.happens("at the edge", slot, 50_000), _WINDOW_MS, later)


def _double(first: Rows, second: Rows) -> Rows:
    orders, doubles = first.orders, second.orders
    return guilty(first.plus(second), orders["slot"], ORDER, doubles["oid"], twin_as=ORDER, twin=orders["oid"])


def _left_open(rows: Rows) -> Rows:
    orders = rows.orders.set(state=ORDER_STATE["open"], closed=NULL)
    return rows.but(orders=orders).without("payments", "records", "slips", "notices")


def _leftover(rows: Rows, eid: Ints) -> Rows:
    slot, claimant = rows.payments["slot"], rows.payments["pid"]
    return guilty(rows, slot, RECORD, eid, twin_as=PAYMENT, twin=claimant)


_KNOWN = Needs(known=True)
_KNOWN_CARD = Needs(known=True, tenders=Tenders.ACQUIRED)
_CARD = Needs(tenders=Tenders.ACQUIRED)


def _fault(diagnosis: str, tell: Tell, needs: Needs, *, adds: int = 1, age_min: int = 1) -> Fault:
    return Fault(
        exception="duplicate_order",
        diagnosis=diagnosis,
        way=tell.__name__,
        tell=tell,
        needs=needs,
        adds=adds,
        age_min=age_min,
    )


#: Where the acquirer's bill is part of the story, it must be there.
_BILLED = 5

FAULTS = (
    _fault("replayed_request", replayed, _KNOWN),
    _fault("replayed_request", replayed_without_slip, Needs()),
    _fault("one_order_two_payments", paid_twice, _CARD, adds=0, age_min=_BILLED),
    _fault("one_order_two_payments", declined_but_charged_then_paid, _CARD, adds=0, age_min=_BILLED),
    _fault("one_order_two_payments", split_and_paid_again, _CARD, adds=0, age_min=_BILLED),
    _fault("one_order_two_payments", charged_twice_for_one_reference, _CARD, adds=0, age_min=_BILLED),
    _fault("one_order_two_payments", charged_twice_on_one_card, _CARD, adds=0, age_min=_BILLED),
    _fault("double_entry", entered_at_two_tills, _KNOWN),
    _fault("double_entry", entered_at_two_tills_without_slip, _KNOWN_CARD),
    _fault("paid_and_unpaid", paid_and_left_open, _KNOWN_CARD),
    _fault("paid_and_unpaid", left_open_and_paid, _KNOWN),
    _fault("paid_and_unpaid", paid_and_hanging, _KNOWN),
    _fault("double_charge", double_click, _KNOWN),
    _fault("double_charge", charged_again, _CARD),
    _fault("double_charge", entered_without_terminal, _KNOWN),
)
