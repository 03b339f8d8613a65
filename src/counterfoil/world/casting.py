"""Which tale happens to whom, and what the purchase is like for that: its tender, acquirer, customer, fulfilment.

A tale is a number: 0 is an ordinary sale, then come the clean tales, then the faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from counterfoil.world.bill_days import other_acquirer
from counterfoil.world.calendar import HOUR, MINUTE
from counterfoil.world.chance import MILLION, Bools, Ints
from counterfoil.world.plan import Plan
from counterfoil.world.ranking import rank_within
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Sheet
from counterfoil.world.tale import CleanTale, Fault, Needs, Tale, Tenders
from counterfoil.world.town import PASSERS_BY
from counterfoil.world.visits import rank_in_day
from counterfoil.world.words import ALIPAY, FULFILMENT, SALES_CHANNEL, TENDER, UNIONPAY, WECHAT

PLAIN = 0
#: A sale that is still at the till when the history ends.
_AT_THE_TILL_MS = 14 * MINUTE
#: No tale that brings a second order begins so shortly before the end.
_NO_TALES_MS = 100 * MINUTE
#: From this local hour on a sale may lie on another day at the acquirer.
_LATE_HOUR = 23

_TENDERS = tuple(TENDER[name] for name in ("cash", "voucher", "member_balance", "card", "wechat", "alipay"))
_TENDER_WEIGHTS: dict[Tenders, tuple[int, ...]] = {
    Tenders.ANY: (190, 25, 35, 200, 330, 220),
    Tenders.ACQUIRED: (0, 0, 0, 27, 43, 30),
    Tenders.UNACQUIRED: (76, 10, 14, 0, 0, 0),
    Tenders.BALANCE: (0, 0, 1, 0, 0, 0),
    Tenders.CASH: (1, 0, 0, 0, 0, 0),
}
_UNIONPAY_CODES_PER_MILLION = 100_000
_KNOWN_REGULARS_PER_MILLION, _KNOWN_PASSERS_BY_PER_MILLION = 600_000, 100_000
_DELIVERIES_PER_MILLION, _PICKUPS_PER_MILLION = 76_000, 50_000


class Repertoire:
    """The tales of the town, by number."""

    def __init__(self, clean: Sequence[CleanTale], faults: Sequence[Fault]) -> None:
        self.clean = tuple(clean)
        self.faults = tuple(faults)
        #: All tales; the number of each is its place here plus one.
        self.tales: tuple[Tale, ...] = (*clean, *faults)
        #: A purchase that tells nothing may be of any kind.
        self.needs = (Needs(echoed=False), *(tale.needs for tale in self.tales))
        self.first_fault = 1 + len(self.clean)

    def number(self, name: str) -> int:
        """The number of a clean tale."""
        return 1 + [tale.name for tale in self.clean].index(name)

    def column(self, name: str) -> Ints:
        """One of the needs, by number of the tale."""
        return np.array([int(getattr(needs, name)) for needs in self.needs], dtype=np.int64)

    @cached_property
    def adds(self) -> Bools:
        """Whether a clean tale brings a second order, by number of the tale."""
        return np.array([False, *(tale.adds > 0 for tale in self.clean), *[False] * len(self.faults)], dtype=np.bool_)


def cast(scene: Scene, plan: Plan, repertoire: Repertoire, visits: Sheet) -> Sheet:
    """Give each visit its tale, leave out those that a tale's second order replaces, and set what the tales need."""
    told = _affordable(scene, repertoire, visits.set(tale=_tales(scene, plan, repertoire, visits)))
    kept = told.take(~_replaced(scene, repertoire, told))
    return _with_tender(scene, repertoire, _with_customer(scene, repertoire, kept))


def _tales(scene: Scene, plan: Plan, repertoire: Repertoire, visits: Sheet) -> Ints:
    tale = _clean_tales(scene, repertoire, visits)
    left = scene.end - visits["placed"]
    tale = np.where(left <= _NO_TALES_MS, PLAIN, tale)
    tale = np.where(left <= _AT_THE_TILL_MS, repertoire.number("at the till"), tale)
    if not len(plan.faults):
        return tale
    rank = rank_in_day(scene, visits, "fault")
    place = plan.first_fault[visits["day"]] + rank
    at_fault = place < plan.first_fault[visits["day"] + 1]
    fault = plan.faults[np.minimum(place, len(plan.faults) - 1)]
    return np.where(at_fault, repertoire.first_fault + fault, tale)


def _clean_tales(scene: Scene, repertoire: Repertoire, visits: Sheet) -> Ints:
    """Draw clean tales by their share; whether a sale is voided is the habit of its operator."""
    often = [tale.per_million for tale in repertoire.clean]
    tale = 1 + scene.chance.pick("tale", visits["slot"], [*often, MILLION - sum(often)])
    tale = np.where(tale > len(often), PLAIN, tale)
    voids = scene.town.voids_per_million[visits["operator"]]
    return np.where(scene.chance.happens("void", visits["slot"], voids), repertoire.number("voided in time"), tale)


def _affordable(scene: Scene, repertoire: Repertoire, visits: Sheet) -> Sheet:
    """Let a tale that brings a second order happen only where the day has an ordinary purchase to leave out for it."""
    adds = repertoire.adds[visits["tale"]]
    plain = np.bincount(visits["day"][visits["tale"] == PLAIN], minlength=scene.calendar.days)
    rank = rank_within(visits["day"] * 2 + ~adds, scene.chance.order("afforded", visits["slot"]))
    return visits.set(tale=np.where(adds & (rank >= plain[visits["day"]]), PLAIN, visits["tale"]))


def _replaced(scene: Scene, repertoire: Repertoire, visits: Sheet) -> Bools:
    """Choose ordinary purchases to leave out, as many as tales add on that day, so that the orders add up."""
    adds, plain = repertoire.adds[visits["tale"]], visits["tale"] == PLAIN
    wanted = np.bincount(visits["day"][adds], minlength=scene.calendar.days)
    rank = rank_within(visits["day"] * 2 + ~plain, scene.chance.order("replaced", visits["slot"]))
    replaced: Bools = plain & (rank < wanted[visits["day"]])
    return replaced


def _with_customer(scene: Scene, repertoire: Repertoire, visits: Sheet) -> Sheet:
    """Say whether the order names its customer, and how the goods reach them."""
    chance, slot, tale = scene.chance, visits["slot"], visits["tale"]
    often = np.where(visits["person"] < PASSERS_BY, _KNOWN_REGULARS_PER_MILLION, _KNOWN_PASSERS_BY_PER_MILLION)
    shown = chance.happens("known", slot, often) | (repertoire.column("known")[tale] == 1)
    way = chance.below("fulfilment", slot, MILLION)
    brought = np.where(tale == PLAIN, way < _DELIVERIES_PER_MILLION, repertoire.column("delivery")[tale] == 1)
    fetched = (tale == PLAIN) & (way >= MILLION - _PICKUPS_PER_MILLION)
    fulfil = np.where(brought, FULFILMENT["delivery"], FULFILMENT["carry_out"])
    fulfil = np.where(fetched & ~brought, FULFILMENT["pickup"], fulfil)
    online = brought | fetched
    phone = online & chance.happens("by phone", slot, 80_000)
    channel = np.where(online, SALES_CHANNEL["online"], SALES_CHANNEL["till"])
    channel = np.where(phone, SALES_CHANNEL["phone"], channel)
    return visits.set(shown=shown, fulfil=fulfil, channel=channel)


def _with_tender(scene: Scene, repertoire: Repertoire, visits: Sheet) -> Sheet:
    """Choose tender and acquirer; a fault's acquirer has its bills, or nothing could be said of it."""
    chance, slot, tale = scene.chance, visits["slot"], visits["tale"]
    need = repertoire.column("tenders")[tale]
    brought = visits["fulfil"] == FULFILMENT["delivery"]
    need = np.where((need == Tenders.ANY) & brought, Tenders.ACQUIRED, need)
    # Regulars pay as they always do, so that their card or wallet comes back with them.
    payer = np.where(visits["person"] < PASSERS_BY, visits["person"], slot + PASSERS_BY)
    place = np.select(
        [need == kind for kind in _TENDER_WEIGHTS],
        [chance.pick("tender", payer, weights) for weights in _TENDER_WEIGHTS.values()],
    )
    tender = np.array(_TENDERS, dtype=np.int64)[place]
    acquirer = _acquirer_of(tender)
    midnight = scene.calendar.midnight(visits["day"])
    late = visits["placed"] - midnight >= _LATE_HOUR * HOUR
    careful = (acquirer != NULL) & (late | (tale >= repertoire.first_fault))
    unsteady = careful & ~scene.bill_days.steady(np.maximum(acquirer, 0), visits["day"])
    acquirer = np.where(unsteady, other_acquirer(acquirer), acquirer)
    tender = np.where(unsteady, np.array([TENDER["wechat"], TENDER["alipay"], TENDER["card"]])[acquirer], tender)
    by_code = (
        (tender == TENDER["card"]) & (tale == PLAIN) & chance.happens("by code", slot, _UNIONPAY_CODES_PER_MILLION)
    )
    return visits.set(tender=np.where(by_code, TENDER["unionpay_code"], tender), acquirer=acquirer)


def _acquirer_of(tender: Ints) -> Ints:
    acquirer = np.full(len(tender), NULL, dtype=np.int64)
    acquirer[tender == TENDER["wechat"]] = WECHAT
    acquirer[tender == TENDER["alipay"]] = ALIPAY
    acquirer[(tender == TENDER["card"]) | (tender == TENDER["unionpay_code"])] = UNIONPAY
    return acquirer
