"""Deliveries with a detour that came to a clean end."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import DAY, HOUR
from counterfoil.world.parcels import new_parcels, scan, scanned, travel
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join
from counterfoil.world.taking_back import goods_of, take_back
from counterfoil.world.words import CONFIRMED_BY, DISPUTE, PARCEL_STATE, RETURN_STATE

#: A detour takes so long at most; a younger order goes the ordinary way.
_DETOUR_MS = 12 * DAY


def came_back_and_refunded(scene: Scene, rows: Rows) -> Rows:
    """The parcel came back to the shop, and the customer got the money back."""
    told, rest = _old_enough(scene, rows)
    parcels = _first_parcels(told)
    steps = [("picked_up", HOUR, 8 * HOUR, None), ("in_transit", HOUR, DAY, None), ("returned", DAY, 2 * DAY, None)]
    scans, back_at = scan(scene, parcels, parcels["shipped"], steps)
    came_back = parcels.set(state=PARCEL_STATE["returned"], uploaded=parcels["shipped"] + HOUR)
    at = back_at + scene.spell("to give up", told.orders["slot"], HOUR, DAY)
    refunded = take_back(scene, told, goods_of(told), at, slow=True)
    return rest.plus(told.but(parcels=came_back, tracking=scans), refunded)


def lost_and_sent_again(scene: Scene, rows: Rows) -> Rows:
    """The carrier lost the parcel; the shop sent another, which arrives."""
    told, rest = _old_enough(scene, rows)
    parcels = _first_parcels(told)
    steps = [("picked_up", HOUR, 8 * HOUR, None), ("lost", DAY, 3 * DAY, None)]
    scans, lost_at = scan(scene, parcels, parcels["shipped"], steps)
    claims = take_back(scene, told, goods_of(told), lost_at + HOUR, slow=True)
    claimed = claims.returns.set(state=RETURN_STATE["reshipped"], received=NULL, restocked=NULL)
    sent = new_parcels(scene, told.orders, nth=1)
    shipped = lost_at + scene.spell("to send again", sent["kid"], 8 * HOUR, 40 * HOUR)
    sent = sent.set(shipped=shipped, uploaded=shipped + HOUR, promised=shipped + 6 * DAY)
    sent, again = travel(scene, sent)
    lost = parcels.set(state=PARCEL_STATE["lost"], uploaded=parcels["shipped"] + HOUR)
    told = told.but(parcels=join([lost, sent]), tracking=join([scans, again]))
    return rest.plus(told, Rows.of(returns=claimed, return_lines=claims.return_lines))


def waits_to_be_fetched(scene: Scene, rows: Rows) -> Rows:
    """The parcel waits at the carrier's station, and has been waiting for as long as one likes."""
    told, rest = _old_enough(scene, rows)
    parcels = _first_parcels(told).set(uploaded=_first_parcels(told)["shipped"] + HOUR)
    steps = [("picked_up", HOUR, 8 * HOUR, None), ("in_transit", HOUR, DAY, None)]
    scans, moment = scan(scene, parcels, parcels["shipped"], steps)
    waiting = scanned(scene, parcels, moment + 5 * HOUR, "ready_for_pickup")
    return rest.plus(told.but(parcels=parcels, tracking=join([scans, waiting])))


def disputed_and_settled(scene: Scene, rows: Rows) -> Rows:
    """Something was missing; the shop put it right, and then the customer confirmed the receipt."""
    confirmed = rows.parcels["confirmed"]
    settled = rows.parcels.set(
        dispute=np.where(confirmed == NULL, NULL, DISPUTE["missing_goods"]),
        disputed=np.where(confirmed == NULL, NULL, confirmed - 2 * HOUR),
        confirmed_by=np.where(confirmed == NULL, NULL, CONFIRMED_BY["customer"]),
    )
    return rows.but(parcels=settled)


def _old_enough(scene: Scene, rows: Rows) -> tuple[Rows, Rows]:
    old = rows.orders["closed"] <= scene.end - _DETOUR_MS
    return rows.where(old), rows.where(~old)


def _first_parcels(rows: Rows) -> Sheet:
    """The first parcel of each order as it was when it left; orders of a detour have no second one."""
    first = rows.parcels.take(rows.parcels["kid"] == numbers.parcel(rows.parcels["oid"]))
    nothing = dict.fromkeys(("delivered", "disputed", "dispute", "confirmed", "confirmed_by"), NULL)
    return first.set(state=PARCEL_STATE["shipped"], **nothing)
