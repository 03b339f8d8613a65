"""How the acquirers' book reaches the shop: bills, settlement files, webhooks, each with the references it has.

Some rows carry our payment's id, some only trace numbers, a few only amount and time; some events are told twice;
and the bill of some days is not there.
"""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.acquiring import OURS_ORDER, OURS_PAYMENT, OURS_REQUEST
from counterfoil.world.calendar import HOUR, MINUTE, SECOND
from counterfoil.world.chance import Bools, Ints
from counterfoil.world.ranking import nearest_gap
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, join, sheet
from counterfoil.world.words import (
    ACQUIRERS,
    ALIPAY,
    PAYMENT_KIND,
    RECORD_KIND,
    RECORD_STATE,
    SOURCE,
    UNIONPAY,
)

#: What a record has to be known by, of a hundred: our payment's id, its request, its order, RRN, approval code,
#: STAN and terminal, amount and time alone.
_BY_PAYMENT, _BY_REQUEST, _BY_ORDER, _BY_RRN, _BY_APPROVAL, _BY_STAN, _BY_AMOUNT = range(7)
_WALLET_WEIGHTS = (84, 6, 8, 0, 0, 0, 2)
_CARD_WEIGHTS = (40, 0, 0, 28, 12, 14, 6)
#: An equal amount within so long could be taken for the record's own payment; then it must be known otherwise.
_ALONE_MS = 25 * MINUTE
_WEBHOOKS_PER_MILLION, _SENT_AGAIN_PER_MILLION = 120_000, 100_000
_INQUIRIES_PER_MILLION = 10_000
_NAMELESS_PER_MILLION, _UNSOURCED_PER_MILLION = 30_000, 20_000
_FEE_HOUR = 12


def deliver_bills(scene: Scene, records: Sheet, payments: Sheet) -> Sheet:
    """Turn the events of the acquirers into the rows that the shop has of them."""
    known = _nameless(scene, _referred(scene, records, payments))
    bills = _there(scene, _unsourced(scene, known))
    return join([bills, _settled(scene, bills), *_told_at_once(scene, known)])


def daily_fees(scene: Scene, first_day: int, last_day: int) -> Sheet:
    """Make each acquirer's fee of each day, which stands in that day's bill and proves that it is there."""
    days = np.repeat(np.arange(first_day, last_day, dtype=np.int64), len(ACQUIRERS))
    acquirer = np.tile(np.arange(len(ACQUIRERS), dtype=np.int64), last_day - first_day)
    eid = numbers.FEE_RECORDS + days * len(ACQUIRERS) + acquirer
    fees = sheet(
        "records",
        np.full(len(eid), NULL, dtype=np.int64),
        eid=eid,
        again=0,
        source=SOURCE["bill"],
        acquirer=acquirer,
        kind=RECORD_KIND["fee"],
        state=RECORD_STATE["succeeded"],
        amount=100 + scene.chance.below("fee", eid, 9_000),
        occurred=scene.calendar.midnight(days) + _FEE_HOUR * HOUR,
        aref=eid,
    )
    return _there(scene, fees)


def _referred(scene: Scene, records: Sheet, payments: Sheet) -> Sheet:
    """Choose what each free record is known by; the others keep what their tale gave them."""
    eid = records["eid"]
    card = records["acquirer"] == UNIONPAY
    by_wallet = scene.chance.pick("known by", eid, _WALLET_WEIGHTS)
    by = np.where(card, scene.chance.pick("known by", eid, _CARD_WEIGHTS), by_wallet)
    free = (records["free"] == 1) & (records["kind"] == RECORD_KIND["sale"])
    by = np.where(free, by, _BY_PAYMENT)
    by, alone_in_town = _only_where_alone(records, payments, by)
    ours_as = np.select(
        [by == _BY_PAYMENT, by == _BY_REQUEST, by == _BY_ORDER],
        [records["ours_as"], OURS_REQUEST, OURS_ORDER],
        NULL,
    )
    ours = np.where(by == _BY_ORDER, numbers.order_of_payment(records["ours"]), records["ours"])
    keeps_numbers = (by == _BY_PAYMENT) | (by == _BY_RRN)
    return records.set(
        ours_as=ours_as,
        ours=np.where(ours_as == NULL, NULL, ours),
        rrn=np.where(keeps_numbers, records["rrn"], NULL),
        approval=np.where(keeps_numbers | (by == _BY_APPROVAL), records["approval"], NULL),
        stan=np.where((by == _BY_PAYMENT) | (by == _BY_STAN), records["stan"], NULL),
        inst=np.where(by == _BY_AMOUNT, NULL, records["inst"]),
        terminal=np.where((by == _BY_AMOUNT) & alone_in_town, NULL, records["terminal"]),
        operator=np.where(card, NULL, records["operator"]),
    )


def _only_where_alone(records: Sheet, payments: Sheet, by: Ints) -> tuple[Ints, Bools]:
    """Let a record be known by amount and time only where nothing else could be meant by it.

    Returns what each is known by, and whether even the terminal may be left out.
    """
    sales = payments.take((payments["kind"] == PAYMENT_KIND["sale"]) & (payments["acquirer"] != NULL))
    if not len(sales):
        return by, np.zeros(len(by), dtype=np.bool_)
    alike = sales["amount"] * len(ACQUIRERS) + sales["acquirer"]
    in_town = nearest_gap(sales["occurred"], alike) > _ALONE_MS
    at_till = nearest_gap(sales["occurred"], alike, sales["terminal"]) > _ALONE_MS
    order = np.argsort(sales["pid"])
    place = np.searchsorted(sales["pid"], records["ours"], sorter=order)
    own = order[np.minimum(place, len(order) - 1)]
    return np.where((by == _BY_AMOUNT) & ~at_till[own], _BY_PAYMENT, by), in_town[own]


def _nameless(scene: Scene, records: Sheet) -> Sheet:
    """Some wallet records carry our id and no number of the platform."""
    chosen = scene.chance.happens("nameless", records["eid"], _NAMELESS_PER_MILLION)
    chosen &= (records["ours_as"] == OURS_PAYMENT) & (records["acquirer"] == ALIPAY) & (records["free"] == 1)
    return records.set(aref=np.where(chosen, NULL, records["aref"]))


def _unsourced(scene: Scene, records: Sheet) -> Sheet:
    """Some files do not say what they are; the law reads them as bills."""
    chosen = scene.chance.happens("unsourced", records["eid"], _UNSOURCED_PER_MILLION) & (records["acquirer"] == ALIPAY)
    return records.set(source=np.where(chosen, NULL, records["source"]))


def _there(scene: Scene, records: Sheet) -> Sheet:
    """Leave out the rows of bills that are late or were never fetched."""
    day = scene.calendar.local_day(records["occurred"])
    return records.take(scene.bill_days.there(records["acquirer"], day) & (records["occurred"] <= scene.end))


def _settled(scene: Scene, bills: Sheet) -> Sheet:
    """The card acquirer's settlement file has each succeeded event again, settled on the next day."""
    money = (bills["acquirer"] == UNIONPAY) & (bills["state"] == RECORD_STATE["succeeded"])
    rows = bills.take(money & (bills["kind"] < RECORD_KIND["fee"]))
    day = scene.calendar.local_day(rows["occurred"])
    return rows.set(
        source=SOURCE["settlement"],
        settled=scene.calendar.first_epoch_day + day + 1,
        operator=NULL,
        terminal=np.where(scene.chance.happens("till unsaid", rows["eid"], 300_000), NULL, rows["terminal"]),
    )


def _told_at_once(scene: Scene, records: Sheet) -> list[Sheet]:
    """Wallets call back at once, now and then twice, whether or not a bill comes later; some events were asked for."""
    eid = records["eid"]
    money = (records["acquirer"] != UNIONPAY) & (records["kind"] < RECORD_KIND["fee"])
    money &= (records["occurred"] <= scene.end) & (records["state"] == RECORD_STATE["succeeded"])
    webhooks = _told(scene, records, money & scene.chance.happens("webhook", eid, _WEBHOOKS_PER_MILLION), "webhook")
    again = webhooks.take(scene.chance.happens("sent again", webhooks["eid"], _SENT_AGAIN_PER_MILLION))
    later = again["occurred"] + scene.spell("sent again after", again["eid"], SECOND, 90 * SECOND)
    again = again.set(again=1, occurred=later)
    inquiries = _told(scene, records, money & scene.chance.happens("asked", eid, _INQUIRIES_PER_MILLION), "inquiry")
    return [webhooks, again.take(later <= scene.end), inquiries]


def _told(scene: Scene, records: Sheet, chosen: Bools, source: str) -> Sheet:
    told = records.take(chosen)
    at = told["occurred"] + scene.spell(f"{source} after", told["eid"], 100, 2 * SECOND)
    return told.set(source=SOURCE[source], occurred=at, operator=NULL).take(at <= scene.end)
