"""Short words for the purchases of mishaps: what, at which till, when, by which card."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from counterfoil.playing.acts import Act, Doing
from counterfoil.playing.busy_saturday.cast import TILLS
from counterfoil.playing.stage import Purchase, Stage


def bought(till: str, moment: datetime, goods: str, **more: object) -> Purchase:
    """Return a purchase: `goods` is `bread-rye*2 apples*0.64`; by card unless it says otherwise."""
    basket = tuple((sku, Decimal(n or 1)) for sku, _, n in (each.partition("*") for each in goods.split()))
    fields: dict[str, object] = {"tender": "card", **more}
    return Purchase(place=TILLS[till], placed_at=moment, basket=basket, **fields)  # type: ignore[arg-type]  # by name


def sold(name: str, purchase: Purchase, **more: bool) -> Act:
    """Return the sale of a purchase, kept under a name for later acts."""

    async def do(stage: Stage) -> None:
        stage.kept[name] = await stage.sell(purchase, **more)

    return Act(at=purchase.placed_at, do=do, is_alone=True)


def then(moment: datetime, do: Doing) -> Act:
    """Return something that happens by itself."""
    return Act(at=moment, do=do, is_alone=True)
