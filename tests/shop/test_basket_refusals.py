"""Baskets that cannot be priced, and baskets that need somebody's consent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.shop.catalogue.model import ItemKind, SoldBy
from counterfoil.shop.pricing.basket import price
from counterfoil.shop.pricing.model import Basket, BasketLine, Discount, Override, Priced
from counterfoil.shop.pricing.rules import LINES_MAX, WORDS, BasketRefusal, Refused, asks_of
from counterfoil.shop.staff.model import Verb

from .baskets import basket, line, sold
from .stage import NORTH, NOW

GONE = sold(retired_at=NOW)

REFUSED = [
    (basket(), BasketRefusal.NOTHING_TO_SELL, None),
    (basket(line(1, sold(), voided_at=NOW)), BasketRefusal.NOTHING_TO_SELL, None),
    (basket(*[line(number, sold()) for number in range(LINES_MAX + 1)]), BasketRefusal.TOO_MANY_LINES, None),
    (basket(line(1, sold()), line(1, sold())), BasketRefusal.LINE_REPEATED, None),
    (basket(line(1, sold()), line(2, GONE)), BasketRefusal.ITEM_RETIRED, 2),
    (basket(line(1, sold(), "0")), BasketRefusal.QUANTITY_NOT_POSITIVE, 1),
    (basket(line(1, sold(), "-1")), BasketRefusal.QUANTITY_NOT_POSITIVE, 1),
    (basket(line(1, sold(), "NaN")), BasketRefusal.QUANTITY_NOT_POSITIVE, 1),
    (basket(line(1, sold(), "1000001")), BasketRefusal.QUANTITY_TOO_LARGE, 1),
    (basket(line(1, sold(), "1.5")), BasketRefusal.QUANTITY_NOT_WHOLE, 1),
    (basket(line(1, sold(sold_by=SoldBy.WEIGHT), "0.00001")), BasketRefusal.QUANTITY_TOO_FINE, 1),
    (basket(line(1, sold(None))), BasketRefusal.PRICE_MISSING, 1),
    (basket(line(1, sold(10**9))), BasketRefusal.PRICE_OUT_OF_RANGE, 1),
    (basket(line(1, sold(), override=Override(price_minor=-1))), BasketRefusal.PRICE_OUT_OF_RANGE, 1),
    (basket(line(1, sold(), discount=Discount())), BasketRefusal.DISCOUNT_UNCLEAR, 1),
    (basket(line(1, sold(), discount=Discount(permille=1, amount_minor=1))), BasketRefusal.DISCOUNT_UNCLEAR, 1),
    (basket(line(1, sold(), discount=Discount(permille=1001))), BasketRefusal.DISCOUNT_UNCLEAR, 1),
    (basket(line(1, sold()), discount=Discount(amount_minor=0)), BasketRefusal.DISCOUNT_UNCLEAR, None),
    (
        basket(line(1, sold(kind=ItemKind.TIP), discount=Discount(permille=10))),
        BasketRefusal.NOT_DISCOUNTABLE,
        1,
    ),
    (basket(line(1, sold(), discount=Discount(amount_minor=1_001))), BasketRefusal.DISCOUNT_TOO_LARGE, 1),
    (basket(line(1, sold()), discount=Discount(amount_minor=1_001)), BasketRefusal.DISCOUNT_TOO_LARGE, None),
]


@pytest.mark.parametrize(("drawn", "refusal", "line_no"), REFUSED)
def test_a_basket_that_cannot_be_priced_says_why_and_where(
    drawn: Basket, refusal: BasketRefusal, line_no: int | None
) -> None:
    assert price(drawn) == Refused(refusal=refusal, line_no=line_no)


def test_every_refusal_is_reached_by_some_basket_and_has_its_words() -> None:
    assert {refusal for _, refusal, _ in REFUSED} == set(BasketRefusal) == set(WORDS)


def test_of_several_flaws_the_first_in_the_list_is_told() -> None:
    both = basket(line(1, sold(), discount=Discount()), line(2, sold(), "0"))
    assert price(both) == Refused(refusal=BasketRefusal.QUANTITY_NOT_POSITIVE, line_no=2)


# ---------------------------------------------------------------- whose consent it needs


def asked(*lines: BasketLine, discount: Discount | None = None) -> dict[Verb, int]:
    drawn = basket(*lines, discount=discount)
    answer = price(drawn)
    assert isinstance(answer, Priced)
    return {ask.verb: ask.discount_permille for ask in asks_of(drawn, answer, NORTH)}


def test_a_plain_sale_needs_nobody() -> None:
    assert asked(line(1, sold()), line(2, sold(), labelled_minor=1)) == {}


def test_an_item_without_a_price_of_its_own_needs_nobody_to_be_given_one() -> None:
    assert asked(line(1, sold(None), override=Override(price_minor=5))) == {}


def test_rounding_does_not_carry_a_discount_over_its_limit() -> None:
    assert asked(line(1, sold(33), discount=Discount(permille=200)))[Verb.DISCOUNT_LINE] <= 200


def test_a_discount_that_rounding_hides_still_needs_somebody() -> None:
    assert asked(line(1, sold(100_000), discount=Discount(permille=1))) == {Verb.DISCOUNT_LINE: 1}
    assert asked(line(1, sold(1), discount=Discount(permille=600))) == {Verb.DISCOUNT_LINE: 1}


def test_three_small_ways_to_make_it_cheaper_count_as_one_large() -> None:
    """Half the price, then half of that, then half of that again: an eighth is left."""
    found = asked(
        line(1, sold(8_000), override=Override(price_minor=4_000), discount=Discount(amount_minor=2_000)),
        discount=Discount(permille=500),
    )
    assert set(found) == {Verb.OVERRIDE_PRICE, Verb.DISCOUNT_LINE, Verb.DISCOUNT_CART}
    assert set(found.values()) == {875}


def test_a_higher_price_is_still_another_price() -> None:
    assert asked(line(1, sold(1_000), override=Override(price_minor=2_000))) == {Verb.OVERRIDE_PRICE: 0}
    assert asked(line(1, sold(1_000), override=Override(price_minor=0))) == {Verb.OVERRIDE_PRICE: 1000}


@given(price_minor=st.integers(1, 10_000), off=st.integers(1, 10_000))
def test_an_amount_that_is_taken_off_a_line_is_told_as_its_share_rounded_up(*, price_minor: int, off: int) -> None:
    if off <= price_minor:
        found = asked(line(1, sold(price_minor), discount=Discount(amount_minor=off)))
        assert found == {Verb.DISCOUNT_LINE: -(-1000 * off // price_minor)}
