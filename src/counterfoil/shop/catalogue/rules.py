"""What a scanned or keyed code means for the till: an item, and with a scale's code how much of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.shop.catalogue.codes import candidates
from counterfoil.shop.catalogue.model import Sellable, SoldBy
from counterfoil.shop.catalogue.scale_codes import ScaleCode, ScalePattern, read_scale_code

_GRAM = Decimal("0.001")
_ONE = Decimal(1)


class CodeRefusal(StrEnum):
    """Why a code puts nothing into the basket, in the order in which it is looked at."""

    UNKNOWN = "code_unknown"
    RETIRED = "item_retired"
    NOTHING_WEIGHED = "nothing_weighed"
    NOT_BY_WEIGHT = "not_by_weight"

    def is_transient(self) -> bool:
        """Whether the same code could pass later: never."""
        return False


WORDS: Mapping[CodeRefusal, Text] = MappingProxyType(
    {
        CodeRefusal.UNKNOWN: Text(en="No item has this code.", zh="没有此条码的商品。"),
        CodeRefusal.RETIRED: Text(en="This item is not sold any more.", zh="该商品已停售。"),
        CodeRefusal.NOTHING_WEIGHED: Text(
            en="The label says nothing was weighed: weigh it again.", zh="标签重量或金额为零：请重新称重。"
        ),
        CodeRefusal.NOT_BY_WEIGHT: Text(
            en="The label has a weight, and the item is sold by the piece: scan its own code.",
            zh="标签为称重商品，但该商品按件出售：请扫商品条码。",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What a code puts into the basket."""

    sellable: Sellable
    quantity: Decimal
    #: What a scale has printed as the price of the piece.
    labelled_minor: int | None = None


def look_ups(code: str, patterns: Iterable[ScalePattern]) -> tuple[str, ...]:
    """Return the barcodes that a code may stand under, in the order in which they count.

    A code of the house that looks like a scale's is the house's own only where the catalogue knows it whole.
    """
    scale = read_scale_code(code, patterns)
    return (*candidates(code), *((scale.plu, scale.plu.zfill(5)) if scale is not None else ()))


def pick(code: str, known: Mapping[str, Sellable], patterns: Iterable[ScalePattern]) -> Picked | CodeRefusal:
    """Decide what a code means, given the items that are known under its `look_ups`."""
    for candidate in candidates(code):
        if candidate in known:
            return _whole(known[candidate])
    scale = read_scale_code(code, patterns)
    if scale is None:
        return CodeRefusal.UNKNOWN
    sellable = known.get(scale.plu) or known.get(scale.plu.zfill(5))
    return _weighed(sellable, scale) if sellable is not None else CodeRefusal.UNKNOWN


def _whole(sellable: Sellable) -> Picked | CodeRefusal:
    if sellable.item.retired_at is not None:
        return CodeRefusal.RETIRED
    return Picked(sellable=sellable, quantity=_ONE)


def _weighed(sellable: Sellable, scale: ScaleCode) -> Picked | CodeRefusal:
    if sellable.item.retired_at is not None:
        return CodeRefusal.RETIRED
    if not scale.weight and not scale.price_minor:
        return CodeRefusal.NOTHING_WEIGHED
    by_weight = sellable.item.sold_by is SoldBy.WEIGHT
    if scale.weight is not None:
        return Picked(sellable=sellable, quantity=scale.weight) if by_weight else CodeRefusal.NOT_BY_WEIGHT
    return Picked(
        sellable=sellable,
        quantity=_weight_for(sellable, scale.price_minor or 0) if by_weight else _ONE,
        labelled_minor=scale.price_minor,
    )


def _weight_for(sellable: Sellable, labelled_minor: int) -> Decimal:
    """Return how much was weighed for a printed price, to the gram: for the stock, not for the price."""
    if not sellable.price_minor:
        return _ONE
    return max(_GRAM, (Decimal(labelled_minor) / Decimal(sellable.price_minor)).quantize(_GRAM))
