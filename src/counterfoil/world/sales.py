"""An ordinary sale in the five books: order, payment, the acquirer's record, slip and now and then a notice.

Every purchase begins as one of these; a tale then changes what happened differently.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.acquiring import echo
from counterfoil.world.baskets import fill_baskets, totals
from counterfoil.world.calendar import DAY, SECOND
from counterfoil.world.casting import PLAIN, Repertoire
from counterfoil.world.chance import Bools, Ints
from counterfoil.world.notices import charged, shipped
from counterfoil.world.parcels import send_parcels
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join, sheet
from counterfoil.world.town import INSTRUMENTS_PER_PERSON
from counterfoil.world.words import (
    FULFILMENT,
    ORDER_STATE,
    PAYMENT_KIND,
    PAYMENT_STATE,
    RESPONSE,
    SALES_CHANNEL,
    SLIP_FORM,
    SLIP_KIND,
    SLIP_STATE,
    UNIONPAY,
)

_PROMISE_MS = 6 * DAY
_REQUEST_IDS_PER_MILLION = 600_000


def ordinary_sales(scene: Scene, repertoire: Repertoire, visits: Sheet) -> Rows:
    """Sell to every visitor, once and without trouble."""
    tale = visits["tale"]
    lines = fill_baskets(
        scene,
        visits,
        lines_min=repertoire.column("lines_min")[tale],
        pieces_min=repertoire.column("pieces_min")[tale],
        extras=tale == PLAIN,
    )
    place_of_slot = np.searchsorted(visits["slot"], lines["slot"])
    total = totals(lines.set(slot=place_of_slot), 0, len(visits))
    payments = _payments(scene, visits, total)
    orders = _orders(scene, visits, total, payments["decided"])
    records = echo(scene, payments.take(payments["acquirer"] != NULL))
    free = repertoire.column("echoed")[tale] == 0
    records = records.set(free=free[np.searchsorted(visits["slot"], records["slot"])])
    parcels, tracking = send_parcels(scene, orders)
    return Rows.of(
        orders=orders,
        lines=lines,
        payments=payments,
        records=records,
        slips=sale_slips(scene, payments),
        notices=join([charged(scene, payments.take(tale == PLAIN)), shipped(scene, parcels)]),
        parcels=parcels,
        tracking=tracking,
    )


def _orders(scene: Scene, visits: Sheet, total: Ints, closed: Ints) -> Sheet:
    slot, chance = visits["slot"], scene.chance
    brought = visits["fulfil"] == FULFILMENT["delivery"]
    asked = (visits["channel"] != SALES_CHANNEL["till"]) | chance.happens("request id", slot, _REQUEST_IDS_PER_MILLION)
    return sheet(
        "orders",
        slot,
        oid=numbers.order(slot),
        store=visits["store"],
        terminal=visits["terminal"],
        operator=visits["operator"],
        placed=visits["placed"],
        closed=closed,
        bday=scene.calendar.first_epoch_day + visits["day"],
        state=ORDER_STATE["paid"],
        total=total,
        cust=_if(visits["shown"] == 1, visits["person"]),
        request=_if(asked, numbers.order(slot)),
        fulfil=visits["fulfil"],
        promised=_if(brought, visits["placed"] + _PROMISE_MS),
        address_ok=_if(brought & chance.happens("address", slot, 900_000), 1),
        channel=visits["channel"],
        training=_if(chance.happens("training", slot, 500_000), 0),
    )


def _payments(scene: Scene, visits: Sheet, total: Ints) -> Sheet:
    slot, chance, tender = visits["slot"], scene.chance, visits["tender"]
    cashless = visits["acquirer"] != NULL
    by_card = visits["acquirer"] == UNIONPAY
    pid = numbers.payment(numbers.order(slot))
    occurred = visits["placed"] + scene.spell("to pay", slot, 6 * SECOND, 40 * SECOND)
    return sheet(
        "payments",
        slot,
        pid=pid,
        oid=numbers.order(slot),
        kind=PAYMENT_KIND["sale"],
        tender=tender,
        amount=total,
        state=PAYMENT_STATE["approved"],
        occurred=occurred,
        decided=occurred + scene.spell("to decide", slot, 300, 6 * SECOND),
        bday=scene.calendar.first_epoch_day + visits["day"],
        request=_if(cashless | chance.happens("paid by request", slot, 300_000), pid),
        inst=_if(cashless, visits["person"] * INSTRUMENTS_PER_PERSON + tender),
        terminal=visits["terminal"],
        operator=visits["operator"],
        acquirer=visits["acquirer"],
        stan=_if(by_card, numbers.record(pid)),
        rrn=_if(by_card, numbers.record(pid)),
        approval=_if(by_card, numbers.record(pid)),
        response=_if(by_card, RESPONSE["00"]),
    )


def sale_slips(scene: Scene, payments: Sheet, *, nth: int = 0) -> Sheet:
    """Print or send the slip of each payment's order, for the payment's amount."""
    slot = payments["slot"]
    electronic = scene.chance.happens("e-slip", slot, 220_000)
    form = np.where(electronic, SLIP_FORM["electronic"], SLIP_FORM["paper"])
    invoice = scene.chance.happens("invoice", slot, 10_000)
    return sheet(
        "slips",
        slot,
        sid=numbers.slip(payments["oid"], nth),
        oid=payments["oid"],
        pid=_if(scene.chance.happens("slip names payment", slot, 500_000), payments["pid"]),
        kind=SLIP_KIND["sale"],
        form=np.where(invoice, SLIP_FORM["invoice"], form),
        state=np.where(electronic, SLIP_STATE["sent"], SLIP_STATE["printed"]),
        copy_no=0,
        amount=payments["amount"],
        occurred=payments["decided"] + scene.spell("to print", slot, 400, 25 * SECOND),
        terminal=payments["terminal"],
    )


def _if(condition: Bools, given: Ints | int) -> Ints:
    """Return the value where the condition holds, and null elsewhere."""
    return np.where(condition, given, NULL)
