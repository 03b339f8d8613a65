"""Who may give a discount: shares are held to a limit, rounding is no share, and coins are nobody's gift."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.selling import Offered
from counterfoil.refusals import Refused
from counterfoil.shop.merchants.tables import MERCHANTS
from counterfoil.shop.pricing.model import CASH_ROUNDING_SKU
from tests.counter.shop import SUE
from tests.counter.till import Counter, no, sold


def off(amount_minor: int, **more: Any) -> Line:  # noqa: ANN401 — fields of a line
    made: dict[str, Any] = {"sku": "line-discount", "of_line_no": 1, "line_kind": LineKind.DISCOUNT}
    return Line(quantity=Decimal(1), amount_minor=amount_minor, **made | more)


def sale_with(counter: Counter, price: int, *discounts: Line, **more: Any) -> Sale:  # noqa: ANN401 — fields of a sale
    line = Line(sku="bread", quantity=Decimal(1), amount_minor=price)
    total = price - sum(one.amount_minor for one in discounts)
    return counter.sale(counter.tender(amount_minor=total), lines=[line, *discounts], total_minor=total, **more)


def offer_proven(counter: Counter, sale: Sale, *who: str) -> SaleAnswer | Refused:
    offered = Offered(sale=sale, presented={}, consents={}, proven=frozenset(who))
    return counter.runner.run(counter.house.selling.sell(counter.merchant_id, offered))


def test_what_rounding_adds_to_a_discount_is_not_held_against_its_limit(counter: Counter) -> None:
    """Half of 35 is 17.5, and 18 are taken off: that is within a limit of 500 per mille."""
    sold(counter.sell(sale_with(counter, 35, off(18), operator_id=SUE)))
    assert no(counter.sell(sale_with(counter, 35, off(19), operator_id=SUE))) == "discount_above_limit"


def test_no_discount_is_so_small_that_nobody_has_to_allow_it(counter: Counter) -> None:
    assert no(counter.sell(sale_with(counter, 500, off(1)))) == "discount_above_limit"


@pytest.mark.parametrize(("rounding", "is_taken"), [(40, True), (50, True), (60, False)])
def test_a_cashier_takes_coins_as_they_come_and_no_more_off(counter: Counter, rounding: int, is_taken: bool) -> None:  # noqa: FBT001 — the expected answer
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.update(MERCHANTS).values(cash_step_minor=100))
    in_coins = off(rounding, sku=CASH_ROUNDING_SKU, of_line_no=None)
    answer = counter.sell(sale_with(counter, 500 + rounding, in_coins))
    assert isinstance(answer, SaleAnswer) is is_taken


def test_coins_round_a_sale_once(counter: Counter) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.update(MERCHANTS).values(cash_step_minor=100))
    in_coins = off(40, sku=CASH_ROUNDING_SKU, of_line_no=None)
    assert no(counter.sell(sale_with(counter, 580, in_coins, in_coins))) == "discount_above_limit"


def test_whoever_was_asked_on_the_spot_is_not_asked_again(counter: Counter) -> None:
    sale = sale_with(counter, 500, off(50, authoriser_id=SUE))
    assert no(offer_proven(counter, sale)) == "consent_not_proven"
    sold(offer_proven(counter, sale, SUE))
