"""Whether the shop takes a sale: its currency, places and people, and who may do what is done in it.

Another price than the listed one, and a discount, are what the operator's roles allow, or a second person's. What they
allow is held against all that makes a line cheaper: otherwise three small discounts would pass where one large one does
not. Whether the prices are the listed ones is asked by `checking_prices`; the sale by itself was checked before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import DISCOUNTABLE, refused
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import StaffId
from counterfoil.refusals import Refused
from counterfoil.shop.pricing.model import CART_DISCOUNT_SKU, CASH_ROUNDING_SKU
from counterfoil.shop.staff.model import Ask, Person, Verb
from counterfoil.shop.staff.rules import discount_max, may, percent

_PERMILLE = 1000
_ROUNDED_MAX = 2


def check_against_shop(sale: Sale, shop: ShopView) -> Refused | None:
    """Return the first reason for which this shop does not take the sale; None where it does."""
    return next(_reasons(sale, shop), None)


def _reasons(sale: Sale, shop: ShopView) -> Iterator[Refused]:
    if sale.currency != shop.currency:
        yield refused(SaleRefusal.OTHER_CURRENCY, found=sale.currency, expected=shop.currency)
    if sale.store_id not in shop.stores:
        yield refused(SaleRefusal.UNKNOWN_STORE, found=sale.store_id)
    if shop.terminals.get(sale.terminal_id) != sale.store_id:
        yield refused(SaleRefusal.UNKNOWN_TERMINAL, found=sale.terminal_id)
    operator = shop.people.get(sale.operator_id)
    if operator is None or operator.retired_at is not None:
        yield refused(SaleRefusal.UNKNOWN_OPERATOR, found=sale.operator_id)
        return
    if may(operator, Ask(verb=Verb.SELL, store_id=sale.store_id), shop.limits) is not None:
        yield refused(SaleRefusal.OPERATOR_MAY_NOT, found=sale.operator_id, verb=Verb.SELL)
    acts = _acts(sale, shop.cash_step_minor)
    if acts:
        yield from _not_allowed(sale, acts, operator, shop)


def shares_allowed(sale: Sale, cash_step_minor: int) -> Mapping[StaffId, int]:
    """Return how much each second person has allowed in a sale: the largest share, in thousandths."""
    shares: dict[StaffId, int] = {}
    for act, permille in _shares(sale, _acts(sale, cash_step_minor)):
        who = act.line.authoriser_id
        if who is not None:
            shares[who] = max(permille, shares.get(who, 0))
    return shares


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Something that makes a line, or all of them, another price than the listed one."""

    line_no: int
    verb: Verb
    line: Line


def _acts(sale: Sale, cash_step_minor: int) -> list[_Act]:
    acts = (_act(line_no, line, sale, cash_step_minor) for line_no, line in enumerate(sale.lines, 1))
    return [act for act in acts if act is not None]


def _act(line_no: int, line: Line, sale: Sale, cash_step_minor: int) -> _Act | None:
    if line.line_kind is LineKind.DISCOUNT:
        is_rounding = line.sku == CASH_ROUNDING_SKU and line_no == len(sale.lines)
        if is_rounding and line.amount_minor * 2 <= cash_step_minor:
            return None  # nobody gives it: there are no smaller coins
        is_of_cart = line.of_line_no is None or line.sku == CART_DISCOUNT_SKU
        verb = Verb.DISCOUNT_CART if is_of_cart else Verb.DISCOUNT_LINE
        return _Act(line_no=line_no, verb=verb, line=line) if line.amount_minor else None
    if line.unit_price_minor is None or line.list_price_minor in {None, line.unit_price_minor}:
        return None
    return _Act(line_no=line_no, verb=Verb.OVERRIDE_PRICE, line=line)


def _not_allowed(sale: Sale, acts: list[_Act], operator: Person, shop: ShopView) -> Iterator[Refused]:
    for act, permille in _shares(sale, acts):
        if _somebody_may(act.verb, permille, act.line.authoriser_id, operator, sale, shop):
            continue
        if act.verb is Verb.OVERRIDE_PRICE:
            yield refused(SaleRefusal.PRICE_NEEDS_SECOND_PERSON, line_no=act.line_no)
        else:
            allowed = discount_max(operator, act.verb, sale.store_id, shop.limits)
            # People are told what is taken off, and not that less what rounding may have added.
            said = max(permille, _share(act, _permille_off(sale, acts, is_exact=True)))
            yield refused(
                SaleRefusal.DISCOUNT_ABOVE_LIMIT,
                line_no=act.line_no,
                item=_taken_off(act.line, sale),
                found=permille,
                percent=percent(said),
                allowed=percent(allowed),
            )


def _taken_off(discount: Line, sale: Sale) -> str:
    """Return the name of what a discount is taken off; its own, where that is the whole sale."""
    if discount.of_line_no is None or discount.sku == CART_DISCOUNT_SKU:
        return discount.name or discount.sku
    about = sale.lines[discount.of_line_no - 1]
    return about.name or about.sku


def _shares(sale: Sale, acts: list[_Act]) -> Iterator[tuple[_Act, int]]:
    """Yield each act with how much it, and all that goes with it, takes off, in thousandths."""
    off = _permille_off(sale, acts)
    for act in acts:
        # A discount is never nothing: one that rounding hides is still more than none at all.
        yield act, max(_share(act, off), 0 if act.verb is Verb.OVERRIDE_PRICE else 1)


def _share(act: _Act, off: Mapping[int, int]) -> int:
    about = act.line.of_line_no if act.line.line_kind is LineKind.DISCOUNT else act.line_no
    return max(off.values(), default=_PERMILLE) if about is None else off.get(about, 0)


def _permille_off(sale: Sale, acts: list[_Act], *, is_exact: bool = False) -> Mapping[int, int]:
    """Return by how much each line is cheaper than listed, by all means together, in thousandths.

    Rounded up, less what rounding may have added; `is_exact`: as it is, to the nearest.
    """
    rounded_max, rounding = (0, ROUND_HALF_UP) if is_exact else (_ROUNDED_MAX, ROUND_CEILING)
    discounts = [act.line for act in acts if act.line.line_kind is LineKind.DISCOUNT]
    sold = {n: line for n, line in enumerate(sale.lines, 1) if line.line_kind in DISCOUNTABLE}
    goods = sum(line.amount_minor for line in sold.values())
    cart = _off([line for line in discounts if line.of_line_no is None], rounded_max)
    return {
        line_no: _permille(
            _listed_amount(line)
            - line.amount_minor
            + _off([each for each in discounts if each.of_line_no == line_no], rounded_max)
            + (Decimal(cart * line.amount_minor) / goods if goods else cart),
            _listed_amount(line),
            rounding,
        )
        for line_no, line in sold.items()
    }


def _off(discounts: Sequence[Line], rounded_max: int) -> int:
    """Return what discounts of one thing take off, less what rounding may have added to them.

    200 per mille of 33 are 7, and still within 200 per mille. A line has a discount of its own and a part of the cart's
    at most that were rounded; many small ones are none that rounding made.
    """
    return max(sum(line.amount_minor for line in discounts) - min(len(discounts), rounded_max), 0)


def _listed_amount(line: Line) -> Decimal:
    """Return what a line would have come to at the listed price."""
    if line.unit_price_minor is None or line.list_price_minor in {None, line.unit_price_minor}:
        return Decimal(line.amount_minor)
    assert line.list_price_minor is not None
    return line.quantity * line.list_price_minor


def _somebody_may(
    verb: Verb, permille: int, authoriser_id: StaffId | None, operator: Person, sale: Sale, shop: ShopView
) -> bool:
    """Say whether the operator may do this alone, or a second person, who was asked for their PIN, allowed it."""
    ask = Ask(verb=verb, store_id=sale.store_id, discount_permille=permille)
    if may(operator, ask, shop.limits) is None:
        return True
    second = shop.people.get(authoriser_id) if authoriser_id is not None else None
    return second is not None and second.staff_id != operator.staff_id and may(second, ask, shop.limits) is None


def _permille(less: Decimal, base: Decimal, rounding: str) -> int:
    """Return how much less something is, in thousandths."""
    if less <= 0:
        return 0
    return _PERMILLE if base <= 0 else int((less * _PERMILLE / base).to_integral_value(rounding))
