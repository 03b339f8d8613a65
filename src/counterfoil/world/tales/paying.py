"""Ways to pay that are no fault: split tender, instalments, a second try, an answer that never came."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.acquiring import ORIG_PAYMENT, echo
from counterfoil.world.calendar import SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join
from counterfoil.world.voiding import reverse
from counterfoil.world.words import (
    LINE_KIND,
    ORDER_STATE,
    PAYMENT_KIND,
    PAYMENT_STATE,
    RECORD_KIND,
    RECORD_STATE,
    RESPONSE,
    TENDER,
)

_OWN_TENDERS = tuple(TENDER[name] for name in ("cash", "voucher", "member_balance"))


def split_tender(scene: Scene, rows: Rows) -> Rows:
    """Part was paid in cash, by voucher or from the member balance, and the rest through the acquirer."""
    paid = rows.payments
    part = paid["amount"] * (1 + scene.chance.below("part", paid["slot"], 6)) // 10
    own = np.array(_OWN_TENDERS, dtype=np.int64)[scene.chance.below("own tender", paid["slot"], len(_OWN_TENDERS))]
    first = without_acquirer(another(paid, 2, paid["occurred"] - 4 * SECOND)).set(tender=own, amount=part)
    rest = paid.set(amount=paid["amount"] - part)
    return rows.but(payments=join([first, rest]), records=echo(scene, rest))


def instalments(scene: Scene, rows: Rows) -> Rows:
    """A third at once, and a third every few days; the order stays open until the last one is paid."""
    paid = rows.payments
    third = paid["amount"] // 3
    second = scene.on_a_later_day("second rate", paid["slot"], paid["occurred"], 2, 6)
    third_at = scene.on_a_later_day("third rate", paid["slot"], second, 2, 6)
    rates = [
        paid.set(amount=paid["amount"] - 2 * third),
        _rate(scene, paid, 2, second, third),
        _rate(scene, paid, 3, third_at, third),
    ]
    happened = [rate.take(rate["decided"] <= scene.end) for rate in rates]
    done = rates[-1]["decided"] <= scene.end
    orders = rows.orders.set(
        state=np.where(done, ORDER_STATE["paid"], ORDER_STATE["open"]),
        closed=np.where(done, rates[-1]["decided"], NULL),
    )
    payments = join(happened)
    return rows.but(orders=orders, payments=payments, records=echo(scene, payments.take(payments["acquirer"] != NULL)))


def declined_first(scene: Scene, rows: Rows) -> Rows:
    """The first try was declined, the second went through; about half of the acquirers' books show the first too."""
    paid = rows.payments
    tried = another(paid, 2, paid["occurred"] - 5 * SECOND).set(
        state=PAYMENT_STATE["declined"], response=RESPONSE["51"], rrn=NULL, approval=NULL
    )
    shown = tried.take(scene.chance.happens("decline shown", tried["slot"], 500_000))
    failed = echo(scene, shown).set(state=RECORD_STATE["failed"])
    return rows.but(payments=join([tried, paid]), records=join([rows.records, failed]))


def reversed_and_paid_again(scene: Scene, rows: Rows) -> Rows:
    """No answer came; the till reversed the sale, the acquirer's book shows both, and the customer paid again."""
    unknown, reversal, again = _reversed(scene, rows)
    return _paid_again(rows, [unknown, reversal, again]).but(
        records=join([echo(scene, unknown), echo(scene, reversal), echo(scene, again)])
    )


def reversed_before_it_was_there(scene: Scene, rows: Rows) -> Rows:
    """No answer came; the till reversed the sale, which had never reached the acquirer, and the customer paid again."""
    unknown, reversal, again = _reversed(scene, rows)
    return _paid_again(rows, [unknown, reversal, again]).but(records=echo(scene, again))


def at_the_till(scene: Scene, rows: Rows) -> Rows:
    """The history ends while the customer still stands at the till; some have begun to pay."""
    begun = scene.chance.happens("begun to pay", rows.orders["slot"], 500_000)
    payments = rows.payments.take(begun).set(state=PAYMENT_STATE["intended"], decided=NULL, rrn=NULL, approval=NULL)
    return _unpaid(rows).but(payments=payments.set(response=NULL))


def parked(scene: Scene, rows: Rows) -> Rows:
    """The sale was parked, and nobody ever came back to pay for it."""
    return _unpaid(rows)


def cancelled_unpaid(scene: Scene, rows: Rows) -> Rows:
    """The order was cancelled before anything was paid; some customers' cards had been declined before."""
    declined = rows.payments.take(scene.chance.happens("declined before", rows.orders["slot"], 400_000))
    declined = declined.set(state=PAYMENT_STATE["declined"], response=RESPONSE["54"], rrn=NULL, approval=NULL)
    closed = rows.orders["closed"] + 40 * SECOND
    orders = rows.orders.set(state=ORDER_STATE["cancelled"], closed=closed)
    return _unpaid(rows).but(orders=orders, payments=declined)


def gift(scene: Scene, rows: Rows) -> Rows:
    """Everything was given away: the order is worth nothing, and nothing was paid."""
    lines = rows.lines.set(amount=0, kind=LINE_KIND["goods"])
    return rows.but(orders=rows.orders.set(total=0), lines=lines, slips=rows.slips.set(amount=0, pid=NULL)).without(
        "payments", "records", "notices"
    )


def training(scene: Scene, rows: Rows) -> Rows:
    """A new operator practised: no slip; some practice sales reached the acquirer, some were voided without anybody."""
    slot = rows.orders["slot"]
    seen = scene.chance.happens("practice seen", slot, 500_000)
    undone = scene.chance.happens("practice voided", slot, 300_000) & ~seen
    undo = rows.payments.take(undone)
    undo = reverse(scene, undo).set(kind=PAYMENT_KIND["void"], authoriser=NULL, reason=NULL)
    orders = rows.orders.set(training=1, state=np.where(undone, ORDER_STATE["voided"], ORDER_STATE["paid"]))
    records = rows.records.take(np.isin(rows.records["slot"], slot[seen]))
    return rows.but(orders=orders, payments=join([rows.payments, undo]), records=records).without("slips", "notices")


def charged_back(scene: Scene, rows: Rows) -> Rows:
    """The customer went to the bank, which took the money back days later."""
    sale = rows.records
    later = scene.on_a_later_day("chargeback", sale["slot"], sale["occurred"], 4, 20)
    eid = sale["eid"] + 2
    back = sale.set(
        eid=eid, aref=eid, kind=RECORD_KIND["chargeback"], occurred=later, ours_as=NULL, ours=NULL,
        orig_as=ORIG_PAYMENT, orig=sale["ours"], stan=NULL, rrn=NULL, approval=NULL,
    )  # fmt: skip
    return rows.but(records=join([sale, back.take(later <= scene.end)]))


def another(payments: Sheet, nth: int, occurred: Ints) -> Sheet:
    """Make one more payment of each payment's order, with numbers of its own."""
    pid = payments["pid"] + nth
    numbered = np.where(payments["stan"] == NULL, NULL, numbers.record(pid))
    return payments.set(
        pid=pid,
        request=np.where(payments["request"] == NULL, NULL, pid),
        occurred=occurred,
        decided=occurred + (payments["decided"] - payments["occurred"]),
        stan=numbered,
        rrn=numbered,
        approval=numbered,
    )


def without_acquirer(payments: Sheet) -> Sheet:
    """Pay by a tender of the shop's own, of which no acquirer knows."""
    nothing = dict.fromkeys(("acquirer", "inst", "stan", "rrn", "approval", "response", "request"), NULL)
    return payments.set(**nothing)


def _rate(scene: Scene, paid: Sheet, nth: int, at: Ints, amount: Ints) -> Sheet:
    bday = scene.calendar.first_epoch_day + scene.calendar.local_day(at)
    return another(paid, nth, at).set(amount=amount, bday=bday)


def _reversed(scene: Scene, rows: Rows) -> tuple[Sheet, Sheet, Sheet]:
    paid = rows.payments
    reversal = reverse(scene, paid)
    unknown = paid.set(state=PAYMENT_STATE["unknown"], decided=NULL, rrn=NULL, approval=NULL, response=NULL)
    again = another(paid, 2, reversal["decided"] + 30 * SECOND)
    return unknown, reversal, again


def _paid_again(rows: Rows, payments: list[Sheet]) -> Rows:
    decided = payments[-1]["decided"]
    return rows.but(
        orders=rows.orders.set(closed=decided),
        payments=join(payments),
        slips=rows.slips.set(pid=NULL, occurred=decided + 8 * SECOND),
    ).without("notices")


def _unpaid(rows: Rows) -> Rows:
    orders = rows.orders.set(state=ORDER_STATE["open"], closed=NULL)
    return rows.but(orders=orders).without("payments", "records", "slips", "notices", "parcels", "tracking")
