"""Duplicate orders: the double click, the second till, the half-paid twin; and the genuine repeat that is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from counterfoil.playing.acts import Act
from counterfoil.playing.busy_saturday.calendar import Days, at
from counterfoil.playing.busy_saturday.mishaps.buying import bought, sold, then
from counterfoil.playing.stage import Purchase, Stage, later

_GOODS = ("rice-5kg oil-peanut soy-sauce", "hot-pot", "wine-red*2 nuts-mixed", "kettle tissues*2")


def doubles(days: Days) -> Iterator[Act]:
    """Yield them."""
    day = days.saturday
    # Rung up and charged again at the same till within the minute: double_charge.
    for n, (till, clock) in enumerate((("r1", "11:04"), ("m2", "11:40"), ("r3", "17:52"))):
        first = bought(till, at(day, clock), _GOODS[n], card=100 + n)
        yield sold(f"first {n}", first)
        yield sold(f"double {n}", later(first, first.placed_at + timedelta(seconds=50)))
    # The till froze, the customer went to the next one, and both came through: double_entry.
    frozen = bought("r2", at(day, "12:21"), _GOODS[3], card=110)
    yield sold("frozen", frozen)
    yield sold("next till", bought("r4", frozen.placed_at + timedelta(minutes=3), _GOODS[3], card=110))
    # Declined for lack of funds, left open at one till and paid at another: paid_and_unpaid.
    unpaid = bought("m1", at(day, "18:11"), "rice-cooker", card=120)
    yield from _declined("unpaid", unpaid)
    yield sold("paid", bought("m1", unpaid.placed_at + timedelta(minutes=4), "rice-cooker", card=120))
    # The same again, on purpose, and the cashier said so: nothing to find.
    coffee = bought("r1", at(day, "09:15"), "coffee-beans", card=130)
    yield sold("coffee", coffee)
    yield from _repeat("coffee", later(coffee, coffee.placed_at + timedelta(minutes=9)))
    # The first double is put right before anybody opens the case.
    yield then(at(day, "16:30"), _refunded)


def _declined(name: str, purchase: Purchase) -> Iterator[Act]:
    async def refuse(stage: Stage) -> None:
        stage.bank.decline("51")
        stage.kept[name] = await stage.sell(purchase)

    yield then(purchase.placed_at, refuse)


def _repeat(of: str, purchase: Purchase) -> Iterator[Act]:
    async def again(stage: Stage) -> None:
        await stage.sell(later(purchase, purchase.placed_at, repeat_of=stage.kept[of].order_id))

    yield then(purchase.placed_at, again)


async def _refunded(stage: Stage) -> None:
    await stage.give_back(stage.kept["double 0"], allowed_by="omar", reason="charged twice, second one given back")
