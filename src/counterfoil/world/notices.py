"""What customers are told: that they were charged, that the parcel is on its way."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import MINUTE, SECOND
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet, sheet
from counterfoil.world.words import NOTICE_CHANNEL, NOTICE_STATE, ORIGIN, SAYS, UNIONPAY

_CHARGED_PER_MILLION = 90_000
_SHIPPED_PER_MILLION = 400_000


def charged(scene: Scene, payments: Sheet) -> Sheet:
    """Tell some customers of cashless sales that they were charged."""
    told = scene.chance.happens("told", payments["slot"], _CHARGED_PER_MILLION)
    return charge_notices(scene, payments.take(told & (payments["acquirer"] != NULL)))


def charge_notices(scene: Scene, payments: Sheet) -> Sheet:
    """Tell the customer of each payment that they were charged."""
    slot = payments["slot"]
    by_bank = payments["acquirer"] == UNIONPAY
    arrived = scene.chance.happens("notice arrived", slot, 800_000)
    return sheet(
        "notices",
        slot,
        nid=numbers.notice(payments["oid"]),
        origin=np.where(by_bank, ORIGIN["bank"], ORIGIN["platform"]),
        channel=np.where(by_bank, NOTICE_CHANNEL["sms"], NOTICE_CHANNEL["push"]),
        says=SAYS["charged"],
        state=np.where(arrived, NOTICE_STATE["delivered"], NOTICE_STATE["accepted"]),
        oid=np.where(scene.chance.happens("told of order", slot, 500_000), payments["oid"], NULL),
        pid=payments["pid"],
        amount=payments["amount"],
        inst=payments["inst"],
        occurred=payments["decided"] + scene.spell("to tell", slot, SECOND, 20 * SECOND),
    )


def shipped(scene: Scene, parcels: Sheet) -> Sheet:
    """Tell some customers that their parcel is on its way."""
    kid = parcels["kid"]
    at = parcels["shipped"] + scene.spell("to tell shipped", kid, MINUTE, 30 * MINUTE)
    told = (
        (parcels["shipped"] != NULL)
        & (at <= scene.end)
        & scene.chance.happens("told shipped", kid, _SHIPPED_PER_MILLION)
    )
    sent = parcels.take(told)
    return sheet(
        "notices",
        sent["slot"],
        nid=numbers.notice(sent["oid"], 1) + sent["kid"] % numbers.PARCELS_PER_ORDER,
        origin=ORIGIN["shop"],
        channel=NOTICE_CHANNEL["sms"],
        says=SAYS["shipped"],
        state=NOTICE_STATE["accepted"],
        oid=sent["oid"],
        occurred=at[told],
    )
