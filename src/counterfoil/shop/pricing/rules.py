"""What a basket must be before it can be priced, and whose consent it needs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from counterfoil.ids import StoreId
from counterfoil.languages import Text
from counterfoil.shop.catalogue.model import ItemKind, SoldBy
from counterfoil.shop.pricing.model import (
    LINE_DISCOUNT_SKU,
    Basket,
    BasketLine,
    Discount,
    LineKind,
    Priced,
    PricedLine,
)
from counterfoil.shop.staff.model import Ask, Verb

LINES_MAX = 500
QUANTITY_MAX = Decimal(1_000_000)
#: Decimals that a quantity has in the books.
QUANTITY_DECIMALS_MAX = 4
#: With quantities as above, no line can leave the fifteen digits that an amount of the books has.
PRICE_MINOR_MAX = 10**9 - 1
PERMILLE = 1000

#: What a discount may be taken off; a tip, a deposit or the postage are others' money.
DISCOUNTABLE = frozenset({ItemKind.GOODS, ItemKind.SERVICE})


class BasketRefusal(StrEnum):
    """Why a basket cannot be priced, in the order in which it is looked at."""

    NOTHING_TO_SELL = "nothing_to_sell"
    TOO_MANY_LINES = "too_many_lines"
    LINE_REPEATED = "line_repeated"
    ITEM_RETIRED = "item_retired"
    QUANTITY_NOT_POSITIVE = "quantity_not_positive"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"
    QUANTITY_TOO_FINE = "quantity_too_fine"
    PRICE_MISSING = "price_missing"
    PRICE_OUT_OF_RANGE = "price_out_of_range"
    DISCOUNT_UNCLEAR = "discount_unclear"
    NOT_DISCOUNTABLE = "not_discountable"
    DISCOUNT_TOO_LARGE = "discount_too_large"

    def is_transient(self) -> bool:
        """Whether the same basket could pass later: never."""
        return False


WORDS: Mapping[BasketRefusal, Text] = MappingProxyType(
    {
        BasketRefusal.NOTHING_TO_SELL: Text(en="There is nothing in the basket.", zh="购物篮是空的。"),
        BasketRefusal.TOO_MANY_LINES: Text(
            en=f"The basket has more than {LINES_MAX} lines: make it two sales.",
            zh=f"购物篮超过 {LINES_MAX} 行：请分成两单。",
        ),
        BasketRefusal.LINE_REPEATED: Text(
            en="Two lines have one number: the till must number them anew.", zh="行号重复：收银机须重新编号。"
        ),
        BasketRefusal.ITEM_RETIRED: Text(en="This item is not sold any more.", zh="该商品已停售。"),
        BasketRefusal.QUANTITY_NOT_POSITIVE: Text(en="The quantity must be more than nothing.", zh="数量必须大于零。"),
        BasketRefusal.QUANTITY_TOO_LARGE: Text(
            en="The quantity is larger than any sale: check it.", zh="数量过大：请核对。"
        ),
        BasketRefusal.QUANTITY_NOT_WHOLE: Text(
            en="This item is sold by the piece: enter a whole number.", zh="该商品按件出售：请输入整数。"
        ),
        BasketRefusal.QUANTITY_TOO_FINE: Text(en="A weight has at most four decimals.", zh="重量最多保留四位小数。"),
        BasketRefusal.PRICE_MISSING: Text(en="This item has no price: enter one.", zh="该商品没有价格：请输入价格。"),
        BasketRefusal.PRICE_OUT_OF_RANGE: Text(
            en="The price is below zero or larger than any price: check it.", zh="价格为负或过大：请核对。"
        ),
        BasketRefusal.DISCOUNT_UNCLEAR: Text(
            en="A discount is either a share of 1 to 1000 per mille or an amount above zero.",
            zh="折扣须为 1 至 1000 千分比，或大于零的金额，二者取一。",
        ),
        BasketRefusal.NOT_DISCOUNTABLE: Text(
            en="Only goods and services can be discounted.", zh="只有商品和服务可以打折。"
        ),
        BasketRefusal.DISCOUNT_TOO_LARGE: Text(
            en="The discount is larger than what it is taken off.", zh="折扣金额超过了被折扣的金额。"
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A basket that cannot be priced: why, and because of which line."""

    refusal: BasketRefusal
    line_no: int | None = None


def refused(basket: Basket) -> Refused | None:
    """Say why a basket cannot be priced, as far as that can be said without pricing it."""
    if all(line.voided_at is not None for line in basket.lines):
        return Refused(refusal=BasketRefusal.NOTHING_TO_SELL)
    if len(basket.lines) > LINES_MAX:
        return Refused(refusal=BasketRefusal.TOO_MANY_LINES)
    if len({line.line_no for line in basket.lines}) < len(basket.lines):
        return Refused(refusal=BasketRefusal.LINE_REPEATED)
    flaws = [(flaw, line.line_no) for line in basket.lines for flaw in _flaws(line)]
    if basket.discount is not None and _is_unclear(basket.discount):
        flaws.append((BasketRefusal.DISCOUNT_UNCLEAR, 0))
    if not flaws:
        return None
    order = list(BasketRefusal)
    flaw, line_no = min(flaws, key=lambda found: (order.index(found[0]), found[1]))
    return Refused(refusal=flaw, line_no=line_no or None)


def asks_of(basket: Basket, priced: Priced, store_id: StoreId) -> tuple[Ask, ...]:
    """Return what somebody must be allowed to do for this basket, beside selling it.

    The share is that of the line with the most taken off, by all means together: a lower price, a discount on the line
    and its part of the cart's. Otherwise three small ones would pass where one large one does not.
    """
    lines = [line for line in basket.lines if line.voided_at is None]
    verbs = {
        Verb.OVERRIDE_PRICE: any(line.override is not None and line.sellable.price_minor is not None for line in lines),
        Verb.DISCOUNT_LINE: any(line.discount is not None for line in lines),
        Verb.DISCOUNT_CART: basket.discount is not None,
    }
    most = max((_permille_off(line, priced) for line in lines), default=0)
    # A discount is never nothing: one that rounding hides is still more than none at all.
    least = {Verb.OVERRIDE_PRICE: 0, Verb.DISCOUNT_LINE: 1, Verb.DISCOUNT_CART: 1}
    return tuple(
        Ask(verb=verb, store_id=store_id, discount_permille=max(most, least[verb]))
        for verb, used in verbs.items()
        if used
    )


def unit_price_of(line: BasketLine) -> int | None:
    """Return what a piece or a kilogram costs on this line; None where nobody has said."""
    return line.override.price_minor if line.override is not None else line.sellable.price_minor


def _flaws(line: BasketLine) -> Iterator[BasketRefusal]:
    item, price = line.sellable.item, unit_price_of(line)
    yield from _flaws_of_quantity(line)
    if any(amount is not None and not 0 <= amount <= PRICE_MINOR_MAX for amount in (price, line.labelled_minor)):
        yield BasketRefusal.PRICE_OUT_OF_RANGE
    if line.voided_at is not None:
        return  # it counts for nothing, and may have been taken out for just such a flaw
    if item.retired_at is not None:
        yield BasketRefusal.ITEM_RETIRED
    if price is None and line.labelled_minor is None:
        yield BasketRefusal.PRICE_MISSING
    if line.discount is not None and _is_unclear(line.discount):
        yield BasketRefusal.DISCOUNT_UNCLEAR
    if line.discount is not None and item.kind not in DISCOUNTABLE:
        yield BasketRefusal.NOT_DISCOUNTABLE


def _flaws_of_quantity(line: BasketLine) -> Iterator[BasketRefusal]:
    quantity = line.quantity
    if not quantity.is_finite() or quantity <= 0:
        yield BasketRefusal.QUANTITY_NOT_POSITIVE
    elif quantity > QUANTITY_MAX:
        yield BasketRefusal.QUANTITY_TOO_LARGE
    elif line.sellable.item.sold_by is SoldBy.PIECE and quantity != quantity.to_integral_value():
        yield BasketRefusal.QUANTITY_NOT_WHOLE
    elif quantity != round(quantity, QUANTITY_DECIMALS_MAX):
        yield BasketRefusal.QUANTITY_TOO_FINE


def _is_unclear(discount: Discount) -> bool:
    if (discount.permille is None) == (discount.amount_minor is None):
        return True
    if discount.permille is not None:
        return not 1 <= discount.permille <= PERMILLE
    return discount.amount_minor is not None and discount.amount_minor < 1


def _permille_off(line: BasketLine, priced: Priced) -> int:
    """Return how much less than listed a line costs, rounded up."""
    amount = next(each.amount_minor for each in priced.lines if each.line_no == line.line_no)
    taken = [each for each in priced.lines if each.line_kind is LineKind.DISCOUNT and each.of_line_no == line.line_no]
    off = sum(each.amount_minor - _rounding(each, line) for each in taken)
    listed, asked = line.sellable.price_minor, unit_price_of(line)
    if listed is None or asked is None or line.override is None:
        listed = asked = 1  # nothing but the discounts makes it cheaper
    # What is asked and what is listed for the whole line, by one factor; exact in whole numbers, whatever the quantity.
    due, paid = amount * listed, (amount - off) * asked
    if due == 0:
        return PERMILLE if asked < listed else 0
    return max(0, -(-PERMILLE * (due - paid) // due))


def _rounding(discount: PricedLine, line: BasketLine) -> int:
    """Return what rounding may have added to a discount: 200 per mille of 33 are 7, and still within 200 per mille."""
    is_exact = discount.sku == LINE_DISCOUNT_SKU and line.discount is not None and line.discount.permille is None
    return 0 if is_exact else 1
