"""Deliveries: most arrive and are confirmed; some stall, are late, get lost, or never leave the shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from counterfoil.books.orders.model import Fulfilment
from counterfoil.playing.acts import Act, Doing
from counterfoil.playing.busy_saturday.calendar import Days, at
from counterfoil.playing.busy_saturday.mishaps.buying import bought, then
from counterfoil.playing.stage import Stage

_BASKETS = (
    "rice-5kg oil-peanut delivery-fee",
    "detergent tissues*2 delivery-fee",
    "hot-pot delivery-fee",
    "tea-longjing gift-wrap delivery-fee",
    "kettle rice-cooker delivery-fee",
)
_CARRIERS = ("Swift Courier 迅达", "Green Wheels 绿轮")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What became of a parcel: its scans in hours after the order, and how the shop's book has it."""

    scans: tuple[tuple[float, str, str | None], ...] = ()
    state: str = "shipped"
    confirmed_h: float | None = None
    disputed_h: float | None = None
    dispute: str | None = None
    tracked: bool = True


_OUT = ((3.0, "picked_up", None), (9.0, "in_transit", None))
_HOME = (*_OUT, (22.0, "out_for_delivery", None), (26.0, "delivered", None))

WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "confirmed": Way(scans=_HOME, state="confirmed", confirmed_h=30),
        "under way": Way(scans=_OUT),
        "stalled": Way(scans=_OUT),
        "lost": Way(scans=(*_OUT, (60.0, "lost", "carrier_lost")), state="lost"),
        "bad address": Way(scans=(*_OUT, (24.0, "delivery_failed", "consignee_address_incomplete"))),
        "not received": Way(scans=_HOME, state="delivered", disputed_h=50, dispute="not_received"),
        "wrong goods": Way(scans=_HOME, state="delivered", disputed_h=33, dispute="wrong_goods"),
        "not synced": Way(scans=_HOME),
        "unconfirmed": Way(scans=_HOME, state="delivered"),
        "no number": Way(tracked=False),
    }
)
#: Which way, how many days before the Saturday, at what time. None: nobody has shipped it.
PLANS: tuple[tuple[str | None, int, str], ...] = (
    *(("confirmed", 6 - n % 5, f"{9 + n:02d}:{7 * n:02d}") for n in range(8)),
    ("stalled", 6, "11:02"),
    ("stalled", 5, "16:40"),
    ("lost", 4, "10:15"),
    ("bad address", 3, "12:33"),
    ("not received", 5, "09:05"),
    ("wrong goods", 4, "17:21"),
    ("not synced", 2, "13:50"),
    ("unconfirmed", 2, "15:12"),
    ("no number", 3, "18:09"),
    (None, 4, "14:44"),
    (None, 3, "19:30"),
    *(("under way", 0, f"{10 + n}:1{n}") for n in range(6)),
)


def deliveries(days: Days) -> Iterator[Act]:
    """Yield orders to be delivered, each with the parcel that becomes of it."""
    for n, (way, before, clock) in enumerate(PLANS):
        moment = at(days.before(before), clock)
        yield then(moment, _ordered(n, way, moment, until=days.until))


def _ordered(n: int, way: str | None, moment: datetime, *, until: datetime) -> Doing:
    purchase = bought(
        "m1" if n % 2 else "r2",
        moment,
        _BASKETS[n % len(_BASKETS)],
        card=400 + n,
        fulfilment=Fulfilment.DELIVERY,
        promised_at=moment + timedelta(days=2),
    )

    async def order(stage: Stage) -> None:
        rung = await stage.sell(purchase)
        if way is not None:
            _shipped(stage, n, WAYS[way], rung.order_id, moment, until=until)

    return order


def _shipped(stage: Stage, n: int, way: Way, order_id: str, moment: datetime, *, until: datetime) -> None:
    """Write the parcel and its scans down, as far as they have happened by now."""

    def hours(after: float | None) -> datetime | None:
        when = None if after is None else moment + timedelta(hours=after)
        return when if when is not None and when <= until else None

    parcel_id = f"P{10_200 + n}"
    shipped_at = hours(2.5)
    stage.papers.add(
        "parcels",
        parcel_id=parcel_id,
        order_id=order_id,
        carrier=_CARRIERS[n % len(_CARRIERS)],
        tracking_number=f"SC{88_120_000 + n}" if way.tracked else None,
        shipped_at=shipped_at,
        uploaded_at=None if shipped_at is None or not way.tracked else shipped_at + timedelta(minutes=5),
        promised_at=moment + timedelta(days=2),
        state=_state(way, hours),
        disputed_at=hours(way.disputed_h),
        dispute=way.dispute if hours(way.disputed_h) else None,
        confirmed_at=hours(way.confirmed_h),
        confirmed_by="customer" if hours(way.confirmed_h) else None,
    )
    for after, status, reason in way.scans:
        scanned_at = hours(after)
        if scanned_at is not None:
            stage.papers.add(
                "tracking_events", parcel_id=parcel_id, occurred_at=scanned_at, status=status, reason=reason
            )


def _state(way: Way, hours: Callable[[float | None], datetime | None]) -> str:
    """Return what the shop's book says of a parcel, which must not know what has not happened yet."""
    last = way.confirmed_h or (way.scans[-1][0] if way.scans else 2.5)
    return way.state if hours(last) is not None else "shipped"
