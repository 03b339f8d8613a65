"""Ordinary customers: when they come, what they take, how they pay. Drawn from a seed; the same one, the same day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from counterfoil.playing.acts import Act
from counterfoil.playing.busy_saturday.calendar import CLOSES, OPENS, Days, at
from counterfoil.playing.busy_saturday.cast import QUIET_TILLS, TILLS
from counterfoil.playing.stage import Place, Purchase, Stage
from counterfoil.shop.catalogue.model import ItemKind, Sellable, SoldBy

#: How many customers the Saturday has, and any other day.
SATURDAY_N, QUIET_N = 1_640, 32
CARD_SHARE = 0.3
#: How full the shop is, hour by hour from the opening: a quiet start, the rush before noon and the one before supper.
_HOURS = (3, 6, 9, 11, 10, 7, 6, 7, 9, 11, 9, 5, 2)
#: What nearly every second basket holds.
_STAPLES = ("bread-white", "milk-1l", "eggs-10", "tofu", "pak-choi", "tomatoes", "bananas", "noodles", "yoghurt")
_DEAR_MINOR = 9_000
#: A card of the play that no mishap uses.
FIRST_CARD = 10_000


def shopping(days: Days, sellables: Mapping[str, Sellable], seed: int) -> Iterator[Act]:
    """Yield every ordinary visit of the play."""
    chance = random.Random(seed)  # noqa: S311 — a play is drawn, and nothing is kept secret by it
    card = FIRST_CARD
    for day in days.all():
        is_busy = day == days.saturday
        tills = [TILLS[name] for name in (TILLS if is_busy else QUIET_TILLS)]
        for moment in sorted(moments(day, SATURDAY_N if is_busy else QUIET_N, chance)):
            card += 1
            purchase = Purchase(
                place=chance.choice(tills),
                placed_at=moment,
                basket=basket(sellables, chance),
                tender="card" if chance.random() < CARD_SHARE else "cash",
                card=card,
            )
            if moment < days.until:
                yield visit(purchase)


def visit(purchase: Purchase) -> Act:
    """Return an ordinary visit: sold, paid, slip in the hand."""

    async def do(stage: Stage) -> None:
        await stage.sell(purchase)

    return Act(at=purchase.placed_at, do=do)


def moments(day: date, n: int, chance: random.Random) -> Iterator[datetime]:
    """Yield when so many customers stand at a till."""
    opens = at(day, OPENS.isoformat())
    open_for = at(day, CLOSES.isoformat()) - opens
    hour = open_for / len(_HOURS)
    for place in chance.choices(range(len(_HOURS)), _HOURS, k=n):
        yield opens + place * hour + timedelta(seconds=round(chance.random() * hour.total_seconds()))


def basket(sellables: Mapping[str, Sellable], chance: random.Random) -> tuple[tuple[str, Decimal], ...]:
    """Draw what somebody takes: staples often, dear things seldom, loose goods by weight."""
    shelf: Sequence[Sellable] = [one for one in sellables.values() if one.item.kind is ItemKind.GOODS]
    taken: dict[str, Decimal] = {}
    for _line in range(min(1 + int(chance.expovariate(0.5)), 9)):
        if chance.random() < 0.45:  # noqa: PLR2004 — nearly every second one
            one = sellables[chance.choice(_STAPLES)]
        else:
            one = chance.choice(shelf)
            if (one.price_minor or 0) >= _DEAR_MINOR and chance.random() < 0.8:  # noqa: PLR2004 — dear things are seldom
                continue
        taken[one.item.sku] = (
            Decimal(chance.randrange(150, 1_800, 10)).scaleb(-3)
            if one.item.sold_by is SoldBy.WEIGHT
            else Decimal(chance.choice((1, 1, 1, 1, 2, 2, 3)))
        )
    return tuple(taken.items()) or (("bag-paper", Decimal(1)),)


def place(name: str) -> Place:
    """Return a till and its cashier."""
    return TILLS[name]
