"""Paid, but nobody ever confirmed that the goods arrived."""

from __future__ import annotations

import numpy as np

from counterfoil.world.calendar import DAY, HOUR, MINUTE
from counterfoil.world.chance import Ints
from counterfoil.world.parcels import Step, new_parcels, scan, scanned
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join
from counterfoil.world.tale import Fault, Needs, Tell
from counterfoil.world.truth import guilty_orders
from counterfoil.world.words import DISPUTE, PARCEL_STATE

_PICKED_UP: Step = ("picked_up", HOUR, 8 * HOUR, None)
_ON_THE_WAY: Step = ("in_transit", 4 * HOUR, 20 * HOUR, None)
_AT_THE_DOOR: Step = ("out_for_delivery", 4 * HOUR, 20 * HOUR, None)
_HANDED_OVER: Step = ("delivered", HOUR, 6 * HOUR, None)
_DELAYED_EVERY_MS = 50 * HOUR
_DELAYS_MAX = 8


def returned_to_sender(scene: Scene, rows: Rows) -> Rows:
    """Nobody opened the door, the carrier brought the parcel back to the shop, and there it lies, paid for."""
    parcels, scans, _ = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY, ("returned", DAY, 3 * DAY, None))
    noticed = scene.chance.happens("return noticed", parcels["kid"], 500_000)
    state = np.where(noticed, PARCEL_STATE["returned"], PARCEL_STATE["shipped"])
    return _delivered_like(rows, parcels.set(state=state), scans)


def lost(scene: Scene, rows: Rows) -> Rows:
    """The carrier says that it has lost the parcel, or the shop has given it up."""
    parcels, scans, lost_at = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY)
    said = scene.chance.happens("loss said", parcels["kid"], 500_000)
    saying = scanned(scene, parcels, lost_at + DAY, "lost").take(said)
    state = np.where(said, PARCEL_STATE["shipped"], PARCEL_STATE["lost"])
    return _delivered_like(rows, parcels.set(state=state), join([scans, saying]))


def wrong_goods(scene: Scene, rows: Rows) -> Rows:
    """The parcel came, with the wrong goods in it, with too few, or with broken ones, and the customer said so."""
    kinds = np.array([DISPUTE[word] for word in ("wrong_goods", "missing_goods", "damaged", "other")], dtype=np.int64)
    parcels, scans = _handed_over(scene, rows)
    kind = kinds[scene.chance.below("dispute", parcels["kid"], len(kinds))]
    return _delivered_like(rows, _disputed(scene, parcels, kind), scans)


def receipt_disputed(scene: Scene, rows: Rows) -> Rows:
    """The carrier says delivered, the customer says that nothing came."""
    parcels, scans = _handed_over(scene, rows)
    return _delivered_like(rows, _disputed(scene, parcels, DISPUTE["not_received"]), scans)


def bad_address(scene: Scene, rows: Rows) -> Rows:
    """The address had been found wanting when the order was taken, and the parcel was sent all the same."""
    parcels, scans, _ = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY)
    return _delivered_like(rows.but(orders=rows.orders.set(address_ok=0)), parcels, scans)


def address_not_found(scene: Scene, rows: Rows) -> Rows:
    """The driver stood in the right street and found no such number."""
    parcels, scans, moment = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY)
    held = scene.chance.happens("held for address", parcels["kid"], 500_000)
    status = np.where(held, "on_hold", "delivery_failed")
    stuck = [
        scanned(scene, parcels, moment + 5 * HOUR, word, "consignee_address_incomplete").take(status == word)
        for word in ("on_hold", "delivery_failed")
    ]
    return _delivered_like(rows, parcels, join([scans, *stuck]))


def delivery_failed(scene: Scene, rows: Rows) -> Rows:
    """Nobody was at home, and the carrier never tried again."""
    parcels, scans, _ = _sent(
        scene, rows, _PICKED_UP, _ON_THE_WAY, _AT_THE_DOOR, ("delivery_failed", HOUR, 5 * HOUR, None)
    )
    return _delivered_like(rows, parcels, scans)


def status_not_synced(scene: Scene, rows: Rows) -> Rows:
    """The carrier delivered, but its message never reached our book, which still says shipped."""
    parcels, scans, _ = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY, _AT_THE_DOOR, _HANDED_OVER)
    return _delivered_like(rows, parcels, scans)


def delivered_unconfirmed(scene: Scene, rows: Rows) -> Rows:
    """Delivered more than a week ago; the customer never pressed the button, and nobody asked."""
    parcels, scans = _handed_over(scene, rows)
    return _delivered_like(rows, parcels, scans)


def not_uploaded(scene: Scene, rows: Rows) -> Rows:
    """Shipped, but nobody uploaded the shipping data, and the carrier has not scanned the parcel."""
    parcels, _, _ = _sent(scene, rows, _PICKED_UP)
    return _delivered_like(rows, parcels.set(uploaded=NULL), rows.tracking.part(0, 0))


def without_number(scene: Scene, rows: Rows) -> Rows:
    """Shipped, but the tracking number was never entered, so that no scan could find its way to us."""
    parcels, _, _ = _sent(scene, rows, _PICKED_UP)
    return _delivered_like(rows, parcels.set(tracking=NULL), rows.tracking.part(0, 0))


def stalled(scene: Scene, rows: Rows) -> Rows:
    """Scanned in the hub, and never again."""
    parcels, scans, _ = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY)
    return _delivered_like(rows, parcels, scans)


def late_from_the_shop(scene: Scene, rows: Rows) -> Rows:
    """The order lay in the back room for weeks, was sent the day before yesterday, and is on its way, far too late."""
    parcels = _in_the_shop(scene, rows)
    shipped = scene.end - scene.spell("sent at last", parcels["kid"], 30 * HOUR, 60 * HOUR)
    parcels = parcels.set(shipped=shipped, uploaded=shipped + HOUR, promised=NULL)
    scans, _ = scan(scene, parcels, shipped, [_PICKED_UP, ("in_transit", HOUR, 8 * HOUR, None)])
    return _delivered_like(rows, parcels, scans)


def late_at_the_carrier(scene: Scene, rows: Rows) -> Rows:
    """The carrier scans the parcel every other day, always with another delay; the promise is long past."""
    parcels, scans, moment = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY)
    delays = [scanned(scene, parcels, moment, "delivery_delayed", "carrier_capacity").part(0, 0)]
    for _ in range(_DELAYS_MAX):
        moment = moment + _DELAYED_EVERY_MS
        delay = scanned(scene, parcels, moment, "delivery_delayed", "carrier_capacity")
        delays.append(delay.take(moment <= scene.end))
    return _delivered_like(rows, parcels.set(promised=NULL), join([scans, *delays]))


def not_shipped(scene: Scene, rows: Rows) -> Rows:
    """Paid days ago; a label was printed at best, and the goods never left the shop."""
    parcels = _in_the_shop(scene, rows)
    labelled = parcels.take(scene.chance.happens("labelled", parcels["kid"], 500_000))
    return _delivered_like(rows, labelled, rows.tracking.part(0, 0))


def _in_the_shop(scene: Scene, rows: Rows) -> Sheet:
    nothing = dict.fromkeys(("shipped", "uploaded", "tracking", "promised"), NULL)
    return (
        new_parcels(scene, rows.orders)
        .set(state=PARCEL_STATE["created"], **nothing)
        .set(tracking=new_parcels(scene, rows.orders)["kid"])
    )


def _sent(scene: Scene, rows: Rows, *steps: Step) -> tuple[Sheet, Sheet, Ints]:
    """Send a parcel for each order and scan it step by step; nobody has received it yet."""
    parcels = new_parcels(scene, rows.orders)
    scans, moment = scan(scene, parcels, parcels["shipped"], steps)
    return parcels, scans, moment


def _handed_over(scene: Scene, rows: Rows) -> tuple[Sheet, Sheet]:
    parcels, scans, moment = _sent(scene, rows, _PICKED_UP, _ON_THE_WAY, _AT_THE_DOOR, _HANDED_OVER)
    return parcels.set(state=PARCEL_STATE["delivered"], delivered=moment + MINUTE), scans


def _disputed(scene: Scene, parcels: Sheet, kind: Ints | int) -> Sheet:
    at = parcels["delivered"] + scene.spell("to dispute", parcels["kid"], HOUR, DAY)
    confirmed = scene.chance.happens("confirmed first", parcels["kid"], 200_000)
    return parcels.set(
        dispute=kind,
        disputed=at,
        state=np.where(confirmed, PARCEL_STATE["confirmed"], PARCEL_STATE["delivered"]),
        confirmed=np.where(confirmed, at - 10 * MINUTE, NULL),
        confirmed_by=np.where(confirmed, 0, NULL),
    )


def _delivered_like(rows: Rows, parcels: Sheet, scans: Sheet) -> Rows:
    shipped = rows.notices["pid"] != NULL
    return guilty_orders(rows.but(parcels=parcels, tracking=scans, notices=rows.notices.take(shipped)))


def _fault(diagnosis: str, tell: Tell, age_min: int, age_max: int | None = None) -> Fault:
    return Fault(
        exception="unconfirmed_delivery",
        diagnosis=diagnosis,
        way=tell.__name__,
        tell=tell,
        needs=Needs(delivery=True, echoed=False),
        age_min=age_min,
        age_max=age_max,
    )


FAULTS = (
    _fault("returned_to_sender", returned_to_sender, 9),
    _fault("lost", lost, 9),
    _fault("wrong_goods", wrong_goods, 9),
    _fault("receipt_disputed", receipt_disputed, 9),
    _fault("bad_address", bad_address, 5),
    _fault("bad_address", address_not_found, 6),
    _fault("delivery_failed", delivery_failed, 8),
    _fault("status_not_synced", status_not_synced, 7),
    _fault("delivered_unconfirmed", delivered_unconfirmed, 14),
    _fault("tracking_missing", not_uploaded, 5),
    _fault("tracking_missing", without_number, 5),
    _fault("stalled", stalled, 9),
    _fault("late", late_from_the_shop, 12),
    _fault("late", late_at_the_carrier, 11, 16),
    _fault("not_shipped", not_shipped, 4),
)
