"""How goods are brought: parcels and the scans of their carriers, as far as they have come when the history ends.

Every span here stays within the default policy (shipped within 48 h, never 72 h without a scan, confirmed within
7 days), so that an ordinary delivery is clean at whatever moment one looks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import DAY, HOUR, MINUTE
from counterfoil.world.chance import Bools, Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, join, sheet
from counterfoil.world.words import (
    CARRIERS,
    CONFIRMED_BY,
    FULFILMENT,
    PARCEL_STATE,
    PLACES,
    STATUS,
    TRACKING_REASON,
)

#: What is scanned, after how long at least and at most, and of which parcels (None: of all).
Step = tuple[str, int, int, Bools | None]

_PROMISE_MS = 6 * DAY
_SECOND_PARCELS_PER_MILLION = 50_000
_PICKUP_PARCELS_PER_MILLION = 200_000
_FAILED_FIRST_PER_MILLION = 60_000
_HELD_PER_MILLION = 30_000


def send_parcels(scene: Scene, orders: Sheet) -> tuple[Sheet, Sheet]:
    """Send what is to be delivered, and a few parcels to be picked up; return the parcels and their scans."""
    chance = scene.chance
    brought = orders["fulfil"] == FULFILMENT["delivery"]
    fetched = orders["fulfil"] == FULFILMENT["pickup"]
    fetched &= chance.happens("pickup by parcel", orders["slot"], _PICKUP_PARCELS_PER_MILLION)
    by_parcel = orders.take(brought | fetched)
    second = by_parcel.take(chance.happens("second parcel", by_parcel["slot"], _SECOND_PARCELS_PER_MILLION))
    parcels = join([new_parcels(scene, by_parcel), new_parcels(scene, second, nth=1)])
    return travel(scene, parcels)


def new_parcels(scene: Scene, orders: Sheet, *, nth: int = 0) -> Sheet:
    """Pack a parcel for each order; nothing has happened to it but that it was shipped in time."""
    kid = numbers.parcel(orders["oid"], nth)
    shipped = orders["closed"] + scene.spell("to ship", kid, 2 * HOUR, 40 * HOUR)
    return sheet(
        "parcels",
        orders["slot"],
        kid=kid,
        oid=orders["oid"],
        carrier=scene.chance.below("carrier", kid, len(CARRIERS)),
        tracking=kid,
        shipped=shipped,
        uploaded=shipped + scene.spell("to upload", kid, 5 * MINUTE, 6 * HOUR),
        promised=np.where(scene.chance.happens("parcel promise", kid, 500_000), orders["closed"] + _PROMISE_MS, NULL),
        state=PARCEL_STATE["shipped"],
    )


def travel(scene: Scene, parcels: Sheet) -> tuple[Sheet, Sheet]:
    """Bring each parcel to its customer and let them confirm it, as far as that has come at the end."""
    kid, chance = parcels["kid"], scene.chance
    failed = chance.happens("failed first", kid, _FAILED_FIRST_PER_MILLION)
    held = chance.happens("held", kid, _HELD_PER_MILLION)
    steps: list[Step] = [
        ("picked_up", 1 * HOUR, 8 * HOUR, None),
        ("in_transit", 4 * HOUR, 30 * HOUR, None),
        ("on_hold", 1 * HOUR, 8 * HOUR, held),
        ("out_for_delivery", 4 * HOUR, 36 * HOUR, None),
        ("delivery_failed", 1 * HOUR, 4 * HOUR, failed),
        ("out_for_delivery", 12 * HOUR, 23 * HOUR, failed),
        ("delivered", 1 * HOUR, 6 * HOUR, None),
    ]
    scans, brought = scan(scene, parcels, parcels["shipped"], steps)
    synced = brought + scene.spell("to sync", kid, 10_000, 90 * MINUTE)
    confirmed = synced + scene.spell("to confirm", kid, 3 * HOUR, 6 * DAY)
    by = chance.pick("confirmed by", kid, (70, 25, 5))
    state = np.select(
        [confirmed <= scene.end, synced <= scene.end, parcels["shipped"] <= scene.end],
        [PARCEL_STATE["confirmed"], PARCEL_STATE["delivered"], PARCEL_STATE["shipped"]],
        PARCEL_STATE["created"],
    )
    arrived = parcels.set(
        state=state,
        shipped=scene.until_the_end(parcels["shipped"]),
        uploaded=scene.until_the_end(parcels["uploaded"]),
        delivered=np.where(synced <= scene.end, brought, NULL),
        confirmed=scene.until_the_end(confirmed),
        confirmed_by=np.where(confirmed <= scene.end, by % len(CONFIRMED_BY), NULL),
    )
    return arrived, scans


def scan(scene: Scene, parcels: Sheet, start: Ints, steps: Sequence[Step]) -> tuple[Sheet, Ints]:
    """Scan each parcel step by step.

    Returns the scans that lie before the end of the history, and the moment of the last step.
    """
    moment, scans = start, []
    for nth, (status, low, high, some) in enumerate(steps):
        later = moment + scene.spell(f"scan {nth}", parcels["kid"], low, high)
        moment = later if some is None else np.where(some, later, moment)
        scans.append(scanned(scene, parcels, moment, status).take(_seen(scene, moment, some)))
    return join(scans), moment


def scanned(scene: Scene, parcels: Sheet, at: Ints, status: str, reason: str | None = None) -> Sheet:
    """Make one scan of each parcel."""
    if reason is None and status == "delivery_failed":
        reason = "consignee_absent"
    if reason is None and status == "on_hold":
        reason = "customs_inspection"
    return sheet(
        "tracking",
        parcels["slot"],
        kid=parcels["kid"],
        occurred=at,
        status=STATUS[status],
        reason=NULL if reason is None else TRACKING_REASON[reason],
        place=scene.chance.below(f"place {status}", parcels["kid"], len(PLACES)),
    )


def _seen(scene: Scene, at: Ints, some: Bools | None) -> Bools:
    there: Bools = at <= scene.end
    return there if some is None else there & some
