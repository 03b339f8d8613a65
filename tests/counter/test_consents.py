"""A second person's consent to a sale: their PIN goes along, or was checked on the spot while it was rung up."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.selling import Offered
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.tables import ITEMS
from tests.counter.shop import SUE
from tests.counter.till import Counter, no, sold


def half_off(counter: Counter, price: int, off: int) -> Sale:
    """Make a sale of one egg at half its price, allowed by the manager."""
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "egg").values(price_minor=price))
    discount = Line(
        sku="line-discount",
        quantity=Decimal(1),
        amount_minor=off,
        line_kind=LineKind.DISCOUNT,
        of_line_no=1,
        authoriser_id=SUE,
    )
    egg = Line(sku="egg", quantity=Decimal(1), amount_minor=price)
    total = price - off
    return counter.sale(counter.tender(amount_minor=total), lines=[egg, discount], total_minor=total)


def offer_proven(counter: Counter, sale: Sale, *who: str) -> SaleAnswer | Refused:
    """Offer a sale through a door that has checked these people's PINs."""
    offered = Offered(sale=sale, presented={}, consents={}, proven=frozenset(who))
    return counter.runner.run(counter.house.selling.sell(counter.merchant_id, offered))


def test_whoever_was_asked_on_the_spot_is_not_asked_again(counter: Counter) -> None:
    sale = half_off(counter, 36, 18)
    assert no(offer_proven(counter, sale)) == "consent_not_proven"
    sold(offer_proven(counter, sale, SUE))


def test_what_rounding_adds_to_a_share_is_not_held_against_its_limit(counter: Counter) -> None:
    """Half of 35 is 17.5, and 18 are taken off: that is within a limit of 500 per mille, and 19 are not."""
    sold(offer_proven(counter, half_off(counter, 35, 18), SUE))
    assert no(offer_proven(counter, half_off(counter, 35, 19), SUE)) == "discount_above_limit"
