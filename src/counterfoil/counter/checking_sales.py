"""Whether the shop takes a sale: its currency, places, people, items, prices. The sale itself was checked before.

A price below the listed one, and a discount, are what the operator's roles allow, or a second person's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import refused
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import StaffId
from counterfoil.refusals import Refused
from counterfoil.shop.pricing.cash import cash_step
from counterfoil.shop.pricing.model import CASH_ROUNDING_SKU
from counterfoil.shop.staff.model import Ask, Person, Verb
from counterfoil.shop.staff.rules import may

_PERMILLE = 1000


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
    if may(operator, Ask(verb=Verb.SELL, store_id=sale.store_id)) is not None:
        yield refused(SaleRefusal.OPERATOR_MAY_NOT, found=sale.operator_id, verb=Verb.SELL)
    for line_no, line in enumerate(sale.lines, 1):
        permille = _below_list(line)
        if permille and not _somebody_may(Verb.OVERRIDE_PRICE, permille, line.authoriser_id, operator, sale, shop):
            yield refused(SaleRefusal.PRICE_NEEDS_SECOND_PERSON, line_no=line_no)
    yield from _discounts(sale, operator, shop)


def shares_allowed(sale: Sale) -> Mapping[StaffId, int]:
    """Return how much each second person has allowed in a sale: the largest share, in thousandths."""
    shares: dict[StaffId, int] = {}
    given = [(line, _below_list(line)) for line in sale.lines]
    given += [(line, _share(line, sale)) for line in sale.lines if line.line_kind is LineKind.DISCOUNT]
    for line, permille in given:
        if line.authoriser_id is not None:
            shares[line.authoriser_id] = max(permille, shares.get(line.authoriser_id, 0))
    return shares


def _discounts(sale: Sale, operator: Person, shop: ShopView) -> Iterator[Refused]:
    rounding = _cash_rounding(sale, cash_step(shop.currency, shop.cash_step_minor))
    for line in sale.lines:
        if line.line_kind is not LineKind.DISCOUNT or line is rounding:
            continue
        verb = Verb.DISCOUNT_CART if line.of_line_no is None else Verb.DISCOUNT_LINE
        permille = _share(line, sale)
        if permille and not _somebody_may(verb, permille, line.authoriser_id, operator, sale, shop):
            yield refused(SaleRefusal.DISCOUNT_ABOVE_LIMIT, found=_permille(line.amount_minor, _base(line, sale)))


def _cash_rounding(sale: Sale, step_minor: int) -> Line | None:
    """Return the one line that is what coins leave over, and no gift: nobody has to allow that."""
    lines = [line for line in sale.lines if line.sku == CASH_ROUNDING_SKU and line.of_line_no is None]
    return lines[0] if len(lines) == 1 and 2 * lines[0].amount_minor <= step_minor else None


def _share(discount: Line, sale: Sale) -> int:
    """Return how much a discount takes off what it is taken off.

    Rounding may have added up to one minor unit: 500 per mille of 35 are 18, and still within 500 per mille. A discount
    is never nothing for that.
    """
    if not discount.amount_minor:
        return 0
    return max(1, _permille(discount.amount_minor - 1, _base(discount, sale)))


def _base(discount: Line, sale: Sale) -> int:
    """Return what a discount is taken off: its line, or all the goods."""
    if discount.of_line_no is not None:
        return sale.lines[discount.of_line_no - 1].amount_minor
    return sum(line.amount_minor for line in sale.lines if line.line_kind is not LineKind.DISCOUNT)


def _somebody_may(
    verb: Verb, permille: int, authoriser_id: StaffId | None, operator: Person, sale: Sale, shop: ShopView
) -> bool:
    """Say whether the operator may do this alone, or a second person, who was asked for their PIN, allowed it."""
    ask = Ask(verb=verb, store_id=sale.store_id, discount_permille=permille)
    if may(operator, ask) is None:
        return True
    second = shop.people.get(authoriser_id) if authoriser_id is not None else None
    return second is not None and second.staff_id != operator.staff_id and may(second, ask) is None


def _below_list(line: Line) -> int:
    if line.unit_price_minor is None or line.list_price_minor is None:
        return 0
    return _permille(line.list_price_minor - line.unit_price_minor, line.list_price_minor)


def _permille(less: int, base: int) -> int:
    """Return how much less something is, in thousandths, rounded up."""
    if less <= 0:
        return 0
    return _PERMILLE if base <= 0 else -(-less * _PERMILLE // base)
